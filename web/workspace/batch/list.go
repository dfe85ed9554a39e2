package batch

import (
	"errors"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/batch/people"
	"anteroom/web/workspace/desk"
)

// listPage is the form that takes a list.
type listPage struct {
	Client  schema.Client
	Unmet   []*schema.Error
	List    string
	Earlier string // the draft that the list takes the place of
	Fault   desk.Fault
}

// Back is where the client stands on the list of clients.
func (d listPage) Back() string { return clientPath(d.Client.ID) }

var listFields = []string{"lines", "csv"}

// draftsPerAgency is how many lists are checked in ten minutes.
const draftsPerAgency = 60

// openClient reads the path's client; a deleted one is a Conflict.
func openClient(c *fiber.Ctx, ws *workspace.Workspace) (client schema.Client, err error) {
	id, err := schema.Parse[schema.ClientID](c.Params("client"))
	if err != nil {
		return client, err
	}
	client, err = ws.Client(c.UserContext(), id)
	if err == nil && client.Deleted() {
		err = &schema.Error{Kind: schema.Conflict, Code: "client_deleted", Message: client.Name + " was deleted. Invite the people to another client."}
	}
	return client, err
}

func (p pages) newList(c *fiber.Ctx, ws *workspace.Workspace) error {
	client, err := openClient(c, ws)
	if err != nil {
		return err
	}
	return p.renderList(c, ws, fiber.StatusOK, listPage{Client: client})
}

// draft writes a list down and leads to what would become of it.
func (p pages) draft(c *fiber.Ctx, ws *workspace.Workspace) error {
	client, err := openClient(c, ws)
	if err != nil {
		return err
	}
	d := listPage{Client: client, Earlier: field(c, "earlier")}
	var b schema.Batch
	d.List, err = listOf(c)
	if err == nil {
		err = p.Limit.Check(c, limit.Rule{Name: "batch_draft", Who: ws.Agency.ID.String(), N: draftsPerAgency})
	}
	if err == nil {
		earlier, _ := schema.Parse[schema.BatchID](d.Earlier) // without one nothing is replaced
		b, err = ws.DraftBatch(c.UserContext(), client.ID, parse(d.List), earlier)
	}
	if e, status, ok := desk.Refusal(err); ok {
		d.Fault.Refusal = e
		return p.renderList(c, ws, status, d)
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, path(b.ID))
}

func parse(text string) []workspace.Listed {
	list := people.Parse(text, schema.MaxBatchLines)
	out := make([]workspace.Listed, len(list))
	for i, p := range list {
		out[i] = workspace.Listed(p)
	}
	return out
}

// renderList says what keeps the member from inviting before anything is typed.
func (p pages) renderList(c *fiber.Ctx, ws *workspace.Workspace, status int, d listPage) (err error) {
	if d.Unmet, err = ws.Preconditions(c.UserContext(), d.Client.ID); err != nil {
		return err
	}
	d.Fault = desk.NewFault(without(d.Unmet, d.Fault.Refusal), listFields)
	return p.render(c, ws, status, "list", d)
}

// without drops a refusal that is said already.
func without(unmet []*schema.Error, e *schema.Error) *schema.Error {
	for _, u := range unmet {
		if e != nil && u.Code == e.Code {
			return nil
		}
	}
	return e
}

// listOf is the text of the form and that of its file, one after the other.
func listOf(c *fiber.Ctx) (string, error) {
	text := strings.TrimRight(field(c, "lines"), "\r\n")
	b, err := uploaded(c, "csv")
	if err != nil || len(b) == 0 {
		return text, err
	}
	file, err := people.Decode(b)
	if err != nil {
		return text, errNoText
	}
	if text != "" {
		text += "\n"
	}
	return text + file, nil
}

var errNoText = &schema.Error{Kind: schema.Invalid, Field: "csv", Code: "no_text",
	Message: "That file isn’t a CSV. In your spreadsheet, choose “Save as” or “Download” and then CSV."}

// field copies a field of a form, sent with a file or without.
func field(c *fiber.Ctx, name string) string {
	if form, err := c.MultipartForm(); err == nil {
		if v := form.Value[name]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	return request.Field(c, name)
}

// uploaded reads the file of a form; none is no bytes. The app's limit of a body
// bounds it.
func uploaded(c *fiber.Ctx, name string) ([]byte, error) {
	h, err := c.FormFile(name)
	if err != nil {
		return nil, nil // no such form, or no file in it
	}
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}
