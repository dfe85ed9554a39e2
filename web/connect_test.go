package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"anteroom/internal/platform"
	"anteroom/internal/platformfake"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web"
)

// connecting is a site with the make-believe platform on a server of its own.
type connecting struct {
	*site
	a        *agency
	fake     *platformfake.Server
	platform string
}

func newConnecting(t *testing.T) *connecting {
	t.Helper()
	fake := platformfake.New(platformfake.Options{Path: "/p", ClientID: "us", Secret: "ours", Redirect: "http://example.com/connect/demo/callback"})
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	base := &url.URL{Scheme: "http", Host: "example.com"}
	s := newSite(t, func(o *web.Options) {
		o.Platforms = platform.New(base, nil).With(base, platform.Demo{Key: "demo", Name: platformfake.Name, URL: server.URL + "/p",
			Credentials: platform.Credentials{ID: "us", Secret: "ours"}})
	})
	return &connecting{s, s.agency("Halden Street Social", "Orchard Lane Bakery"), fake, server.URL}
}

// leave sends the browser to the platform and returns the address that it goes to.
func (s *connecting) leave(b *browser) string {
	s.t.Helper()
	return s.out(b.post("/portal/accounts/connects", "network", "demo", "client", s.a.client.String()))
}

func (s *connecting) out(a answer) string {
	s.t.Helper()
	to := a.Header.Get("Location")
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, s.platform+"/p/authorize?") {
		s.t.Fatalf("it leads to %d %q\n%s", a.StatusCode, to, a.body)
	}
	return to
}

// decide presses a button at the platform and returns the path that leads back.
func (s *connecting) decide(to, decision string) string {
	s.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.PostForm(to, url.Values{"decision": {decision}, "account": {"bp-1001"}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	back, found := strings.CutPrefix(res.Header.Get("Location"), "http://example.com")
	if !found {
		s.t.Fatalf("the platform leads to %q", res.Header.Get("Location"))
	}
	return back
}

func (s *connecting) connected() (n int) {
	s.t.Helper()
	if err := s.db.GetContext(s.t.Context(), &n, `SELECT COUNT(*) FROM social_accounts WHERE external_id IS NOT NULL`); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestAPersonConnectsAnAccountAndRemovesIt(t *testing.T) {
	s := newConnecting(t)
	b, _ := s.a.reader("tom@orchardlane.example")
	page := b.get("/portal/accounts")
	page.shows(t, 200, "Bramblepost")
	if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' "+s.platform+";") {
		t.Errorf("the forms may not lead there: %s", csp)
	}
	if csp := b.get("/portal").Header.Get("Content-Security-Policy"); strings.Contains(csp, s.platform) {
		t.Errorf("the calendar's forms may lead there: %s", csp)
	}
	back := s.decide(s.leave(b), "allow")
	b.get(back).leadsTo(t, "/portal/accounts")
	b.get("/portal/accounts").shows(t, 200, "saffron.buns", "by you", "The account is connected.")
	b.get(back).leadsTo(t, "/portal/accounts?failed=state")
	b.get("/portal/accounts?failed=state").shows(t, 200, schema.ErrConnect.Message)
	if n := s.connected(); n != 1 {
		t.Errorf("%d accounts are connected", n)
	}
	var id schema.AccountID
	if err := s.db.GetContext(t.Context(), &id, `SELECT id FROM social_accounts WHERE external_id = 'bp-1001'`); err != nil {
		t.Fatal(err)
	}
	removal := "/portal/accounts/" + id.String() + "/removal"
	b.get(removal).shows(t, 200, "Remove saffron.buns?", "No post is scheduled through it.")
	b.post(removal).leadsTo(t, "/portal/accounts")
	page = b.get("/portal/accounts")
	page.shows(t, 200, "The account is removed.")
	if strings.Contains(page.body, "saffron.buns") {
		t.Error("the account is still there")
	}
	b.post(removal).shows(t, 404)
	if log := s.log.String(); strings.Contains(log, "code=") || strings.Contains(log, "state=") {
		t.Errorf("the log has what the browser carried:\n%s", log)
	}
}

func TestWhatGoesWrongAtAPlatformIsSaidAndNothingConnected(t *testing.T) {
	for name, c := range map[string]struct {
		fault    platformfake.Fault
		decision string
		code     string
	}{
		"denied":           {platformfake.NoFault, "deny", "denied"},
		"server error":     {platformfake.FaultServer, "allow", "platform"},
		"no token":         {platformfake.FaultToken, "allow", "exchange"},
		"a page":           {platformfake.FaultHTML, "allow", "exchange"},
		"no account":       {platformfake.FaultProfile, "allow", "profile"},
		"a nameless one":   {platformfake.FaultNameless, "allow", "profile"},
		"a slow platform":  {platformfake.FaultSlow, "allow", "exchange"},
		"a code too often": {platformfake.NoFault, "twice", "exchange"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newConnecting(t)
			b, _ := s.a.reader("tom@orchardlane.example")
			s.fake.Fail(c.fault)
			to := s.leave(b)
			if c.decision == "twice" { // the code is used by somebody else's app before
				back := s.decide(to, "allow")
				u, err := url.Parse(back)
				if err != nil {
					t.Fatal(err)
				}
				q := u.Query()
				q.Set("code", "used-up")
				b.get("/connect/demo/callback?"+q.Encode()).leadsTo(t, "/portal/accounts?failed=exchange")
			} else {
				began := time.Now()
				b.get(s.decide(to, c.decision)).leadsTo(t, "/portal/accounts?failed="+c.code)
				if took := time.Since(began); took > 13*time.Second {
					t.Errorf("it took %s", took)
				}
			}
			b.get("/portal/accounts?failed="+c.code).shows(t, 200, `role="alert"`, "nothing was connected")
			if n := s.connected(); n != 0 {
				t.Errorf("%d accounts are connected", n)
			}
		})
	}
}

func TestAnotherSessionsStateConnectsNothing(t *testing.T) {
	s := newConnecting(t)
	tom, _ := s.a.reader("tom@orchardlane.example")
	eve, _ := s.a.reader("eve@orchardlane.example")
	back := s.decide(s.leave(tom), "allow")
	eve.get(back).leadsTo(t, "/portal/accounts?failed=state")
	s.browser().get(back).shows(t, 409, "Nothing was connected", schema.ErrConnect.Message)
	tom.get(strings.Replace(back, "state=", "state=x", 1)).leadsTo(t, "/portal/accounts?failed=state")
	if n := s.connected(); n != 0 {
		t.Errorf("%d accounts are connected", n)
	}
	tom.get(back).leadsTo(t, "/portal/accounts")
	if n := s.connected(); n != 1 {
		t.Errorf("after all of that the person's own is not good: %d accounts", n)
	}
}

func TestAConnectionIsForTheClientThatThePageNamed(t *testing.T) {
	s := newConnecting(t)
	b, _ := s.a.reader("tom@orchardlane.example")
	b.get("/portal/accounts").shows(t, 200, `<input type="hidden" name="client" value="`+s.a.client.String()+`">`)
	b.post("/portal/accounts/connects", "network", "demo").shows(t, 422, `role="alert"`, "it was not said for whom")
}

func TestAClientDeletedWhileAPersonIsAwayGetsNoAccount(t *testing.T) {
	s := newConnecting(t)
	b, _ := s.a.reader("tom@orchardlane.example")
	back := s.decide(s.leave(b), "allow")
	if _, err := s.a.ws.DeleteClient(t.Context(), s.a.client); err != nil {
		t.Fatal(err)
	}
	b.get(back).leadsTo(t, "/portal/accounts?failed=ended")
	if n := s.connected(); n != 0 {
		t.Errorf("%d accounts are connected", n)
	}
}

func TestAConnectLinkConnectsWithoutASignInAndShowsNothing(t *testing.T) {
	s := newConnecting(t)
	if err := s.a.ws.TurnOnConnectLink(t.Context(), s.a.client); err != nil {
		t.Fatal(err)
	}
	l, err := s.a.ws.ConnectLink(t.Context(), s.keys, s.a.client)
	if err != nil {
		t.Fatal(err)
	}
	at, b := "/connect/"+l.Token, s.browser()
	page := b.get(at)
	page.shows(t, 200, "Halden Street Social", "Orchard Lane Bakery", "Bramblepost")
	if page.Header.Get("Referrer-Policy") != "strict-origin" || strings.Contains(page.body, "/portal/accounts/") {
		t.Errorf("it sends its address on, or shows too much:\n%s", page.body)
	}
	back := s.decide(s.out(b.post(at+"/connects", "network", "demo")), "allow")
	s.browser().get(back).shows(t, 409)
	b.get(back).leadsTo(t, at+"?connected=demo")
	done := b.get(at + "?connected=demo")
	done.shows(t, 200, "Your Bramblepost account is connected.", "You can close this page")
	if strings.Contains(done.body, "saffron.buns") {
		t.Error("it shows an account")
	}
	b.get(s.decide(s.out(b.post(at+"/connects", "network", "demo")), "deny")).leadsTo(t, at+"?failed=denied")
	b.post(at+"/connects", "network", "myspace").shows(t, 422, "not on offer")
	late := s.decide(s.out(b.post(at+"/connects", "network", "demo")), "allow")
	if err := s.a.ws.RegenerateConnectLink(t.Context(), s.a.client); err != nil {
		t.Fatal(err)
	}
	b.get(late).leadsTo(t, at+"?failed=ended")
	for _, dead := range []string{at, at + "?failed=ended", "/connect/rubbish"} {
		b.get(dead).shows(t, 404, "This link no longer works", "for a new one")
	}
	b.post(at+"/connects", "network", "demo").shows(t, 404, "This link no longer works")
}

func TestAPersonOfSeveralClientsSaysWhichOneAnAccountIsFor(t *testing.T) {
	s := newConnecting(t)
	b, row := s.a.reader("tom@orchardlane.example")
	second, err := s.a.ws.AddClient(t.Context(), workspace.ClientForm{Name: "Alder Row"})
	if err != nil {
		t.Fatal(err)
	}
	s.exec(`INSERT INTO client_users (id, agency_id, client_id, user_id, email, email_key, full_name, status, generation, address_generation,
		invited_by, invited_at, expires_at, resend_after, accepted_at, event_seq, created_at)
		SELECT ?, agency_id, ?, user_id, email, email_key, full_name, status, generation, address_generation,
		invited_by, invited_at, expires_at, resend_after, accepted_at, event_seq, created_at FROM client_users WHERE id = ?`,
		schema.New[schema.ClientUserID](), second.ID, row)
	b.get("/portal/accounts").shows(t, 200, "All clients", "Choose a client", "Alder Row")
	b.post("/portal/accounts/connects", "network", "demo").shows(t, 422, "Choose the client that the account is for.", `aria-invalid="true"`)
	back := s.decide(s.out(b.post("/portal/accounts/connects", "network", "demo", "client", second.ID.String())), "allow")
	b.get(back).leadsTo(t, "/portal/accounts")
	b.get("/portal/accounts?client="+second.ID.String()).shows(t, 200, "saffron.buns", "Bramblepost, Alder Row")
	b.get("/portal/accounts?client="+schema.New[schema.ClientID]().String()).shows(t, 404)
	third, err := s.a.ws.AddClient(t.Context(), workspace.ClientForm{Name: "Nobody’s Here"})
	if err != nil {
		t.Fatal(err)
	}
	other := s.agency("Larch & Lane Studio", "Weber Joinery")
	for _, id := range []schema.ClientID{third.ID, other.client, schema.New[schema.ClientID]()} {
		b.post("/portal/accounts/connects", "network", "demo", "client", id.String()).shows(t, 404)
	}
}
