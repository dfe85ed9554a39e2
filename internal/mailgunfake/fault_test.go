package mailgunfake_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/mailgun/mailgun-go/v4"

	"anteroom/internal/mailgunfake"
)

func TestEachFaultHidesOrLosesTheMail(t *testing.T) {
	for name, c := range map[string]struct {
		fault mailgunfake.Fault
		label string // of the kept mail; empty if none is kept
	}{
		"answer":                 {mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 503}, ""},
		"answer after keeping":   {mailgunfake.Fault{Kind: mailgunfake.Answer, Keep: true}, "answer 500"},
		"hang":                   {mailgunfake.Fault{Kind: mailgunfake.Hang}, ""},
		"hang after keeping":     {mailgunfake.Fault{Kind: mailgunfake.Hang, Keep: true}, "hang"},
		"close before the body":  {mailgunfake.Fault{Kind: mailgunfake.Close}, ""},
		"close after keeping":    {mailgunfake.Fault{Kind: mailgunfake.Close, Keep: true}, "close"},
		"rubbish":                {mailgunfake.Fault{Kind: mailgunfake.Rubbish}, ""},
		"rubbish, but mail kept": {mailgunfake.Fault{Kind: mailgunfake.Rubbish, Keep: true}, "rubbish"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, base := start(t, mailgunfake.Options{})
			fake.Fault(c.fault)
			short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if _, _, err := client(base).Send(short, message("m")); err == nil {
				t.Error("the client saw no error")
			}
			label := ""
			if mails := fake.Mails(); len(mails) == 1 {
				label = mails[0].Fault
			}
			if label != c.label {
				t.Errorf("the kept mail's fault is %q, want %q", label, c.label)
			}
			if _, _, err := client(base).Send(t.Context(), message("next")); err != nil {
				t.Errorf("the next message: %v", err)
			}
		})
	}
}

func TestAnAnswerCarriesItsStatusHeadersAndBodyAsOftenAsAsked(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	fake.Fault(mailgunfake.Fault{
		Kind: mailgunfake.Answer, Times: 2, Status: 429, Header: http.Header{"Retry-After": {"7"}}, Body: `{"message":"slow down"}`,
	})
	fake.Fault(mailgunfake.Fault{Kind: mailgunfake.Answer, Status: 502})
	for _, want := range []int{429, 429, 502} {
		_, _, err := client(base).Send(t.Context(), message("m"))
		var refused *mailgun.UnexpectedResponseError
		if !errors.As(err, &refused) || refused.Actual != want {
			t.Errorf("got %v, want a %d", err, want)
		}
	}
	if _, _, err := client(base).Send(t.Context(), message("m")); err != nil {
		t.Error(err)
	}
}

func TestReleaseLetsGoOfARequestThatHangs(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{})
	fake.Fault(mailgunfake.Fault{Kind: mailgunfake.Hang, Keep: true, Times: 5})
	done := make(chan error)
	go func() {
		_, _, err := client(base).Send(context.Background(), message("m"))
		done <- err
	}()
	if _, err := fake.Wait(t.Context(), func(mailgunfake.Mail) bool { return true }); err != nil {
		t.Fatal(err)
	}
	fake.Release()
	if err := <-done; err == nil {
		t.Error("a released request got an answer")
	}
	if _, _, err := client(base).Send(t.Context(), message("m")); err != nil {
		t.Errorf("a fault outlived its release: %v", err)
	}
}
