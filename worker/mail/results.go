package mail

import (
	"slices"
	"time"

	"anteroom/schema"
)

// slow is the least wait where nothing will change until a person acts.
const slow = 15 * time.Minute

// What one attempt can come to. Codes are stable. Reasons are read by agency
// users, so they never quote the provider: its answers can contain addresses.
var (
	accepted = schema.MailResult{Outcome: schema.MailAccepted, Code: "accepted",
		Reason: "The email provider took the message."}

	unreachable = schema.MailResult{Outcome: schema.MailRetry, Code: "unreachable",
		Reason: "The email provider could not be reached, so the message will be tried again."}
	tlsFailed = schema.MailResult{Outcome: schema.MailRetry, Code: "tls",
		Reason: "No secure connection to the email provider could be made, so the message will be tried again."}
	stoppedBefore = schema.MailResult{Outcome: schema.MailRetry, Code: "stopped",
		Reason: "The attempt was stopped before the message left, so it will be tried again."}
	rateLimited = schema.MailResult{Outcome: schema.MailRetry, Code: "rate_limited",
		Reason: "The email provider asked us to send more slowly, so the message waits."}
	notNow = schema.MailResult{Outcome: schema.MailRetry, Code: "not_now",
		Reason: "The email provider was not ready for the message, so it will be tried again."}
	domainNotFound = schema.MailResult{Outcome: schema.MailRetry, Code: "domain_not_found", RetryAfter: slow,
		Reason: "The email provider does not know our sending domain, so the message waits until that is put right."}
	redirected = schema.MailResult{Outcome: schema.MailRetry, Code: "redirected", RetryAfter: slow,
		Reason: "The email provider's address points elsewhere, so the message waits until that is put right."}
	misconfigured = schema.MailResult{Outcome: schema.MailRetry, Code: "misconfigured", RetryAfter: slow,
		Reason: "Sending email is not set up properly, so the message waits until that is put right."}

	invalidMessage = schema.MailResult{Outcome: schema.MailRejected, Code: "invalid_message",
		Reason: "No valid email could be made for this address."}
	refusedMessage = schema.MailResult{Outcome: schema.MailRejected, Code: "refused",
		Reason: "The email provider refused the message."}
	tooLarge = schema.MailResult{Outcome: schema.MailRejected, Code: "too_large",
		Reason: "The email provider refused the message because it is too large."}
	badCredentials = schema.MailResult{Outcome: schema.MailRejected, Code: "credentials",
		Reason: "The email provider did not accept our credentials."}
	paymentRequired = schema.MailResult{Outcome: schema.MailRejected, Code: "payment_required",
		Reason: "The email provider has suspended our account."}

	// Of taking an address off the suppression lists. It is done before the message
	// leaves and may be done twice, so none of these is ambiguous.
	notCleared = schema.MailResult{Outcome: schema.MailRetry, Code: "not_cleared",
		Reason: "The address could not be taken off the email provider’s suppression lists yet, so it will be tried again."}
	clearingRefused = schema.MailResult{Outcome: schema.MailRejected, Code: "clearing_refused",
		Reason: "The email provider refused to take the address off its suppression lists."}
	clearingForbidden = schema.MailResult{Outcome: schema.MailRejected, Code: "clearing_forbidden",
		Reason: "The email provider does not let us take the address off its suppression lists."}

	providerError = schema.MailResult{Outcome: schema.MailAmbiguous, Code: "provider_error",
		Reason: "The email provider had a fault, and it is not known whether it took the message."}
	timedOut = schema.MailResult{Outcome: schema.MailAmbiguous, Code: "timeout",
		Reason: "The email provider did not answer in time, and it is not known whether it took the message."}
	connectionLost = schema.MailResult{Outcome: schema.MailAmbiguous, Code: "connection_lost",
		Reason: "The connection broke before the email provider answered, and it is not known whether it took the message."}
	stoppedAfter = schema.MailResult{Outcome: schema.MailAmbiguous, Code: "stopped",
		Reason: "The attempt was stopped before the email provider answered, and it is not known whether it took the message."}
	unreadableAnswer = schema.MailResult{Outcome: schema.MailAmbiguous, Code: "unreadable_answer",
		Reason: "The email provider's answer made no sense, and it is not known whether it took the message."}
)

// operatorCodes name what only whoever runs the server can mend.
var operatorCodes = []string{"credentials", "payment_required", "domain_not_found", "redirected", "misconfigured", "tls", "clearing_forbidden"}

// NeedsOperator tells whether r comes from something that only whoever runs the
// server can mend, such as a wrong API key: alert them.
func NeedsOperator(r schema.MailResult) bool {
	return slices.Contains(operatorCodes, r.Code)
}
