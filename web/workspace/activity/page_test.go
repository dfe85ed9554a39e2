package activity_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// site is the pages over a world, as an agency sees them.
type site struct {
	*fixture.Agency
	t   *testing.T
	app *fiber.App
}

func newSite(t *testing.T) *site {
	t.Helper()
	t.Parallel()
	w, rdb, log := fixture.New(t), testkit.Redis(t), slog.New(slog.DiscardHandler)
	return &site{w.Agency("Halden Street"), t, web.New(web.Options{DB: w.DB, Keys: w.Keys, Bell: jobs.NewBell(rdb, log), Bus: live.New(rdb, log),
		Redis: rdb, Log: log, BaseURL: &url.URL{Scheme: "http", Host: "example.com"}, Visitor: w.Visitor})}
}

var drawing = regexp.MustCompile(`(?s)<svg.*?</svg>`)

// open reads a page as a member.
func (s *site) open(p fixture.Person, path string) (status int, body string) {
	s.t.Helper()
	token, err := s.Visitor.SignIn(s.t.Context(), p.Email, fixture.Password, "")
	if err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.AddCookie(&http.Cookie{Name: "session", Value: string(token)})
	res, err := s.app.Test(r, -1)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	_, main, _ := strings.Cut(drawing.ReplaceAllString(string(b), ""), "<main")
	main, _, _ = strings.Cut(main, "</main>")
	return res.StatusCode, strings.ReplaceAll(main, "<wbr>", "")
}

// shows opens a page as the owner, and checks that it has all the texts and, of
// those that begin with a dash, none.
func (s *site) shows(path string, texts ...string) string {
	s.t.Helper()
	status, body := s.open(s.Owner, path)
	if status != http.StatusOK {
		s.t.Errorf("%s: status %d", path, status)
	}
	s.has(path, body, texts...)
	return body
}

func (s *site) has(path, body string, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		unwanted, no := strings.CutPrefix(text, "-")
		if strings.Contains(body, unwanted) == no {
			s.t.Errorf("%s: %q in\n%s", path, text, body)
		}
	}
}

func (s *site) event(subject any, typ schema.EventType) string {
	s.t.Helper()
	return fixture.Read[schema.EventID](s.World, `SELECT id FROM events WHERE subject_id = ? AND type = ?`, subject, typ).String()
}

func TestTheLogTellsWhoDidWhatToWhom(t *testing.T) {
	s := newSite(t)
	s.shows("/settings/activity", "Nothing has happened yet", `href="/settings/clients">Go to clients</a>`)
	c := s.Client("Orchard Lane Bakery")
	u := s.InviteSent(c, "hana.sato@orchardlane.example")
	s.shows("/settings/activity",
		`<strong>Priya Nair</strong> invited <strong>Hana Sato</strong><small>hana.sato@orchardlane.example · Orchard Lane Bakery</small></span><span class="tag">invitation.created</span><time`,
		`Invitation to <strong>Hana Sato</strong> was sent`, `<strong>Priya Nair</strong> added the client <strong>Orchard Lane Bakery</strong></span>`,
		`>Today, `, `>just now</time>`, `href="/settings/activity?e=`+s.event(u.ID, schema.InvitationSent)+"#"+s.event(u.ID, schema.InvitationSent)+`" aria-expanded="false"`,
		"-Show older", "-Back to the newest", "-event-detail")
	jonas := s.Member(schema.RoleMember, "Jonas Weber", "jonas@haldenstreet.example")
	if status, body := s.open(jonas, "/settings/activity"); status != 200 || !strings.Contains(body, "Hana Sato") {
		t.Errorf("a member sees %d", status)
	}
}

func TestTheFiltersStandInTheURL(t *testing.T) {
	s := newSite(t)
	lane, row := s.Client("Orchard Lane Bakery"), s.Client("Alder Row")
	hana := s.InviteSent(lane, "hana.sato@orchardlane.example")
	s.InviteSent(row, "tom.okafor@alder.example")
	s.shows("/settings/activity?client="+lane.ID.String(), "Hana Sato", "-Tom Okafor", "-· Orchard Lane Bakery",
		`id="of-client" href="/settings/activity"`, `name="client" value="`+lane.ID.String()+`"`,
		`<a href="/settings/activity?client=`+lane.ID.String()+`&amp;kind=access">Access</a>`)
	s.shows("/settings/activity?q=okafor&kind=invitations", "Tom Okafor", "-Hana Sato", `value="okafor"`, `name="kind" value="invitations"`,
		`<a href="/settings/activity?kind=invitations&amp;q=okafor" aria-current="true">Invitations</a>`, `<a href="/settings/activity?q=okafor">All</a>`)
	s.shows("/settings/activity?q=nobody%22", "Nothing found for “nobody&#34;”", `href="/settings/activity">Show everything</a>`)
	s.shows("/settings/activity?kind=access", "Nothing of this kind yet")
	s.shows("/settings/activity?q=%ff%00", "Nothing") // rubbish is no fault
	// Both at once, and what is gone stays in reach.
	s.DeleteClient(lane)
	s.Cascade(lane)
	s.shows("/settings/activity?client="+lane.ID.String()+"&person="+hana.ID.String(), `class="chip push" id="of-client" href="/settings/activity?person=`+hana.ID.String(),
		`class="chip" id="of-person" href="/settings/activity?client=`+lane.ID.String(), "Invitation to <strong>Hana Sato</strong> ended: <strong>Priya Nair</strong> deleted the client", "-added the client")
}

func TestWhatIsWrongOrAnothersIsNotFound(t *testing.T) {
	s := newSite(t)
	other := s.World.Agency("Mill Road")
	c := other.Client("Orchard Lane")
	u := other.Invite(c, "ines@example.com")
	e := s.event(u.ID, schema.InvitationCreated)
	for _, query := range []string{"client=" + c.ID.String(), "person=" + u.ID.String(), "before=" + e, "e=" + e, "kind=rubbish", "client=rubbish", "person=" + c.ID.String(),
		"e=evt_1", "before=" + schema.New[schema.EventID]().String()} {
		if status, _ := s.open(s.Owner, "/settings/activity?"+query); status != http.StatusNotFound {
			t.Errorf("%s: %d", query, status)
		}
	}
	status, body := s.open(s.Owner, "/settings/activity?q=ines")
	if status != 200 || strings.Contains(body, "Orchard Lane") || !strings.Contains(body, "Nothing found") {
		t.Errorf("the search finds another agency's: %d %s", status, body)
	}
}

func TestAnOpenEventShowsItsEmailsHistoryAndLeadsToTheRow(t *testing.T) {
	s := newSite(t)
	clock := s.StopClock()
	c := s.Client("Orchard Lane Bakery")
	u := s.InviteSent(c, "grace.lindqvist@orchardlan.example")
	clock.Forward(3 * 24 * time.Hour)
	out, err := s.System.Remind(t.Context(), 10)
	if err != nil || len(out.Due) != 1 {
		t.Fatalf("%+v (%v)", out, err)
	}
	s.Send(s.ClientUser(u.ID).EmailID)
	clock.Forward(schema.ResendCooldown) // for Resend to be offered
	s.Exec(`UPDATE emails SET state = 'bounced', reason = '550 5.1.1 No such user here.', state_at = UTC_TIMESTAMP(6) WHERE kind = 'invitation_reminder'`)
	row := `href="/settings/clients?users=` + c.ID.String() + "#" + u.ID.String() + `"`
	sent := s.event(u.ID, schema.InvitationSent)
	path := "/settings/activity?e=" + sent
	s.shows(path, `<li id="`+sent+`"><a class="event" href="/settings/activity#`+sent+`" aria-expanded="true" aria-controls="detail">`,
		"This invitation’s email", "Invited by Priya Nair", `<strong aria-current="true">Sent</strong>`,
		"To grace.lindqvist@orchardlan.example. Accepted by the mail provider on the first try.",
		`<li class="is-bad"><span>Reminder bounced, for good</span>`, "To grace.lindqvist@orchardlan.example. 550 5.1.1 No such user here.",
		"<code>"+sent+"</code>", "<code>"+u.ID.String()+"</code>", "2 of 2 for this person", "First link, expires in 4 days", "<dd>Anteroom</dd>",
		row+` aria-label="Fix email, at the row of Grace Lindqvist">Fix email</a>`, ">Resend</a>", ">Revoke</a>")
	if i, j := strings.Index(s.shows(path), "Fix email</a>"), strings.Index(s.shows(path), "Resend</a>"); i > j {
		t.Error("where the address is the trouble, Fix email comes first")
	}
	jonas := s.Member(schema.RoleMember, "Jonas Weber", "jonas@haldenstreet.example")
	if _, body := s.open(jonas, path); strings.Contains(body, "Revoke") || !strings.Contains(body, "Reminder bounced") {
		t.Errorf("a member is offered what only managers may:\n%s", body)
	}
	if err := s.Workspace().Revoke(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	s.shows(path, "First link, no longer works", "Revoked by Priya Nair", "2 of 3 for this person", "-Fix email", ">just now")
	s.shows("/settings/activity?e="+s.event(c.ID, schema.ClientCreated), "This client", "Added by Priya Nair", "1 of 1 for this client", "-Link")
}

func TestOlderEventsAreAPageAway(t *testing.T) {
	s := newSite(t)
	c := s.Client("Orchard Lane Bakery")
	for range workspace.ActivitySize {
		if err := s.Workspace().EditClient(t.Context(), c.ID, workspace.ClientForm{Name: c.Name}); err != nil {
			t.Fatal(err)
		}
	}
	second := fixture.Read[schema.EventID](s.World, `SELECT id FROM events ORDER BY id LIMIT 1 OFFSET 1`).String()
	s.shows("/settings/activity?kind=clients", `href="/settings/activity?before=`+second+`&amp;kind=clients" rel="next">Show older</a>`, "-Back to", "-added the client")
	s.shows("/settings/activity?kind=clients&before="+second, "added the client", "-Show older", `href="/settings/activity?kind=clients">Back to the newest</a>`)
	first := s.event(c.ID, schema.ClientCreated)
	s.shows("/settings/activity?e="+first, "added the client", `aria-expanded="true"`, "Back to the newest")
}

func TestAnEndpointThatWasDisabledIsTold(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("https://crm.example/hook")
	s.Exec(`UPDATE webhook_endpoints SET failures = 20, failing_since = UTC_TIMESTAMP(6) - INTERVAL 4 DAY`)
	if out, err := s.System.CheckEndpoints(t.Context(), 10); err != nil || len(out.Disabled) != 1 {
		t.Fatalf("%+v (%v)", out, err)
	}
	s.shows("/settings/activity", "was disabled: three days of nothing but failures")
	s.shows("/settings/activity?e="+s.event(e.ID, schema.EndpointDisabledEvent), "This endpoint", "1 of 1 for this endpoint", "<code>"+e.ID.String()+"</code>",
		`href="/settings/webhooks/`+e.ID.String()+`"`, "<dd>Anteroom</dd>")
}
