package mail

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"anteroom/internal/mailgunfake"
	"anteroom/schema"
)

func TestAnAddressIsTakenOffEveryListAndTwiceIsAsGoodAsOnce(t *testing.T) {
	fake, base := startFake(t)
	for _, addr := range []string{"zoe@client.example", "Zoe+a/b?c#d%e@Bücher.example"} {
		listed := asciiDomain(addr)
		for _, lists := range [][]string{{mailgunfake.Bounces}, {mailgunfake.Complaints, mailgunfake.Unsubscribes}, nil} {
			for _, list := range lists {
				fake.Suppress(list, listed)
			}
			if on := fake.Suppressions(listed); len(on) != len(lists) {
				t.Fatalf("it is on %q", on)
			}
			if r, ok := sender(base).Clear(t.Context(), addr); !ok {
				t.Errorf("%s on %q: %+v", addr, lists, r)
			}
			if on := fake.Suppressions(listed); len(on) != 0 {
				t.Errorf("%s is still on %q", addr, on)
			}
		}
	}
}

func TestNothingAboutClearingIsAmbiguous(t *testing.T) {
	for _, c := range []struct {
		fault   mailgunfake.Fault
		outcome schema.MailOutcome
		code    string
		wait    time.Duration
	}{
		{mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 500}, schema.MailRetry, "not_cleared", 0},
		{mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 500, Keep: true}, schema.MailRetry, "not_cleared", 0},
		{mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 429, Header: http.Header{"Retry-After": {"90"}}}, schema.MailRetry, "not_cleared", 90 * time.Second},
		{mailgunfake.Fault{Kind: mailgunfake.Close, Keep: true}, schema.MailRetry, "not_cleared", 0},
		{mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 302, Header: http.Header{"Location": {"http://127.0.0.1:1/"}}}, schema.MailRetry, "not_cleared", 0},
		{mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 400}, schema.MailRejected, "clearing_refused", 0},
		{mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 401}, schema.MailRejected, "clearing_forbidden", 0},
		{mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 403}, schema.MailRejected, "clearing_forbidden", 0},
	} {
		fake, base := startFake(t)
		fake.Fault(c.fault)
		r, ok := sender(base).Clear(t.Context(), "zoe@client.example")
		if ok || r.Outcome != c.outcome || r.Code != c.code || r.RetryAfter != c.wait || r.Reason == "" {
			t.Errorf("%s %d: %v %+v", c.fault.Kind, c.fault.Status, ok, r)
		}
		if NeedsOperator(r) != slices.Contains([]int{401, 403}, c.fault.Status) {
			t.Errorf("%d: operators are told: %v", c.fault.Status, NeedsOperator(r))
		}
	}
}

func TestAMailgunThatHangsEndsTheClearing(t *testing.T) {
	fake, base := startFake(t)
	fake.Fault(mailgunfake.Fault{Kind: mailgunfake.Hang})
	began := time.Now()
	if r, ok := sender(base).Clear(t.Context(), "zoe@client.example"); ok || r.Outcome != schema.MailRetry {
		t.Errorf("%v %+v", ok, r)
	}
	if took := time.Since(began); took > ClearTimeout+2*time.Second {
		t.Errorf("it took %v", took)
	}
}
