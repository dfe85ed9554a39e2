package mail

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter caps the wait that a provider may ask for.
const maxRetryAfter = time.Hour

// retryAfter reads Retry-After (RFC 9110, 10.2.3): seconds or a date. A date is
// measured against the answer's own Date, so that a clock that is off on either
// side does no harm. Zero is "nothing usable was said".
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return min(max(until.Sub(now), 0), maxRetryAfter)
}
