package webhooks

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/session"
	"anteroom/web/workspace/desk"
	"anteroom/web/workspace/reveal"
)

var (
	flashRotated = page.NewFlash("secret-rotated", "There is a new secret. It is shown for five minutes: copy it now.")
	flashStopped = page.NewFlash("old-secret-stopped", "The old secret no longer signs.")
)

// overlap is how long an old secret may go on signing.
type overlap struct {
	Value  string // in the form; time.ParseDuration reads it
	Name   string
	Means  string
	Chosen bool
}

var overlaps = []overlap{
	{Value: "0s", Name: "At once", Means: "Receivers refuse every delivery until they have the new secret"},
	{Value: "1h", Name: "After an hour"},
	{Value: "24h", Name: "After 24 hours"},
	{Value: "72h", Name: "After 3 days"},
	{Value: "168h", Name: "After 7 days"},
}

// rotationPage asks when the old secret is to stop.
type rotationPage struct {
	schema.Endpoint
	Overlaps []overlap
	Old      *time.Time // until when the secret before still signs; nil if none does
	Fault    desk.Fault
}

func (p pages) rotation(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	return p.renderRotation(c, ws, fiber.StatusOK, &e, schema.DefaultOverlap, nil)
}

func (p pages) rotate(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	stop, bad := time.ParseDuration(request.Field(c, "overlap"))
	if bad != nil {
		stop = -1 // which the verb refuses
	}
	_, err = ws.RotateSecret(c.UserContext(), p.Keys, e.ID, stop)
	if refused, status, ok := desk.Refusal(err); ok {
		return p.renderRotation(c, ws, status, &e, stop, refused)
	}
	if err != nil {
		return err
	}
	reveal.Grant(c, p.Keys, e.ID)
	return p.done(c, ws, e.ID, flashRotated)
}

func (p pages) renderRotation(c *fiber.Ctx, ws *workspace.Workspace, status int, e *schema.Endpoint, chosen time.Duration, refused *schema.Error) error {
	d := rotationPage{Endpoint: *e, Old: oldUntil(c, e), Fault: desk.NewFault(refused, []string{"overlap"})}
	for _, o := range overlaps {
		if length, err := time.ParseDuration(o.Value); err == nil {
			o.Chosen = length == chosen
		}
		d.Overlaps = append(d.Overlaps, o)
	}
	return p.render(c, ws, status, "rotation", d)
}

// oldUntil is until when the secret before the last rotation signs, by the
// database's clock; nil if it does no more.
func oldUntil(c *fiber.Ctx, e *schema.Endpoint) *time.Time {
	who, _ := session.Of(c)
	if e.OldSecretAt(who.Now) == nil {
		return nil
	}
	return e.OldSecretUntil
}

// oldSecretPage asks before the old secret stops.
type oldSecretPage struct {
	schema.Endpoint
	Until *time.Time
}

func (p pages) oldSecret(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	return p.render(c, ws, fiber.StatusOK, "old_secret", oldSecretPage{e, oldUntil(c, &e)})
}

func (p pages) stopOldSecret(c *fiber.Ctx, ws *workspace.Workspace) error {
	e, err := theEndpoint(c, ws)
	if err != nil {
		return err
	}
	if err := ws.StopOldSecret(c.UserContext(), e.ID); err != nil {
		return p.refuse(c, ws, e.ID, err)
	}
	return p.done(c, ws, e.ID, flashStopped)
}
