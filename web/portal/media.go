package portal

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/portal"
	"anteroom/web/fault"
	"anteroom/web/media"
	"anteroom/web/page"
	"anteroom/web/session"
)

const mediaPath = "/portal/media"

// mediaAtOnce is how many files one page shows: four, three or two go in a row.
const mediaAtOnce = 24

// media mounts the page of the person's uploads, and the uploads.
func (o Options) media(app fiber.Router) {
	u := o.uploads()
	u.Mount(app, session.Require)
	app.Get(mediaPath, session.Require, o.chosen(o.mediaList))
	app.Post(mediaPath, session.Require, func(c *fiber.Ctx) error { return o.uploadForm(c, u) })
	app.Get(mediaPath+"/grid", session.Require, o.mediaGrid)
	app.Get(mediaPath+"/:media", session.Require, o.chosen(o.mediaLook))
	app.Get(mediaPath+"/:media/file", session.Require, o.mediaFile)
	app.Get(mediaPath+"/:media/thumbnail", session.Require, o.mediaThumb)
	app.Get(mediaPath+"/:media/deletion", session.Require, o.chosen(o.askDeletion))
	app.Post(mediaPath+"/:media/deletion", session.Require, o.deleteMedia)
}

func (o Options) uploads() media.Uploads {
	return media.Uploads{Blobs: o.Blobs, Limits: o.Media, Log: o.Log, Base: "/portal/uploads",
		Open: func(c *fiber.Ctx) (media.Owner, error) {
			s, _ := session.Of(c)
			return portal.For(c.UserContext(), o.DB, s.UserID, s.PortalID)
		},
		Done: func(c *fiber.Ctx, m schema.Media, due []schema.Due) {
			o.Bell.Ring(c.UserContext(), due...)
			o.tellMedia(c, m)
		}}
}

// tellMedia tells the client's open pages, and the agency's libraries.
func (o Options) tellMedia(c *fiber.Ctx, m schema.Media) {
	agency := m.AgencyID.String()
	o.Bus.Tell(c.UserContext(), live.Change{Agency: agency, Row: m.ClientID.String()}, live.Change{Agency: agency, Row: live.Media})
}

// mediaPage is the person's uploads.
type mediaPage struct {
	Cards   []media.Card
	Total   int
	Query   string
	Chosen  schema.ClientID
	Clients []portal.Client
	Older   string // address of the next page; empty on the last
	Later   bool   // it is not the first page
	Limits  schema.MediaLimits
	Fault   string
	On      string // what the grid listens for
	Part    string // where the grid is read again
}

// Max is the largest file in words.
func (d mediaPage) Max() string { return schema.Bytes(d.Limits.File) }

// Rest is what the address says beside the client.
func (d mediaPage) Rest() url.Values {
	if d.Query == "" {
		return nil
	}
	return url.Values{"q": {d.Query}}
}

func (o Options) mediaList(c *fiber.Ctx) error {
	p, frame, err := o.open(c)
	if err != nil {
		return err
	}
	return o.showMedia(c, p, frame, fiber.StatusOK, "")
}

func (o Options) showMedia(c *fiber.Ctx, p *portal.Portal, frame page.Frame, status int, fault string) error {
	d, err := o.mediaOf(c, p)
	if err != nil {
		return err
	}
	d.Fault, frame.Current = fault, "media"
	return pages.Render(c, status, "media", frame, d)
}

// mediaGrid is the grid alone, for a page that is open.
func (o Options) mediaGrid(c *fiber.Ctx) error {
	p, frame, err := o.open(c)
	if err != nil {
		return err
	}
	d, err := o.mediaOf(c, p)
	if err != nil {
		return err
	}
	return pages.Part(c, fiber.StatusOK, "media", "media-grid", frame, d)
}

func (o Options) mediaOf(c *fiber.Ctx, p *portal.Portal) (d mediaPage, err error) {
	if d.Chosen, err = o.filter(c, p); err != nil {
		return d, err
	}
	q := portal.MediaQuery{Client: d.Chosen, Search: strings.Clone(c.Query("q")), Limit: mediaAtOnce}
	if before := c.Query("before"); before != "" {
		if q.Before, err = schema.Parse[schema.MediaID](before); err != nil {
			return d, err
		}
	}
	found, err := p.MediaList(c.UserContext(), q)
	if err != nil {
		return d, err
	}
	d.Total, d.Query, d.Clients, d.Later, d.Limits = found.Total, q.Search, p.Clients, !q.Before.IsZero(), o.Media
	now := time.Now()
	for _, m := range found.Files {
		card := media.Card{Media: m.Media, Path: mediaPath, Now: now}
		if len(p.Clients) > 1 {
			card.Client = m.ClientName
		}
		d.Cards = append(d.Cards, card)
	}
	at := url.Values{}
	if !d.Chosen.IsZero() {
		at.Set("client", d.Chosen.String())
	}
	if d.Query != "" {
		at.Set("q", d.Query)
	}
	if d.Later {
		at.Set("before", q.Before.String())
	}
	d.Part = mediaPath + "/grid?" + at.Encode()
	if found.More {
		at.Set("before", found.Files[len(found.Files)-1].ID.String())
		d.Older = mediaPath + "?" + at.Encode()
	}
	d.On = hears(p)
	return d, nil
}

// uploadForm takes the plain form in.
func (o Options) uploadForm(c *fiber.Ctx, u media.Uploads) error {
	p, frame, err := o.open(c)
	if err != nil {
		return err
	}
	_, _, err = u.Form(c)
	if e, status, ok := fault.Refusal(err); ok {
		return o.showMedia(c, p, frame, status, e.Message)
	}
	if err != nil {
		return err
	}
	page.SetFlash(c, media.FlashUploaded)
	return page.Redirect(c, mediaPath)
}

// oneFile is what the dialogs about a file show.
type oneFile struct {
	Card  media.Card
	Fault string
}

// file opens one of the person's uploads.
func (o Options) file(c *fiber.Ctx) (*portal.Portal, page.Frame, oneFile, error) {
	p, frame, err := o.open(c)
	if err != nil {
		return nil, frame, oneFile{}, err
	}
	id, err := schema.Parse[schema.MediaID](c.Params("media"))
	if err != nil {
		return nil, frame, oneFile{}, err
	}
	m, err := p.MediaFile(c.UserContext(), id)
	frame.Current = "media"
	return p, frame, oneFile{Card: media.Card{Media: m, Path: mediaPath, Now: time.Now()}}, err
}

func (o Options) mediaLook(c *fiber.Ctx) error {
	_, frame, d, err := o.file(c)
	if err != nil {
		return err
	}
	return pages.Render(c, fiber.StatusOK, "media-file", frame, d)
}

func (o Options) mediaFile(c *fiber.Ctx) error {
	_, _, d, err := o.file(c)
	if err != nil {
		return err
	}
	return media.Send(c, o.Blobs, d.Card.Media, c.Context().QueryArgs().Has("download"))
}

func (o Options) mediaThumb(c *fiber.Ctx) error {
	_, _, d, err := o.file(c)
	if err != nil {
		return err
	}
	return media.SendThumb(c, o.Blobs, d.Card.Media)
}

func (o Options) askDeletion(c *fiber.Ctx) error {
	_, frame, d, err := o.file(c)
	if err != nil {
		return err
	}
	return pages.Render(c, fiber.StatusOK, "media-deletion", frame, d)
}

func (o Options) deleteMedia(c *fiber.Ctx) error {
	p, frame, d, err := o.file(c)
	if err != nil {
		return err
	}
	keys, err := p.DeleteMedia(c.UserContext(), d.Card.ID)
	if e, status, ok := fault.Refusal(err); ok {
		d.Fault = e.Message
		return pages.Render(c, status, "media-deletion", frame, d)
	}
	if err != nil {
		return err
	}
	o.Blobs.Delete(c.UserContext(), keys...)
	o.tellMedia(c, d.Card.Media)
	page.SetFlash(c, media.FlashDeleted)
	return page.Redirect(c, mediaPath)
}
