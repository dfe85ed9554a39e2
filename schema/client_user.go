package schema

import "time"

// Status is where a person stands at a client.
type Status string

// The statuses. Revoked rows leave the list and stay in the activity log.
const (
	StatusNone        Status = ""
	StatusInvited     Status = "invited"
	StatusActive      Status = "active"
	StatusExpired     Status = "expired"
	StatusRevoked     Status = "revoked"
	StatusDeactivated Status = "deactivated"
)

// Verb is what can be done to a client user.
type Verb string

// The verbs.
const (
	VerbInvite        Verb = "invite"
	VerbResend        Verb = "resend"
	VerbFixEmail      Verb = "fix_email"
	VerbAccept        Verb = "accept"
	VerbRevoke        Verb = "revoke"
	VerbExpire        Verb = "expire"
	VerbDismiss       Verb = "dismiss"
	VerbRemove        Verb = "remove"
	VerbClientDeleted Verb = "client_deleted"
)

// moves is the state machine: for each verb, from where to where.
var moves = map[Verb]map[Status]Status{
	VerbInvite:        {StatusNone: StatusInvited, StatusRevoked: StatusInvited, StatusDeactivated: StatusInvited},
	VerbResend:        {StatusInvited: StatusInvited, StatusExpired: StatusInvited},
	VerbFixEmail:      {StatusInvited: StatusInvited, StatusExpired: StatusInvited},
	VerbAccept:        {StatusInvited: StatusActive},
	VerbRevoke:        {StatusInvited: StatusRevoked},
	VerbExpire:        {StatusInvited: StatusExpired},
	VerbDismiss:       {StatusExpired: StatusRevoked},
	VerbRemove:        {StatusActive: StatusDeactivated},
	VerbClientDeleted: {StatusInvited: StatusDeactivated, StatusExpired: StatusDeactivated, StatusActive: StatusDeactivated},
}

// Move says where a verb leads from a status, and whether it may.
func (s Status) Move(v Verb) (Status, bool) {
	to, ok := moves[v][s]
	return to, ok
}

// ResendCooldown is the least time between two mails to one invited person.
const ResendCooldown = 2 * time.Minute

// ClientUser is a person at a client.
type ClientUser struct {
	ID                ClientUserID `db:"id"`
	AgencyID          AgencyID     `db:"agency_id"`
	ClientID          ClientID     `db:"client_id"`
	UserID            UserID       `db:"user_id"`
	Email             string       `db:"email"`
	EmailKey          string       `db:"email_key"`
	FullName          string       `db:"full_name"`
	Status            Status       `db:"status"`
	Generation        uint32       `db:"generation"`
	AddressGeneration uint32       `db:"address_generation"`
	InvitedBy         UserID       `db:"invited_by"`
	InvitedAt         time.Time    `db:"invited_at"`
	ExpiresAt         time.Time    `db:"expires_at"`
	ResendAfter       time.Time    `db:"resend_after"`
	RemindAt          *time.Time   `db:"remind_at"`
	AcceptedAt        *time.Time   `db:"accepted_at"`
	EndedAt           *time.Time   `db:"ended_at"`
	EndedBy           UserID       `db:"ended_by"`
	EmailID           EmailID      `db:"email_id"`
	EventSeq          uint32       `db:"event_seq"`
	CreatedAt         time.Time    `db:"created_at"`
}

// Stale says that the invitation's time is over, swept or not.
func (u *ClientUser) Stale(now time.Time) bool {
	return u.Status == StatusInvited && !u.ExpiresAt.After(now)
}

// StatusAt is the status as everybody must see it at that moment: a stale
// invitation counts as expired before the sweep has come by.
func (u *ClientUser) StatusAt(now time.Time) Status {
	if u.Stale(now) {
		return StatusExpired
	}
	return u.Status
}

// move applies a verb. A stale row must have been expired before.
func (u *ClientUser) move(v Verb) error {
	if err := u.May(v); err != nil {
		return err
	}
	if u.Status, _ = u.Status.Move(v); u.Status != StatusInvited {
		u.RemindAt = nil
	}
	return nil
}

// May says in words why the row does not allow the verb, if it does not.
func (u *ClientUser) May(v Verb) error {
	if _, ok := u.Status.Move(v); !ok {
		return u.refuse(v)
	}
	return nil
}

// Invite makes a new or dead row an invitation.
func (u *ClientUser) Invite(now time.Time, lifetime time.Duration, by UserID) error {
	if err := u.move(VerbInvite); err != nil {
		return err
	}
	u.UserID, u.AcceptedAt, u.EndedAt, u.EndedBy = UserID{}, nil, nil, UserID{}
	u.InvitedBy = by
	u.renew(now, lifetime)
	return nil
}

// Resend gives the invitation a new link and a new term; the old link is dead.
func (u *ClientUser) Resend(now time.Time, lifetime time.Duration) error {
	if err := u.move(VerbResend); err != nil {
		return err
	}
	u.renew(now, lifetime)
	return nil
}

// FixEmail changes the address in place, with a new link and a new term.
func (u *ClientUser) FixEmail(now time.Time, lifetime time.Duration, a Address) error {
	if err := u.move(VerbFixEmail); err != nil {
		return err
	}
	u.Email, u.EmailKey = a.Typed, a.Key
	u.renew(now, lifetime)
	u.AddressGeneration = u.Generation
	return nil
}

// Disown makes every link that was sent so far unknown: whoever holds one turned
// out to be a stranger.
func (u *ClientUser) Disown() {
	u.Generation++
	u.AddressGeneration = u.Generation
}

// renew raises the generation: every entry into invited and every change of
// address does, and nothing lowers it.
func (u *ClientUser) renew(now time.Time, lifetime time.Duration) {
	u.Generation++
	if u.AddressGeneration == 0 {
		u.AddressGeneration = u.Generation
	}
	u.InvitedAt, u.ExpiresAt = now, now.Add(lifetime)
	u.ResendAfter = now.Add(ResendCooldown)
	u.RemindAt = u.nextReminder(now)
}

// Accept gives the person access.
func (u *ClientUser) Accept(now time.Time, who UserID) error {
	if err := u.move(VerbAccept); err != nil {
		return err
	}
	u.UserID, u.AcceptedAt = who, &now
	return nil
}

// Revoke takes an open invitation back.
func (u *ClientUser) Revoke(now time.Time, by UserID) error { return u.end(VerbRevoke, now, by) }

// Expire marks an invitation whose time is over.
func (u *ClientUser) Expire() error { return u.move(VerbExpire) }

// Dismiss takes an expired invitation off the list.
func (u *ClientUser) Dismiss(now time.Time, by UserID) error { return u.end(VerbDismiss, now, by) }

// Remove ends a person's access.
func (u *ClientUser) Remove(now time.Time, by UserID) error { return u.end(VerbRemove, now, by) }

// ClientDeleted ends the row with its client.
func (u *ClientUser) ClientDeleted(now time.Time, by UserID) error {
	return u.end(VerbClientDeleted, now, by)
}

func (u *ClientUser) end(v Verb, now time.Time, by UserID) error {
	if err := u.move(v); err != nil {
		return err
	}
	u.EndedAt, u.EndedBy = &now, by
	return nil
}
