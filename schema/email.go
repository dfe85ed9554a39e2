package schema

import "time"

// EmailKind is what an email is for.
type EmailKind string

// The kinds of email.
const (
	EmailInvitation         EmailKind = "invitation"
	EmailInvitationMany     EmailKind = "invitation_many" // of a list, so that it waits behind the others
	EmailInvitationResend   EmailKind = "invitation_resend"
	EmailInvitationReminder EmailKind = "invitation_reminder"
	EmailMemberInvitation   EmailKind = "member_invitation"
	EmailSignUp             EmailKind = "sign_up"
	EmailConfirm            EmailKind = "confirm_email"
	EmailWelcome            EmailKind = "welcome"
	EmailResetPassword      EmailKind = "reset_password"
	EmailEndpointFailing    EmailKind = "endpoint_failing"  // to an owner: failures in a row
	EmailEndpointWarning    EmailKind = "endpoint_warning"  // a day before it is disabled
	EmailEndpointDisabled   EmailKind = "endpoint_disabled" // when it was
)

// Work is the kind of work that sends such an email.
func (k EmailKind) Work() Work {
	switch k {
	case EmailInvitation:
		return WorkInvitationSend
	case EmailInvitationMany, EmailInvitationReminder:
		return WorkInvitationSendBulk
	case EmailInvitationResend:
		return WorkInvitationResend
	}
	return WorkEmailSend
}

// linkLifetime is how long the link in an account email works, from the
// email's creation. An invitation's term stands on its client user instead.
func (k EmailKind) linkLifetime() time.Duration {
	if k == EmailResetPassword {
		return time.Hour
	}
	return 7 * 24 * time.Hour
}

// EmailState is what became of one email.
type EmailState string

// The states of an email. Queued, sending and held still owe something; the
// others are ends, of which the provider's events may still refine sent.
const (
	EmailQueued     EmailState = "queued"
	EmailSending    EmailState = "sending"
	EmailHeld       EmailState = "held"
	EmailSent       EmailState = "sent"
	EmailDelivered  EmailState = "delivered"
	EmailDelayed    EmailState = "delayed"
	EmailBounced    EmailState = "bounced"
	EmailSuppressed EmailState = "suppressed"
	EmailComplained EmailState = "complained"
	EmailFailed     EmailState = "failed"
	EmailCancelled  EmailState = "cancelled"
)

// MailLease is how long a claim holds an email. It is longer than the call to
// the provider may take (10 s), so a lapsed lease means a dead worker.
const MailLease = 20 * time.Second

// MaxMailAttempts is how often one email is handed to the provider before it
// counts as failed: the schedule below then spans about a day.
const MaxMailAttempts = 10

// mailSchedule is the wait after the nth attempt that certainly did not go out.
var mailSchedule = [MaxMailAttempts - 1]time.Duration{
	10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour,
}

// NewInvitationEmail makes the email for a client user's present link and notes
// it on the row as the newest.
func NewInvitationEmail(now time.Time, u *ClientUser, k EmailKind) Email {
	e := newEmail(now, k, u.Generation, u.Email)
	e.AgencyID, e.ClientUserID, u.EmailID = u.AgencyID, u.ID, e.ID
	return e
}

// NewMemberInvitationEmail makes the email for a colleague's present link and
// notes it on the row as the newest.
func NewMemberInvitationEmail(now time.Time, i *MemberInvitation) Email {
	e := newEmail(now, EmailMemberInvitation, i.Generation, i.Email)
	e.AgencyID, e.MemberInvitationID, i.EmailID = i.AgencyID, i.ID, e.ID
	return e
}

// NewSignUpEmail makes the email whose link finishes a sign-up.
func NewSignUpEmail(now time.Time, s *SignUp) Email {
	e := newEmail(now, EmailSignUp, 1, s.Email)
	e.SignUpID = s.ID
	return e
}

// NewAccountEmail makes an email with a link to the user's own account.
func NewAccountEmail(now time.Time, u *User, k EmailKind) Email {
	e := newEmail(now, k, u.CredentialVersion, u.Email)
	e.UserID = u.ID
	return e
}

// NewEndpointEmail makes an email to an owner about a webhook endpoint. Its link
// leads to the endpoint and carries no token, so nothing of it runs out.
func NewEndpointEmail(now time.Time, to *User, p *Endpoint, k EmailKind) Email {
	e := newEmail(now, k, to.CredentialVersion, to.Email)
	e.AgencyID, e.UserID, e.EndpointID = p.AgencyID, to.ID, p.ID
	return e
}

func newEmail(now time.Time, k EmailKind, generation uint32, address string) Email {
	return Email{ID: New[EmailID](), Kind: k, Generation: generation, Address: address,
		State: EmailQueued, StateAt: now, DueAt: &now, CreatedAt: now}
}

// Email is one email to send. Address and generation are frozen with it.
type Email struct {
	ID                 EmailID            `db:"id"`
	AgencyID           AgencyID           `db:"agency_id"`
	Kind               EmailKind          `db:"kind"`
	ClientUserID       ClientUserID       `db:"client_user_id"`
	UserID             UserID             `db:"user_id"`
	MemberInvitationID MemberInvitationID `db:"member_invitation_id"`
	SignUpID           SignUpID           `db:"sign_up_id"`
	EndpointID         EndpointID         `db:"endpoint_id"` // that the email to an owner is about
	Generation         uint32             `db:"generation"`
	Address            string             `db:"address"`
	State              EmailState         `db:"state"`
	StateAt            time.Time          `db:"state_at"`
	Attempt            uint32             `db:"attempt"`
	DueAt              *time.Time         `db:"due_at"`
	Ring               uint32             `db:"ring"`
	ProviderID         string             `db:"provider_id"`
	Code               string             `db:"code"`
	Reason             string             `db:"reason"`
	CreatedAt          time.Time          `db:"created_at"`
	// Unsuppress has the address taken off the provider's suppression lists
	// before the email is sent.
	Unsuppress bool `db:"unsuppress"`
	// ProviderAt is the moment, by the provider's clock, of the event that set
	// the state; RetryAt is when the provider tries a delayed email again.
	ProviderAt *time.Time `db:"provider_at"`
	RetryAt    *time.Time `db:"retry_at"`
}

// LinkExpiry is when the link in an account email stops working.
func (e *Email) LinkExpiry() time.Time {
	return e.CreatedAt.Add(e.Kind.linkLifetime()).Truncate(time.Second)
}

// Due is the bell for the email.
func (e *Email) Due() Due {
	return Due{Work: e.Kind.Work(), Row: e.ID.String(), Ring: e.Ring}
}

// RingGrace is how long the relay leaves a due row to the bell that was rung
// for it.
const RingGrace = 5 * time.Second

// RingAt is when the relay looks at the email, nil when it owes nothing. A
// lapsed lease has no bell coming, so it gets no grace.
func (e *Email) RingAt() *time.Time {
	if e.DueAt == nil || e.State == EmailSending {
		return e.DueAt
	}
	at := e.DueAt.Add(RingGrace)
	return &at
}

// InFlight says that the email is on its way out, so that only Revoke makes
// sense on the row it belongs to.
func (s EmailState) InFlight() bool { return s == EmailQueued || s == EmailSending }

// Owes says that the machine still has to act on the email.
func (s EmailState) Owes() bool { return s.InFlight() || s == EmailHeld }

// Claim decides for a worker at now and changes the email accordingly. wanted
// says whether the email's subject still wants it; settle is how long an email
// of unknown fate is held.
func (e *Email) Claim(now time.Time, wanted bool, settle time.Duration) ClaimVerdict {
	switch {
	case !e.State.Owes():
		return ClaimDone
	case e.State == EmailSending && e.DueAt.After(now):
		return ClaimWait // another worker's lease
	case e.State == EmailSending:
		// Its worker died between the claim and the result, so the mail may
		// have gone out: never straight back to queued.
		e.hold(now, settle, "worker_lost", "The sending was interrupted, so we don’t know yet whether the email went out.")
		return e.afterHold(now)
	case !wanted:
		e.end(EmailCancelled, now, "", "")
		return ClaimDone
	case e.DueAt.After(now):
		return ClaimWait
	}
	lease := now.Add(MailLease)
	e.State, e.StateAt, e.DueAt = EmailSending, now, &lease
	e.Attempt++
	return ClaimTaken
}

func (e *Email) afterHold(now time.Time) ClaimVerdict {
	if e.State == EmailHeld {
		return ClaimWait
	}
	return ClaimDone
}

// Record takes the result of one attempt. It reports whether the result counts:
// one of an attempt that is no longer the newest does not. An email that was
// held meanwhile (its lease lapsed) is settled by the late result.
func (e *Email) Record(now time.Time, attempt uint32, r MailResult, settle time.Duration) bool {
	if e.Attempt != attempt || (e.State != EmailSending && e.State != EmailHeld) {
		return false
	}
	switch r.Outcome {
	case MailAccepted:
		e.end(EmailSent, now, "", "")
		e.ProviderID = r.ProviderID
	case MailRejected:
		e.end(EmailFailed, now, r.Code, r.Reason)
	case MailRetry:
		e.retry(now, r)
	default:
		e.hold(now, settle, r.Code, r.Reason)
	}
	return true
}

// Release gives back a claim whose work was not begun. The attempt's number is
// spent all the same: given out twice it would fence nothing.
func (e *Email) Release(now time.Time, attempt uint32) bool {
	if e.Attempt != attempt || e.State != EmailSending {
		return false
	}
	e.State, e.StateAt, e.DueAt = EmailQueued, now, &now
	return true
}

func (e *Email) retry(now time.Time, r MailResult) {
	if e.Attempt >= MaxMailAttempts {
		e.end(EmailFailed, now, r.Code, r.Reason)
		return
	}
	at := now.Add(max(mailSchedule[e.Attempt-1], r.RetryAfter))
	e.State, e.StateAt, e.DueAt, e.Code, e.Reason = EmailQueued, now, &at, r.Code, r.Reason
}

func (e *Email) hold(now time.Time, settle time.Duration, code, reason string) {
	if e.Attempt >= MaxMailAttempts {
		e.end(EmailFailed, now, code, reason)
		return
	}
	at := now.Add(settle)
	e.State, e.StateAt, e.DueAt, e.Code, e.Reason = EmailHeld, now, &at, code, reason
}

func (e *Email) end(to EmailState, now time.Time, code, reason string) {
	e.State, e.StateAt, e.DueAt, e.Code, e.Reason = to, now, nil, code, reason
}
