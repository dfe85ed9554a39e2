package workspace

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

// clientPage is the form that adds a client or changes one.
type clientPage struct {
	View   view
	Client schema.Client // zero while it is added
	Form   workspace.ClientForm
	Fault  desk.Fault
}

// New says that the client is yet to be added.
func (d clientPage) New() bool { return d.Client.ID.IsZero() }

// Action is where the form goes, Back the list behind it.
func (d clientPage) Action() string {
	if d.New() {
		return d.View.On(clientsPath)
	}
	return d.View.Client(d.Client.ID, "")
}

// Back is explained at Action.
func (d clientPage) Back() string { return d.View.Show(d.Client.ID).URL() }

var clientFields = []string{"name", "email", "website", "external_id"}

// clientID reads the client that the path names. Rubbish is ErrNotFound.
func clientID(c *fiber.Ctx) (schema.ClientID, error) {
	return schema.Parse[schema.ClientID](c.Params("client"))
}

// openClient reads the path's client for a page that changes it. A deleted one
// is a Conflict.
func openClient(c *fiber.Ctx, ws *workspace.Workspace) (schema.Client, error) {
	id, err := clientID(c)
	if err != nil {
		return schema.Client{}, err
	}
	client, err := ws.Client(c.UserContext(), id)
	if err == nil && client.Deleted() {
		err = &schema.Error{Kind: schema.Conflict, Code: "client_deleted", Message: client.Name + " was deleted and can’t be changed."}
	}
	return client, err
}

func clientForm(c *fiber.Ctx) workspace.ClientForm {
	id, _ := schema.Parse[schema.ClientID](request.Field(c, "id")) // without one, a second press adds a second client
	return workspace.ClientForm{ID: id, Name: request.Field(c, "name"), Email: request.Field(c, "email"),
		Website: request.Field(c, "website"), ExternalID: request.Field(c, "external_id")}
}

func formOf(c schema.Client) workspace.ClientForm {
	f := workspace.ClientForm{Name: c.Name, Email: c.Email, Website: c.Website}
	if c.ExternalID != nil {
		f.ExternalID = *c.ExternalID
	}
	return f
}

func (p *Pages) newClient(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.render(c, ws, fiber.StatusOK, "client", clientPage{View: around(c),
		Form: workspace.ClientForm{ID: schema.New[schema.ClientID]()}, Fault: desk.NewFault(nil, clientFields)})
}

func (p *Pages) addClient(c *fiber.Ctx, ws *workspace.Workspace) error {
	form := clientForm(c)
	client, err := ws.AddClient(c.UserContext(), form)
	if e, status, ok := desk.Refusal(err); ok {
		return p.render(c, ws, status, "client", clientPage{View: around(c), Form: form, Fault: desk.NewFault(e, clientFields)})
	}
	if err != nil {
		return err
	}
	p.tell(c, ws, client.ID)
	page.SetFlash(c, flashClientAdded)
	return page.Redirect(c, view{Users: client.ID}.URL())
}

func (p *Pages) editClient(c *fiber.Ctx, ws *workspace.Workspace) error {
	client, err := openClient(c, ws)
	if err != nil {
		return p.refuse(c, ws, client.ID, err)
	}
	return p.render(c, ws, fiber.StatusOK, "client",
		clientPage{View: around(c), Client: client, Form: formOf(client), Fault: desk.NewFault(nil, clientFields)})
}

func (p *Pages) saveClient(c *fiber.Ctx, ws *workspace.Workspace) error {
	client, err := openClient(c, ws)
	if err != nil {
		return p.refuse(c, ws, client.ID, err)
	}
	form := clientForm(c)
	err = ws.EditClient(c.UserContext(), client.ID, form)
	if e, status, ok := desk.Refusal(err); ok {
		return p.render(c, ws, status, "client",
			clientPage{View: around(c), Client: client, Form: form, Fault: desk.NewFault(e, clientFields)})
	}
	if err != nil {
		return err
	}
	p.tell(c, ws, client.ID)
	page.SetFlash(c, flashClientSaved)
	return page.Redirect(c, around(c).Show(client.ID).URL())
}
