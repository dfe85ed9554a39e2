// Package hooks hears what machines outside say: Mailgun, of what became of each
// email.
package hooks

import (
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/system"
)

// maxEvent is the longest webhook that is read, in bytes. Mailgun's are a few
// thousand.
const maxEvent = 256 << 10

// Options are what the webhooks need. Without a signing key there are none:
// anybody can sign with an empty one.
type Options struct {
	DB         *schema.DB
	Bus        *live.Bus
	Log        *slog.Logger
	SigningKey string // Mailgun's, for webhooks
	Domain     string // the sending domain
}

// Mount adds the route.
func Mount(r fiber.Router, o Options) {
	if o.SigningKey == "" {
		return
	}
	h := &hooks{o, system.New(o.DB, 0)}
	r.Post("/hooks/mailgun", h.mailgun)
}

type hooks struct {
	Options
	system *system.System
}

// mailgun takes one webhook. To Mailgun 200 means taken and 406 means never send
// this again; after anything else it tries again for 8 hours
// (documentation.mailgun.com, "Automatic Retries"). So whatever is a fault of ours
// is returned as an error, which becomes a 5xx.
func (h *hooks) mailgun(c *fiber.Ctx) error {
	body := c.BodyRaw() // as it came: nothing that unpacks to more than its length
	if len(body) > maxEvent {
		return c.SendStatus(fiber.StatusRequestEntityTooLarge)
	}
	var w webhook
	if err := json.Unmarshal(body, &w); err != nil && !odd(err) {
		return h.refuse(c, "unreadable")
	}
	signedAt, ok := w.Signature.verify(h.SigningKey)
	if !ok {
		return h.refuse(c, "bad signature")
	}
	e := &w.Event
	said, ours := e.said()
	switch {
	case e.foreign(h.Domain):
		return h.pass(c, e, "foreign domain")
	case !ours:
		return c.SendStatus(fiber.StatusOK) // opened, clicked and the like: nothing follows from them
	}
	id, err := schema.Parse[schema.EmailID](e.Variables.emailID())
	if err != nil {
		return h.pass(c, e, "unknown message")
	}
	out, err := h.system.TakeMailEvent(c.UserContext(), system.MailEvent{Token: string(w.Signature.Token), SignedAt: signedAt, Email: id, Said: said})
	if err != nil {
		return err
	}
	return h.answer(c, e, out)
}

// odd says that all is JSON and read but for a field of an unknown shape, which
// is passed over like one of an unknown name.
func odd(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

func (h *hooks) answer(c *fiber.Ctx, e *event, out system.MailEventOutcome) error {
	switch {
	case out.Fate == system.MailEventStale:
		return h.refuse(c, "signed too long ago")
	case out.Fate == system.MailEventUnknown:
		return h.pass(c, e, "unknown message")
	case out.Changed && !out.Client.IsZero():
		h.Bus.Tell(c.UserContext(), live.Change{Agency: out.Agency.String(), Row: out.Client.String()})
	}
	return c.SendStatus(fiber.StatusOK)
}

// refuse answers what must not come again.
func (h *hooks) refuse(c *fiber.Ctx, why string) error {
	h.Log.WarnContext(c.UserContext(), "a Mailgun webhook was refused", "why", why)
	return c.SendStatus(fiber.StatusNotAcceptable)
}

// pass takes what has no effect here: a domain may send for others, too. The log
// names what is ours to name, never an address.
func (h *hooks) pass(c *fiber.Ctx, e *event, why string) error {
	h.Log.InfoContext(c.UserContext(), "a Mailgun webhook had no effect", "why", why, "event", e.kind(), "email_id", e.Variables.known())
	return c.SendStatus(fiber.StatusOK)
}
