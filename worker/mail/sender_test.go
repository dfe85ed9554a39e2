package mail

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/internal/mailgunfake"
	"anteroom/schema"
)

const (
	domain = "mg.example.com"
	apiKey = "key-secret"
)

func startFake(t *testing.T) (*mailgunfake.Server, string) {
	t.Helper()
	fake, err := mailgunfake.New(mailgunfake.Options{Domain: domain, APIKey: apiKey})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(fake)
	t.Cleanup(srv.Close)
	t.Cleanup(fake.Release) // before Close, which waits for requests that hang
	return fake, srv.URL
}

// sender has a time-out that a test can wait for.
func sender(base string) *Sender {
	s := New(Config{Domain: domain, APIKey: apiKey, APIBase: base, From: "Anteroom <post@mg.example.com>"})
	s.timeout = 400 * time.Millisecond
	return s
}

func sample() Message {
	return Message{
		EmailID: "em_01K", ToName: "Zoë Okafor", ToAddress: "zoe@client.example",
		FromName: "Halden Street Social via Anteroom", ReplyToName: "Priya Nair", ReplyToAddress: "priya@agency.example",
		Subject: "Hello", Text: "the text", HTML: "<p>the html</p>", Tag: "invitation",
	}
}

func TestAMessageReachesMailgunWithEverythingThatBelongsToIt(t *testing.T) {
	fake, base := startFake(t)
	for _, apiBase := range []string{base, base + "/", base + "/v3", " " + base + "/v3/ "} {
		r := sender(apiBase).Send(t.Context(), sample())
		if r.Outcome != schema.MailAccepted || r.ProviderID != fake.Mails()[0].ID {
			t.Fatalf("with the base %q: %+v", apiBase, r)
		}
	}
	m := fake.Mails()[0]
	for what, pair := range map[string][2]string{
		"from":     {m.From, `"Halden Street Social via Anteroom" <post@mg.example.com>`},
		"to":       {m.To, `=?utf-8?q?Zo=C3=AB_Okafor?= <zoe@client.example>`},
		"reply-to": {m.Headers["Reply-To"], `"Priya Nair" <priya@agency.example>`},
		"subject":  {m.Subject, "Hello"},
		"text":     {m.Text, "the text"},
		"html":     {m.HTML, "<p>the html</p>"},
		"email id": {m.Variables["email_id"], "em_01K"},
		"tracking": {m.Options["tracking"], "no"},
		"clicks":   {m.Options["tracking-clicks"], "no"},
		"opens":    {m.Options["tracking-opens"], "no"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
	if !slices.Equal(m.Tags, []string{"invitation"}) {
		t.Errorf("tags are %q", m.Tags)
	}
}

func TestNamesAndSubjectCannotStartAHeaderOfTheirOwn(t *testing.T) {
	fake, base := startFake(t)
	m := sample()
	m.ToName = "Eve\r\nBcc: all@client.example"
	m.FromName = `Eve" <eve@evil.example>, "`
	m.ReplyToName = "Eve\n\n<eve@evil.example>"
	m.Subject = "Hi\r\nX-Evil: yes"
	if r := sender(base).Send(t.Context(), m); r.Outcome != schema.MailAccepted {
		t.Fatalf("%+v", r)
	}
	got := fake.Mails()[0]
	for what, pair := range map[string][2]string{
		"to":       {got.To, `"Eve Bcc: all@client.example" <zoe@client.example>`},
		"from":     {got.From, `"Eve\" <eve@evil.example>, \"" <post@mg.example.com>`},
		"reply-to": {got.Headers["Reply-To"], `"Eve <eve@evil.example>" <priya@agency.example>`},
		"subject":  {got.Subject, "Hi X-Evil: yes"},
	} {
		if pair[0] != pair[1] || strings.ContainsAny(pair[0], "\r\n") {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
}

func TestAnAddressThatIsNotOneMailboxIsNotSent(t *testing.T) {
	fake, base := startFake(t)
	for _, addr := range []string{"", "zoe", "zoe@", "@client.example", "zoe@client.example\r\nBcc: x@y.example", "a@b.example, c@d.example"} {
		m := sample()
		m.ToAddress = addr
		if r := sender(base).Send(t.Context(), m); r.Outcome != schema.MailRejected || r.Code != "invalid_message" {
			t.Errorf("%q: %+v", addr, r)
		}
	}
	if n := len(fake.Mails()); n != 0 {
		t.Errorf("%d mails went out", n)
	}
}

func TestAnInternationalDomainGoesOutInItsWireForm(t *testing.T) {
	fake, base := startFake(t)
	m := sample()
	m.ToName, m.ToAddress = "", "Zoe@Bücher.example"
	if r := sender(base).Send(t.Context(), m); r.Outcome != schema.MailAccepted {
		t.Fatalf("%+v", r)
	}
	if got := fake.Mails()[0].To; got != "<Zoe@xn--bcher-kva.example>" {
		t.Errorf("sent to %s", got)
	}
}
