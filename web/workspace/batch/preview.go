package batch

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/batch/people"
	"anteroom/web/workspace/desk"
)

// previewPage is a draft with what would become of each line.
type previewPage struct {
	Batch   schema.Batch
	Client  schema.Client
	Unmet   []*schema.Error
	Refusal *schema.Error
	Counts  counts
	Days    int // that the links work
	View    lineView
	Lines   []line
	Pages   int
	Total   int    // lines that the view lets through
	Changes bool   // the list itself is shown, to change it
	List    string // as it would be pasted
	Bad     []int  // lines that were mended and are bad all the same
}

// counts are over the whole list.
type counts struct{ Invite, Mend, Omitted, Duplicate, Invited, Active, Expired int }

// Short says that the list fits on one page, so that there is nothing to look for.
func (d previewPage) Short() bool { return d.Batch.TotalLines <= workspace.LinePageSize }

// Earlier and Later are the pages beside this one.
func (d previewPage) Earlier() string { return d.View.at(d.View.Page - 1).Path() }

// Later is explained at Earlier.
func (d previewPage) Later() string { return d.View.at(d.View.Page + 1).Path() }

// Change is where the list itself stands, to change it.
func (d previewPage) Change() string {
	if d.Changes {
		return "#paste"
	}
	return path(d.Batch.ID) + "?list=open#paste"
}

// ToMend is the view on the lines to mend.
func (d previewPage) ToMend() string {
	return lineView{Batch: d.Batch.ID, Fate: workspace.FateMend}.Path()
}

// All is the view on all lines.
func (d previewPage) All() string { return path(d.Batch.ID) }

// NoFault is for the list's own form, which answers on a page of its own.
func (d previewPage) NoFault() desk.Fault { return desk.Fault{} }

// Back is where the client stands on the list of clients.
func (d previewPage) Back() string { return clientPath(d.Client.ID) }

// OnlyBad is the line to mend, if there is one alone and it is shown.
func (d previewPage) OnlyBad() int {
	i := slices.IndexFunc(d.Lines, func(l line) bool { return l.Fate == workspace.FateMend })
	if d.Counts.Mend != 1 || i < 0 {
		return 0
	}
	return d.Lines[i].Number
}

// lineView is which lines of a list a page shows. It stands in the URL.
type lineView struct {
	Batch schema.BatchID
	Fate  workspace.Fate
	Page  int
}

func viewOf(c *fiber.Ctx, id schema.BatchID) lineView {
	v := lineView{Batch: id, Page: number(c)}
	if f := workspace.Fate(strings.Clone(c.Query("show"))); f.Valid() {
		v.Fate = f
	}
	return v
}

func (v lineView) at(n int) lineView { v.Page = n; return v }

// On is the address of a form that leads back to the view.
func (v lineView) On(path string) string {
	q := url.Values{}
	if v.Fate != "" {
		q.Set("show", string(v.Fate))
	}
	if v.Page > 1 {
		q.Set("page", strconv.Itoa(v.Page))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// Path is the view's address.
func (v lineView) Path() string { return v.On(path(v.Batch)) }

// Form is the address of one of the forms on the view.
func (v lineView) Form(what string) string { return v.On(path(v.Batch) + "/" + what) }

func clientPath(id schema.ClientID) string {
	return "/settings/clients?users=" + id.String() + "#" + id.String()
}

func query(s string) string { return url.QueryEscape(s) }

// preview shows a draft, with what a form on it came to.
func (p pages) preview(c *fiber.Ctx, ws *workspace.Workspace, status int, d previewPage) (err error) {
	d.Days = ws.Agency.InvitationDays
	if d.Unmet, err = ws.Preconditions(c.UserContext(), d.Client.ID); err != nil {
		e, _, ok := desk.Refusal(err)
		if !ok {
			return err
		}
		d.Unmet = []*schema.Error{e} // the client is deleted
	}
	d.Refusal = without(d.Unmet, d.Refusal)
	if err := p.fill(c, ws, &d); err != nil {
		return err
	}
	return p.render(c, ws, status, "preview", d)
}

func (p pages) fill(c *fiber.Ctx, ws *workspace.Workspace, d *previewPage) error {
	fates, err := ws.Fates(c.UserContext(), d.Batch.ID)
	if err != nil {
		return err
	}
	d.Counts = counts{fates[workspace.FateInvite], fates[workspace.FateMend], fates[workspace.FateOmitted], fates[workspace.FateDuplicate],
		fates[workspace.FateInvited], fates[workspace.FateActive], fates[workspace.FateExpired]}
	d.View = viewOf(c, d.Batch.ID)
	lines, err := ws.DraftLines(c.UserContext(), d.Batch.ID, workspace.LineFilter{Fate: d.View.Fate, Page: d.View.Page})
	if err != nil {
		return err
	}
	d.View.Page, d.Pages, d.Total = lines.Page, lines.Pages, lines.Total
	d.Lines = newLines(lines.Lines, d, desk.Zone(ws))
	if d.Changes = d.Short() || c.Query("list") == "open"; !d.Changes {
		return nil
	}
	list, err := ws.DraftList(c.UserContext(), d.Batch.ID)
	text := make([]people.Person, len(list))
	for i, l := range list {
		text[i] = people.Person(l)
	}
	d.List = people.Format(text)
	return err
}

// First and Last count the page's lines among all that the view lets through.
func (d previewPage) First() int { return (d.View.Page-1)*workspace.LinePageSize + 1 }

// Last is explained at First.
func (d previewPage) Last() int { return min(d.View.Page*workspace.LinePageSize, d.Total) }

// redirect leads to the view that a form was sent from.
func (d previewPage) redirect(c *fiber.Ctx, anchor string) error {
	return page.Redirect(c, viewOf(c, d.Batch.ID).Path()+anchor)
}
