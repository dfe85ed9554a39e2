package deliveries_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

func TestTheLogSaysWhereEachDeliveryStands(t *testing.T) {
	s := newSite(t)
	s.open(s.path).shows(t, 200, "<h1>CRM sync</h1>", `<span class="pill pill-active">Enabled</span>`, "https://crm.example/hooks", "No deliveries yet",
		"Choose a delivery", "-Replay", `aria-label="No attempts in the last 24 hours"`, "<dd>All <small>types</small>", `whsec_••••`+s.to.SecretHint)
	good := s.Delivery(s.to, nil)
	s.Attempt(good, nil)
	s.retrying(13*time.Minute+20*time.Second, schema.ErrorStatus, 500)
	s.retrying(13*time.Minute, schema.ErrorTimeout, 0)
	s.failedFor(schema.ErrorTLS, 0, nil)
	s.failedFor(schema.ErrorRedirect, 302, nil)
	s.Delivery(s.to, func(d *schema.Delivery) { d.State, d.Tries, d.Attempt, d.StatusCode = schema.DeliveryWaiting, 0, 0, 0 })
	s.Delivery(s.to, func(d *schema.Delivery) { d.State, d.Tries, d.Attempt, d.StatusCode = schema.DeliveryHeld, 0, 0, 0 })
	test := s.Delivery(s.to, func(d *schema.Delivery) { d.Test = true })
	s.Attempt(test, nil)
	page := s.open(s.path)
	page.shows(t, 200, `<span class="status-code">200</span><code>invitation.accepted</code>`, "<small>Delivered, 212 ms</small>",
		`<span class="status-code is-bad">500</span>`, "<small>Attempt 3 of 10, next in 13 min</small>",
		`<span class="sr-only">Timed out</span>`, "<small>Timed out after 15 s, attempt 3 of 10</small>",
		`<span class="sr-only">TLS failed</span>`, "<small>TLS failed, given up after 10 attempts</small>", `<span class="status-code is-bad">302</span>`,
		"<small>Waiting for room</small>", "<small>Held while the endpoint is disabled</small>", `<span class="tag">Test</span>`,
		"Showing 8 of 8", "-Show older", ">just now</time>", `33.3% <small>2 of 6 tries`, `212 ms <small>p95 212 ms`,
		`Retrying <span class="muted num">2</span>`, `Failed <span class="muted num">2</span>`, `Held <span class="muted num">1</span>`, "Replay 2 failed",
		`hx-get="`+s.path+`/health" hx-trigger="sse:`+s.to.ID.String()+`"`, `hx-get="`+s.path+`/deliveries" hx-trigger="sse:`+s.to.ID.String()+`"`)
	if !strings.Contains(page.Body, `sse-connect="/settings/live"`) {
		t.Error("the page hears of nothing")
	}
}

func TestFiltersAndPagesStandInTheURL(t *testing.T) {
	s := newSite(t)
	s.failedFor(schema.ErrorStatus, 500, nil)
	s.Delivery(s.to, func(d *schema.Delivery) { d.Type = schema.ClientCreated })
	s.open(s.path+"?status=failed").shows(t, 200, "500", "-200", `href="`+s.path+`?status=failed" id="filter-failed" aria-current="true"`, "Showing 1 of 1", "-filter-held",
		`<input type="hidden" name="status" value="failed">`, `hx-get="`+s.path+`/deliveries?status=failed"`)
	s.open(s.path+"?type=client.created").shows(t, 200, "<option selected>client.created</option>", "Showing 1 of 1", "-500", `href="`+s.path+`?status=failed&amp;type=client.created"`,
		"Replay 1 failed")
	s.open(s.path+"?status=failed&type=client.created").shows(t, 200, "No delivery passes these filters", `href="`+s.path+`">Show all</a>`)
	s.open(s.path+"?status=retrying").shows(t, 200, "No delivery passes these filters")
	s.open(s.path+`?type="><script>`).shows(t, 200, "-<script>")
	for _, rubbish := range []string{"?status=rubbish", "?d=rubbish", "?before=rubbish", "?d=" + schema.New[schema.DeliveryID]().String(), "?d=" + s.to.ID.String(), "?a=-1"} {
		if a := s.open(s.path + rubbish); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", rubbish, a.Status)
		}
	}
}

func TestOlderDeliveriesAreAPageAway(t *testing.T) {
	s := newSite(t)
	var all []schema.Delivery
	for range workspace.DeliveriesSize + 2 {
		all = append(all, s.failedFor(schema.ErrorStatus, 500, nil))
	}
	edge := all[2] // the last on the first page
	s.open(s.path+"?status=failed").shows(t, 200, "Showing 20 of 22", `href="`+s.path+`?before=`+edge.EventID.String()+`&amp;status=failed" rel="next">Show older</a>`,
		"-Back to the newest", "-"+all[0].ID.String())
	s.open(s.path+"?status=failed&before="+edge.EventID.String()).shows(t, 200, all[0].ID.String(), all[1].ID.String(), "-"+edge.ID.String(), "Showing 2 of 22", "-Show older",
		`href="`+s.path+`?status=failed">Back to the newest</a>`)
	s.open(s.path+"?before="+all[0].EventID.String()).shows(t, 200, "Nothing older")
	if parts := s.part(s.path + "/deliveries?status=failed&before=" + edge.EventID.String()); parts.Status != 200 || strings.Contains(parts.Body, "<html") {
		t.Errorf("the part: %d %s", parts.Status, parts.Body)
	}
}

func TestADeliveryShowsWhatWasSentAndWhatCameBack(t *testing.T) {
	s := newSite(t)
	d := s.Delivery(s.to, func(d *schema.Delivery) {
		at := d.CreatedAt.Add(time.Hour)
		d.State, d.Tries, d.Attempt, d.StatusCode, d.ErrorClass, d.DueAt = schema.DeliveryQueued, 2, 2, 500, schema.ErrorStatus, &at
	})
	s.Attempt(d, func(a *schema.Attempt) {
		a.Number, a.Succeeded, a.Ambiguous, a.StatusCode, a.ErrorClass, a.TotalMicros = 1, false, true, 0, schema.ErrorTimeout, 15_000_000
		a.ResponseBody, a.ResponseHeaders, a.ErrorText = nil, nil, "The receiver did not answer within 15 seconds."
	})
	s.Attempt(d, func(a *schema.Attempt) {
		a.Number, a.Succeeded, a.StatusCode, a.ErrorClass, a.TotalMicros = 2, false, 500, schema.ErrorStatus, 1_240_000
		a.ResponseBody, a.ResponseCut = []byte(`{"error":"contact_not_found","n":1}`), true
	})
	path := s.path + "?d=" + d.ID.String()
	s.open(path).shows(t, 200, `aria-current="true"`, "<code>"+d.EventID.String()+"</code>", "Attempt 2 of 10, next in 1 hour",
		`<span class="num">1.24 s</span><span>Internal Server Error</span>`, `<span class="num">15.0 s</span><span>No answer within 15.0 s. Sent in full, no answer: the receiver may have it</span>`,
		"35 B, cut at 16 kB", `{<span class="k">&#34;error&#34;</span>: <span class="s">&#34;contact_not_found&#34;</span>,`+"\n"+`<span class="k">&#34;n&#34;</span>: 1}`,
		"POST /hooks\nContent-Type: application/json\nWebhook-Id: "+d.EventID.String()+"\n", `<span class="k">&#34;sequence&#34;</span>: 1`,
		"DNS <b>3 ms</b>", "Total <b>1.24 s</b>", "to <code>203.0.113.7:443</code>", "Response headers", "curl --globoff", `data-copy="curl"`,
		`action="`+s.path+`/deliveries/`+d.ID.String()+`/replays?d=`+d.ID.String()+`"`, `href="`+path[:strings.Index(path, "?")]+`?a=1&amp;d=`+d.ID.String()+`#delivery"`)
	s.open(path+"&a=1").shows(t, 200, "The receiver did not answer within 15 seconds.", "the receiver may have taken the event", "No answer came.", "-contact_not_found", "-Response headers")
	if a := s.open(path + "&a=9"); a.Status != http.StatusNotFound {
		t.Errorf("an attempt that does not exist: %d", a.Status)
	}
}

func TestTheNextAttemptIsSaidWhateverWentWrong(t *testing.T) {
	s := newSite(t)
	for class, want := range map[schema.ErrorClass]string{schema.ErrorDNS: "Host not found, attempt 3 of 10, next in 13 min (at <time", schema.ErrorStatus: "Attempt 3 of 10, next in 13 min (at <time"} {
		d := s.retrying(13*time.Minute+10*time.Second, class, map[bool]int{true: 500}[class == schema.ErrorStatus])
		s.open(s.path+"?d="+d.ID.String()).shows(t, 200, want)
	}
}

func TestAStrangersAnswerIsTextWhateverItSays(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		body  string
		shows []string
	}{
		{`<script>alert(1)</script><img src=x onerror=alert(2)>`, []string{"&lt;script&gt;alert(1)&lt;/script&gt;", "-<script>alert", "-<img src=x"}},
		{`{"</pre><script>":"</script><b>"}`, []string{"&lt;/pre&gt;&lt;script&gt;", "-<script>", "-<b>&#34;"}},
		{"\x89PNG\r\n\x1a\n\x00\x00\x00", []string{"11 bytes of binary data", "-PNG"}},
		{"caf\xe9 is closed today, sorry about that", []string{"caf\ufffd is closed today"}},
		{"pay \u202eevil\u202c now", []string{`pay \u202eevil\u202c now`}},
		{strings.Repeat("[", 9000) + strings.Repeat("]", 9000), []string{"[[[["}},
		{"", []string{"The answer had no body."}},
	} {
		d := s.failedFor(schema.ErrorStatus, 500, func(a *schema.Attempt) {
			a.ResponseBody, a.ResponseHeaders = []byte(c.body), []byte(`{"X-Evil":"</pre><script>alert(3)</script>"}`)
		})
		page := s.open(s.path + "?d=" + d.ID.String())
		page.shows(t, 200, append(c.shows, "-<script>alert(3)", "X-Evil: &lt;/pre&gt;")...)
		if len(page.Body) > 1<<20 {
			t.Errorf("%.20q makes a page of %d bytes", c.body, len(page.Body))
		}
	}
}

func TestAnOpenDeliveryIsReadAgainOnlyWhenItChanged(t *testing.T) {
	s := newSite(t)
	d := s.retrying(time.Hour, schema.ErrorStatus, 500)
	body := s.open(s.path + "?d=" + d.ID.String()).Body
	_, rest, _ := strings.Cut(body, `hx-get="`+s.path+`/deliveries/`)
	part, _, _ := strings.Cut(rest, `"`)
	part = s.path + "/deliveries/" + strings.ReplaceAll(part, "&amp;", "&")
	if a := s.part(part); a.Status != http.StatusNoContent || a.Body != "" {
		t.Errorf("nothing changed: %d %s", a.Status, a.Body)
	}
	if a := s.open(part); a.Status != http.StatusSeeOther || a.Location != s.path+"?d="+d.ID.String()+"#delivery" {
		t.Errorf("without the page: %d %s", a.Status, a.Location)
	}
	if err := s.Workspace().ReplayDelivery(t.Context(), s.to.ID, d.ID); err != nil {
		t.Fatal(err)
	}
	s.part(part).shows(t, 200, "Sent in a moment", "It is on its way.", "-<html", "-/replays")
	for _, part := range []string{"/health", "/deliveries"} {
		if a := s.open(s.path + part + "?status=failed"); a.Status != http.StatusSeeOther || a.Location != s.path+"?status=failed" {
			t.Errorf("%s: %d %s", part, a.Status, a.Location)
		}
	}
	s.part(s.path+"/health").shows(t, 200, `id="health"`, "-<html", `hx-swap-oob="innerHTML:#endpoint-status"`)
}

func TestTheHealthOfAnEndpointIsSaidInWords(t *testing.T) {
	s := newSite(t)
	s.Exec(`UPDATE webhook_endpoints SET failures = 4, failing_since = '2026-11-23 11:12:00', rate_per_minute = 600, types = 'client.created client.deleted',
		old_secret = secret, old_secret_until = UTC_TIMESTAMP(6) + INTERVAL 1 DAY`)
	s.open(s.path).shows(t, 200, "Nothing has got through since <time", "23 November", "4 attempts have failed in a row", "26 November", "600 a minute at most",
		"<dd>2 <small>of ", "signs too, until", "/old-secret/removal", "-Disabled")
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'failing', disabled_at = UTC_TIMESTAMP(6)`)
	s.Delivery(s.to, func(d *schema.Delivery) { d.State, d.Tries, d.Attempt, d.StatusCode = schema.DeliveryHeld, 0, 0, 0 })
	s.failedFor(schema.ErrorStatus, 503, nil)
	s.open(s.path).shows(t, 200, "You missed 1 event since", "Disabled after three days in which nothing got through. Last answer: 503 Service Unavailable.",
		`action="`+s.path+`/enablement"`, `name="missed" value="replay"`, `name="missed" value="skip"`, `<span class="pill pill-failed">Disabled</span>`, "/enablement\" hx-get", "-Nothing has got through")
	if a := s.post(s.path+"/enablement", "missed", "skip"); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	s.open(s.path).shows(t, 200, "Skipping what was missed: <span class=\"num\">0 of 1</span>", "Started by Priya Nair", `max="1" value="0"`)
}

func TestTheSecretIsShownToThoseWhoTypedTheirPasswordOnly(t *testing.T) {
	s := newSite(t)
	secret, err := schema.OpenSecret(s.Keys, s.to.ID, s.to.Secret)
	if err != nil {
		t.Fatal(err)
	}
	s.open(s.path).shows(t, 200, "-"+secret, s.path+"/secret\"")
	token, err := s.Visitor.SignIn(t.Context(), s.Owner.Email, fixture.Password, "")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(r *http.Request) *http.Response {
		r.AddCookie(&http.Cookie{Name: "session", Value: string(token)})
		res, err := s.app.Test(r, -1)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	r := httptest.NewRequest(http.MethodPost, s.path+"/secret-reveals", strings.NewReader("password="+strings.ReplaceAll(fixture.Password, " ", "+")))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res := ask(r)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", res.StatusCode)
	}
	r = httptest.NewRequest(http.MethodGet, s.path, nil)
	for _, c := range res.Cookies() {
		r.AddCookie(c)
	}
	res = ask(r)
	defer res.Body.Close()
	buf := new(strings.Builder)
	if err := res.Write(buf); err != nil {
		t.Fatal(err)
	}
	answer{res.StatusCode, "", buf.String()}.shows(t, 200, strings.ReplaceAll(secret, "+", "&#43;"), `data-copy="secret"`)
}

func TestOthersSeeNothing(t *testing.T) {
	s := newSite(t)
	d := s.failedFor(schema.ErrorStatus, 500, nil)
	other := s.World.Agency("Mill Road")
	theirs, _ := other.Endpoint("https://crm.example/hooks")
	member := s.Member(schema.RoleMember, "Jonas Weber", "jonas@haldenstreet.example")
	replay := s.path + "/deliveries/" + d.ID.String() + "/replays"
	for _, path := range []string{s.path, s.path + "/replays", s.path + "/health", s.path + "/deliveries", s.path + "?d=" + d.ID.String()} {
		if a := s.send(other.Owner, httptest.NewRequest(http.MethodGet, path, nil)); a.Status != http.StatusNotFound && a.Status != http.StatusSeeOther {
			t.Errorf("%s of another agency: %d", path, a.Status)
		}
		if a := s.send(member, httptest.NewRequest(http.MethodGet, path, nil)); a.Status != http.StatusForbidden {
			t.Errorf("%s for a member: %d", path, a.Status)
		}
	}
	for who, want := range map[*fixture.Person]int{&other.Owner: http.StatusNotFound, &member: http.StatusForbidden} {
		for _, path := range []string{replay, s.path + "/replays"} {
			if a := s.send(*who, httptest.NewRequest(http.MethodPost, path, nil)); a.Status != want {
				t.Errorf("%s: %d, want %d", path, a.Status, want)
			}
		}
	}
	// One's own endpoint with another agency's delivery, or another endpoint's.
	elsewhere := "/settings/webhooks/" + theirs.ID.String()
	if a := s.send(other.Owner, httptest.NewRequest(http.MethodGet, elsewhere+"?d="+d.ID.String(), nil)); a.Status != http.StatusNotFound {
		t.Errorf("another agency's delivery: %d", a.Status)
	}
}
