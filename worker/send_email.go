package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/worker/mail"
)

// sendEmail claims an email, hands it to the provider and records what came of
// it.
func (w *Worker) sendEmail(ctx context.Context, t *asynq.Task) error {
	p, err := jobs.Read[jobs.EmailPayload](t)
	if err != nil {
		return err
	}
	note(ctx, "email_id", p.EmailID.String())
	claim, err := w.claims.Do(ctx, p.EmailID)
	if err != nil {
		return err
	}
	switch claim.Verdict {
	case schema.ClaimDone:
		note(ctx, "outcome", "nothing to do")
		return verdictOn(system.EmailAfter{State: claim.Email.State})
	case schema.ClaimWait:
		return early(claim.Wait)
	}
	note(ctx, "attempt", claim.Email.Attempt)
	w.tellOf(ctx, claim)
	after, err := w.deliver(ctx, claim)
	if err != nil {
		return err
	}
	w.tellOf(ctx, claim)
	note(ctx, "outcome", string(after.State))
	return verdictOn(after)
}

func (w *Worker) deliver(ctx context.Context, claim system.EmailClaim) (system.EmailAfter, error) {
	r := system.EmailResult{ID: claim.Email.ID, Attempt: claim.Email.Attempt}
	if r.Release = w.stops(); r.Release {
		after, err := w.record(ctx, r)
		if err == nil {
			err = early(after.Wait) // nothing was tried, so nothing failed
		}
		return after, err
	}
	r.Result = w.send(ctx, claim)
	if r.Result.Code != "" {
		note(ctx, "code", r.Result.Code)
	}
	if mail.NeedsOperator(r.Result) {
		w.o.Log.ErrorContext(ctx, "the mail provider refuses us: check MAILGUN_DOMAIN and MAILGUN_API_KEY", "code", r.Result.Code)
	}
	return w.record(ctx, r)
}

// send hands the email over. One to an address that the provider held back gets
// past its lists first; if that fails nothing is sent.
func (w *Worker) send(ctx context.Context, claim system.EmailClaim) schema.MailResult {
	if claim.Email.Unsuppress {
		if r, ok := w.sender.Clear(ctx, claim.Email.Address); !ok {
			return r
		}
	}
	return w.sender.Send(ctx, w.message(claim))
}

// record writes a result down. While the database is away it keeps trying: a
// lost result would hold the email and send it twice.
func (w *Worker) record(ctx context.Context, r system.EmailResult) (system.EmailAfter, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*schema.MailLease)
	defer cancel()
	for {
		after, err := w.results.Do(ctx, r)
		if err == nil || ctx.Err() != nil {
			return after, err
		}
		w.o.Log.WarnContext(ctx, "an email's result could not be recorded yet", "email_id", r.ID.String(), "error", err)
		select {
		case <-ctx.Done():
			return after, err
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// verdictOn tells Asynq what the row's state after an attempt means for the
// task.
func verdictOn(after system.EmailAfter) error {
	switch {
	case after.State == schema.EmailFailed:
		return fmt.Errorf("the email failed for good: %w", asynq.SkipRetry)
	case after.State.Owes():
		return &again{wait: after.Wait, failed: true, why: "the email is " + string(after.State)}
	}
	return nil
}
