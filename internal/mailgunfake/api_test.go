package mailgunfake_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mailgun/mailgun-go/v4"

	"anteroom/internal/mailgunfake"
)

const (
	domain = "mg.example.com"
	key    = "key-for-tests"
)

func start(t *testing.T, o mailgunfake.Options) (*mailgunfake.Server, string) {
	t.Helper()
	o.Domain, o.APIKey = domain, key
	fake, err := mailgunfake.New(o)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(fake)
	t.Cleanup(srv.Close)
	t.Cleanup(fake.Release) // before Close, which waits for requests that hang
	return fake, srv.URL
}

func client(base string) *mailgun.MailgunImpl {
	mg := mailgun.NewMailgun(domain, key)
	mg.SetAPIBase(base + "/v3")
	mg.SetClient(&http.Client{Timeout: 5 * time.Second})
	return mg
}

func message(subject string) *mailgun.Message {
	return mailgun.NewMessage("Anteroom <post@mg.example.com>", subject, "the text", "Zoë <zoe@client.example>")
}

func post(t *testing.T, target, apiKey string, form url.Values) (int, string) {
	t.Helper()
	req, _ := http.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth("api", apiKey)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, strings.TrimSpace(string(body))
}

func TestAMessageOfTheRealClientIsKeptWhole(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	m := message("Hello")
	m.SetHTML("<p>the html</p>")
	m.SetReplyTo("priya@agency.example")
	m.AddTag("invitation")
	m.AddVariable("email_id", "em_1")
	m.SetTrackingClicks(false)

	reply, id, err := client(base).Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if reply != "Queued. Thank you." || !strings.HasPrefix(id, "<") || !strings.HasSuffix(id, "@mg.example.com>") {
		t.Errorf("answered %q %q", reply, id)
	}
	got, ok := fake.Mail(strings.Trim(id, "<>"))
	if !ok {
		t.Fatal("the mail is not kept under its ID")
	}
	for what, pair := range map[string][2]string{
		"from":     {got.From, "Anteroom <post@mg.example.com>"},
		"to":       {got.To, "Zoë <zoe@client.example>"},
		"subject":  {got.Subject, "Hello"},
		"text":     {got.Text, "the text"},
		"html":     {got.HTML, "<p>the html</p>"},
		"header":   {got.Headers["Reply-To"], "priya@agency.example"},
		"variable": {got.Variables["email_id"], "em_1"},
		"option":   {got.Options["tracking-clicks"], "no"},
		"tags":     {strings.Join(got.Tags, ","), "invitation"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
}

func TestAURLEncodedFormIsTakenToo(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	status, _ := post(t, base+"/v3/mg.example.com/messages", key, url.Values{
		"from": {"a@b.example"}, "to": {"c@d.example", "e@f.example"}, "subject": {"s"}, "html": {"<b>x</b>"}, "v:n": {"1"},
	})
	if m := fake.Mails(); status != http.StatusOK || len(m) != 1 || m[0].To != "c@d.example, e@f.example" || m[0].Variables["n"] != "1" {
		t.Errorf("%d %+v", status, m)
	}
}

func TestRefusalsAreInMailgunsShapes(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	valid := url.Values{"from": {"a@b.example"}, "to": {"c@d.example"}, "subject": {"s"}, "text": {"t"}}
	without := func(field string, instead ...string) url.Values {
		form := url.Values{}
		for k, v := range valid {
			form[k] = v
		}
		form[field] = instead
		return form
	}
	here := "/v3/mg.example.com/messages"
	for name, c := range map[string]struct {
		path, key string
		form      url.Values
		status    int
		body      string
	}{
		"wrong key":      {here, "other", valid, 401, "Forbidden"},
		"no key":         {here, "", valid, 401, "Forbidden"},
		"unknown domain": {"/v3/other.example/messages", key, valid, 404, `{"message":"Domain not found: other.example"}`},
		"unknown path":   {"/v3/mg.example.com/events", key, valid, 404, `{"message":"Not Found"}`},
		"no from":        {here, key, without("from"), 400, `{"message":"from parameter is missing"}`},
		"bad from":       {here, key, without("from", "nobody"), 400, `{"message":"'from' parameter is not a valid address. please check documentation"}`},
		"no to":          {here, key, without("to"), 400, `{"message":"to parameter is missing"}`},
		"bad to":         {here, key, without("to", "c@d.example", "@"), 400, `{"message":"'to' parameter is not a valid address. please check documentation"}`},
		"no subject":     {here, key, without("subject"), 400, `{"message":"subject parameter is missing"}`},
		"no part":        {here, key, without("text"), 400, `{"message":"Need at least one of 'text' or 'html' parameters specified"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if status, body := post(t, base+c.path, c.key, c.form); status != c.status || body != c.body {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	if n := len(fake.Mails()); n != 0 {
		t.Errorf("%d refused mails were kept", n)
	}
}

func TestWaitReturnsWhatArrivesAndGivesUpWithItsContext(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	go func() {
		client(base).Send(context.Background(), message("first"))
		client(base).Send(context.Background(), message("second"))
	}()
	second := func(m mailgunfake.Mail) bool { return m.Subject == "second" }
	if m, err := fake.Wait(t.Context(), second); err != nil || m.Subject != "second" {
		t.Errorf("%q %v", m.Subject, err)
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := fake.Wait(short, func(mailgunfake.Mail) bool { return false })
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "none of 2 mails") {
		t.Errorf("%v", err)
	}
}
