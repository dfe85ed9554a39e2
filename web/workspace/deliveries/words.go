package deliveries

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// clock says moments by the database's time and in the reader's zone.
type clock struct {
	now  time.Time
	zone *time.Location
	plan schema.DeliveryPlan
}

// stamp is a moment in words.
type stamp struct {
	At    string // RFC 3339
	Text  string
	Title string // in full, to the second
}

func (c clock) stamp(at time.Time, text string) stamp {
	local := at.In(c.zone)
	return stamp{At: at.UTC().Format(time.RFC3339), Text: text, Title: local.Format("2 January 2006, 15:04:05 ") + page.ZoneName(local)}
}

func (c clock) ago(at time.Time) stamp {
	d := c.now.Sub(at)
	if d < time.Minute {
		return c.stamp(at, "just now")
	}
	return c.stamp(at, desk.Amount(d, math.Floor)+" ago")
}

// exact is a moment to the second, with its date unless that is today.
func (c clock) exact(at time.Time) stamp {
	form := "15:04:05"
	if local, now := at.In(c.zone), c.now.In(c.zone); local.YearDay() != now.YearDay() || local.Year() != now.Year() {
		form = "2 Jan, 15:04:05"
	}
	return c.stamp(at, at.In(c.zone).Format(form))
}

// full is a moment to the minute, with its zone.
func (c clock) full(at time.Time) stamp {
	local, form := at.In(c.zone), "2 January, 15:04 "
	if local.Year() != c.now.In(c.zone).Year() {
		form = "2 January 2006, 15:04 "
	}
	return c.stamp(at, local.Format(form)+page.ZoneName(local))
}

// in says how long it is to a moment to come.
func (c clock) in(at time.Time) string {
	switch d := at.Sub(c.now); {
	case d <= 0:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("in %d s", int(math.Ceil(d.Seconds())))
	default:
		return "in " + desk.Amount(d, math.Round)
	}
}

// took says how long something took.
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 9995*time.Millisecond:
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// roughly is took with fewer digits.
func roughly(d time.Duration) string {
	if d < time.Second {
		return took(d)
	}
	return strings.Replace(fmt.Sprintf("%.1f s", d.Seconds()), ".0 s", " s", 1)
}

func micros(n int64) time.Duration { return time.Duration(n) * time.Microsecond }

// size says how many bytes there are.
func size(n int) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	return strings.Replace(fmt.Sprintf("%.1f kB", float64(n)/(1<<10)), ".0 kB", " kB", 1)
}

// number writes a count with its thousands apart.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// failures says in a few words how an attempt without an answer, or with a bad
// one, failed.
var failures = map[schema.ErrorClass]string{
	schema.ErrorDNS:            "Host not found",
	schema.ErrorRefused:        "No connection",
	schema.ErrorTLS:            "TLS failed",
	schema.ErrorTimeout:        "Timed out",
	schema.ErrorClosed:         "Closed without an answer",
	schema.ErrorBlockedAddress: "Address not allowed",
	schema.ErrorRedirect:       "Redirected",
	schema.ErrorStatus:         "Refused",
	schema.ErrorBody:           "Answer broke off",
}

// icons are those of the attempts without a status.
var icons = map[schema.ErrorClass]string{
	schema.ErrorDNS: "unplug", schema.ErrorRefused: "unplug", schema.ErrorClosed: "unplug", schema.ErrorTLS: "lock",
	schema.ErrorTimeout: "clock", schema.ErrorBlockedAddress: "ban",
}

// badge is the code of an answer, or a picture of what there was instead.
type badge struct {
	Tone string // bad, none or empty for good
	Code int
	Icon string
	Name string // of the icon
}

// badgeOf is that of an attempt's result.
func badgeOf(code int, class schema.ErrorClass) badge {
	b := badge{Code: code}
	if class != "" {
		b.Tone = "bad"
	}
	if code == 0 {
		b.Icon, b.Name = icons[class], failures[class]
		if b.Icon == "" {
			b.Icon, b.Name = "x", "Failed"
		}
	}
	return b
}
