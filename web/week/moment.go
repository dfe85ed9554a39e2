package week

import "time"

// Clock is how forms write a time of day.
const Clock = "15:04"

// Moment is a day and a time of day in a zone. Of a time that comes twice, when the
// clocks go back, it is the first. ok is false for one that doesn't come at all, when
// they go forward, and for what is no day or no time.
func Moment(day, clock string, zone *time.Location) (t time.Time, ok bool) {
	const layout = Layout + " " + Clock
	text := day + " " + clock
	t, err := time.ParseInLocation(layout, text, zone)
	if err != nil || t.Format(layout) != text {
		return time.Time{}, false
	}
	// A change is an hour nearly everywhere, half of one on Lord Howe Island; Antarctica's
	// Troll has two.
	for _, d := range []time.Duration{2 * time.Hour, time.Hour, 30 * time.Minute} {
		if before := t.Add(-d); before.Format(layout) == text {
			return before, true
		}
	}
	return t, true
}
