package batch

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// mend checks the lines again that were changed on the page.
func (p pages) mend(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.change(c, ws, func(d previewPage) error {
		if len(d.Bad) > 0 {
			return p.preview(c, ws, fiber.StatusUnprocessableEntity, d)
		}
		return d.redirect(c, "")
	})
}

func (p pages) omit(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.setLine(c, ws, ws.OmitLine)
}

func (p pages) include(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.setLine(c, ws, ws.IncludeLine)
}

// setLine does something to one line. What was typed into others is kept.
func (p pages) setLine(c *fiber.Ctx, ws *workspace.Workspace, verb func(context.Context, schema.BatchID, int) error) error {
	n, err := strconv.Atoi(c.Params("line"))
	if err != nil {
		return schema.ErrNotFound
	}
	return p.change(c, ws, func(d previewPage) error {
		if err := verb(c.UserContext(), d.Batch.ID, n); err != nil {
			return d.orSent(c, err)
		}
		return d.redirect(c, "#line-"+strconv.Itoa(n))
	})
}

// send sends the list. Lines that were changed are checked first: one that is
// bad all the same stops it, one that was left as it stood is left out.
func (p pages) send(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.change(c, ws, func(d previewPage) error {
		if len(d.Bad) > 0 {
			return p.preview(c, ws, fiber.StatusUnprocessableEntity, d)
		}
		due, err := ws.SendBatch(c.UserContext(), d.Batch.ID)
		if e, status, ok := desk.Refusal(err); ok {
			d.Refusal = e
			return p.preview(c, ws, status, d)
		}
		if err != nil {
			return err
		}
		p.Bell.Ring(c.UserContext(), due...)
		return page.Redirect(c, path(d.Batch.ID))
	})
}

// change writes what was typed on the page of a draft, then goes on. A list that
// was sent meanwhile is shown as what it is now.
func (p pages) change(c *fiber.Ctx, ws *workspace.Workspace, then func(previewPage) error) error {
	b, client, err := theBatch(c, ws)
	if err != nil {
		return err
	}
	d := previewPage{Batch: b, Client: client}
	if !b.Draft() {
		return page.Redirect(c, path(b.ID))
	}
	if mends := mendsOf(c); len(mends) > 0 {
		if d.Bad, err = ws.MendLines(c.UserContext(), b.ID, mends); err != nil {
			return d.orSent(c, err)
		}
	}
	return then(d)
}

// orSent leads to the list where a change came too late.
func (d previewPage) orSent(c *fiber.Ctx, err error) error {
	if schema.CodeOf(err) == "batch_sent" {
		return page.Redirect(c, path(d.Batch.ID))
	}
	return err
}

// mendsOf reads the fields email_<n> and full_name_<n> of a page.
func mendsOf(c *fiber.Ctx) map[int]workspace.Mend {
	out := map[int]workspace.Mend{}
	c.Context().PostArgs().VisitAll(func(key, value []byte) {
		name, isName := strings.CutPrefix(string(key), "full_name_")
		email, isEmail := strings.CutPrefix(string(key), "email_")
		number := email
		if isName {
			number = name
		}
		n, err := strconv.Atoi(number)
		if err != nil || !isName && !isEmail || len(out) > workspace.LinePageSize {
			return
		}
		m, s := out[n], string(value)
		if isName {
			m.FullName = &s
		} else {
			m.Email = &s
		}
		out[n] = m
	})
	return out
}
