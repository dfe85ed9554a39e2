package schema

import "time"

// MailOutcome says what is known after one attempt to hand an email to the
// provider.
type MailOutcome uint8

const (
	// MailAccepted: the provider took the message and named it.
	MailAccepted MailOutcome = iota + 1
	// MailRetry: the message was certainly not taken; trying again may help.
	MailRetry
	// MailRejected: the message was certainly not taken and never will be.
	MailRejected
	// MailAmbiguous: the message may be on its way; nobody here knows.
	MailAmbiguous
)

// MailResult is what one attempt to send an email came to.
type MailResult struct {
	Outcome    MailOutcome
	ProviderID string // the provider's message ID, set when accepted
	// Code is a short stable word for machines, such as "rate_limited".
	Code string
	// Reason is one sentence for the agency: no address, token or key in it.
	Reason string
	// RetryAfter is the least wait before the next try; zero leaves it to the
	// schedule.
	RetryAfter time.Duration
}
