package mail

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/mailgun/mailgun-go/v4"

	"anteroom/schema"
)

// ClearTimeout bounds Clear as a whole. The caller's lease on the email must be
// longer than it and [Timeout] together.
const ClearTimeout = 5 * time.Second

// Clear takes an address off the domain's suppression lists, within
// [ClearTimeout]; that it stands on none of them is as good. Unless ok, the result
// says why it may still stand there: nothing has been sent.
func (s *Sender) Clear(ctx context.Context, addr string) (r schema.MailResult, ok bool) {
	if s.broken != nil {
		return misconfigured, false
	}
	bounded, cancel := context.WithTimeout(ctx, ClearTimeout)
	defer cancel()
	addr = url.PathEscape(asciiDomain(addr)) // mailgun-go puts it into the path as it is
	for _, remove := range []func(*mailgun.MailgunImpl, context.Context, string) error{
		(*mailgun.MailgunImpl).DeleteBounce, (*mailgun.MailgunImpl).DeleteUnsubscribe, (*mailgun.MailgunImpl).DeleteComplaint,
	} {
		var a attempt
		// What the error says is in the attempt, too.
		_ = remove(s.client(&a), a.traced(bounded), addr)
		if r, ok := a.cleared(time.Now()); !ok {
			return r, false
		}
	}
	return schema.MailResult{}, true
}

// cleared sorts the answers to one removal. Mailgun's 404 says that the address is
// not on the list, or that it doesn't know the domain, which the message will be
// told.
func (a *attempt) cleared(now time.Time) (r schema.MailResult, ok bool) {
	switch status := a.status; {
	case status >= 200 && status < 300, status == http.StatusNotFound:
		return r, true
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusPaymentRequired:
		return clearingForbidden, false
	case status == http.StatusTooManyRequests:
		r = notCleared
		r.RetryAfter = retryAfter(a.header, now)
		return r, false
	case status == http.StatusRequestTimeout, status == http.StatusMisdirectedRequest, status == http.StatusTooEarly:
		return notCleared, false
	case status >= 400 && status < 500:
		return clearingRefused, false
	}
	return notCleared, false
}
