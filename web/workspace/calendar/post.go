package calendar

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/week"
	"anteroom/web/workspace/desk"
)

var (
	flashSaved   = page.NewFlash("post-saved", "The post is saved.")
	flashDeleted = page.NewFlash("post-deleted", "The post is deleted. Its files stay in the library.")
)

func (p pages) show(c *fiber.Ctx, ws *workspace.Workspace, status int, f form, e *schema.Error) error {
	d, err := p.page(c, ws, f, e)
	if err != nil {
		return err
	}
	return p.Render(c, ws, set, status, "post", "calendar", d)
}

// blank begins a post: at nine on the day that the address names, or tomorrow.
func (p pages) blank(c *fiber.Ctx, ws *workspace.Workspace) error {
	now := time.Now().In(desk.Zone(ws))
	f := form{State: string(schema.PostScheduled), Time: "09:00", Day: now.AddDate(0, 0, 1).Format(week.Layout)}
	if at, ok := week.Moment(c.Query("week"), f.Time, desk.Zone(ws)); ok && at.After(now) {
		f.Day = at.Format(week.Layout)
	}
	accounts, err := ws.PostAccounts(c.UserContext())
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.ClientID.String() == c.Query("client") {
			f.Account = a.ID.String()
			break
		}
	}
	return p.show(c, ws, fiber.StatusOK, f, nil)
}

// choose shows the form again, with the files of another account's client or of
// another search. Nothing is saved.
func (p pages) choose(c *fiber.Ctx, ws *workspace.Workspace) error {
	f := filled(c)
	if !page.IsPartial(c) || page.ForDialog(c) {
		return p.show(c, ws, fiber.StatusOK, f, nil)
	}
	d, err := p.page(c, ws, f, nil)
	if err != nil {
		return err
	}
	frame, err := p.Frame(c, ws, "calendar")
	if err != nil {
		return err
	}
	return set.Part(c, fiber.StatusOK, "post", "post-files", frame, d)
}

func (p pages) create(c *fiber.Ctx, ws *workspace.Workspace) error {
	f := filled(c)
	f.ID = schema.PostID{}
	return p.save(c, ws, f, func(d schema.PostDraft) ([]schema.ClientID, error) {
		_, client, err := ws.CreatePost(c.UserContext(), d)
		return []schema.ClientID{client}, err
	})
}

func (p pages) edit(c *fiber.Ctx, ws *workspace.Workspace) (err error) {
	f := filled(c)
	if f.ID, err = schema.Parse[schema.PostID](c.Params("post")); err != nil {
		return err
	}
	was, _, err := ws.Post(c.UserContext(), f.ID)
	if err != nil {
		return err
	}
	return p.save(c, ws, f, func(d schema.PostDraft) ([]schema.ClientID, error) {
		seen, _ := time.Parse(time.RFC3339Nano, f.Seen) // none is no present version
		if at := was.PublishAt.In(f.location(ws)); at.Format(week.Layout) == f.Day && at.Format(week.Clock) == f.Time {
			d.PublishAt = was.PublishAt // it may be the second of two such times
		}
		return ws.EditPost(c.UserContext(), f.ID, seen, d)
	})
}

func (p pages) save(c *fiber.Ctx, ws *workspace.Workspace, f form, how func(schema.PostDraft) ([]schema.ClientID, error)) error {
	d, err := f.draft(f.location(ws))
	var clients []schema.ClientID
	if err == nil {
		clients, err = how(d)
	}
	if e, status, ok := desk.Refusal(err); ok {
		return p.show(c, ws, status, f, e)
	}
	if err != nil {
		return err
	}
	p.tell(c, ws, clients...)
	page.SetFlash(c, flashSaved)
	return page.Redirect(c, path+"?week="+f.Day)
}

// open shows a post in the form.
func (p pages) open(c *fiber.Ctx, ws *workspace.Workspace) error {
	post, f, err := p.find(c, ws)
	if err != nil {
		return err
	}
	at := post.PublishAt.In(desk.Zone(ws))
	f.Account, f.Text, f.State, f.Link = post.AccountID.String(), post.Body, string(post.State), post.Link
	f.Day, f.Time, f.Seen = at.Format(week.Layout), at.Format(week.Clock), post.Version.Format(time.RFC3339Nano)
	return p.show(c, ws, fiber.StatusOK, f, nil)
}

func (p pages) find(c *fiber.Ctx, ws *workspace.Workspace) (post workspace.PostRow, f form, err error) {
	if f.ID, err = schema.Parse[schema.PostID](strings.Clone(c.Params("post"))); err != nil {
		return post, f, err
	}
	post, ids, err := ws.Post(c.UserContext(), f.ID)
	for _, id := range ids {
		f.Files = append(f.Files, id.String())
	}
	return post, f, err
}

// deletionPage asks before a post is deleted.
type deletionPage struct {
	workspace.PostRow
	At   time.Time
	Back string
}

func (p pages) askDeletion(c *fiber.Ctx, ws *workspace.Workspace) error {
	post, _, err := p.find(c, ws)
	if err != nil {
		return err
	}
	d := deletionPage{PostRow: post, At: post.PublishAt.In(desk.Zone(ws))}
	d.Back = path + "?week=" + d.At.Format(week.Layout)
	return p.Render(c, ws, set, fiber.StatusOK, "post-deletion", "calendar", d)
}

func (p pages) remove(c *fiber.Ctx, ws *workspace.Workspace) error {
	post, f, err := p.find(c, ws)
	if err != nil {
		return err
	}
	client, err := ws.DeletePost(c.UserContext(), f.ID)
	if err != nil {
		return err
	}
	p.tell(c, ws, client)
	page.SetFlash(c, flashDeleted)
	return page.Redirect(c, path+"?week="+post.PublishAt.In(desk.Zone(ws)).Format(week.Layout))
}
