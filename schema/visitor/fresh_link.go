package visitor

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

var errCooldown = &schema.Error{Kind: schema.TooSoon, Code: "cooldown",
	Message: "An email went out a moment ago. Look in your inbox and your spam folder, or try again in two minutes."}

// FreshLink mails a working link to the invited address, and to no other. From
// an expired link it is a new one, with a new term; from a superseded one it is
// the present link once more.
func (v *Visitor) FreshLink(ctx context.Context, token string) (due []schema.Due, err error) {
	err = store.Run(ctx, v.db, func(tx *store.Tx) error {
		s, state, err := v.linkedSeat(tx, token)
		if err != nil {
			return err
		}
		if state != LinkExpired && state != LinkSuperseded {
			return linkErrors[state]
		}
		if s.User.ResendAfter.After(tx.Now) {
			return errCooldown
		}
		mail, err := renew(tx, s, state)
		due = []schema.Due{mail.Due()}
		return err
	})
	return due, err
}

func renew(tx *store.Tx, s *lock.Seat, state LinkState) (schema.Email, error) {
	var events []schema.Event
	prev := s.User.Status
	if state == LinkExpired {
		lifetime, err := mayRenew(tx, s)
		if err != nil {
			return schema.Email{}, err
		}
		if err := s.User.Resend(tx.Now, lifetime); err != nil {
			return schema.Email{}, err
		}
		events = append(events, s.Event(schema.InvitationResent, tx, prev, schema.Actor{Type: schema.ActorRecipient}))
	}
	s.User.ResendAfter = tx.Now.Add(schema.ResendCooldown)
	mail := schema.NewInvitationEmail(tx.Now, &s.User, schema.EmailInvitationResend)
	if err := s.Save(tx, events...); err != nil {
		return mail, err
	}
	if err := outbox.CancelUnsent(tx, s.User.ID); err != nil {
		return mail, err
	}
	return mail, outbox.Insert(tx, &mail)
}

// mayRenew holds a new link to the conditions of the agency's own Resend.
func mayRenew(tx *store.Tx, s *lock.Seat) (time.Duration, error) {
	var a struct {
		schema.Agency
		Accounts bool `db:"accounts"`
	}
	err := tx.Get(&a, `SELECT id, name, plan, invitation_days,
		EXISTS (SELECT 1 FROM social_accounts WHERE client_id = ?) AS accounts FROM agencies WHERE id = ?`, s.Client.ID, s.Client.AgencyID)
	if err != nil {
		return 0, err
	}
	if !a.Plan.CanInvite() || !a.Accounts {
		return 0, &schema.Error{Kind: schema.Forbidden, Code: "agency_cannot_invite",
			Message: "A new link can’t be sent from here at the moment. Ask the agency for one."}
	}
	return a.InvitationLifetime(), nil
}
