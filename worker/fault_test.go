package worker

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/schema"
	"anteroom/worker/mail"
)

func TestALeaseOutlivesTheCallItCovers(t *testing.T) {
	if schema.MailLease < 2*mail.Timeout {
		t.Errorf("the lease is %v, the call may take %v: a slow result would come after the lapse", schema.MailLease, mail.Timeout)
	}
	if both := mail.ClearTimeout + mail.Timeout; schema.MailLease < both+5*time.Second {
		t.Errorf("the lease is %v, the calls may take %v", schema.MailLease, both)
	}
}

func TestRedisNeverSeesTheWordsOfAFault(t *testing.T) {
	words := errors.New("Error 1062: Duplicate entry 'tom@orchardlane.example'")
	for _, err := range []error{words, fmt.Errorf("release: %w", words), errors.Join(words, early(0))} {
		if seen := public(err); seen != errFault {
			t.Errorf("Redis sees %q", seen)
		}
	}
	for _, own := range []error{early(time.Minute), fmt.Errorf("done: %w", asynq.SkipRetry), nil} {
		if public(own) != own {
			t.Errorf("%v was hidden", own)
		}
	}
}

func TestTheRowSaysWhenToTryAgain(t *testing.T) {
	if d := retryDelay(7, &again{wait: 42 * time.Minute, failed: true}, nil); d != 42*time.Minute {
		t.Errorf("the row said 42m, Asynq waits %v", d)
	}
	if d := retryDelay(0, early(-time.Second), nil); d <= 0 {
		t.Errorf("an overdue row is tried again in %v: a loop without a pause", d)
	}
	for n := range 40 {
		if d := retryDelay(n, errors.New("database away"), nil); d < faultFirst/2 || d > faultMost {
			t.Errorf("fault number %d waits %v", n, d)
		}
	}
	if isFailure(early(0)) || !isFailure(&again{failed: true}) || !isFailure(errors.New("x")) {
		t.Error("coming early is no failure, everything else is")
	}
}
