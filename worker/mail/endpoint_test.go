package mail

import (
	"strings"
	"testing"
	"time"
)

func endpoint() Endpoint {
	return Endpoint{EmailID: "em_01K", FullName: "Priya Nair", Address: "priya@haldenstreet.example", Agency: "Halden Street Social",
		Name: "CRM sync", Failures: 12, Since: expires.Add(-72 * time.Hour), DisableAt: expires, LastStatus: 503, LastClass: "status",
		Link: "https://portal.haldenstreet.example/settings/webhooks/ep_01K"}
}

func TestAMailAboutAnEndpointSaysHowItFailedLast(t *testing.T) {
	for class, want := range map[string]string{
		"status": "The last answer was 503 (Service Unavailable).", "redirect": "The last answer was 503 (Service Unavailable).",
		"timeout": "The last time, no answer came in time.", "dns": "could not be resolved", "refused": "no connection was made",
		"tls": "the secure connection failed", "closed": "ended without an answer", "blocked_address": "don’t send to", "body": "broke off",
	} {
		v := endpoint()
		v.LastClass = class
		if m := v.Warning(); !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
			t.Errorf("%s:\n%s", class, m.Text)
		}
	}
	v := endpoint()
	v.LastClass, v.LastStatus, v.Failures = "", 0, 1
	if m := v.Failing(); strings.Contains(m.Text, "last answer") || strings.Contains(m.Text, "last time") || !strings.Contains(m.Text, "The last delivery to CRM sync failed") {
		t.Errorf("without an attempt:\n%s", m.Text)
	}
	v.LastStatus = 599
	if m := v.Failing(); !strings.Contains(m.Text, "The last answer was 599.") {
		t.Errorf("an unknown status:\n%s", m.Text)
	}
}

func TestAnEndpointsNameIsTextAndNothingElse(t *testing.T) {
	v := endpoint()
	v.Name = "<b>https://evil.example/x\r\nBcc: x@y.example"
	for _, m := range []Message{v.Failing(), v.Warning(), v.Disabled(true), v.Disabled(false)} {
		if strings.Contains(m.HTML, "<b>") || strings.Contains(m.HTML+m.Text+m.Subject, "https://evil") || strings.ContainsAny(m.Subject, "\r\n") {
			t.Errorf("%s\n%s", m.Subject, m.Text)
		}
	}
}
