package live

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

// Listener hears of the changes of one agency.
type Listener struct {
	bus    *Bus
	agency string
	wake   chan struct{}

	mu   sync.Mutex
	rows map[string]struct{}
}

// Listen starts to listen for an agency. Close ends it.
func (b *Bus) Listen(agency string) *Listener {
	l := &Listener{bus: b, agency: agency, wake: make(chan struct{}, 1), rows: map[string]struct{}{}}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listeners[l] = struct{}{}
	return l
}

// Close ends the listening.
func (l *Listener) Close() {
	l.bus.mu.Lock()
	defer l.bus.mu.Unlock()
	delete(l.bus.listeners, l)
}

// Woken gets a value when there are changes to take.
func (l *Listener) Woken() <-chan struct{} { return l.wake }

// Ended is closed when the bus hears nothing more: the process is stopping.
func (l *Listener) Ended() <-chan struct{} { return l.bus.ended }

// Take returns the rows that changed since the last call, each once: a
// listener that is slow misses nothing and holds nothing up.
func (l *Listener) Take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := slices.Sorted(maps.Keys(l.rows))
	clear(l.rows)
	return out
}

func (l *Listener) hear(row string) {
	l.mu.Lock()
	l.rows[row] = struct{}{}
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Run hears what all processes tell, until ctx ends. While Redis is away it
// keeps trying (go-redis resubscribes by itself). It runs once.
func (b *Bus) Run(ctx context.Context) {
	defer close(b.ended)
	sub := b.rdb.Subscribe(ctx, channel)
	defer sub.Close()
	messages := sub.Channel()
	for {
		select {
		case <-ctx.Done():
			return
		case m, ok := <-messages:
			if !ok {
				return
			}
			b.spread(m.Payload)
		}
	}
}

func (b *Bus) spread(payload string) {
	var changes []Change
	if json.Unmarshal([]byte(payload), &changes) != nil {
		return // of a version to come
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for l := range b.listeners {
		for _, c := range changes {
			if c.Agency == l.agency {
				l.hear(c.Row)
			}
		}
	}
}
