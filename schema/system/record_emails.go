package system

import (
	"context"
	"slices"
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// EmailResult is the result of one attempt, for the claim that made it.
type EmailResult struct {
	ID      schema.EmailID
	Attempt uint32
	Result  schema.MailResult
	// Release gives the claim back unused instead.
	Release bool
}

// EmailAfter is where an email stands after its result.
type EmailAfter struct {
	State  schema.EmailState
	Wait   time.Duration // until it is due again, when it owes something
	Counts bool          // false when a newer attempt had overtaken the result
}

// RecordEmails records the results of a group in one transaction, in the order
// given, with the events that follow. Each is guarded by its attempt number.
func (s *System) RecordEmails(ctx context.Context, results []EmailResult) (out []EmailAfter, err error) {
	ids := keysOf(results, func(r *EmailResult) schema.EmailID { return r.ID })
	err = s.run(ctx, func(tx *store.Tx) error {
		g, err := lockGroup(tx, ids)
		if err != nil {
			return err
		}
		out, err = g.record(tx, results, s.settle)
		return err
	})
	return out, err
}

func (g *group) record(tx *store.Tx, results []EmailResult, settle time.Duration) ([]EmailAfter, error) {
	emails := byKey(g.emails, func(e *schema.Email) schema.EmailID { return e.ID })
	out := make([]EmailAfter, len(results))
	counted := map[schema.EmailID]bool{}
	var events []schema.Event
	for i, r := range results {
		e := emails[r.ID]
		if e == nil {
			continue
		}
		if r.Release {
			out[i].Counts = e.Release(tx.Now, r.Attempt)
		} else {
			out[i].Counts = e.Record(tx.Now, r.Attempt, r.Result, settle)
		}
		if out[i].Counts {
			counted[e.ID] = true
			events = append(events, g.eventOf(tx, e)...)
		}
		out[i].State = e.State
		if e.DueAt != nil {
			out[i].Wait = e.DueAt.Sub(tx.Now)
		}
	}
	// Each as the last of its results left it.
	changed := slices.DeleteFunc(slices.Clone(g.emails), func(e schema.Email) bool { return !counted[e.ID] })
	return out, g.save(tx, changed, events)
}

// save writes changed emails, and the events that follow from them.
func (g *group) save(tx *store.Tx, changed []schema.Email, events []schema.Event) error {
	if err := outbox.Save(tx, changed); err != nil {
		return err
	}
	if err := g.saveSequences(tx, events); err != nil {
		return err
	}
	return event.Append(tx, events...)
}

func (g *group) eventOf(tx *store.Tx, e *schema.Email) []schema.Event {
	seat := g.seats[e.ClientUserID]
	if seat == nil || seat.Client.EraseBegun() {
		return nil // of whom was erased nothing more is told
	}
	switch e.State {
	case schema.EmailSent:
		if e.Kind == schema.EmailInvitationReminder {
			return nil // the invitation was sent once; whoever counts would count two
		}
		return []schema.Event{schema.NewEmailEvent(schema.InvitationSent, tx.Now, &seat.Client, &seat.User, e)}
	case schema.EmailFailed:
		return []schema.Event{schema.NewEmailEvent(schema.InvitationFailed, tx.Now, &seat.Client, &seat.User, e)}
	}
	return nil
}

// saveSequences writes the counters that the events raised.
func (g *group) saveSequences(tx *store.Tx, events []schema.Event) error {
	ids := keysOf(events, func(e *schema.Event) schema.ClientUserID { return schema.ClientUserID(e.SubjectID) })
	if len(ids) == 0 {
		return nil
	}
	args := make([]any, 0, len(ids)*2)
	for _, id := range ids {
		args = append(args, id, g.seats[id].User.EventSeq)
	}
	_, err := tx.Exec(`UPDATE (SELECT ? AS id, ? AS seq`+strings.Repeat(` UNION ALL SELECT ?,?`, len(ids)-1)+`) v
		STRAIGHT_JOIN client_users u ON u.id = v.id SET u.event_seq = v.seq`, args...)
	return err
}
