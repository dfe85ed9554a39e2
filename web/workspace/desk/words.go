package desk

import (
	"fmt"
	"math"
	"strings"
	"time"

	"anteroom/web/page"
)

// Part is a piece of a sentence: text, or a moment said in words.
type Part struct {
	Text  string
	At    string // RFC 3339, empty for text
	Title string // the moment in full
}

// teller says moments in words, by the database's clock and in the reader's
// zone.
type teller struct {
	now  time.Time
	zone *time.Location
}

// say joins texts and moments.
func say(pieces ...any) (out []Part) {
	for _, p := range pieces {
		switch x := p.(type) {
		case Part:
			out = append(out, x)
		case string:
			out = append(out, Part{Text: x})
		}
	}
	return out
}

func (t teller) moment(at time.Time, text string) Part {
	local := at.In(t.zone)
	return Part{Text: text, At: at.UTC().Format(time.RFC3339),
		Title: local.Format("Monday 2 January 2006 at 15:04 ") + page.ZoneName(local)}
}

// ago is a moment that passed.
func (t teller) ago(at time.Time) Part {
	d := t.now.Sub(at)
	if d < time.Minute {
		return t.moment(at, "just now")
	}
	return t.moment(at, Amount(d, math.Floor)+" ago")
}

// in is how long it is to a moment to come.
func (t teller) in(at time.Time) Part {
	return t.moment(at, Amount(at.Sub(t.now), math.Round))
}

// on is the day of a moment, with its year if that is not the present one.
func (t teller) on(at time.Time) Part {
	local, form := at.In(t.zone), "2 January"
	if local.Year() != t.now.In(t.zone).Year() {
		form += " 2006"
	}
	return t.moment(at, local.Format(form))
}

// Amount says a duration in its largest unit: 14 min, 2 hours, 7 days.
func Amount(d time.Duration, round func(float64) float64) string {
	if n := round(d.Minutes()); n < 60 {
		return fmt.Sprintf("%d min", max(1, int(n)))
	}
	if n := round(d.Hours()); n < 24 {
		return page.Plural(int(n), "hour", "hours")
	}
	return page.Plural(int(round(d.Hours()/24)), "day", "days")
}

// Clause makes a reason, which is a sentence, the end of another one.
func Clause(reason string) string {
	reason = strings.TrimSuffix(strings.TrimSpace(reason), ".")
	for _, article := range []string{"The ", "There ", "They ", "Their ", "No ", "A ", "An "} {
		if strings.HasPrefix(reason, article) {
			return strings.ToLower(article) + reason[len(article):]
		}
	}
	return reason
}

// firstName is how the list names a colleague.
func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}
