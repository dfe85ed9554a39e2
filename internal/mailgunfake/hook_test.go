package mailgunfake_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mailgun/mailgun-go/v4"
	"github.com/mailgun/mailgun-go/v4/events"

	"anteroom/internal/mailgunfake"
)

// app hears webhooks and answers with the statuses it has left, then with 200.
type app struct {
	mu       sync.Mutex
	statuses []int
	heard    [][]byte
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard = append(a.heard, body)
	if len(a.statuses) > 0 {
		w.WriteHeader(a.statuses[0])
		a.statuses = a.statuses[1:]
	}
}

func (a *app) bodies() [][]byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.heard)
}

// startHooked is a stand-in with a mail in it that tells an app.
func startHooked(t *testing.T, statuses ...int) (*mailgunfake.Server, *app, mailgunfake.Mail, string) {
	t.Helper()
	a := &app{statuses: statuses}
	hook := httptest.NewServer(a)
	t.Cleanup(hook.Close)
	fake, base := start(t, mailgunfake.Options{Hook: hook.URL, SigningKey: "signing-key",
		Retries: []time.Duration{time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond}})
	t.Cleanup(fake.Close)
	m := message("subject")
	if err := m.AddVariable("email_id", "em_01K"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := client(base).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return fake, a, fake.Mails()[0], base
}

func press(fake *mailgunfake.Server, id, event string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/dev/mail/"+id+"/events", strings.NewReader(url.Values{"event": {event}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	fake.Inbox().ServeHTTP(w, r)
	return w
}

// verified checks a body's signature with the public library, and parses it.
func verified(t *testing.T, body []byte) mailgun.Event {
	t.Helper()
	mg := mailgun.NewMailgun(domain, key)
	mg.SetWebhookSigningKey("signing-key")
	var p mailgun.WebhookPayload
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if ok, err := mg.VerifyWebhookSignature(p.Signature); err != nil || !ok {
		t.Errorf("the signature of %s is %v (%v)", body, ok, err)
	}
	e, err := mailgun.ParseEvent(p.EventData)
	if err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return e
}

func TestEveryButtonPostsASignedWebhookThatThePublicLibraryReads(t *testing.T) {
	fake, app, m, _ := startHooked(t)
	page := get(fake, "/dev/mail/"+m.ID).Body.String()
	for _, h := range mailgunfake.Happenings {
		must(t, page, `name="event" value="`+h.Name+`">`+h.Label+"<")
		w := press(fake, m.ID, h.Name)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/dev/mail/"+m.ID {
			t.Errorf("%s: %d %s", h.Name, w.Code, w.Header().Get("Location"))
		}
	}
	var said []string
	for _, b := range app.bodies() {
		switch e := verified(t, b).(type) {
		case *events.Failed:
			said = append(said, fmt.Sprintf("%s %s %s %d", e.Name, e.Severity, e.Reason, e.DeliveryStatus.Code))
		case *events.Delivered:
			if e.Recipient != "zoe@client.example" || e.Message.Headers.MessageID != m.ID || fmt.Sprint(e.UserVariables) != "map[email_id:em_01K]" {
				t.Errorf("%+v", e)
			}
			said = append(said, e.Name)
		default:
			said = append(said, e.GetName())
		}
	}
	want := []string{"delivered", "failed temporary generic 452", "failed permanent bounce 550", "failed permanent suppress-bounce 605", "complained", "unsubscribed"}
	if !slices.Equal(said, want) {
		t.Errorf("the app heard %q", said)
	}
	if on := fake.Suppressions("Zoe@Client.example"); len(on) != 3 {
		t.Errorf("the address is on %q", on)
	}
	must(t, get(fake, "/dev/mail/"+m.ID).Body.String(), "bounces, unsubscribes, complaints", "200 OK")
	if w := press(fake, m.ID, "explode"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a button that is not there: %d", w.Code)
	}
	if w := press(fake, "nobody@mg.example.com", "deliver"); w.Code != http.StatusNotFound {
		t.Errorf("of a mail that is not there: %d", w.Code)
	}
}

func TestAWebhookThatIsNotTakenComesAgainUntilItIsOrIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		answers []int
		tries   int
		last    string
	}{
		"taken":         {nil, 1, "200 OK"},
		"refused":       {[]int{406, 500}, 1, "406 Not Acceptable"},
		"taken later":   {[]int{500, 413, 200}, 3, "200 OK"},
		"refused later": {[]int{503, 406, 200}, 2, "406 Not Acceptable"},
		"a redirect":    {[]int{302, 204}, 3, "200 OK"},
		"never":         {[]int{500, 500, 500, 500, 500, 500}, 4, "500 Internal Server Error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, app, m, _ := startHooked(t, c.answers...)
			if err := fake.Happen(m, "deliver"); err != nil {
				t.Fatal(err)
			}
			var r mailgunfake.Report
			for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
				if r = fake.Reports(m.ID)[0]; r.Tries == c.tries && r.Next.IsZero() {
					break
				}
			}
			time.Sleep(20 * time.Millisecond)
			heard := app.bodies()
			if r = fake.Reports(m.ID)[0]; r.Tries != c.tries || r.Answer != c.last || len(heard) != c.tries {
				t.Errorf("%+v, and the app heard %d", r, len(heard))
			}
			for _, b := range heard[1:] {
				if string(b) != string(heard[0]) {
					t.Error("another body was sent")
				}
			}
		})
	}
}

func TestNothingIsPostedAfterTheEnd(t *testing.T) {
	a := &app{statuses: []int{500, 500}}
	hook := httptest.NewServer(a)
	defer hook.Close()
	fake, base := start(t, mailgunfake.Options{Hook: hook.URL, Retries: []time.Duration{time.Hour}})
	if _, _, err := client(base).Send(t.Context(), message("m")); err != nil {
		t.Fatal(err)
	}
	if err := fake.Happen(fake.Mails()[0], "deliver"); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { fake.Close(); close(done) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("Close waits for what comes in an hour")
	}
	if n := len(a.bodies()); n != 1 {
		t.Errorf("%d webhooks", n)
	}
}

func TestMailToASuppressedAddressIsTakenAndDropped(t *testing.T) {
	fake, app, _, base := startHooked(t)
	for list, reason := range map[string]string{mailgunfake.Bounces: "suppress-bounce 605", mailgunfake.Unsubscribes: "suppress-unsubscribe 606", mailgunfake.Complaints: "suppress-complaint 607"} {
		fake.Suppress(list, "ZOE@client.example")
		if _, _, err := client(base).Send(t.Context(), message("to a suppressed one")); err != nil {
			t.Fatal(err)
		}
		id := fake.Mails()[0].ID
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if r := fake.Reports(id); len(r) == 1 && r[0].Tries == 1 {
				break
			}
		}
		heard := app.bodies()
		if len(heard) == 0 {
			t.Fatalf("%s: the app heard nothing", list)
		}
		e, ok := verified(t, heard[len(heard)-1]).(*events.Failed)
		if !ok || e.Severity != "permanent" || fmt.Sprint(e.Reason, " ", e.DeliveryStatus.Code) != reason || e.Message.Headers.MessageID != id {
			t.Errorf("%s: the app heard %s", list, heard[len(heard)-1])
		}
		cleared(t, client(base), list)
		if on := fake.Suppressions("zoe@client.example"); len(on) != 0 {
			t.Errorf("it is still on %q", on)
		}
	}
	if _, _, err := client(base).Send(t.Context(), message("to a cleared one")); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	if r := fake.Reports(fake.Mails()[0].ID); len(r) != 0 {
		t.Errorf("%+v", r)
	}
}

// cleared takes the address off a list as the public library does it; a second time
// it isn't there.
func cleared(t *testing.T, mg *mailgun.MailgunImpl, list string) {
	t.Helper()
	remove := map[string]func(context.Context, string) error{mailgunfake.Bounces: mg.DeleteBounce, mailgunfake.Unsubscribes: mg.DeleteUnsubscribe, mailgunfake.Complaints: mg.DeleteComplaint}[list]
	if err := remove(t.Context(), "zoe@client.example"); err != nil {
		t.Errorf("%s: %v", list, err)
	}
	if err := remove(t.Context(), "zoe@client.example"); mailgun.GetStatusFromErr(err) != http.StatusNotFound {
		t.Errorf("%s again: %v", list, err)
	}
}

func TestWithoutAHookThereAreNoButtons(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	if _, _, err := client(base).Send(t.Context(), message("m")); err != nil {
		t.Fatal(err)
	}
	id := fake.Mails()[0].ID
	mustNot(t, get(fake, "/dev/mail/"+id).Body.String(), "<form", "<button")
	if w := press(fake, id, "deliver"); w.Code == http.StatusSeeOther {
		t.Errorf("it answers %d", w.Code)
	}
}
