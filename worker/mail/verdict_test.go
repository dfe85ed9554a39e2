package mail

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"anteroom/internal/mailgunfake"
	"anteroom/schema"
)

// says compares the parts of a result that decide what happens next, and checks
// what every result owes its reader.
func says(t *testing.T, r schema.MailResult, outcome schema.MailOutcome, code string, wait time.Duration) {
	t.Helper()
	if r.Outcome != outcome || r.Code != code || r.RetryAfter != wait {
		t.Errorf("got outcome %d, code %q, wait %s; want %d, %q, %s", r.Outcome, r.Code, r.RetryAfter, outcome, code, wait)
	}
	if !strings.HasSuffix(r.Reason, ".") || strings.Contains(r.Reason, "@") || strings.Contains(r.Reason, apiKey) {
		t.Errorf("the reason is %q", r.Reason)
	}
}

func answer(status int, body string, header ...string) mailgunfake.Fault {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return mailgunfake.Fault{Kind: mailgunfake.Answer, Status: status, Body: body, Header: h}
}

func TestEveryAnswerHasItsMeaning(t *testing.T) {
	const retry, rejected, ambiguous = schema.MailRetry, schema.MailRejected, schema.MailAmbiguous
	now := time.Now().UTC()
	for name, c := range map[string]struct {
		fault   mailgunfake.Fault
		outcome schema.MailOutcome
		code    string
		wait    time.Duration
	}{
		"429":                        {answer(429, ""), retry, "rate_limited", 0},
		"429 with seconds":           {answer(429, "", "Retry-After", "90"), retry, "rate_limited", 90 * time.Second},
		"429 with a day":             {answer(429, "", "Retry-After", "86400"), retry, "rate_limited", time.Hour},
		"429 with a date":            {answer(429, "", "Date", now.Format(http.TimeFormat), "Retry-After", now.Add(2*time.Minute).Format(http.TimeFormat)), retry, "rate_limited", 2 * time.Minute},
		"429 with a past date":       {answer(429, "", "Retry-After", now.Add(-time.Hour).Format(http.TimeFormat)), retry, "rate_limited", 0},
		"429 with nonsense":          {answer(429, "", "Retry-After", "soon"), retry, "rate_limited", 0},
		"404":                        {answer(404, `{"message":"Domain not found: x"}`), retry, "domain_not_found", 15 * time.Minute},
		"408":                        {answer(408, ""), retry, "not_now", 0},
		"redirect":                   {answer(307, "", "Location", "/v3/mg.example.com/messages"), retry, "redirected", 15 * time.Minute},
		"400":                        {answer(400, `{"message":"'to' parameter is not a valid address"}`), rejected, "refused", 0},
		"401":                        {answer(401, "Forbidden"), rejected, "credentials", 0},
		"402":                        {answer(402, ""), rejected, "payment_required", 0},
		"403":                        {answer(403, ""), rejected, "credentials", 0},
		"413":                        {answer(413, ""), rejected, "too_large", 0},
		"422":                        {answer(422, ""), rejected, "refused", 0},
		"500":                        {answer(500, ""), ambiguous, "provider_error", 0},
		"503 that says when":         {answer(503, "", "Retry-After", "5"), ambiguous, "provider_error", 0},
		"200 with rubbish":           {mailgunfake.Fault{Kind: mailgunfake.Rubbish}, ambiguous, "unreadable_answer", 0},
		"200 with an empty ID":       {answer(200, `{"id":"","message":"Queued. Thank you."}`), ambiguous, "unreadable_answer", 0},
		"200 with a long ID":         {answer(200, `{"id":"`+strings.Repeat("x", 300)+`"}`), ambiguous, "unreadable_answer", 0},
		"200 without end":            {answer(200, `{"id":"<1@x>","message":"`+strings.Repeat("x", 100_000)+`"}`), ambiguous, "unreadable_answer", 0},
		"200 cut short":              {answer(200, `{"id":"<1@x>"}`, "Content-Length", "500"), ambiguous, "unreadable_answer", 0},
		"204":                        {answer(204, ""), ambiguous, "unreadable_answer", 0},
		"hangs":                      {mailgunfake.Fault{Kind: mailgunfake.Hang}, ambiguous, "timeout", 0},
		"hangs, mail taken":          {mailgunfake.Fault{Kind: mailgunfake.Hang, Keep: true}, ambiguous, "timeout", 0},
		"closes before the body":     {mailgunfake.Fault{Kind: mailgunfake.Close}, ambiguous, "connection_lost", 0},
		"closes after the body":      {mailgunfake.Fault{Kind: mailgunfake.Close, Keep: true}, ambiguous, "connection_lost", 0},
		"500 that quotes an address": {answer(500, "zoe@client.example "+apiKey), ambiguous, "provider_error", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, base := startFake(t)
			fake.Fault(c.fault)
			says(t, sender(base).Send(t.Context(), sample()), c.outcome, c.code, c.wait)
			if r := sender(base).Send(t.Context(), sample()); r.Outcome != schema.MailAccepted {
				t.Errorf("the attempt met the fault and tried again by itself, or the next one failed: %+v", r)
			}
		})
	}
}

func TestARealRefusalForTheKeyOrTheDomainIsForTheOperator(t *testing.T) {
	_, base := startFake(t)
	c := Config{Domain: domain, APIKey: "other", APIBase: base, From: "a@b.example"}
	r := New(c).Send(t.Context(), sample())
	says(t, r, schema.MailRejected, "credentials", 0)
	c.Domain, c.APIKey = "other.example", apiKey
	r2 := New(c).Send(t.Context(), sample())
	says(t, r2, schema.MailRetry, "domain_not_found", 15*time.Minute)
	if !NeedsOperator(r) || !NeedsOperator(r2) || NeedsOperator(providerError) {
		t.Error("the operator would be called for the wrong things")
	}
}

func TestConfigurationThatCannotSendIsASlowRetry(t *testing.T) {
	_, base := startFake(t)
	for name, c := range map[string]Config{
		"no domain":  {APIKey: apiKey, APIBase: base, From: "a@b.example"},
		"bad domain": {Domain: "mg?.example", APIKey: apiKey, APIBase: base, From: "a@b.example"},
		"no key":     {Domain: domain, APIBase: base, From: "a@b.example"},
		"no sender":  {Domain: domain, APIKey: apiKey, APIBase: base},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, New(c).Send(t.Context(), sample()), schema.MailRetry, "misconfigured", slow)
		})
	}
}
