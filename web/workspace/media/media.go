// Package media is the agency's library: the files of all its clients, from both
// sides.
package media

import (
	"embed"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/media"
	"anteroom/web/page"
	"anteroom/web/session"
	"anteroom/web/workspace/desk"
)

//go:embed templates/*.html
var files embed.FS

var set = page.Parse(page.Workspace, files, "media.html", "media-file.html", "media-deletion.html")

const (
	path   = "/media"
	atOnce = 24 // files on a page: four, three or two go in a row
	chips  = 8  // clients to choose from by one click
)

type pages struct{ *desk.Desk }

// Mount puts the pages on a router. session.Middleware has to run before it.
func Mount(r fiber.Router, d *desk.Desk) {
	p := pages{d}
	u := p.uploads()
	u.Mount(r, session.Require)
	r.Get(path, d.Member(p.list)...)
	r.Post(path, d.Member(func(c *fiber.Ctx, ws *workspace.Workspace) error { return p.upload(c, ws, u) })...)
	r.Get(path+"/grid", d.Member(p.grid)...)
	r.Get(path+"/:media", d.Member(p.look)...)
	r.Get(path+"/:media/file", d.Member(p.file)...)
	r.Get(path+"/:media/thumbnail", d.Member(p.thumbnail)...)
	r.Get(path+"/:media/deletion", d.Member(p.askDeletion)...)
	r.Post(path+"/:media/deletion", d.Member(p.remove)...)
}

func (p pages) uploads() media.Uploads {
	return media.Uploads{Blobs: p.Blobs, Limits: p.Media, Log: p.Log, Base: "/uploads",
		Open: func(c *fiber.Ctx) (media.Owner, error) {
			who, _ := session.Of(c)
			m, ok := who.Membership()
			if !ok {
				return nil, schema.ErrNotFound
			}
			return workspace.Open(p.DB, m), nil
		},
		Done: func(c *fiber.Ctx, m schema.Media, due []schema.Due) {
			p.Bell.Ring(c.UserContext(), due...)
			p.tell(c, m)
		}}
}

// tell tells the client's open pages, and the agency's libraries.
func (p pages) tell(c *fiber.Ctx, m schema.Media) {
	agency := m.AgencyID.String()
	p.Bus.Tell(c.UserContext(), live.Change{Agency: agency, Row: m.ClientID.String()}, live.Change{Agency: agency, Row: live.Media})
}

// library is the page of all files.
type library struct {
	workspace.MediaPage
	Cards   []media.Card
	Query   workspace.MediaQuery
	Clients []schema.Client // to upload for
	Chips   []schema.Client // to filter by
	Limits  schema.MediaLimits
	Fault   string
}

// Max is the largest file in words.
func (d library) Max() string { return schema.Bytes(d.Limits.File) }

// At is the page's address with another client, side and first file.
func (d library) At(client schema.ClientID, side schema.MediaSide, before schema.MediaID) string {
	v := url.Values{}
	if !client.IsZero() {
		v.Set("client", client.String())
	}
	if side != "" {
		v.Set("by", string(side))
	}
	if d.Query.Search != "" {
		v.Set("q", d.Query.Search)
	}
	if !before.IsZero() {
		v.Set("before", before.String())
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// By is the address with another side.
func (d library) By(side schema.MediaSide) string {
	return d.At(d.Query.Client, side, schema.MediaID{})
}

// Of is the address with another client.
func (d library) Of(client schema.ClientID) string {
	return d.At(client, d.Query.Side, schema.MediaID{})
}

// All is the address with all clients.
func (d library) All() string { return d.Of(schema.ClientID{}) }

// Newest is the first page.
func (d library) Newest() string { return d.By(d.Query.Side) }

// Older is the next page; empty on the last.
func (d library) Older() string {
	if !d.More {
		return ""
	}
	return d.At(d.Query.Client, d.Query.Side, d.Files[len(d.Files)-1].ID)
}

// Part is where the grid is read again.
func (d library) Part() string {
	return strings.Replace(d.At(d.Query.Client, d.Query.Side, d.Query.Before), path, path+"/grid", 1)
}

func (p pages) list(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.show(c, ws, fiber.StatusOK, "")
}

func (p pages) show(c *fiber.Ctx, ws *workspace.Workspace, status int, fault string) error {
	d, err := p.read(c, ws)
	if err != nil {
		return err
	}
	d.Fault = fault
	return p.Render(c, ws, set, status, "media", "media", d)
}

func (p pages) grid(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.read(c, ws)
	if err != nil {
		return err
	}
	frame, err := p.Frame(c, ws, "media")
	if err != nil {
		return err
	}
	return set.Part(c, fiber.StatusOK, "media", "media-grid", frame, d)
}

func (p pages) read(c *fiber.Ctx, ws *workspace.Workspace) (d library, err error) {
	if d.Query, err = query(c); err != nil {
		return d, err
	}
	ctx := c.UserContext()
	if d.MediaPage, err = ws.MediaLibrary(ctx, d.Query); err != nil {
		return d, err
	}
	if d.Chips, err = ws.MediaClients(ctx, chips); err != nil {
		return d, err
	}
	if d.Clients, err = ws.UploadClients(ctx); err != nil {
		return d, err
	}
	d.Limits = p.Media
	for _, m := range d.Files {
		d.Cards = append(d.Cards, card(m))
	}
	return d, nil
}

func card(m workspace.MediaRow) media.Card {
	return media.Card{Media: m.Media, Path: path, Client: m.ClientName, By: m.UploaderName, Gone: m.ClientDeleted, Now: time.Now()}
}

func query(c *fiber.Ctx) (q workspace.MediaQuery, err error) {
	q.Search, q.Limit = strings.Clone(c.Query("q")), atOnce
	switch by := c.Query("by"); by {
	case string(schema.SideClient), string(schema.SideAgency):
		q.Side = schema.MediaSide(strings.Clone(by))
	}
	if s := c.Query("client"); s != "" {
		if q.Client, err = schema.Parse[schema.ClientID](s); err != nil {
			return q, err
		}
	}
	if s := c.Query("before"); s != "" {
		q.Before, err = schema.Parse[schema.MediaID](s)
	}
	return q, err
}

// upload takes the plain form in.
func (p pages) upload(c *fiber.Ctx, ws *workspace.Workspace, u media.Uploads) error {
	_, _, err := u.Form(c)
	if e, status, ok := desk.Refusal(err); ok {
		return p.show(c, ws, status, e.Message)
	}
	if err != nil {
		return err
	}
	page.SetFlash(c, media.FlashUploaded)
	return page.Redirect(c, path)
}

// oneFile is what the dialogs about a file show.
type oneFile struct {
	Card   media.Card
	Delete bool // the member may
	Fault  string
}

func (p pages) open(c *fiber.Ctx, ws *workspace.Workspace) (d oneFile, err error) {
	id, err := schema.Parse[schema.MediaID](c.Params("media"))
	if err != nil {
		return d, err
	}
	m, err := ws.MediaItem(c.UserContext(), id)
	return oneFile{Card: card(m), Delete: ws.MayDelete(m.Media)}, err
}

func (p pages) look(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.open(c, ws)
	if err != nil {
		return err
	}
	return p.Render(c, ws, set, fiber.StatusOK, "media-file", "media", d)
}

func (p pages) file(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.open(c, ws)
	if err != nil {
		return err
	}
	return media.Send(c, p.Blobs, d.Card.Media, c.Context().QueryArgs().Has("download"))
}

func (p pages) thumbnail(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.open(c, ws)
	if err != nil {
		return err
	}
	return media.SendThumb(c, p.Blobs, d.Card.Media)
}

func (p pages) askDeletion(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.open(c, ws)
	if err != nil {
		return err
	}
	return p.Render(c, ws, set, fiber.StatusOK, "media-deletion", "media", d)
}

func (p pages) remove(c *fiber.Ctx, ws *workspace.Workspace) error {
	d, err := p.open(c, ws)
	if err != nil {
		return err
	}
	keys, err := ws.DeleteMedia(c.UserContext(), d.Card.ID)
	if e, status, ok := desk.Refusal(err); ok {
		d.Fault = e.Message
		return p.Render(c, ws, set, status, "media-deletion", "media", d)
	}
	if err != nil {
		return err
	}
	p.Blobs.Delete(c.UserContext(), keys...)
	p.tell(c, d.Card.Media)
	page.SetFlash(c, media.FlashDeleted)
	return page.Redirect(c, path)
}
