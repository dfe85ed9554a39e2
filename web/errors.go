package web

import (
	"context"
	"errors"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
)

// problem is the one error map: every error that a handler returns ends here.
func (o Options) problem(c *fiber.Ctx, err error) error {
	if request.ID(c) == "" { // refused before any handler, such as a body too large
		request.Identify(c)
		o.secureHeaders(c)
	}
	if schema.KindOf(err) == schema.SignIn && request.Reads(c) && !request.WantsJSON(c) && !page.IsPartial(c) {
		return session.ToSignIn(c)
	}
	p := describe(err)
	if p.Status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	p.RequestID = request.ID(c)
	if request.WantsJSON(c) {
		return p.sendJSON(c)
	}
	if page.IsPartial(c) {
		return p.sendPart(c)
	}
	return p.sendPage(c)
}

var statuses = map[schema.Kind]int{
	schema.NotFound:  fiber.StatusNotFound,
	schema.Invalid:   fiber.StatusUnprocessableEntity,
	schema.Conflict:  fiber.StatusConflict,
	schema.Forbidden: fiber.StatusForbidden,
	schema.SignIn:    fiber.StatusUnauthorized,
	schema.TooSoon:   fiber.StatusTooManyRequests,
}

// describe turns an error into what may be shown. Only a refusal's own words
// are; anything else is a fault of ours and stays in the log.
func describe(err error) problem {
	if e, ok := errors.AsType[*schema.Error](err); ok {
		p := problem{Status: statuses[e.Kind], Code: e.Code, Field: e.Field, Detail: e.Message}
		if r, ok := errors.AsType[*request.Refusal](err); ok {
			p.Status = r.Status
		}
		return p
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		return problem{Status: e.Code}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return problem{Status: fiber.StatusServiceUnavailable}
	}
	return problem{Status: fiber.StatusInternalServerError}
}

// causes are what the log says of a fault.
func causes(err error) []slog.Attr {
	attrs := []slog.Attr{slog.String("error", err.Error())}
	if p, ok := errors.AsType[*panicked](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	return attrs
}
