// Package spark draws how an endpoint did over the last 24 hours: a bar for each
// hour, as the data of an SVG that the template "spark" writes.
package spark

import (
	"fmt"
	"strconv"
	"time"

	"anteroom/schema/workspace"
)

// The drawing's size, in its own units.
const (
	height = 36
	step   = 6.4 // from one bar to the next
)

// Chart is a drawing. The hours in which there was nothing are a dashed line.
type Chart struct {
	Bars  []Bar
	Label string // what it shows, in words; where that stands beside it, it may be emptied
}

// Bar is a rectangle; Class is ok, bad or base. The numbers are in the SVG's units.
type Bar struct{ Class, X, Y, Height string }

// New draws the hours of an endpoint; now ends the last of them, in the reader's
// zone.
func New(s workspace.EndpointStats, now time.Time) Chart {
	c := Chart{Label: label(s, now)}
	most := 0
	for _, h := range s.Hours {
		most = max(most, h.OK+h.Bad)
	}
	for i, h := range s.Hours {
		ok, bad := length(h.OK, most), length(h.Bad, most)
		c.add("ok", i, height-bad-ok, ok)
		c.add("bad", i, height-bad, bad)
		if ok+bad == 0 {
			c.add("base", i, height-least, least)
		}
	}
	return c
}

// least keeps an hour with a single failure to be seen among thousands.
const least = 1.5

func length(n, most int) float64 {
	if n == 0 {
		return 0
	}
	return max(least, float64(n)/float64(most)*(height-least))
}

func (c *Chart) add(class string, i int, y, height float64) {
	if height > 0 {
		c.Bars = append(c.Bars, Bar{class, decimal(float64(i) * step), decimal(y), decimal(height)})
	}
}

func decimal(f float64) string { return strconv.FormatFloat(max(0, f), 'f', 1, 64) }

func label(s workspace.EndpointStats, now time.Time) string {
	if s.Total() == 0 {
		return "No attempts in the last 24 hours"
	}
	text := fmt.Sprintf("Attempts per hour over the last 24 hours: %d delivered, %d failed", s.Delivered, s.Failed)
	if s.Failed == 0 {
		return text
	}
	first := 0
	for s.Hours[first].Bad == 0 {
		first++
	}
	if first == 0 {
		return text
	}
	at, day := now.Add(-time.Duration(len(s.Hours)-first)*time.Hour), "today"
	if at.Day() != now.Day() {
		day = "yesterday"
	}
	return text + ", all failures after " + at.Format("15:04") + " " + day
}
