package web

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/web/request"
	"anteroom/web/session"
)

// record wraps everything else: it gives the request its ID, its client and
// its deadline, answers errors, and writes the request's one log line.
func (o Options) record(c *fiber.Ctx) error {
	began := time.Now()
	id := request.Identify(c)
	request.Locate(c, o.TrustedProxies)
	ctx, cancel := context.WithTimeout(c.UserContext(), workTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	failure := c.Next()
	if failure != nil {
		if err := o.problem(c, failure); err != nil {
			return err
		}
	}
	o.line(c, id, time.Since(began), failure)
	return nil
}

// line names the route and never the path: paths carry tokens, and so do
// queries and cookies.
func (o Options) line(c *fiber.Ctx, id string, took time.Duration, failure error) {
	status := c.Response().StatusCode()
	attrs := []slog.Attr{
		slog.String("method", strings.Clone(c.Method())), slog.String("route", route(c, status)), slog.Int("status", status),
		slog.Duration("took", took), slog.Int("bytes", size(c)), slog.String("request_id", id),
		slog.String("client", request.Address(c).String()),
	}
	if s, ok := session.Of(c); ok {
		attrs = append(attrs, slog.String("user_id", s.UserID.String()))
		if !s.AgencyID.IsZero() {
			attrs = append(attrs, slog.String("agency_id", s.AgencyID.String()))
		}
	}
	level := slog.LevelInfo
	if status >= fiber.StatusInternalServerError && failure != nil {
		level = slog.LevelError
		attrs = append(attrs, causes(failure)...)
	}
	o.Log.LogAttrs(c.UserContext(), level, "request", attrs...)
}

// size is that of the answer's body; of a stream it is not known, and asking
// would read all of it.
func size(c *fiber.Ctx) int {
	if c.Response().IsBodyStream() {
		return 0
	}
	return len(c.Response().Body())
}

func route(c *fiber.Ctx, status int) string {
	r := strings.Clone(c.Route().Path)
	if r == "/" && c.Path() != "/" { // only middlewares matched
		return "(none)"
	}
	return r
}

// panicked is a panic on its way to the error map.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

func recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return c.Next()
}
