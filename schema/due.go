package schema

import "time"

// Work names what a due row wants done.
type Work uint8

// The kinds of work that rows promise.
const (
	WorkInvitationSend Work = iota + 1
	WorkInvitationResend
	WorkEmailSend
	WorkClientDeactivate
	WorkInvitationSendBulk
	WorkInvitationBatch
	WorkWebhookDeliver
	WorkWebhookDrain
	WorkWebhookReplay
	WorkClientErase
	WorkThumbnail
)

// Due is a row that promises work: what a bell is rung for. Verbs return it
// after their commit; the relay finds those whose bell was lost.
type Due struct {
	Work Work
	Row  string // the row's ID with its prefix
	Ring uint32 // raised when a bell with the number before can't ring any more
	// Wait is how long from now it is due: the bell is hung up for then.
	Wait time.Duration
	// Lapsed says that the row was claimed and its lease is over.
	Lapsed bool
}

// ClaimVerdict is what a worker that comes for a row is told.
type ClaimVerdict uint8

const (
	// ClaimTaken: the row is yours, do the work.
	ClaimTaken ClaimVerdict = iota + 1
	// ClaimWait: it is not due yet, come back when it is.
	ClaimWait
	// ClaimDone: nothing is left to do.
	ClaimDone
	// ClaimLane: there is no room at its endpoint; it is taken when there is.
	ClaimLane
)
