package crm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// subject is all that is known about a client, a person or an endpoint.
type subject struct {
	subjectKey
	Name, State string // by the event with the highest sequence that was taken
	Rows        []row  // by sequence
	newest      int
}

// row is an event, or numbers of which none has come.
type row struct {
	*event
	Missing string // the numbers, when it is no event
	Waits   string // the numbers before it that have not come, or were not taken
	Late    bool   // it was taken after one with a higher number
	Again   int    // how often it came when it was taken already
	Twin    bool   // another event has its number: an example, as a test sends it
}

// subjects are those of the events that are kept, the liveliest first.
func (s *Server) subjects() (out []subject) {
	by := map[subjectKey][]*event{}
	for _, e := range s.events {
		by[e.Subject] = append(by[e.Subject], e)
	}
	for key, events := range by {
		out = append(out, order(key, events))
	}
	slices.SortFunc(out, func(a, b subject) int {
		return cmp.Or(cmp.Compare(b.newest, a.newest), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// order puts a subject's events in the order of their sequence, whatever order
// they came in. What is missing before the first of them is nobody's fault: it
// happened before the receiver was there.
func order(key subjectKey, events []*event) subject {
	slices.SortStableFunc(events, func(a, b *event) int {
		return cmp.Or(cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.first, b.first))
	})
	sub := subject{subjectKey: key}
	have := events[0].Sequence // up to here every number has come
	var owed []string          // numbers that were not taken so far
	for i, e := range events {
		sub.newest = max(sub.newest, e.first)
		if e.Sequence > have+1 {
			gap := numbers(have+1, e.Sequence-1)
			owed = append(owed, gap)
			sub.Rows = append(sub.Rows, row{Missing: gap})
		}
		have = max(have, e.Sequence)
		sub.Rows = append(sub.Rows, row{event: e, Waits: some(owed), Again: e.again(), Twin: i > 0 && events[i-1].Sequence == e.Sequence})
		if !e.Taken {
			owed = append(owed, numbers(e.Sequence, e.Sequence))
		}
		if e.Taken || sub.Name == "" {
			sub.Name, sub.State = e.Name, e.State
		}
	}
	sub.markLate()
	return sub
}

// markLate goes from the highest number down: what was taken after one above it
// came late.
func (s *subject) markLate() {
	earliest := 0 // of those above
	for i := len(s.Rows) - 1; i >= 0; i-- {
		r := &s.Rows[i]
		if r.event == nil || !r.Taken {
			continue
		}
		r.Late = earliest != 0 && earliest < r.took
		if earliest == 0 || r.took < earliest {
			earliest = r.took
		}
	}
}

// again is how often the event came when it had been taken already.
func (e *event) again() (n int) {
	taken := false
	for _, a := range e.Arrivals {
		if taken {
			n++
		}
		taken = taken || a.Status == 200
	}
	return n
}

// some is the first few of the numbers.
func some(owed []string) string {
	const few = 3
	if len(owed) > few {
		return strings.Join(owed[:few], ", ") + " and more"
	}
	return strings.Join(owed, ", ")
}

func numbers(from, to uint32) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}
