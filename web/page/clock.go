package page

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// when writes a moment in full, with its zone named; without a zone it is UTC.
func when(v any, zone ...*time.Location) (template.HTML, error) {
	t, ok := moment(v, zone)
	if !ok {
		return "", fmt.Errorf("page: %T is no time", v)
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, t.UTC().Format(time.RFC3339),
		template.HTMLEscapeString(absolute(t, time.Now())))), nil
}

// day writes the day of a moment; the moment in full is reached as with ago.
func day(v any, zone ...*time.Location) (template.HTML, error) {
	t, ok := moment(v, zone)
	if !ok {
		return "", fmt.Errorf("page: %T is no time", v)
	}
	form := "2 January"
	if t.Year() != time.Now().In(t.Location()).Year() {
		form += " 2006"
	}
	return element(t, t.Format(form)), nil
}

// ago writes a moment by its distance from now; the moment in full appears over
// it to whoever points at it, comes to it by keyboard or taps it.
func ago(v any, zone ...*time.Location) (template.HTML, error) {
	t, ok := moment(v, zone)
	if !ok {
		return "", fmt.Errorf("page: %T is no time", v)
	}
	return element(t, relative(time.Since(t))), nil
}

func moment(v any, zone []*time.Location) (t time.Time, ok bool) {
	switch x := v.(type) {
	case time.Time:
		t = x
	case *time.Time:
		if x == nil {
			return t, false
		}
		t = *x
	default:
		return t, false
	}
	if len(zone) > 0 && zone[0] != nil {
		return t.In(zone[0]), true
	}
	return t.UTC(), true
}

func element(t time.Time, text string) template.HTML {
	return template.HTML(fmt.Sprintf(`<time datetime="%s" data-full="%s" tabindex="0">%s</time>`,
		t.UTC().Format(time.RFC3339), template.HTMLEscapeString(absolute(t, time.Now())), template.HTMLEscapeString(text)))
}

// absolute names the year only when it is not the present one.
func absolute(t, now time.Time) string {
	day := "Monday 2 January"
	if t.Year() != now.In(t.Location()).Year() {
		day += " 2006"
	}
	return t.Format(day+" at 15:04 ") + ZoneName(t)
}

// ZoneName is the abbreviation of a moment's zone; where the zone has none, its
// distance from UTC.
func ZoneName(t time.Time) string {
	name := t.Format("MST")
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + strings.TrimSuffix(t.Format("-07:00"), ":00")
	}
	return name
}

func relative(d time.Duration) string {
	suffix := " ago"
	if d < 0 {
		d = -d
		suffix = " from now"
	}
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min%s", int(d.Minutes()), suffix)
	case d < 24*time.Hour:
		return Plural(int(d.Hours()), "hour", "hours") + suffix
	}
	return Plural(int(d.Hours()/24), "day", "days") + suffix
}
