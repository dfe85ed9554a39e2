package system

import (
	"context"
	"crypto/sha256"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// A provider's webhook is good for mailEventLifetime from its signing: Mailgun
// repeats one that is not taken for 7 h 35 min. Its token is remembered for longer
// than that, so that by the time it is forgotten the webhook is too old to be
// played again.
const (
	mailEventLifetime = 8*time.Hour + 30*time.Minute
	mailTokenKept     = 9 * time.Hour
)

// MailEvent is a webhook of the mail provider whose signature was found good.
type MailEvent struct {
	Token    string    // no two webhooks have the same
	SignedAt time.Time // by the provider's clock
	Email    schema.EmailID
	Said     schema.ProviderEvent
}

// MailEventFate is what came of such a webhook.
type MailEventFate string

const (
	// MailEventTaken: it was noted; the email may have been known to stand there
	// or higher already.
	MailEventTaken MailEventFate = "taken"
	// MailEventRepeated: its token was seen before, so it has no effect.
	MailEventRepeated MailEventFate = "repeated"
	// MailEventUnknown: no such email is there (any more).
	MailEventUnknown MailEventFate = "unknown"
	// MailEventStale: it is too old for its token to be remembered.
	MailEventStale MailEventFate = "stale"
)

// MailEventOutcome says where to look for what has changed.
type MailEventOutcome struct {
	Fate    MailEventFate
	Changed bool
	Agency  schema.AgencyID // zero for an email of no agency
	Client  schema.ClientID // whose list shows the email; zero for other mails
}

// TakeMailEvent notes what the provider says of an email, with the event that
// follows, in the transaction that remembers the token: whatever goes wrong, the
// provider says it again and is heard.
func (s *System) TakeMailEvent(ctx context.Context, m MailEvent) (out MailEventOutcome, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		out = MailEventOutcome{Fate: MailEventStale}
		if tx.Now.Sub(m.SignedAt) > mailEventLifetime {
			return nil
		}
		fresh, err := rememberToken(tx, m)
		if err != nil || !fresh {
			out.Fate = MailEventRepeated
			return err
		}
		g, err := lockGroup(tx, []schema.EmailID{m.Email})
		if err != nil || len(g.emails) == 0 {
			out.Fate = MailEventUnknown
			return err
		}
		out, err = g.hear(tx, m.Said)
		return err
	})
	return out, err
}

// rememberToken reports false for a token that was seen. A second webhook that
// comes at the same moment waits here for the fate of the first. Where the
// provider's clock is ahead the token counts from there, since so does its age.
func rememberToken(tx *store.Tx, m MailEvent) (fresh bool, err error) {
	seen := tx.Now
	if m.SignedAt.After(seen) {
		seen = m.SignedAt
	}
	hash := sha256.Sum256([]byte(m.Token))
	n, err := tx.Exec(`INSERT IGNORE INTO mailgun_tokens (token_hash, seen_at) VALUES (?, ?)`, hash[:], seen)
	return n == 1, err
}

// hear applies it to the one email of the group.
func (g *group) hear(tx *store.Tx, said schema.ProviderEvent) (MailEventOutcome, error) {
	e := &g.emails[0]
	before := e.State
	out := MailEventOutcome{Fate: MailEventTaken, Changed: e.Hear(tx.Now, said), Agency: e.AgencyID, Client: g.clientOf(e)}
	if !out.Changed {
		return out, nil
	}
	var events []schema.Event
	if e.State != before {
		events = g.newsOf(tx, e)
	}
	return out, g.save(tx, g.emails, events)
}

var newsTypes = map[schema.EmailState]schema.EventType{
	schema.EmailDelayed: schema.InvitationDelayed, schema.EmailDelivered: schema.InvitationDelivered,
	schema.EmailBounced: schema.InvitationBounced, schema.EmailSuppressed: schema.InvitationBounced,
	schema.EmailComplained: schema.InvitationComplained,
}

// newsOf is the event of an email that the provider moved to another state. There
// is none of an older link's email: it may have gone to an address that is not the
// person's any more, and of the present link it says nothing. Of a reminder only
// trouble is told, as eventOf does: the invitation was delivered once.
func (g *group) newsOf(tx *store.Tx, e *schema.Email) []schema.Event {
	seat := g.seats[e.ClientUserID]
	if seat == nil || seat.User.Generation != e.Generation || seat.Client.EraseBegun() {
		return nil // of whom was erased nothing more is told
	}
	if e.Kind == schema.EmailInvitationReminder && (e.State == schema.EmailDelivered || e.State == schema.EmailDelayed) {
		return nil
	}
	return []schema.Event{schema.NewEmailEvent(newsTypes[e.State], tx.Now, &seat.Client, &seat.User, e)}
}
