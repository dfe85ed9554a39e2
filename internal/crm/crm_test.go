package crm_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unsafe"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"anteroom/internal/crm"
)

type bench struct {
	*testing.T
	*crm.Server
	file string
	stop chan struct{}
}

func newCRM(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, file: filepath.Join(t.TempDir(), "crm-secret"), stop: make(chan struct{})}
	var err error
	b.Server, err = crm.New(crm.Options{SecretFile: b.file, Stylesheet: "/assets/app.css", Script: "/assets/htmx.js", Stop: b.stop})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// body is the payload of one event about a person.
func body(sequence int, person, status string) string {
	return fmt.Sprintf(`{"type":"invitation.created","timestamp":"2026-11-23T10:00:00Z","data":{"sequence":%d,
		"client":{"id":"cl_1","name":"Orchard Lane"},"client_user":{"id":"cu_%s","full_name":%q,"status":%q}}}`, sequence, person, person, status)
}

// send sends an event as Anteroom does, signed with a secret at a time.
func (b *bench) sendAs(secret, id, payload string, at time.Time) *httptest.ResponseRecorder {
	b.Helper()
	v, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		b.Fatal(err)
	}
	signature, err := v.Sign(id, at, []byte(payload))
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.Context(), "POST", "/dev/crm/hook", strings.NewReader(payload))
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", fmt.Sprint(at.Unix()))
	r.Header.Set("webhook-signature", signature)
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

func (b *bench) send(id, payload string) *httptest.ResponseRecorder {
	b.Helper()
	return b.sendAs(b.Secret(), id, payload, time.Now())
}

func (b *bench) get(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func (b *bench) post(path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

func (b *bench) turn(answer string) {
	b.Helper()
	if w := b.post("/dev/crm/answers", url.Values{"answer": {answer}}); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/dev/crm" {
		b.Fatalf("the switch %s answers %d", answer, w.Code)
	}
}

var tags = regexp.MustCompile(`<[^>]*>|\s+`)

// reads is the text of the page.
func (b *bench) reads(path string) string {
	b.Helper()
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(b.get(path).Body.String(), " "))), " ")
}

func (b *bench) shows(path string, texts ...string) {
	b.Helper()
	page := b.reads(path)
	for _, want := range texts {
		if !strings.Contains(page, want) {
			b.Errorf("%q is missing in %s", want, page)
		}
	}
}

func (b *bench) hides(path string, texts ...string) {
	b.Helper()
	page := b.reads(path)
	for _, want := range texts {
		if strings.Contains(page, want) {
			b.Errorf("%q stands in %s", want, page)
		}
	}
}

func TestOnlyWhatIsSignedWellIsTaken(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	b.shows("/dev/crm", "No events yet")
	other := "whsec_" + strings.Repeat("QUJD", 11)
	for name, w := range map[string]*httptest.ResponseRecorder{
		"another secret": b.sendAs(other, "evt_a", body(1, "Ines", "invited"), time.Now()),
		"an old one":     b.sendAs(b.Secret(), "evt_b", body(1, "Ines", "invited"), time.Now().Add(-6*time.Minute)),
		"no signature":   b.post("/dev/crm/hook", nil),
	} {
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%s: answered %d", name, w.Code)
		}
	}
	b.shows("/dev/crm", "No events yet", "Refused", "evt_a", "None of its signatures fits", "more than five minutes off", "It lacks webhook-id")
	if w := b.send("evt_c", body(1, "Ines", "invited")); w.Code != http.StatusOK || w.Body.String() != "{\"ok\":true}\n" {
		t.Errorf("a good one: answered %d %s", w.Code, w.Body)
	}
	b.shows("/dev/crm", "Ines", "Person", "invited", "invitation.created")
	if w := b.send("evt_d", strings.Repeat(" ", 64<<10)+body(2, "Ines", "active")); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("more than 64 kB: answered %d", w.Code)
	}
}

func TestTheEventsOfASubjectStandInTheOrderOfTheirSequence(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	b.send("evt_4", body(4, "Ines", "active"))
	b.send("evt_1", body(1, "Ines", "invited"))
	b.send("evt_9", body(9, "Tom", "expired"))
	b.shows("/dev/crm", "2 to 3 Not here yet", "Waits for 2 to 3", "Ines Person active", "Came late", "Tom Person expired")
	b.hides("/dev/crm", "Waits for 1") // what was before the first one may be older than this receiver
	b.send("evt_2", body(2, "Ines", "expired"))
	b.shows("/dev/crm", "Waits for 3", "Ines Person active")
	b.send("evt_3", body(3, "Ines", "invited"))
	b.send("evt_3", body(3, "Ines", "invited"))
	b.hides("/dev/crm", "Waits for", "Not here yet")
	b.shows("/dev/crm", "Duplicate ×1", "Ines Person active")
	b.send("evt_x", body(3, "Ines", "invited"))
	b.shows("/dev/crm", "Same number, another event")
	page, last := b.reads("/dev/crm"), 0
	for _, row := range []string{" 1 invitation.created", " 2 invitation.created", " 3 invitation.created", " 4 invitation.created"} {
		at := strings.Index(page, row)
		if at < last {
			t.Errorf("%q stands at %d, after %d", row, at, last)
		}
		last = at
	}
}

func TestWhatWasNotTakenHoldsUpWhatFollows(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	b.turn("500")
	for i := range 5 {
		b.send(fmt.Sprint("evt_", i+1), body(i+1, "Ines", fmt.Sprint("status", i+1)))
	}
	b.turn("ok")
	b.send("evt_5", body(5, "Ines", "status5"))
	b.shows("/dev/crm", "Waits for 1, 2, 3 and more", "Ines Person status5")
	b.send("evt_1", body(1, "Ines", "status1"))
	b.send("evt_2", body(2, "Ines", "status2"))
	b.shows("/dev/crm", "Waits for 3, 4 5 events", "Ines Person status5")
}

// fasthttp, under the web tier, uses the bytes of a request's headers again for
// the next one.
func TestNothingOfARequestIsHeldOnTo(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	buffer := []byte("evt_1")
	b.send(unsafe.String(&buffer[0], len(buffer)), body(1, "Ines", "invited"))
	copy(buffer, "evt_2")
	b.shows("/dev/crm/events/evt_1", "webhook-id evt_1")
	if w := b.get("/dev/crm/events/evt_2"); w.Code != 404 {
		t.Errorf("an event that never came answers %d", w.Code)
	}
}

func TestEachSwitchAnswersAsItSays(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	for i, c := range []struct {
		answer string
		status int
		header [2]string
		taken  bool
	}{
		{"500", 500, [2]string{}, false},
		{"410", 410, [2]string{}, false},
		{"429", 429, [2]string{"Retry-After", "30"}, false},
		{"redirect", 302, [2]string{"Location", "/dev/crm/elsewhere"}, false},
		{"ok", 200, [2]string{}, true},
	} {
		b.turn(c.answer)
		id := fmt.Sprint("evt_", i)
		w := b.send(id, body(1, "Person"+c.answer, "invited"))
		if w.Code != c.status || w.Header().Get(c.header[0]) != c.header[1] {
			t.Errorf("%s answers %d, %v", c.answer, w.Code, w.Header())
		}
		if taken := !strings.Contains(b.reads("/dev/crm/events/"+id), "Not taken yet"); taken != c.taken {
			t.Errorf("%s takes it: %v", c.answer, taken)
		}
	}
	if w := b.send("evt_0", body(1, "Person500", "invited")); w.Code != 200 {
		t.Errorf("a retry answers %d", w.Code)
	}
	b.shows("/dev/crm/events/evt_0", "Taken", "500", "200", "webhook-signature", `"full_name": "Person500"`)
	if w := b.post("/dev/crm/answers", url.Values{"answer": {"teapot"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown switch answers %d", w.Code)
	}
}

func TestTheSlowAnswerTakesTheEventAtOnceAndEndsWithTheStack(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	b.turn("slow")
	answered := make(chan *httptest.ResponseRecorder)
	go func() { answered <- b.send("evt_1", body(1, "Ines", "invited")) }()
	for !strings.Contains(b.reads("/dev/crm"), "Ines") {
		time.Sleep(time.Millisecond)
	}
	b.hides("/dev/crm", "Not taken yet")
	select {
	case <-answered:
		t.Fatal("it answers at once")
	case <-time.After(50 * time.Millisecond):
	}
	close(b.stop)
	if w := <-answered; w.Code != 200 {
		t.Errorf("it answers %d", w.Code)
	}
}

func TestAPageThatFollowsIsToldOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	follow := regexp.MustCompile(`hx-get="(/dev/crm/live\?since=\d+)"`)
	ask := func(page string) string { return follow.FindStringSubmatch(page)[1] }
	url := ask(b.get("/dev/crm").Body.String())
	if w := b.get(url); w.Code != http.StatusNoContent {
		t.Errorf("without news it answers %d", w.Code)
	}
	b.send("evt_1", body(1, "Ines", "invited"))
	w := b.get(url)
	if part := w.Body.String(); w.Code != 200 || !strings.HasPrefix(part, `<div id="live"`) || !strings.Contains(part, "Ines") || ask(part) == url {
		t.Errorf("with news it answers %d %s", w.Code, part)
	}
	if again := b.get(ask(w.Body.String())); again.Code != http.StatusNoContent {
		t.Errorf("after them it answers %d", again.Code)
	}
}

func TestTheNewestFiveHundredAreKept(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	for i := range crm.Capacity + 2 {
		b.send(fmt.Sprint("evt_", i), body(i+1, "Ines", "invited"))
	}
	for id, want := range map[string]int{"evt_0": 404, "evt_1": 404, "evt_2": 200, "evt_501": 200} {
		if w := b.get("/dev/crm/events/" + id); w.Code != want {
			t.Errorf("%s answers %d", id, w.Code)
		}
	}
	b.shows("/dev/crm", "500 events since the start")
	b.shows("/dev/crm/events/evt_0", "That event isn’t here")
}

func TestThePagesRunNothingOfAnEvent(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	b.send("evt_<i>", `{"type":"<b>x</b>","data":{"sequence":1,"client":{"id":"<i>","name":"<script>evil()</script>"}}}`)
	b.send("evt_2", `[1, "no payload of ours"]`)
	for _, path := range []string{"/dev/crm", "/dev/crm/live?since=x", "/dev/crm/events/evt_%3Ci%3E", "/dev/crm/events/evt_2"} {
		w := b.get(path)
		page := w.Body.String()
		if w.Code != 200 || strings.Contains(page, "<script>") || strings.Contains(page, "<i>") || strings.Contains(page, "<b>") || strings.Contains(page, " style=") {
			t.Errorf("%s: %d %s", path, w.Code, page)
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
	}
	b.shows("/dev/crm", "Something else", "evil()")
}

func TestSecretsSurviveARestartAndMoreCanBeAdded(t *testing.T) {
	t.Parallel()
	b := newCRM(t)
	first, second := b.Secret(), "whsec_"+strings.Repeat("QUJD", 11)
	if info, err := os.Stat(b.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v (%v)", info, err)
	}
	for _, wrong := range []string{"", "whsec_", "whsec_QUJD", second[6:], "whsec_!"} {
		if w := b.post("/dev/crm/secrets", url.Values{"secret": {wrong}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `aria-invalid="true"`) {
			t.Errorf("%q answers %d", wrong, w.Code)
		}
	}
	if w := b.post("/dev/crm/secrets", url.Values{"secret": {" " + second + " "}}); w.Code != http.StatusSeeOther {
		t.Errorf("a good one answers %d", w.Code)
	}
	again, err := crm.New(crm.Options{SecretFile: b.file})
	if err != nil || again.Secret() != first {
		t.Fatalf("after a restart it registers %v (%v)", again, err)
	}
	b.Server = again
	for _, secret := range []string{first, second} {
		if w := b.sendAs(secret, "evt_"+secret[6:10], body(1, "Ines", "invited"), time.Now()); w.Code != 200 {
			t.Errorf("signed with %s it answers %d", secret, w.Code)
		}
	}
	b.hides("/dev/crm", first, second)
	b.shows("/dev/crm", "whsec_••••"+strings.TrimRight(first, "=")[len(strings.TrimRight(first, "="))-4:])
	for range 12 {
		b.post("/dev/crm/secrets", url.Values{"secret": {"whsec_" + strings.Repeat(fmt.Sprintf("Q%03d", time.Now().Nanosecond()%1000), 11)}})
	}
	if b.Secret() != first {
		t.Error("the one that the demo's endpoint has was crowded out")
	}
}

func TestABrokenFileOfSecretsIsSaidAtTheStart(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"empty": "\n", "no secret": "hello\n"} {
		file := filepath.Join(t.TempDir(), "crm-secret")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := crm.New(crm.Options{SecretFile: file}); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
