package portal

import (
	"strings"
	"time"

	"anteroom/schema/portal"
	"anteroom/web/page"
)

// dateFormat is how a week is named in the URL: by any of its days.
const dateFormat = "2006-01-02"

// reach is how far the calendar goes, in years from today.
const reach = 5

// week is seven days in the person's zone, Monday first.
type week struct {
	Days   []day
	Monday time.Time
	now    time.Time
}

type day struct {
	Date  time.Time
	Today bool
	Posts []portal.Post
}

// weekOf finds the week of a date as the URL has it; anything that is no date
// within reach is the present week.
func weekOf(date string, now time.Time) week {
	at, err := time.ParseInLocation(dateFormat, date, now.Location())
	if err != nil || at.Year() < now.Year()-reach || at.Year() > now.Year()+reach {
		at = now
	}
	return week{Monday: monday(at), now: now}
}

// monday is the first moment of the week, by the calendar: with a change to
// summer time in between, a day is no 24 hours.
func monday(t time.Time) time.Time {
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, 0, 0, 0, 0, t.Location())
}

func (w week) shifted(days int) time.Time {
	m := w.Monday
	return time.Date(m.Year(), m.Month(), m.Day()+days, 0, 0, 0, 0, m.Location())
}

// End is the first moment after the week.
func (w week) End() time.Time { return w.shifted(7) }

// Previous and Next name the neighbouring weeks.
func (w week) Previous() string { return w.shifted(-7).Format(dateFormat) }

// Next names the week after.
func (w week) Next() string { return w.End().Format(dateFormat) }

// Current says that it is the present week.
func (w week) Current() bool { return w.Monday.Equal(monday(w.now)) }

// Title names the week as people do: as little of the dates as is needed.
func (w week) Title() string {
	from, to := w.Monday, w.shifted(6)
	switch {
	case from.Year() != to.Year():
		return from.Format("2 January 2006") + " – " + to.Format("2 January 2006")
	case from.Month() != to.Month():
		return from.Format("2 January") + " – " + to.Format("2 January 2006")
	}
	return from.Format("2") + "–" + to.Format("2 January 2006")
}

// ZoneName is the city of the zone and its abbreviation in that week.
func (w week) ZoneName() string {
	name := w.Monday.Location().String()
	city := strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
	abbreviation := page.ZoneName(w.Monday)
	if city == abbreviation {
		return city
	}
	return city + " (" + abbreviation + ")"
}

// fill puts the posts under their days.
func (w *week) fill(posts []portal.Post) {
	today := w.now.Format(dateFormat)
	for i := range 7 {
		d := day{Date: w.shifted(i)}
		key := d.Date.Format(dateFormat)
		d.Today = key == today
		for _, p := range posts {
			p.PublishAt = p.PublishAt.In(w.Monday.Location())
			if p.PublishAt.Format(dateFormat) == key {
				d.Posts = append(d.Posts, p)
			}
		}
		w.Days = append(w.Days, d)
	}
}
