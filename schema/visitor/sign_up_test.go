package visitor_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

const chosen = "sourdough at dawn" // at the sign-up

func form(email string) visitor.SignUpForm {
	return visitor.SignUpForm{AgencyName: "Mill Road", FullName: "Ines Duarte", Email: email, Password: chosen}
}

// signUp signs somebody up and gives the token in their mail.
func signUp(w *fixture.World, f visitor.SignUpForm) string {
	w.T.Helper()
	due, err := w.Visitor.SignUp(w.T.Context(), f)
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkEmailSend {
		w.T.Fatalf("due is %+v (%v)", due, err)
	}
	id, err := schema.Parse[schema.EmailID](due[0].Row)
	if err != nil {
		w.T.Fatal(err)
	}
	mail := w.Email(id)
	if mail.Kind != schema.EmailSignUp || mail.Address != f.Email {
		w.T.Fatalf("the mail is %+v", mail)
	}
	return schema.SignUpToken(w.Keys, mail.SignUpID)
}

func TestASignUpIsNobodyUntilItsLinkIsUsedWithThePassword(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	token := signUp(w, form("Ines@Example.com"))
	if users := fixture.Read[int](w, `SELECT COUNT(*) FROM users`); users != 0 {
		t.Errorf("there are %d users", users)
	}
	fixture.Refused(t, fixture.Error(w.Visitor.SignIn(t.Context(), "ines@example.com", chosen, "")), schema.Invalid, "credentials")
	before := w.Snapshot()
	p, err := w.Visitor.SignUpLink(t.Context(), token)
	if err != nil || p.Known || p.AgencyName != "Mill Road" || p.Email != "Ines@Example.com" {
		t.Errorf("the page says %+v (%v)", p, err)
	}
	fixture.Refused(t, fixture.Error(w.Visitor.FinishSignUp(t.Context(), token, "not the password", "")), schema.Invalid, "credentials")
	if w.Snapshot() != before {
		t.Error("opening the link or a wrong password has changed something")
	}
	session, err := w.Visitor.FinishSignUp(t.Context(), token, chosen, "Firefox")
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Visitor.Session(t.Context(), session)
	m, ok := s.Membership()
	if err != nil || !ok || m.Role != schema.RoleOwner || m.Agency.Name != "Mill Road" || m.Agency.Plan != schema.PlanSolo || m.Agency.InvitationDays != 7 {
		t.Errorf("the session opens %+v (%v)", m, err)
	}
	if u := w.UserAt("ines@example.com"); !u.Confirmed() || u.FullName != "Ines Duarte" || u.Email != "Ines@Example.com" {
		t.Errorf("the user is %+v", u)
	}
	if _, err := w.Visitor.SignIn(t.Context(), "ines@example.com", chosen, ""); err != nil {
		t.Errorf("signing in gives %v", err)
	}
	before = w.Snapshot()
	for _, err := range []error{fixture.Error(w.Visitor.FinishSignUp(t.Context(), token, chosen, "")), fixture.Error(w.Visitor.SignUpLink(t.Context(), token))} {
		fixture.Refused(t, err, schema.Conflict, "link_used")
	}
	if w.Snapshot() != before {
		t.Error("a used link has changed something")
	}
}

func TestTheMailOfASignUpGoesOutOnlyWhileItsLinkWorks(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	token := signUp(w, form("ines@example.com"))
	other := signUp(w, form("tom@example.com"))
	mails := fixture.ReadAll[schema.EmailID](w, `SELECT id FROM emails ORDER BY id`)
	if c := w.Claim(mails[1]); c.Letter.FullName != "Ines Duarte" || c.Letter.Agency != "" || schema.SignUpToken(w.Keys, c.Email.SignUpID) != other {
		t.Errorf("the letter is %+v", c.Letter)
	}
	if _, err := w.Visitor.FinishSignUp(t.Context(), token, chosen, ""); err != nil {
		t.Fatal(err)
	}
	if c := w.TryClaim(mails[0]); c.Verdict != schema.ClaimDone || c.Email.State != schema.EmailCancelled {
		t.Errorf("the mail with a used link is %s (%d)", c.Email.State, c.Verdict)
	}
}

func TestSomebodyWithAnAccountFinishesWithItsPasswordAndKeepsIt(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	known := a.User(a.Owner.ID)
	token := signUp(a.World, form(known.Email))
	if p, err := a.Visitor.SignUpLink(t.Context(), token); err != nil || !p.Known {
		t.Errorf("the page says %+v (%v)", p, err)
	}
	before := a.Snapshot()
	fixture.Refused(t, fixture.Error(a.Visitor.FinishSignUp(t.Context(), token, chosen, "")), schema.Invalid, "credentials")
	if a.Snapshot() != before {
		t.Error("an impostor's password has changed something")
	}
	session, err := a.Visitor.FinishSignUp(t.Context(), token, fixture.Password, "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Visitor.Session(t.Context(), session)
	if err != nil || s.UserID != known.ID || s.AgencyName != "Mill Road" || s.Role != schema.RoleOwner {
		t.Errorf("the session is %+v (%v)", s, err)
	}
	if now := a.User(known.ID); now.PasswordHash != known.PasswordHash || now.FullName != known.FullName || now.CredentialVersion != known.CredentialVersion {
		t.Errorf("the user has become %+v", now)
	}
	if _, err := workspace.For(t.Context(), a.DB, known.ID, a.ID); err != nil {
		t.Errorf("the agency from before gives %v", err)
	}
}

func TestASignUpTakesAnAccountThatNeverConfirmedItsAddress(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	mallory := a.Impostor("ines@example.com", schema.RoleAdmin)
	token := signUp(a.World, form("ines@example.com"))
	fixture.Refused(t, fixture.Error(a.Visitor.FinishSignUp(t.Context(), token, fixture.Password, "")), schema.Invalid, "credentials")
	session, err := a.Visitor.FinishSignUp(t.Context(), token, chosen, "")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := a.Visitor.Session(t.Context(), session); err != nil || s.UserID != mallory.ID || s.AgencyName != "Mill Road" {
		t.Errorf("the session is %+v (%v)", s, err)
	}
	fixture.Refused(t, fixture.Error(a.Visitor.Session(t.Context(), mallory.Session)), schema.SignIn, "sign_in")
	fixture.Refused(t, fixture.Error(a.Visitor.SignIn(t.Context(), mallory.Email, fixture.Password, "")), schema.Invalid, "credentials")
	if _, err := workspace.For(t.Context(), a.DB, mallory.ID, a.ID); err != error(schema.ErrNotFound) {
		t.Errorf("what the impostor had got hold of gives %v", err)
	}
}

// An operator made Ines an agency's owner; she signs up before she has set a
// password there.
func TestASignUpKeepsWhatTheMailboxWasGivenBefore(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	own, _, err := w.System.CreateAgency(t.Context(), "Ines & Co", schema.PlanAgency, "Ines Duarte", "ines@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Visitor.FinishSignUp(t.Context(), signUp(w, form("ines@example.com")), chosen, ""); err != nil {
		t.Fatal(err)
	}
	places, err := w.Visitor.Places(t.Context(), w.UserAt("ines@example.com").ID)
	if err != nil || len(places) != 2 || places[0].AgencyID != own.ID {
		t.Errorf("the places are %+v (%v)", places, err)
	}
}

func TestASignUpsInputIsCheckedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	before := w.Snapshot()
	for _, c := range []struct {
		field, code string
		change      func(*visitor.SignUpForm)
	}{
		{"agency", "required", func(f *visitor.SignUpForm) { f.AgencyName = " " }},
		{"full_name", "name_characters", func(f *visitor.SignUpForm) { f.FullName = "Ines\u202e" }},
		{"email", "email_syntax", func(f *visitor.SignUpForm) { f.Email = "ines" }},
		{"password", "password_short", func(f *visitor.SignUpForm) { f.Password = "short" }},
		{"password", "password_own", func(f *visitor.SignUpForm) { f.Password = f.Email }},
	} {
		f := form("ines@example.com")
		c.change(&f)
		_, err := w.Visitor.SignUp(t.Context(), f)
		if e := fixture.Refused(t, err, schema.Invalid, c.code); e.Field != c.field {
			t.Errorf("%s stands at %q", c.code, e.Field)
		}
	}
	if w.Snapshot() != before {
		t.Error("a refusal has written something")
	}
}

func TestAnAddressGetsOneSignUpMailInTwoMinutesKnownOrNot(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	w.Person("Tom Okafor", "tom@example.com")
	for _, email := range []string{"ines@example.com", "tom@example.com"} {
		signUp(w, form(email))
		clock.Forward(schema.ResendCooldown - time.Second)
		before := fixture.Read[int](w, `SELECT COUNT(*) FROM emails`)
		if due, err := w.Visitor.SignUp(t.Context(), form("  "+email)); err != nil || len(due) != 0 {
			t.Errorf("%s: within the cooldown due is %+v (%v)", email, due, err)
		}
		if fixture.Read[int](w, `SELECT COUNT(*) FROM emails`) != before {
			t.Errorf("%s: within the cooldown a mail was written", email)
		}
		clock.Forward(time.Second)
		signUp(w, form(email))
	}
}

// Somebody else was first, or the own form had a slip of the finger in it: the
// link that went out finishes whichever sign-up the password belongs to.
func TestALinkFinishesTheSignUpThatThePasswordBelongsTo(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	first := form("ines@example.com")
	first.AgencyName, first.Password = "Somebody Else", "another four words here"
	token := signUp(w, first)
	own := form("ines@example.com")
	if due, err := w.Visitor.SignUp(t.Context(), own); err != nil || len(due) != 0 {
		t.Fatalf("due is %+v (%v)", due, err)
	}
	fixture.Refused(t, fixture.Error(w.Visitor.FinishSignUp(t.Context(), token, "of neither of the two", "")), schema.Invalid, "credentials")
	if _, err := w.Visitor.FinishSignUp(t.Context(), token, own.Password, ""); err != nil {
		t.Fatal(err)
	}
	got := fixture.ReadAll[string](w, `SELECT a.name FROM agencies a JOIN members m ON m.agency_id = a.id JOIN users u ON u.id = m.user_id
		WHERE u.email_key = 'ines@example.com'`)
	if !slices.Equal(got, []string{own.AgencyName}) {
		t.Errorf("the agencies are %q", got)
	}
	fixture.Refused(t, fixture.Error(w.Visitor.FinishSignUp(t.Context(), token, first.Password, "")), schema.Conflict, "link_used")
}

func TestOfManySignUpsOfOneAddressAtOnceOneIsMailed(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for round := range 20 {
		f := form(fmt.Sprintf("ines%d@example.com", round))
		due := make([]int, 8)
		for _, err := range fixture.Together(len(due), func(i int) error {
			d, err := w.Visitor.SignUp(t.Context(), f)
			due[i] = len(d)
			return err
		}) {
			if err != nil {
				t.Fatalf("round %d: %v (retryable: %v)", round, err, schema.Retryable(err))
			}
		}
		mails := fixture.Read[int](w, `SELECT COUNT(*) FROM emails`)
		rows := fixture.Read[int](w, `SELECT COUNT(*) FROM sign_ups`)
		slices.Sort(due)
		if mails != round+1 || rows != 8*(round+1) || due[6] != 0 || due[7] != 1 {
			t.Fatalf("round %d: %d mails, %d sign-ups, due %v", round, mails, rows, due)
		}
	}
}

func TestASignUpsLinkEndsWithItsTimeAndIsNoOther(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	token := signUp(w, form("ines@example.com"))
	clock.Forward(schema.SignUpLifetime - time.Second)
	if _, err := w.Visitor.SignUpLink(t.Context(), token); err != nil {
		t.Errorf("a second before the end: %v", err)
	}
	clock.Forward(time.Second)
	fixture.Refused(t, fixture.Error(w.Visitor.SignUpLink(t.Context(), token)), schema.Conflict, "link_expired")
	fixture.Refused(t, fixture.Error(w.Visitor.FinishSignUp(t.Context(), token, chosen, "")), schema.Conflict, "link_expired")
	p := w.Person("Tom Okafor", "tom@example.com")
	for _, other := range []string{"rubbish", w.PasswordLink(p.User), schema.SignUpToken(w.Keys, schema.New[schema.SignUpID]())} {
		if _, err := w.Visitor.FinishSignUp(t.Context(), other, chosen, ""); err != error(schema.ErrNotFound) {
			t.Errorf("%s gives %v", other, err)
		}
	}
}

func TestOfManyClicksAtOnceOnASignUpsLinkOneWins(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	for round := range 25 {
		f, password := form(fmt.Sprintf("ines%d@example.com", round)), chosen
		switch round % 3 {
		case 1:
			a.Impostor(f.Email, schema.RoleMember)
		case 2:
			a.Person("Ines Duarte", f.Email)
			password = fixture.Password
		}
		token, agencies := signUp(a.World, f), fixture.Read[int](a.World, `SELECT COUNT(*) FROM agencies`)
		winner(t, fixture.Together(callers, func(int) error {
			return fixture.Error(a.Visitor.FinishSignUp(t.Context(), token, password, ""))
		}), "link_used")
		if now := fixture.Read[int](a.World, `SELECT COUNT(*) FROM agencies`); now != agencies+1 {
			t.Fatalf("round %d: %d agencies were made", round, now-agencies)
		}
		if _, err := a.Visitor.SignIn(t.Context(), f.Email, password, ""); err != nil {
			t.Fatalf("round %d: the winner's password gives %v", round, err)
		}
	}
}

func TestOfTwoSignUpsOfOneAddressFinishedAtOnceOneSetsThePassword(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	passwords := []string{"sourdough at dawn", "rye bread at dusk"}
	for round := range 25 {
		tokens := make([]string, 2)
		for i := range tokens {
			f := form(fmt.Sprintf("ines%d@example.com", round))
			f.Password = passwords[i]
			tokens[i] = signUp(w, f)
			w.Exec(`UPDATE sign_ups SET created_at = created_at - INTERVAL 1 HOUR`)
		}
		won := winner(t, fixture.Together(2, func(i int) error {
			return fixture.Error(w.Visitor.FinishSignUp(t.Context(), tokens[i], passwords[i], ""))
		}), "credentials")
		if _, err := w.Visitor.FinishSignUp(t.Context(), tokens[1-won], passwords[won], ""); err != nil {
			t.Fatalf("round %d: with the account's password the loser gets %v", round, err)
		}
	}
}

func TestASignUpFinishedBesideAFirstAcceptSharesOneAccount(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	for round := range 25 {
		f := form(fmt.Sprintf("ines%d@example.com", round))
		token, link := signUp(a.World, f), a.Link(a.Invite(c, f.Email))
		errs := fixture.Race(func() error {
			return fixture.Error(a.Visitor.FinishSignUp(t.Context(), token, chosen, ""))
		}, func() error {
			return fixture.Error(a.Visitor.Accept(t.Context(), link, "Ines Duarte", fixture.Password, ""))
		})
		if winner(t, errs, "credentials", "known_address") == 0 {
			_, errs[0] = a.Visitor.AcceptKnown(t.Context(), link, chosen, "")
		} else {
			_, errs[0] = a.Visitor.FinishSignUp(t.Context(), token, fixture.Password, "")
		}
		if errs[0] != nil {
			t.Fatalf("round %d: the loser gets %v", round, errs[0])
		}
	}
}
