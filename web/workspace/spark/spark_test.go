package spark

import (
	"strconv"
	"testing"
	"time"

	"anteroom/schema/workspace"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestAnEndpointWithoutAttemptsIsADashedLine(t *testing.T) {
	t.Parallel()
	c := New(workspace.EndpointStats{}, noon)
	if len(c.Bars) != 24 || c.Label != "No attempts in the last 24 hours" {
		t.Fatalf("%+v", c)
	}
	for _, b := range c.Bars {
		if b.Class != "base" {
			t.Errorf("%+v", b)
		}
	}
}

func TestFailuresStandBelowSuccessesAndNothingLeavesTheDrawing(t *testing.T) {
	t.Parallel()
	var s workspace.EndpointStats
	s.Hours[0], s.Hours[20], s.Hours[23] = workspace.HourCount{OK: 1}, workspace.HourCount{OK: 5000, Bad: 1}, workspace.HourCount{Bad: 7000}
	s.Delivered, s.Failed = 5001, 7001
	c := New(s, noon)
	if want := "Attempts per hour over the last 24 hours: 5001 delivered, 7001 failed, all failures after 08:00 today"; c.Label != want {
		t.Errorf("%s, want %s", c.Label, want)
	}
	if len(c.Bars) != 24+1 {
		t.Errorf("%d bars", len(c.Bars))
	}
	for i, b := range c.Bars {
		y, _ := strconv.ParseFloat(b.Y, 64)
		h, _ := strconv.ParseFloat(b.Height, 64)
		if y < 0 || h < least || y+h > height+.1 {
			t.Errorf("%+v", b)
		}
		if b.Class == "bad" && i > 0 && c.Bars[i-1].X == b.X {
			if above, _ := strconv.ParseFloat(c.Bars[i-1].Y, 64); above >= y {
				t.Errorf("%+v stands on %+v", b, c.Bars[i-1])
			}
		}
	}
}
