package mailgunfake_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"anteroom/internal/mailgunfake"
)

func get(fake *mailgunfake.Server, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	fake.Inbox().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func must(t *testing.T, body string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("%q is missing in:\n%s", p, body)
		}
	}
}

func mustNot(t *testing.T, body string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(body, p) {
			t.Errorf("%q stands in:\n%s", p, body)
		}
	}
}

func TestTheEmptyInboxSaysWhatGoesHere(t *testing.T) {
	fake, _ := start(t, mailgunfake.Options{Stylesheet: "/assets/app.css"})
	w := get(fake, "/dev/mail")
	must(t, w.Body.String(), "No mail yet", `href="/assets/app.css"`)
	must(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'; style-src 'self'; frame-src 'self'")
}

func TestTheInboxShowsTheMailAndRunsNothingOfIt(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	fake.Fault(mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 502, Keep: true})
	m := message("<script>alert(1)</script>")
	m.SetHTML(`<html><HEAD lang="en"><title>t</title></head><body><a href="https://x.example">go</a><script>evil()</script></body></html>`)
	m.AddTag("<b>tag</b>")
	m.AddVariable("email_id", "<i>em</i>")
	client(base).Send(t.Context(), m)
	id := fake.Mails()[0].ID

	for _, path := range []string{"/dev/mail", "/dev/mail/", "/dev/mail/" + id, "/dev/mail/" + id + "?tab=text", "/dev/mail/" + id + "?tab=headers"} {
		w := get(fake, path)
		body := w.Body.String()
		if w.Code != 200 {
			t.Errorf("%s answers %d", path, w.Code)
		}
		must(t, body, "&lt;script&gt;alert(1)", "&lt;b&gt;tag", "Fault: answer 502", "zoe@client.example")
		mustNot(t, body, "<script", "<b>tag", "<i>em", " style=")
		must(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'", "form-action 'self'")
	}
	must(t, get(fake, "/dev/mail/"+id).Body.String(),
		`<iframe src="/dev/mail/`+id+`/body"`, `sandbox="allow-popups allow-top-navigation-by-user-activation"`)
	must(t, get(fake, "/dev/mail/"+id+"?tab=headers").Body.String(), "&lt;i&gt;em")
}

func TestTheBodyStandsInASandboxWithLinksToTheTop(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	for html, want := range map[string]string{
		`<HEAD lang="en"><title>t</title></HEAD><p>x</p>`: `<HEAD lang="en"><base target="_top"><title>`,
		`<p>no head <header></p>`:                         `<base target="_top"><p>no head`,
	} {
		m := message("s")
		m.SetHTML(html)
		client(base).Send(t.Context(), m)
		w := get(fake, "/dev/mail/"+fake.Mails()[0].ID+"/body")
		must(t, w.Body.String(), want)
		policy := w.Header().Get("Content-Security-Policy")
		must(t, policy, "sandbox allow-popups allow-top-navigation-by-user-activation", "default-src 'none'", "frame-ancestors 'self'")
		mustNot(t, policy, "script", "allow-same-origin")
	}
}

func TestAMailWithoutHTMLOpensOnItsText(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	client(base).Send(t.Context(), message("plain"))
	body := get(fake, "/dev/mail/"+fake.Mails()[0].ID).Body.String()
	must(t, body, "the text")
	mustNot(t, body, "<iframe", ">HTML</a>")
}

func TestAMailThatIsGoneIsA404WithAWayBack(t *testing.T) {
	fake, _ := start(t, mailgunfake.Options{})
	w := get(fake, "/dev/mail/nothing@mg.example.com")
	if w.Code != 404 {
		t.Errorf("answers %d", w.Code)
	}
	must(t, w.Body.String(), "All mail")
	if w := get(fake, "/dev/mail/nothing/body"); w.Code != 404 {
		t.Errorf("its body answers %d", w.Code)
	}
}

func TestTheInboxLinksToTheReceiverBesideItIfThereIsOne(t *testing.T) {
	for crm, want := range map[string]bool{"": false, "/dev/crm": true} {
		fake, _ := start(t, mailgunfake.Options{CRM: crm})
		if got := strings.Contains(get(fake, "/dev/mail").Body.String(), `href="/dev/crm"`); got != want {
			t.Errorf("with %q it links: %v", crm, got)
		}
	}
}
