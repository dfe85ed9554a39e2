package portal

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/portal"
	"anteroom/web/media"
	"anteroom/web/page"
	"anteroom/web/session"
	"anteroom/web/week"
)

// postPage is one post with all that belongs to it.
type postPage struct {
	portal.Post
	Files   []postFile
	Several bool // there are other clients' posts beside it
	At      time.Time
	Back    string // the week that it stands in
}

// Day is the post's, written out.
func (d postPage) Day() string { return d.At.Format("Monday 2 January 2006") }

// Zone is the abbreviation of the zone that the time is in.
func (d postPage) Zone() string { return page.ZoneName(d.At) }

// postFile is shown as the post's, under its addresses: it may be another's upload.
type postFile struct {
	media.Card
	address string
	version string // another file may come to stand there, and an open page keeps the picture of an address
}

// URL is where the file is.
func (f postFile) URL() string { return f.address + f.version }

// Thumb is where its thumbnail is; empty without one.
func (f postFile) Thumb() string {
	if f.Card.Thumb() == "" {
		return ""
	}
	return f.address + "/thumbnail" + f.version
}

func (o Options) post(c *fiber.Ctx) error {
	p, frame, err := o.open(c)
	if err != nil {
		return err
	}
	id, err := schema.Parse[schema.PostID](c.Params("post"))
	if err != nil {
		return err
	}
	post, err := p.Post(c.UserContext(), id)
	if err != nil {
		return err
	}
	files, err := p.PostFiles(c.UserContext(), id)
	if err != nil {
		return err
	}
	d := postPage{Post: post, Several: len(p.Clients) > 1, At: post.PublishAt.In(frame.Zone)}
	d.Back = session.PortalHome + "?week=" + d.At.Format(week.Layout)
	version := "?v=" + strconv.FormatInt(post.Version.UnixMilli(), 10)
	for _, f := range files {
		address := "/portal/posts/" + id.String() + "/media/" + strconv.Itoa(f.Position)
		d.Files = append(d.Files, postFile{media.Card{Media: f.Media}, address, version})
	}
	frame.Current = "calendar"
	return pages.Render(c, fiber.StatusOK, "post", frame, d)
}

// fileOf reads the file at a position of a post.
func (o Options) fileOf(c *fiber.Ctx) (schema.Media, error) {
	s, _ := session.Of(c)
	p, err := portal.For(c.UserContext(), o.DB, s.UserID, s.PortalID)
	if err != nil {
		return schema.Media{}, err
	}
	id, err := schema.Parse[schema.PostID](c.Params("post"))
	if err != nil {
		return schema.Media{}, err
	}
	position, err := strconv.ParseUint(c.Params("position"), 10, 8)
	if err != nil {
		return schema.Media{}, schema.ErrNotFound
	}
	f, err := p.PostFile(c.UserContext(), id, int(position))
	return f.Media, err
}

func (o Options) postFile(c *fiber.Ctx) error {
	m, err := o.fileOf(c)
	if err != nil {
		return err
	}
	return media.Send(c, o.Blobs, m, c.Context().QueryArgs().Has("download"))
}

func (o Options) postThumb(c *fiber.Ctx) error {
	m, err := o.fileOf(c)
	if err != nil {
		return err
	}
	return media.SendThumb(c, o.Blobs, m)
}
