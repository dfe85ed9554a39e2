package activity

import (
	"math"
	"time"

	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// clock says moments by the database's time and in the reader's zone.
type clock struct {
	now  time.Time
	zone *time.Location
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

// day is the midnight before a moment.
func (c clock) day(at time.Time) time.Time {
	y, m, d := at.In(c.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, c.zone)
}

// label names a day.
func (c clock) label(day time.Time) string {
	form := "Monday 2 January"
	if day.Year() != c.now.In(c.zone).Year() {
		form += " 2006"
	}
	switch today := c.day(c.now); {
	case !day.Before(today):
		return "Today, " + day.Format(form)
	case day.Equal(c.day(today.Add(-time.Hour))):
		return "Yesterday, " + day.Format(form)
	}
	return day.Format(form)
}

// short says today's moments by their distance, the others by the time of day.
func (c clock) short(at time.Time) stamp {
	switch {
	case c.day(at).Before(c.day(c.now)):
		return c.stamp(at, at.In(c.zone).Format("15:04"))
	case c.now.Sub(at) < time.Minute:
		return c.stamp(at, "just now")
	}
	return c.stamp(at, c.ago(at))
}

func (c clock) ago(at time.Time) string { return desk.Amount(c.now.Sub(at), math.Floor) + " ago" }

// exact is a moment to the second, with its date unless that is the one of the
// moment beside it.
func (c clock) exact(at, beside time.Time) stamp {
	form := "15:04:05"
	if !c.day(at).Equal(c.day(beside)) {
		form = "2 Jan, " + form
	}
	return c.stamp(at, at.In(c.zone).Format(form))
}
