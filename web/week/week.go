// Package week lays out the days of a calendar's week in somebody's time zone.
package week

import (
	"strings"
	"time"

	"anteroom/web/page"
)

// Layout is how a week is named in an address: by any of its days.
const Layout = "2006-01-02"

// reach is how far a calendar goes, in years from today.
const reach = 5

// Week is seven days in a zone.
type Week struct {
	Start time.Time // the first moment
	first time.Weekday
	now   time.Time
}

// Of finds the week of a date as the address has it, by its first weekday; anything
// that is no date within reach is the present week. now is in the person's zone.
func Of(date string, now time.Time, first time.Weekday) Week {
	at, err := time.Parse(Layout, date)
	if err != nil || at.Year() < now.Year()-reach || at.Year() > now.Year()+reach {
		at = now
	}
	return Week{Start: start(at, now.Location(), first), first: first, now: now}
}

// start is the first moment of a date's week in a zone, by the calendar: with a
// change to summer time in between, a day is no 24 hours.
func start(date time.Time, zone *time.Location, first time.Weekday) time.Time {
	back := (int(date.Weekday()) - int(first) + 7) % 7
	return midnight(date.Year(), date.Month(), date.Day()-back, zone)
}

// midnight is the first moment of a day. Where the clocks go forward at midnight, as
// in Santiago and Cairo, that is one o'clock, and time.Date may give the day before.
func midnight(year int, month time.Month, day int, zone *time.Location) time.Time {
	if t := time.Date(year, month, day, 0, 0, 0, 0, zone); t.Hour() == 0 {
		return t
	}
	return time.Date(year, month, day, 1, 0, 0, 0, zone)
}

func (w Week) shifted(days int) time.Time {
	s := w.Start
	return midnight(s.Year(), s.Month(), s.Day()+days, s.Location())
}

// End is the first moment after the week.
func (w Week) End() time.Time { return w.shifted(7) }

// Name is how an address names the week.
func (w Week) Name() string { return w.Start.Format(Layout) }

// Previous and Next name the neighbouring weeks.
func (w Week) Previous() string { return w.shifted(-7).Format(Layout) }

// Next names the week after.
func (w Week) Next() string { return w.End().Format(Layout) }

// Current says that it is the present week.
func (w Week) Current() bool { return w.Start.Equal(start(w.now, w.now.Location(), w.first)) }

// Title names the week as people do: as little of the dates as is needed.
func (w Week) Title() string {
	from, to := w.Start, w.shifted(6)
	switch {
	case from.Year() != to.Year():
		return from.Format("2 January 2006") + " – " + to.Format("2 January 2006")
	case from.Month() != to.Month():
		return from.Format("2 January") + " – " + to.Format("2 January 2006")
	}
	return from.Format("2") + "–" + to.Format("2 January 2006")
}

// ZoneName is the city of the zone and its abbreviations in that week: two where the
// clocks change.
func (w Week) ZoneName() string {
	city, abbreviation := City(w.Start.Location()), page.ZoneName(w.Start)
	if last := page.ZoneName(w.End().Add(-time.Second)); last != abbreviation {
		abbreviation += ", then " + last
	}
	if city == abbreviation {
		return city
	}
	return city + " (" + abbreviation + ")"
}

// City is what people call a zone.
func City(zone *time.Location) string {
	name := zone.String()
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// Day is one of the seven, with what happens on it.
type Day[T any] struct {
	Date  time.Time
	Today bool
	Items []T
}

// Fill puts things under the days of the week on which they happen.
func Fill[T any](w Week, things []T, at func(T) time.Time) []Day[T] {
	out, days := make([]Day[T], 7), make(map[string]int, 7)
	today := w.now.Format(Layout)
	for i := range out {
		out[i].Date = w.shifted(i)
		key := out[i].Date.Format(Layout)
		out[i].Today, days[key] = key == today, i
	}
	for _, t := range things {
		if i, ok := days[at(t).In(w.Start.Location()).Format(Layout)]; ok {
			out[i].Items = append(out[i].Items, t)
		}
	}
	return out
}
