package schema

import "time"

// MemberInvitationStatus is where an invitation to work at the agency stands.
type MemberInvitationStatus string

// The statuses. Expired stands in no row: no event depends on it, so StatusAt
// reads it off expires_at.
const (
	MemberNone     MemberInvitationStatus = ""
	MemberInvited  MemberInvitationStatus = "invited"
	MemberExpired  MemberInvitationStatus = "expired"
	MemberAccepted MemberInvitationStatus = "accepted"
	MemberRevoked  MemberInvitationStatus = "revoked"
)

// memberMoves is the state machine: for each verb, from where to where. Remove
// is what the end of a membership does to the invitation behind it.
var memberMoves = map[Verb]map[MemberInvitationStatus]MemberInvitationStatus{
	VerbInvite: {MemberNone: MemberInvited, MemberExpired: MemberInvited, MemberAccepted: MemberInvited, MemberRevoked: MemberInvited},
	VerbResend: {MemberInvited: MemberInvited, MemberExpired: MemberInvited},
	VerbAccept: {MemberInvited: MemberAccepted},
	VerbRevoke: {MemberInvited: MemberRevoked, MemberExpired: MemberRevoked},
	VerbRemove: {MemberInvited: MemberRevoked, MemberExpired: MemberRevoked, MemberAccepted: MemberRevoked},
}

// Move says where a verb leads from a status, and whether it may.
func (s MemberInvitationStatus) Move(v Verb) (MemberInvitationStatus, bool) {
	to, ok := memberMoves[v][s]
	return to, ok
}

// MemberInvitationLifetime is how long a colleague's link works.
const MemberInvitationLifetime = 7 * 24 * time.Hour

// MemberInvitation asks somebody to work at the agency, in a role. There is one
// for each address at most.
type MemberInvitation struct {
	ID          MemberInvitationID     `db:"id"`
	AgencyID    AgencyID               `db:"agency_id"`
	UserID      UserID                 `db:"user_id"` // who accepted
	Email       string                 `db:"email"`
	EmailKey    string                 `db:"email_key"`
	FullName    string                 `db:"full_name"`
	Role        Role                   `db:"role"`
	Status      MemberInvitationStatus `db:"status"`
	Generation  uint32                 `db:"generation"`
	InvitedBy   UserID                 `db:"invited_by"`
	InvitedAt   time.Time              `db:"invited_at"`
	ExpiresAt   time.Time              `db:"expires_at"`
	ResendAfter time.Time              `db:"resend_after"`
	EmailID     EmailID                `db:"email_id"`
	CreatedAt   time.Time              `db:"created_at"`
}

// StatusAt is the status as everybody must see it at that moment.
func (i *MemberInvitation) StatusAt(now time.Time) MemberInvitationStatus {
	if i.Status == MemberInvited && !i.ExpiresAt.After(now) {
		return MemberExpired
	}
	return i.Status
}

// Open says that the link in the newest mail works.
func (i *MemberInvitation) Open(now time.Time) bool { return i.StatusAt(now) == MemberInvited }

// Link says what a link of that generation is good for.
func (i *MemberInvitation) Link(generation uint32, now time.Time) (LinkState, error) {
	if generation == 0 || generation > i.Generation {
		return "", ErrNotFound
	}
	switch status := i.StatusAt(now); {
	case status == MemberRevoked:
		return LinkRevoked, nil
	case status == MemberAccepted:
		return LinkUsed, nil
	case status == MemberExpired:
		return LinkExpired, nil
	case generation < i.Generation:
		return LinkSuperseded, nil
	}
	return LinkOpen, nil
}

// May says in words why the row does not allow the verb, if it does not.
func (i *MemberInvitation) May(v Verb, now time.Time) error {
	if _, ok := i.StatusAt(now).Move(v); !ok {
		return i.refuse(v, now)
	}
	return nil
}

// MayResend is May for Resend, which also waits for a mail on its way and has
// its cooldown. email is the state of the newest mail.
func (i *MemberInvitation) MayResend(now time.Time, email EmailState) error {
	if err := i.May(VerbResend, now); err != nil {
		return err
	}
	if i.Open(now) && email.InFlight() {
		return errInFlight(i.FullName)
	}
	if i.ResendAfter.After(now) {
		return errCooldown(i.FullName, i.ResendAfter.Sub(now))
	}
	return nil
}

func (i *MemberInvitation) move(v Verb, now time.Time) error {
	if err := i.May(v, now); err != nil {
		return err
	}
	i.Status, _ = i.StatusAt(now).Move(v)
	return nil
}

// Invite makes a new or dead row, or one whose time is over, an invitation.
func (i *MemberInvitation) Invite(now time.Time, fullName string, r Role, by UserID) error {
	if err := i.move(VerbInvite, now); err != nil {
		return err
	}
	i.FullName, i.Role, i.InvitedBy, i.UserID = fullName, r, by, UserID{}
	i.renew(now)
	return nil
}

// Resend gives the invitation a new link and a new term; the old link is dead.
func (i *MemberInvitation) Resend(now time.Time) error {
	if err := i.move(VerbResend, now); err != nil {
		return err
	}
	i.renew(now)
	return nil
}

// renew raises the generation: nothing lowers it.
func (i *MemberInvitation) renew(now time.Time) {
	i.Generation++
	i.InvitedAt, i.ExpiresAt = now, now.Add(MemberInvitationLifetime)
	i.ResendAfter = now.Add(ResendCooldown)
}

// Accept notes who took the place.
func (i *MemberInvitation) Accept(now time.Time, who UserID) error {
	if err := i.move(VerbAccept, now); err != nil {
		return err
	}
	i.UserID = who
	return nil
}

// Revoke takes an invitation back that nobody has accepted.
func (i *MemberInvitation) Revoke(now time.Time) error { return i.move(VerbRevoke, now) }

// Remove ends the invitation with the membership that came from it, or that
// made it needless.
func (i *MemberInvitation) Remove(now time.Time) error { return i.move(VerbRemove, now) }

func (i *MemberInvitation) refuse(v Verb, now time.Time) error {
	e := &Error{Kind: Conflict, MemberInvitation: i.ID}
	switch i.StatusAt(now) {
	case MemberInvited:
		e.Code, e.Message = "already_invited", i.FullName+" is already invited. Resend the invitation instead."
	case MemberExpired:
		e.Code, e.Message = "invitation_expired", "The invitation to "+i.FullName+" has expired. Resend it, or revoke it."
	case MemberAccepted:
		e.Code, e.Message = "already_accepted", i.FullName+" has accepted the invitation already."
	case MemberRevoked:
		e.Code, e.Message = "invitation_revoked", "The invitation to "+i.FullName+" was revoked. Invite them again."
	default:
		e.Code, e.Message = "no_invitation", "There is no invitation yet."
	}
	if v == VerbInvite {
		e.Kind, e.Field = Invalid, "email"
	}
	return e
}
