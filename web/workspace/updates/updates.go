// Package updates tells open pages of an agency which of its clients have
// changed, as server-sent events (HTML standard, section 9.2). An event is
// named after the client and says nothing else: the page reads its rows again,
// with its own session.
package updates

import (
	"bufio"
	"context"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/web/session"
	"anteroom/web/workspace/desk"
)

const (
	// heartbeat is how often an idle stream is written to and its session asked
	// for again. Proxies cut off what is silent for a minute.
	heartbeat = 15 * time.Second
	// pace is the least time between two batches of events on one stream.
	pace = 250 * time.Millisecond
	// lifetime ends a stream, whose page then opens a new one: after a deploy
	// the streams spread over the processes again.
	lifetime = 10 * time.Minute
	// writeWithin is how long a page may take to read what is written.
	writeWithin = 10 * time.Second
	// perPerson bounds the streams of one person in this process.
	perPerson = 20
)

// Mount puts the stream on a router.
func Mount(r fiber.Router, d *desk.Desk) {
	mount(r, d, heartbeat)
}

func mount(r fiber.Router, d *desk.Desk, every time.Duration) {
	s := &streams{Desk: d, every: every, open: map[schema.UserID]int{}}
	r.Get("/settings/live", s.serve)
}

type streams struct {
	*desk.Desk
	every time.Duration // between heartbeats
	mu    sync.Mutex
	open  map[schema.UserID]int
}

var errTooMany = &schema.Error{Kind: schema.TooSoon, Code: "streams",
	Message: "This page is open too many times. Close some of them."}

// serve answers even those who may hear nothing with a stream, that says so: a
// page whose session ended while it slept is to leave, and any other answer
// would only have it try again.
func (s *streams) serve(c *fiber.Ctx) error {
	who, _ := session.Of(c)
	m, ok := who.Membership()
	c.Set(fiber.HeaderContentType, "text/event-stream")
	if !ok {
		return c.SendString(gone)
	}
	if !s.enter(m.User.ID) {
		return errTooMany
	}
	p := &stream{streams: s, agency: m.Agency.ID, token: session.Token(c), conn: c.Context().Conn(),
		changes: s.Bus.Listen(m.Agency.ID.String())}
	c.Set("X-Accel-Buffering", "no") // nginx would hold events back
	c.Context().SetConnectionClose() // what watch reads is lost to a next request
	user := m.User.ID
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer s.leave(user)
		defer p.changes.Close()
		p.run(w)
	})
	return nil
}

func (s *streams) enter(u schema.UserID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[u] >= perPerson {
		return false
	}
	s.open[u]++
	return true
}

func (s *streams) leave(u schema.UserID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[u]--; s.open[u] == 0 {
		delete(s.open, u)
	}
}

// may asks whether the page may still hear of the agency. While the database
// can't be asked it hears nothing new, and stays.
func (p *stream) may() (ok, known bool) {
	ctx, cancel := context.WithTimeout(context.Background(), heartbeat/3)
	defer cancel()
	ok, err := p.Visitor.StillMember(ctx, p.token, p.agency)
	return ok, err == nil
}
