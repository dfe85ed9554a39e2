// Package batch invites several people to a client: a list is pasted or
// uploaded, checked line by line, and sent in the background.
package batch

import (
	"embed"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var set = page.Parse(page.Workspace, files, "list.html", "preview.html", "progress.html")

type pages struct{ *desk.Desk }

// Mount puts the pages on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := pages{d}
	r.Get("/settings/clients/:client/batches/new", d.Manager(p.newList)...)
	r.Post("/settings/clients/:client/batches", d.Manager(p.draft)...)
	r.Get("/batches/:batch", d.Manager(p.show)...)
	r.Post("/batches/:batch/lines", d.Manager(p.mend)...)
	r.Post("/batches/:batch/lines/:line/omission", d.Manager(p.omit)...)
	r.Post("/batches/:batch/lines/:line/inclusion", d.Manager(p.include)...)
	r.Post("/batches/:batch/sending", d.Manager(p.send)...)
	r.Get("/batches/:batch/progress", d.Manager(p.progress)...)
	r.Get("/batches/:batch/lines", d.Manager(p.lines)...)
}

func (p pages) render(c *fiber.Ctx, ws *workspace.Workspace, status int, name string, data any) error {
	return p.Render(c, ws, set, status, name, "clients", data)
}

// theBatch reads the list that the path names, and its client, deleted or not.
// Rubbish and another agency's are ErrNotFound.
func theBatch(c *fiber.Ctx, ws *workspace.Workspace) (b schema.Batch, client schema.Client, err error) {
	id, err := schema.Parse[schema.BatchID](c.Params("batch"))
	if err != nil {
		return b, client, err
	}
	if b, err = ws.Batch(c.UserContext(), id); err != nil {
		return b, client, err
	}
	client, err = ws.Client(c.UserContext(), b.ClientID)
	return b, client, err
}

// show is the preview of a draft, and how far a list is that was sent.
func (p pages) show(c *fiber.Ctx, ws *workspace.Workspace) error {
	b, client, err := theBatch(c, ws)
	if err != nil {
		return err
	}
	if b.Draft() {
		return p.preview(c, ws, fiber.StatusOK, previewPage{Batch: b, Client: client})
	}
	return p.showProgress(c, ws, b, client)
}

func path(id schema.BatchID) string { return "/batches/" + id.String() }

// row is where a person stands on the list of clients, whatever page that is.
func row(client schema.ClientID, u *workspace.UserRow) string {
	return "/settings/clients?users=" + client.String() + "&who=" + query(u.Email) + "#" + u.ID.String()
}

// number reads a page's number; anything else is the first page.
func number(c *fiber.Ctx) int {
	n, err := strconv.Atoi(c.Query("page"))
	if err != nil {
		return 1
	}
	return n
}
