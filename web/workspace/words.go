package workspace

import (
	"fmt"
	"math"
	"strings"
	"time"

	"anteroom/web/page"
)

// part is a piece of a sentence: text, or a moment said in words.
type part struct {
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
func say(pieces ...any) (out []part) {
	for _, p := range pieces {
		switch x := p.(type) {
		case part:
			out = append(out, x)
		case string:
			out = append(out, part{Text: x})
		}
	}
	return out
}

func (t teller) moment(at time.Time, text string) part {
	local := at.In(t.zone)
	return part{Text: text, At: at.UTC().Format(time.RFC3339),
		Title: local.Format("Monday 2 January 2006 at 15:04 ") + page.ZoneName(local)}
}

// ago is a moment that passed.
func (t teller) ago(at time.Time) part {
	d := t.now.Sub(at)
	if d < time.Minute {
		return t.moment(at, "just now")
	}
	return t.moment(at, amount(d, math.Floor)+" ago")
}

// in is how long it is to a moment to come.
func (t teller) in(at time.Time) part {
	return t.moment(at, amount(at.Sub(t.now), math.Round))
}

// on is the day of a moment, with its year if that is not the present one.
func (t teller) on(at time.Time) part {
	local, form := at.In(t.zone), "2 January"
	if local.Year() != t.now.In(t.zone).Year() {
		form += " 2006"
	}
	return t.moment(at, local.Format(form))
}

// amount says a duration in its largest unit: 14 min, 2 hours, 7 days.
func amount(d time.Duration, round func(float64) float64) string {
	if n := round(d.Minutes()); n < 60 {
		return fmt.Sprintf("%d min", max(1, int(n)))
	}
	if n := round(d.Hours()); n < 24 {
		return page.Plural(int(n), "hour", "hours")
	}
	return page.Plural(int(round(d.Hours()/24)), "day", "days")
}

// clause makes a reason, which is a sentence, the end of another one.
func clause(reason string) string {
	reason = strings.TrimSuffix(strings.TrimSpace(reason), ".")
	for _, article := range []string{"The ", "No ", "A ", "An "} {
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
