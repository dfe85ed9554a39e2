// Package stream tells open pages what has changed, as server-sent events (HTML
// standard, section 9.2). An event is named after a row and says nothing else:
// the page reads its parts again, with its own session.
package stream

import (
	"bufio"
	"context"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
)

const (
	// Heartbeat is how often an idle stream is written to and its right asked for
	// again. Proxies cut off what is silent for a minute.
	Heartbeat = 15 * time.Second
	// PerPerson bounds the streams of one person in this process.
	PerPerson = 20
	// Gone has the page load itself again, which leads to the sign-in, or to less.
	Gone = "event: gone\ndata: .\n\n"

	// pace is the least time between two batches of events on one stream.
	pace = 250 * time.Millisecond
	// lifetime ends a stream, whose page then opens a new one: after a deploy
	// the streams spread over the processes again.
	lifetime = 10 * time.Minute
	// writeWithin is how long a page may take to read what is written.
	writeWithin = 10 * time.Second
)

// Page is what one open page may hear.
type Page struct {
	User   schema.UserID
	Agency schema.AgencyID
	// May asks whether the page may still hear, and counts as no use of its session.
	May func(ctx context.Context) (bool, error)
	// Rows are those that it hears of, by their IDs, and May is asked at each
	// of their changes; nil is all of the agency's.
	Rows map[string]bool
}

// Streams are the open pages of this process.
type Streams struct {
	bus   *live.Bus
	every time.Duration
	mu    sync.Mutex
	open  map[schema.UserID]int
}

// New makes streams over a bus; every is the time between heartbeats.
func New(bus *live.Bus, every time.Duration) *Streams {
	return &Streams{bus: bus, every: every, open: map[schema.UserID]int{}}
}

var errTooMany = &schema.Error{Kind: schema.TooSoon, Code: "streams",
	Message: "This page is open too many times. Close some of them."}

// Refuse answers who may hear nothing with a stream that says so: a page whose
// session ended while it slept is to leave, and any other answer would only
// have it try again.
func Refuse(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/event-stream")
	return c.SendString(Gone)
}

// Serve answers with the stream of a page.
func (s *Streams) Serve(c *fiber.Ctx, page Page) error {
	if !s.enter(page.User) {
		return errTooMany
	}
	o := &open{Streams: s, page: page, conn: c.Context().Conn(), changes: s.bus.Listen(page.Agency.String())}
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no") // nginx would hold events back
	c.Context().SetConnectionClose() // what watch reads is lost to a next request
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer s.leave(page.User)
		defer o.changes.Close()
		o.run(w)
	})
	return nil
}

func (s *Streams) enter(u schema.UserID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[u] >= PerPerson {
		return false
	}
	s.open[u]++
	return true
}

func (s *Streams) leave(u schema.UserID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[u]--; s.open[u] == 0 {
		delete(s.open, u)
	}
}
