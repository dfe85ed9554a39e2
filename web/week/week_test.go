package week_test

import (
	"testing"
	"time"

	"anteroom/web/week"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAMomentIsFoundWhereTheClocksAreChanged(t *testing.T) {
	for _, tc := range []struct{ zone, day, clock, want string }{
		{"Europe/London", "2026-11-26", "09:00", "2026-11-26T09:00:00Z"},
		{"Europe/London", "2026-03-29", "01:30", ""}, // it doesn't come
		{"Europe/London", "2026-03-29", "02:00", "2026-03-29T01:00:00Z"},
		{"Europe/London", "2026-10-25", "01:30", "2026-10-25T00:30:00Z"}, // the first of two
		{"Europe/London", "2026-10-25", "02:00", "2026-10-25T02:00:00Z"},
		{"America/New_York", "2026-03-08", "02:30", ""},
		{"America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"},
		{"America/New_York", "2026-11-01", "00:30", "2026-11-01T04:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"},
		{"Asia/Kathmandu", "2026-11-23", "00:00", "2026-11-22T18:15:00Z"},
		{"Europe/London", "2026-11-31", "09:00", ""},
		{"Europe/London", "26 November", "09:00", ""},
		{"Europe/London", "2026-11-26", "9 o’clock", ""},
		{"Europe/London", "", "", ""},
	} {
		got, ok := week.Moment(tc.day, tc.clock, zone(t, tc.zone))
		if ok != (tc.want != "") || ok && got.UTC().Format(time.RFC3339) != tc.want {
			t.Errorf("%s %s in %s is %s (%v), want %q", tc.day, tc.clock, tc.zone, got.UTC().Format(time.RFC3339), ok, tc.want)
		}
	}
}

func TestEveryMomentOfAYearStandsUnderOneDayOfOneWeek(t *testing.T) {
	for _, name := range []string{"Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo",
		"America/Santiago", "America/Havana", "Atlantic/Azores"} {
		for _, first := range []time.Weekday{time.Monday, time.Saturday, time.Sunday} {
			l := zone(t, name)
			for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(15 * time.Minute) {
				local := at.In(l)
				w := week.Of(local.Format(week.Layout), local, first)
				if at.Before(w.Start) || !at.Before(w.End()) || w.Start.Weekday() != first {
					t.Fatalf("%s is outside of its week from %s", local, w.Start)
				}
				if next := week.Of(w.Next(), local, first); !next.Start.Equal(w.End()) || next.Previous() != w.Name() {
					t.Fatalf("after the week of %s comes that of %s", w.Start, next.Start)
				}
				n, today := 0, 0
				for _, d := range week.Fill(w, []time.Time{at}, func(t time.Time) time.Time { return t }) {
					if n += len(d.Items); len(d.Items) > 0 && d.Date.Format(week.Layout) != local.Format(week.Layout) {
						t.Fatalf("%s is under %s", local, d.Date)
					}
					if d.Today {
						today++
					}
				}
				if n != 1 || today != 1 || !w.Current() {
					t.Fatalf("%s is under %d days, and %d are today", local, n, today)
				}
			}
		}
	}
}
