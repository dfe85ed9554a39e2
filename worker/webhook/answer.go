package webhook

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"anteroom/schema"
)

// What is kept of an attempt's texts, in bytes, and of its headers.
const (
	maxText    = 500
	maxHeader  = 1 << 10 // a name or a value
	maxHeaders = 50
	maxJSON    = 60 << 10 // all of them, as the log's column holds them
)

// verdict judges an answer by its status: only a 2xx is a success.
func verdict(resp *http.Response) (schema.ErrorClass, string) {
	status := strings.TrimSpace(strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode))
	switch resp.StatusCode / 100 {
	case 2:
		return "", ""
	case 3:
		if to := printable(resp.Header.Get("Location")); to != "" {
			return schema.ErrorRedirect, status + ": it points to " + clip(to, maxText-100) + ", and redirects are not followed"
		}
		return schema.ErrorRedirect, status
	}
	return schema.ErrorStatus, status
}

// retryAfter reads Retry-After (RFC 9110, 10.2.3): seconds or a date, at most
// schema.MaxRetryAfter. A date is measured against the answer's own Date, so that
// clocks that differ do no harm. Zero is "nothing usable was said".
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(schema.MaxRetryAfter/time.Second) {
			return schema.MaxRetryAfter
		}
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return min(max(until.Sub(now), 0), schema.MaxRetryAfter)
}

// bounded is what is kept of an answer's headers: the first by name, several
// values of one joined.
func bounded(h http.Header) map[string]string {
	names := slices.Sorted(maps.Keys(h))
	names = names[:min(len(names), maxHeaders)]
	out := make(map[string]string, len(names))
	size := 0
	for _, name := range names {
		value := clip(strings.Join(h[name], ", "), maxHeader)
		name = clip(name, maxHeader)
		if size += jsonSize(name) + jsonSize(value); size > maxJSON {
			break
		}
		out[name] = value
	}
	return out
}

// jsonSize is the length of s in JSON, which writes < as six bytes.
func jsonSize(s string) int {
	b, _ := json.Marshal(s) // a string never fails
	return len(b) + 1
}

// clip makes s valid UTF-8 of at most n bytes.
func clip(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= n {
		return s
	}
	for n -= len("…"); !utf8.RuneStart(s[n]); {
		n--
	}
	return s[:n] + "…"
}

// printable leaves out what a log line can't show.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
}
