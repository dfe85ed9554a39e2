package web_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"anteroom/schema"
)

func signUpFields(email string) []string {
	return []string{"agency", "Mill Road", "full_name", "Ines Duarte", "email", email, "password", "rye bread at dusk"}
}

// signUp signs somebody up and gives the path in their mail.
func (s *site) signUp(email string) string {
	s.t.Helper()
	s.browser().post("/signup", signUpFields(email)...).shows(s.t, 200, "Look in your inbox", email)
	var id schema.SignUpID
	if err := s.db.Get(&id, `SELECT sign_up_id FROM emails WHERE kind = 'sign_up' AND address = ?`, email); err != nil {
		s.t.Fatal(err)
	}
	return "/sign-ups/" + schema.SignUpToken(s.keys, id)
}

func TestSomebodyNewSignsUpAndLandsInTheirAgency(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.get("/login").shows(t, 200, `href="/signup"`, "Create your agency")
	b.get("/signup").shows(t, 200, "You start on the plan Solo", `name="agency"`, `name="full_name"`, `name="email"`, "data-meter")
	link := s.signUp("ines@millroad.example")
	s.browser().post("/login", "email", "ines@millroad.example", "password", "rye bread at dusk").shows(t, 422, "don’t match")
	b.get(link).shows(t, 200, "Mill Road", `value="ines@millroad.example"`, "that you chose when you signed up")
	wrong := b.post(link+"/agency", "password", "not the password")
	wrong.shows(t, 422, `id="password-error"`, "not the password you chose", "Mill Road")
	if strings.Contains(wrong.body, "not the password\"") {
		t.Error("the password is sent back")
	}
	b.post(link+"/agency", "password", "rye bread at dusk").leadsTo(t, "/settings/clients")
	b.get("/settings/clients").shows(t, 200, "Your agency is created", "No clients yet", "Mill Road", "Owner")
	b.get(link).shows(t, 410, "used already", `href="/login"`)
	s.browser().post(link+"/agency", "password", "rye bread at dusk").shows(t, 409, "used already")
	s.browser().get("/sign-ups/rubbish").shows(t, 404, "doesn’t work any more", `href="/signup"`)
	s.browser().post("/sign-ups/rubbish/agency").shows(t, 404, "doesn’t work any more")
	s.browser().post("/login", "email", "ines@millroad.example", "password", "rye bread at dusk").leadsTo(t, "/")
}

func TestAnExpiredSignUpSaysToSignUpOnceMore(t *testing.T) {
	s := newSite(t)
	link := s.signUp("ines@millroad.example")
	s.exec(`UPDATE sign_ups SET expires_at = UTC_TIMESTAMP(6)`)
	s.browser().get(link).shows(t, 410, "24 hours", `href="/signup"`)
	s.browser().post(link+"/agency", "password", "rye bread at dusk").shows(t, 409, "24 hours", `href="/signup"`)
}

func TestSomebodyKnownAddsAnAgencyWithTheirOwnPassword(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	s.member(s.withPassword(s.user("elena@orchardlane.example", "Elena Marchetti")), a.id)
	link := s.signUp("elena@orchardlane.example")
	b := s.browser()
	b.get(link).shows(t, 200, "You already have an account", "Mill Road")
	b.post(link+"/agency", "password", "rye bread at dusk").shows(t, 422, "not your account’s password")
	b.post(link+"/agency", "password", password).leadsTo(t, "/settings/clients")
	b.get("/settings/clients").shows(t, 200, "Mill Road", "Elena Marchetti", `href="/choose"`)
}

func TestASignUpsAnswerDoesNotTellWhetherTheAddressIsKnown(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	var answers []answer
	for _, known := range []bool{false, true} {
		if known {
			s.exec(`DELETE FROM emails`)
			s.exec(`DELETE FROM sign_ups`)
			s.member(s.withPassword(s.user("elena@orchardlane.example", "Elena")), a.id)
		}
		for range 2 { // the second comes within the cooldown
			began := time.Now()
			res := s.browser().post("/signup", signUpFields("elena@orchardlane.example")...)
			if took := time.Since(began); took < 600*time.Millisecond {
				t.Errorf("known: %v answers after %s already", known, took)
			}
			answers = append(answers, res)
		}
		s.browser().post("/login", "email", "elena@orchardlane.example", "password", "rye bread at dusk").shows(t, 422, "don’t match")
		var mails int
		if err := s.db.Get(&mails, `SELECT COUNT(*) FROM emails WHERE kind = 'sign_up'`); err != nil || mails != 1 {
			t.Errorf("known: %v gets %d mails (%v)", known, mails, err)
		}
	}
	same := func(a, b answer) {
		t.Helper()
		for _, h := range []http.Header{a.Header, b.Header} {
			h.Del("X-Request-Id")
			h.Del("Date")
		}
		if a.body != b.body || a.StatusCode != b.StatusCode || !maps.EqualFunc(a.Header, b.Header, func(x, y []string) bool {
			return strings.Join(x, "\n") == strings.Join(y, "\n")
		}) {
			t.Errorf("the answers differ:\n%v\n%s\n%v\n%s", a.Header, a.body, b.Header, b.body)
		}
	}
	answers[0].shows(t, 200, "Look in your inbox")
	for _, other := range answers[1:] {
		same(answers[0], other)
	}
}

func TestWhatIsWrongWithASignUpStandsUnderItsFieldAndTheValuesStay(t *testing.T) {
	s := newSite(t)
	for field, c := range map[string]struct{ value, id, says string }{
		"agency":    {" ", "agency-error", "Enter the agency name"},
		"full_name": {" ", "full-name-error", "Enter the full name"},
		"email":     {"ines", "email-error", "needs an @"},
		"password":  {"short", "password-error", "Use 12 characters or more"},
	} {
		fields := append(signUpFields("ines@millroad.example"), field, c.value)
		a := s.browser().post("/signup", fields...)
		a.shows(t, 422, `id="`+c.id+`"`, c.says, `aria-invalid="true"`, "Error: ")
		if strings.Count(a.body, " autofocus") != 1 || strings.Contains(a.body, "rye bread") || strings.Contains(a.body, `value="short"`) {
			t.Errorf("%s: the focus or the password is wrong\n%s", field, a.body)
		}
		if field != "agency" && !strings.Contains(a.body, `value="Mill Road"`) {
			t.Errorf("%s: a value is lost", field)
		}
	}
}

func TestWhoeverSignsUpOrGuessesTooOftenIsSlowedDown(t *testing.T) {
	s := newSite(t)
	link := s.signUp("ines@millroad.example")
	status := 0
	for range 6 {
		status = s.browser().post("/signup", "email", "ines@millroad.example").StatusCode
	}
	if status != 429 {
		t.Errorf("the seventh sign-up gets %d", status)
	}
	for range 10 {
		s.browser().post(link+"/agency", "password", "a wrong guess").shows(t, 422)
	}
	s.browser().post(link+"/agency", "password", "rye bread at dusk").shows(t, 429)
	s.browser().post("/login", "email", "ines@millroad.example", "password", "rye bread at dusk").shows(t, 429)
}

func TestNoSecretOfASignUpIsLogged(t *testing.T) {
	s := newSite(t)
	link := s.signUp("ines@millroad.example")
	b := s.browser()
	b.get(link)
	b.post(link+"/agency", "password", "rye bread at dusk")
	for _, secret := range []string{strings.TrimPrefix(link, "/sign-ups/"), "rye bread", "ines@", "Duarte", b.cookies["session"]} {
		if secret == "" || strings.Contains(s.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}
