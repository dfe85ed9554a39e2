package webhooks_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestWithoutEndpointsThePageSaysWhatGoesThereAndHasOneButton(t *testing.T) {
	s := newSite(t)
	page := s.get(list).shows(t, 200, "No endpoints yet", `aria-current="page"`, "Developers")
	if n := strings.Count(page.body, `href="/settings/webhooks/new"`); n != 1 {
		t.Errorf("it has %d buttons", n)
	}
}

func TestTheListSaysHowEachEndpointIsDoing(t *testing.T) {
	s := newSite(t)
	e, secret := s.Endpoint("https://crm.example.com/hooks", schema.ClientCreated, schema.ClientDeleted)
	for i := range 32 {
		s.Exec(`INSERT INTO webhook_attempts (delivery_id, attempt, endpoint_id, started_at, succeeded, url, request_headers)
			VALUES (?, 1, ?, UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE, ?, '', '{}')`, schema.New[schema.DeliveryID](), e.ID, i > 0)
	}
	s.get(list).shows(t, 200, "CRM sync", ">Enabled<", "<code>crm.example.com/hooks</code>", "96.8%", "1 failed", "2 of 21 types", `class="spark"`,
		`href="`+at(e)+`"`).lacks(t, "You missed", secret, e.SecretHint)
	s.Exec(`UPDATE webhook_attempts SET succeeded = TRUE`)
	s.get(list).shows(t, 200, "100%").lacks(t, "failed</span>")
	s.Exec(`DELETE FROM webhook_attempts`)
	s.get(list).shows(t, 200, "Nothing sent")
}

func TestTheListSaysWhatADisabledEndpointMissedAndWhy(t *testing.T) {
	s := newSite(t)
	e := s.paused(schema.DisabledFailing, 2)
	s.Exec(`UPDATE users SET time_zone = 'Europe/Paris'`)
	s.Exec(`INSERT INTO webhook_attempts (delivery_id, attempt, endpoint_id, started_at, succeeded, url, request_headers, status_code)
		VALUES (?, 1, ?, '2025-11-20 22:09:00', FALSE, '', '{}', 503)`, schema.New[schema.DeliveryID](), e.ID)
	s.get(list).shows(t, 200, ">Disabled<", "You missed 2 events since", `<time datetime="2025-11-20T22:10:00Z">20 November 2025, 23:10 CET</time>`,
		"after three days in which nothing got through. Last answer: 503 Service Unavailable.", "None yet", "All types",
		`href="`+at(e)+`/enablement?missed=replay"`, `href="`+at(e)+`/enablement?missed=skip"`)
	s.Exec(`UPDATE webhook_attempts SET status_code = 0, error_text = 'The name crm.example.com does not exist.'`)
	s.get(list).shows(t, 200, "Last attempt: The name crm.example.com does not exist.")
	s.Exec(`UPDATE webhook_endpoints SET disabled_reason = 'gone'`)
	s.get(list).shows(t, 200, "410 Gone").lacks(t, "three days in which")
	s.Exec(`UPDATE webhook_endpoints SET disabled_reason = 'manual'`)
	s.Exec(`DELETE FROM webhook_deliveries`)
	s.get(list).shows(t, 200, "You missed nothing since", "Disabled by hand.", `aria-label="Enable CRM sync"`).lacks(t, "missed=skip")
}

func TestAnEndpointIsAddedAndItsSecretMayBeSeenForAWhile(t *testing.T) {
	s := newSite(t)
	s.get(list+"/new").shows(t, 200, "Add endpoint", `value="all" checked`, `value="client.created"`, "Deliveries a minute")
	res := s.post(list, "name", "CRM sync", "url", "http://127.0.0.1:9/hooks", "which", "some", "types", "client.created", "types", "invitation.accepted", "rate", "90")
	e := s.only()
	res.leadsTo(t, at(e))
	if e.Name != "CRM sync" || e.URL != "http://127.0.0.1:9/hooks" || e.Types != "client.created invitation.accepted" || e.RatePerMinute != 90 {
		t.Errorf("the row is %+v", e)
	}
	secret, err := schema.OpenSecret(s.Keys, e.ID, e.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if s.cookie(at(e), "secret-reveal") == "" || s.cookie(list, "secret-reveal") != "" {
		t.Error("the permission to see the secret is not there, or goes everywhere")
	}
	for _, h := range res.Header {
		if strings.Contains(strings.Join(h, " "), secret[10:]) {
			t.Errorf("the secret travels in %v", h)
		}
	}
	s.get(list).lacks(t, secret, secret[6:])
}

func TestTheFormKeepsWhatWasEnteredAndSaysTheFixUnderItsField(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("http://127.0.0.1:9/hooks")
	before := s.Snapshot()
	for name, c := range map[string]struct {
		fields []string
		shows  []string
	}{
		"no name":        {[]string{"name", " ", "url", "http://127.0.0.1:9", "which", "all"}, []string{`id="name-error"`, "Enter the name.", `value="http://127.0.0.1:9"`, `value="all" checked`}},
		"no web address": {[]string{"name", "Bridge", "url", "127.0.0.1", "which", "all"}, []string{`id="url-error"`, `value="Bridge"`, "https://crm.example.com/hooks/anteroom"}},
		"no types": {[]string{"name", "Bridge", "url", "http://127.0.0.1:9", "which", "some", "rate", "7"}, []string{`id="types-error"`, "at least one type",
			`value="some" checked`, `value="7"`}},
		"a type that doesn't exist": {[]string{"name", "Bridge", "url", "http://127.0.0.1:9", "which", "some", "types", "client.created", "types", "x"},
			[]string{`id="types-error"`, `value="client.created" checked`}},
		"too fast": {[]string{"name", "Bridge", "url", "http://127.0.0.1:9", "which", "all", "rate", "1e9"}, []string{`id="rate-error"`, "60000 at most"}},
	} {
		s.post(list, c.fields...).shows(t, 422, append(c.shows, `action="/settings/webhooks"`, "Error: Add endpoint")...)
		s.post(at(e), c.fields...).shows(t, 422, append(c.shows, `action="`+at(e)+`"`, "Error: Edit CRM sync")...)
		if s.Snapshot() != before && name != "" {
			t.Fatalf("%s: something was written", name)
		}
	}
	s.post(list, "name", "crm SYNC", "url", "http://127.0.0.1:9", "which", "all").shows(t, 422, `id="name-error"`, "called CRM sync already")
}

func TestAnAddressThatIsNotToBeCalledIsRefusedInWords(t *testing.T) {
	s := newSite(t)
	for _, bad := range []string{"http://10.20.4.12/hooks", "https://10.20.4.12/hooks", "https://[::1]/hooks", "https://user:pass@127.0.0.1/hooks"} {
		page := s.post(list, "name", "Bridge", "url", bad, "which", "all").shows(t, 422, `id="url-error"`, `value="Bridge"`, `value="`+bad+`"`)
		_, said, _ := strings.Cut(page.body, `id="url-error"`)
		_, said, _ = strings.Cut(said, "<span>")
		said, _, _ = strings.Cut(said, "</span>")
		fixture.Sentence(t, said)
	}
	if n := fixture.Read[int](s.World, `SELECT COUNT(*) FROM webhook_endpoints`); n != 0 {
		t.Errorf("%d were added", n)
	}
	// One that is there already is looked at again only when it changes.
	e, _ := s.Endpoint("https://10.20.4.12/hooks")
	s.post(at(e), "name", "Renamed", "url", "https://10.20.4.12/hooks", "which", "all").leadsTo(t, at(e))
	s.post(at(e), "name", "Renamed", "url", "https://10.20.4.13/hooks", "which", "all").shows(t, 422, `id="url-error"`)
}

func TestAnEndpointIsEditedFromWhatItIs(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("http://127.0.0.1:9/hooks", schema.ClientCreated, schema.ClientUserActivated)
	s.Exec(`UPDATE webhook_endpoints SET rate_per_minute = 30 WHERE id = ?`, e.ID)
	s.get(at(e)+"/edit").shows(t, 200, "Edit CRM sync", `value="CRM sync"`, `value="http://127.0.0.1:9/hooks"`, `value="some" checked`,
		`value="client.created" checked`, `value="client_user.activated" checked`, `value="30"`, "<span data-chosen>2</span> of 21 types chosen").lacks(t, `value="client.deleted" checked`)
	s.post(at(e), "name", "Bridge", "url", "http://127.0.0.1:10/", "which", "all", "types", "client.created", "rate", "").leadsTo(t, at(e))
	got := s.row(e.ID)
	if got.Name != "Bridge" || got.URL != "http://127.0.0.1:10/" || !got.Types.All() || got.RatePerMinute != 0 || string(got.Secret) != string(e.Secret) {
		t.Errorf("the row is %+v", got)
	}
}

func TestNoMoreEndpointsCanBeAddedThanThereIsRoomFor(t *testing.T) {
	s := newSite(t)
	for range schema.MaxEndpoints {
		s.Endpoint("http://127.0.0.1:9/")
	}
	s.get(list).shows(t, 200, "There are 10 endpoints, and no more are possible").lacks(t, `href="/settings/webhooks/new"`)
	s.post(list, "name", "Eleventh", "url", "http://127.0.0.1:9/", "which", "all").shows(t, 409, "There are 10 endpoints", `value="Eleventh"`)
}

func TestATestEventIsSentOfAChosenType(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("http://127.0.0.1:9/", schema.InvitationSent, schema.InvitationAccepted)
	s.get(at(e)+"/tests").shows(t, 200, "Send test event", `<option value="invitation.sent" selected>`, `<option value="client.created">`)
	res := s.post(at(e)+"/tests", "type", "client.created")
	d := s.Deliveries(e.ID)
	if len(d) != 1 || !d[0].Test || d[0].Type != schema.ClientCreated {
		t.Fatalf("the deliveries are %+v", d)
	}
	res.leadsTo(t, at(e)+"?d="+d[0].ID.String())
	s.post(at(e)+"/tests", "type", "client.eaten").shows(t, 422, `id="type-error"`)
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual', disabled_at = UTC_TIMESTAMP(6)`)
	s.get(at(e)+"/tests").shows(t, 200, "although the endpoint is disabled")
	s.post(at(e)+"/tests", "type", "client.created")
	if d := s.Deliveries(e.ID); len(d) != 2 || d[1].State != schema.DeliveryQueued {
		t.Errorf("the deliveries are %+v", d)
	}
}

func TestTheSecretIsShownAfterTheRightPasswordOnly(t *testing.T) {
	s := newSite(t)
	e, secret := s.Endpoint("http://127.0.0.1:9/")
	s.get(at(e)+"/secret").shows(t, 200, `name="password"`, "five minutes").lacks(t, secret, secret[6:])
	for _, wrong := range []string{"", "not the password"} {
		res := s.post(at(e)+"/secret-reveals", "password", wrong)
		res.shows(t, 422, `id="password-error"`, "That is not your password").lacks(t, secret)
		if wrong != "" {
			res.lacks(t, wrong)
		}
		if s.cookie(at(e), "secret-reveal") != "" {
			t.Fatalf("%q permits to see it", wrong)
		}
	}
	s.post(at(e)+"/secret-reveals", "password", fixture.Password).leadsTo(t, at(e))
	if s.cookie(at(e), "secret-reveal") == "" {
		t.Error("the right password doesn't permit to see it")
	}
}

func TestTheEndpointsPageShowsTheSecretToNobodyElseAndAfterARotationTheNewOneAlone(t *testing.T) {
	s := newSite(t)
	e, secret := s.Endpoint("http://127.0.0.1:9/")
	jonas := s.open(s.Member(schema.RoleAdmin, "Jonas Weber", "jonas@halden.example"))
	other, _ := s.Endpoint("http://127.0.0.1:9/other")
	s.get(at(e)).shows(t, 200, e.SecretHint).lacks(t, secret)
	s.post(at(e)+"/secret-reveals", "password", fixture.Password).leadsTo(t, at(e))
	if got := s.get(at(e)).shows(t, 200, secret).Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page may be kept: %q", got)
	}
	s.get(at(other)).lacks(t, secret)
	jonas.get(at(e)).shows(t, 200).lacks(t, secret)
	jonas.post(at(e)+"/secret-rotations", "overlap", "1h").leadsTo(t, at(e))
	row := s.row(e.ID)
	second, err := schema.OpenSecret(s.Keys, e.ID, row.Secret)
	if err != nil {
		t.Fatal(err)
	}
	jonas.get(at(e)).shows(t, 200, second).lacks(t, secret)
	s.Exec(`DELETE FROM sessions WHERE user_id = ?`, s.Owner.ID)
	s.get(at(e)).shows(t, 303)
}

func TestGuessingThePasswordIsSlowedDownForThePersonWhoeverTheyAsk(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("http://127.0.0.1:9/")
	jonas := s.open(s.Member(schema.RoleAdmin, "Jonas Weber", "jonas@halden.example"))
	for range 5 {
		s.post(at(e)+"/secret-reveals", "password", "wrong").shows(t, 422)
		s.post("/settings/account/password", "current", "wrong", "password", "another good password").shows(t, 422)
	}
	s.post(at(e)+"/secret-reveals", "password", fixture.Password).shows(t, 429, "tried too often")
	if s.cookie(at(e), "secret-reveal") != "" {
		t.Error("it permits to see the secret all the same")
	}
	jonas.post(at(e)+"/secret-reveals", "password", fixture.Password).leadsTo(t, at(e))
}

func TestASecretIsRotatedWithAnOverlapThatThePersonChooses(t *testing.T) {
	s := newSite(t)
	e, first := s.Endpoint("http://127.0.0.1:9/")
	s.get(at(e)+"/secret-rotations").shows(t, 200, "Rotate the signing secret?", `value="24h" checked`, `value="0s"`, "ends in "+e.SecretHint).lacks(t, "from before the last rotation", first)
	s.post(at(e)+"/secret-rotations", "overlap", "72h").leadsTo(t, at(e))
	row := s.row(e.ID)
	if left := row.OldSecretUntil.Sub(s.Now()); left < 71*time.Hour || left > 72*time.Hour || string(row.OldSecret) != string(e.Secret) || string(row.Secret) == string(e.Secret) {
		t.Errorf("the old one signs for %s", left)
	}
	if s.cookie(at(e), "secret-reveal") == "" {
		t.Error("the new one may not be seen")
	}
	s.get(at(e)+"/secret-rotations").shows(t, 200, "The secret from before the last rotation stops at once")
	s.get(at(e)+"/old-secret/removal").shows(t, 200, "Stop the old secret now?", row.SecretHint)
	s.post(at(e)+"/old-secret/removal").leadsTo(t, at(e))
	if s.row(e.ID).OldSecret != nil {
		t.Error("the old one is still there")
	}
	s.post(at(e)+"/old-secret/removal").shows(t, 409, "stopped signing already")
	s.get(at(e)+"/old-secret/removal").shows(t, 200, "has stopped already").lacks(t, "<form method=\"post\" action=\""+at(e))
	for _, bad := range []string{"", "x", "-1h", "169h"} {
		s.post(at(e)+"/secret-rotations", "overlap", bad).shows(t, 422, `id="overlap-error"`)
	}
	s.post(at(e)+"/secret-rotations", "overlap", "0s").leadsTo(t, at(e))
	if row := s.row(e.ID); row.OldSecret != nil || row.OldSecretUntil != nil {
		t.Error("the old one signs on")
	}
}

func TestAnEndpointIsDisabledAndEnabledAgain(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("http://127.0.0.1:9/")
	s.BareClient("Orchard Lane")
	s.get(at(e)+"/disablement").shows(t, 200, "Disable CRM sync?", "1 delivery that is not through yet stops")
	s.get(at(e)+"/enablement").shows(t, 200, "CRM sync is enabled already").lacks(t, `action="`+at(e))
	s.post(at(e)+"/disablement").leadsTo(t, at(e))
	if got := s.row(e.ID); got.DisabledReason != schema.DisabledManual {
		t.Errorf("the row is %+v", got)
	}
	s.post(at(e)+"/disablement").shows(t, 409, "CRM sync is disabled already.")
	s.get(at(e)+"/disablement").shows(t, 200, "CRM sync is disabled already")
	s.get(at(e)+"/enablement").shows(t, 200, "You missed nothing since").lacks(t, `name="missed"`)
	for _, name := range []string{"Alder Row", "Kiln"} {
		s.BareClient(name)
	}
	s.get(at(e)+"/enablement").shows(t, 200, "You missed 2 events since", `value="replay" checked`, "Skip all 2")
	s.get(at(e)+"/enablement?missed=skip").shows(t, 200, `value="skip" checked`)
	s.post(at(e)+"/enablement").shows(t, 422, `id="missed-error"`, "2 missed events", "You missed 2 events")
	s.post(at(e)+"/enablement", "missed", "skip").leadsTo(t, at(e))
	if got := s.row(e.ID); got.Status != schema.EndpointEnabled {
		t.Errorf("the row is %+v", got)
	}
	if k := fixture.Read[schema.ReplayKind](s.World, `SELECT kind FROM webhook_replays`); k != schema.ReplaySkip {
		t.Errorf("what it missed is %s", k)
	}
	s.post(at(e)+"/enablement", "missed", "skip").shows(t, 409, "CRM sync is enabled already.")
}

func TestAnEndpointIsRemovedAfterItsConsequencesWereSaid(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("http://127.0.0.1:9/hooks")
	s.BareClient("Orchard Lane")
	s.BareClient("Alder Row")
	s.Exec(`UPDATE webhook_deliveries SET state = 'held', due_at = NULL, ring_at = NULL ORDER BY id LIMIT 1`)
	s.get(at(e)+"/removal").shows(t, 200, "Remove CRM sync?", "http://127.0.0.1:9/hooks", "1 open delivery is cancelled", "1 event that it missed is never sent")
	s.post(at(e)+"/removal").leadsTo(t, list)
	s.get(list).shows(t, 200, "No endpoints yet", "The endpoint is removed.")
	if row := s.row(e.ID); row.Status != schema.EndpointDeleted || len(row.Secret) != 0 {
		t.Errorf("the row is %+v", row)
	}
	s.get(at(e)+"/edit").shows(t, 404)
	s.post(at(e)+"/removal").shows(t, 404)
}

func TestTheCatalogueHasEveryTypeWithItsExampleAndSchema(t *testing.T) {
	s := newSite(t)
	page := s.get(list+"/events").shows(t, 200, "How to verify", "webhook-signature", "Retry-After", "410", "10 times in all", schema.APIVersion)
	for _, k := range schema.Catalogue() {
		page.shows(t, 200, `id="`+string(k.Type)+`"`, `href="#`+string(k.Type)+`"`, "JSON Schema of "+string(k.Type))
	}
	page.shows(t, 200, `"type": "endpoint.disabled"`)
}

// everyRoute calls do with every route of one endpoint, and of none.
func (s *site) everyRoute(e schema.Endpoint, do func(method, path string, ofOne bool)) {
	s.t.Helper()
	n := 0
	for _, r := range s.app.GetRoutes(true) {
		if r.Method == http.MethodHead || r.Path != list && !strings.HasPrefix(r.Path, list+"/") || !mine(r.Method, r.Path) {
			continue
		}
		n++
		do(r.Method, strings.Replace(r.Path, ":endpoint", e.ID.String(), 1), strings.Contains(r.Path, ":endpoint"))
	}
	if n != 20 {
		s.t.Fatalf("%d routes", n)
	}
}

// mine leaves out those of the endpoint's own page and log.
func mine(method, path string) bool {
	_, rest, one := strings.Cut(path, list+"/:endpoint")
	if !one {
		return !strings.Contains(path, "/:")
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "/")
	return !slices.Contains([]string{"health", "deliveries", "replays"}, first) && (rest != "" || method == http.MethodPost)
}

func (b *browser) any(method, path string) answer {
	b.t.Helper()
	if method == http.MethodGet {
		return b.get(path)
	}
	return b.post(path, "name", "X", "url", "http://127.0.0.1:9/", "which", "all", "type", "client.created", "password", fixture.Password, "overlap", "1h", "missed", "skip")
}

func TestAnotherAgencysEndpointIsNotFoundOnAnyRouteAndUntouched(t *testing.T) {
	s := newSite(t)
	theirs := s.World.Agency("Mill Road")
	e, _ := theirs.Endpoint("https://crm.example.com")
	gone, _ := s.Endpoint("https://crm.example.com")
	if _, err := s.Workspace().RemoveEndpoint(t.Context(), gone.ID); err != nil {
		t.Fatal(err)
	}
	before := s.Snapshot()
	for _, e := range []schema.Endpoint{e, gone} {
		s.everyRoute(e, func(method, path string, ofOne bool) {
			if !ofOne {
				return
			}
			if res := s.any(method, path); res.StatusCode != 404 || s.cookie(path, "secret-reveal") != "" {
				t.Errorf("%s %s: %d", method, path, res.StatusCode)
			}
			if res := s.any(method, strings.Replace(path, e.ID.String(), "ep_rubbish", 1)); res.StatusCode != 404 {
				t.Errorf("%s %s with rubbish: %d", method, path, res.StatusCode)
			}
		})
	}
	if s.Snapshot() != before {
		t.Error("something was written")
	}
	s.get(list).lacks(t, e.ID.String())
}

func TestAMemberIsTurnedAwayOnEveryRoute(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("https://crm.example.com")
	amara := s.open(s.Member(schema.RoleMember, "Amara Osei", "amara@halden.example"))
	amara.get("/settings/clients").shows(t, 200).lacks(t, "Developers", list)
	before := s.Snapshot()
	s.everyRoute(e, func(method, path string, _ bool) { amara.any(method, path).shows(t, 403) })
	if s.Snapshot() != before {
		t.Error("something was written")
	}
}

func TestNoGETChangesAnything(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("https://crm.example.com")
	before := s.Snapshot()
	s.everyRoute(e, func(method, path string, _ bool) {
		if method == http.MethodGet {
			res := s.get(path).shows(t, 200)
			if got := res.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s may be kept: %q", path, got)
			}
		}
	})
	if s.Snapshot() != before {
		t.Error("something was written")
	}
}

func TestWhatOpensAsADialogIsAPageToo(t *testing.T) {
	s := newSite(t)
	e, _ := s.Endpoint("https://crm.example.com")
	for _, name := range []string{"tests", "secret", "secret-rotations", "old-secret/removal", "disablement", "enablement", "removal"} {
		s.get(at(e)+"/"+name).shows(t, 200, "<main", `<h1 id="dialog-h">`)
		r := httptest.NewRequest(http.MethodGet, home+at(e)+"/"+name, nil)
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Target", "dialog")
		s.do(r).shows(t, 200, "<dialog", `<h2 id="dialog-h">`).lacks(t, "<main")
	}
}
