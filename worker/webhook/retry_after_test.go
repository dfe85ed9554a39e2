package webhook_test

import (
	"net/http"
	"testing"
	"time"

	"anteroom/internal/receiver"
	"anteroom/schema"
)

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	theirs := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC) // a clock that is far off
	for _, c := range []struct {
		status      int
		value, date string
		want        time.Duration
	}{
		{429, "7", "", 7 * time.Second},
		{503, " 90 ", "", 90 * time.Second},
		{429, "0", "", 0},
		{429, "-5", "", 0},
		{429, "soon", "", 0},
		{429, "1.5", "", 0},
		{429, "", "", 0},
		{429, "86401", "", schema.MaxRetryAfter},
		{429, "99999999999999999999999", "", schema.MaxRetryAfter},
		{503, theirs.Add(time.Hour).Format(http.TimeFormat), theirs.Format(http.TimeFormat), time.Hour},
		{503, theirs.Add(time.Hour).Format(time.RFC850), theirs.Format(http.TimeFormat), time.Hour},
		{503, theirs.Add(time.Hour).Format(time.ANSIC), theirs.Format(http.TimeFormat), time.Hour},
		{503, theirs.Add(-time.Hour).Format(http.TimeFormat), theirs.Format(http.TimeFormat), 0},
		{503, theirs.Add(100 * time.Hour).Format(http.TimeFormat), theirs.Format(http.TimeFormat), schema.MaxRetryAfter},
		{500, "7", "", 0},
		{301, "7", "", 0},
		{200, "7", "", 0},
	} {
		r, _ := sends(t, time.Second, func(w http.ResponseWriter, r *http.Request) {
			if c.date != "" {
				w.Header().Set("Date", c.date)
			}
			receiver.RetryAfter(c.status, c.value)(w, r)
		})
		if r.RetryAfter != c.want || r.StatusCode != c.status {
			t.Errorf("%d, %q after %q: %v, want %v", r.StatusCode, c.value, c.date, r.RetryAfter, c.want)
		}
	}
}

func TestARetryAfterDateWithoutADateIsMeasuredByOurClock(t *testing.T) {
	t.Parallel()
	until := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	r, _ := sends(t, time.Second, raw("HTTP/1.1 503 Later\r\nRetry-After: "+until+"\r\nContent-Length: 0\r\n\r\n"))
	if off := r.RetryAfter - time.Hour; off > 0 || off < -5*time.Second {
		t.Errorf("%+v", r)
	}
}
