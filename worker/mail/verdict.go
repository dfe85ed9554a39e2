package mail

import (
	"context"
	"net/http"
	"strings"
	"time"

	"anteroom/schema"
)

// maxID bounds the provider's message ID in bytes, by the width of its column;
// Mailgun's are under 80.
const maxID = 200

// verdict turns the facts of one attempt into what they mean. The status counts
// before the error: it is a fact even where the rest of the answer is not
// readable.
func (a *attempt) verdict(ctx context.Context, id string, err error) schema.MailResult {
	switch {
	case !a.left.Load() && ctx.Err() == nil:
		return misconfigured // mailgun-go refused to make a request of it
	case a.status == 0:
		return a.unanswered(ctx)
	case a.status >= 200 && a.status < 300:
		return taken(id, err)
	default:
		return refused(a.status, a.header, time.Now())
	}
}

// taken: a 2xx without a readable ID may come from Mailgun or from something
// between us and it, so only the ID proves that the message is Mailgun's now.
// It is kept without its angle brackets, as Mailgun's events name it.
func taken(id string, err error) schema.MailResult {
	id = strings.Trim(id, "<>")
	if err != nil || id == "" || len(id) > maxID {
		return unreadableAnswer
	}
	r := accepted
	r.ProviderID = id
	return r
}

// unanswered: what matters is whether the request can have arrived; the error's
// own words only choose the sentence.
func (a *attempt) unanswered(ctx context.Context) schema.MailResult {
	stopped := ctx.Err() == context.Canceled
	if !a.mayHaveArrived() {
		switch {
		case stopped:
			return stoppedBefore
		case a.tlsFailed.Load():
			return tlsFailed
		default:
			return unreachable
		}
	}
	switch {
	case stopped:
		return stoppedAfter
	case ctx.Err() != nil:
		return timedOut
	default:
		return connectionLost
	}
}

// refused sorts the answers that are no 2xx. A 5xx is the one that proves
// nothing: a gateway gives it too when the server behind it took the message
// and was slow to say so. 408, 421 and 425 say that the request was not acted
// on and may be repeated (RFC 9110, 15.5.9 and 15.5.20; RFC 8470, 5.2).
func refused(status int, h http.Header, now time.Time) schema.MailResult {
	switch status {
	case http.StatusTooManyRequests:
		r := rateLimited
		r.RetryAfter = retryAfter(h, now)
		return r
	case http.StatusUnauthorized, http.StatusForbidden:
		return badCredentials
	case http.StatusPaymentRequired:
		return paymentRequired
	case http.StatusNotFound:
		return domainNotFound
	case http.StatusRequestEntityTooLarge:
		return tooLarge
	case http.StatusRequestTimeout, http.StatusMisdirectedRequest, http.StatusTooEarly:
		return notNow
	}
	switch {
	case status >= 500:
		return providerError
	case status >= 400:
		return refusedMessage
	default:
		return redirected
	}
}
