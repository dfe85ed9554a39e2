package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/internal/platform"
	"anteroom/schema"
	"anteroom/schema/portal"
	"anteroom/web/connect"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
)

var flashAccountRemoved = page.NewFlash("account-removed", "The account is removed.")

// accountsPage lists the accounts and offers to connect more.
type accountsPage struct {
	Accounts  []accountLine
	Clients   []portal.Client
	Chosen    schema.ClientID // by the filter
	For       schema.ClientID // in the form
	Platforms []*platform.Platform
	Failure   string // of a connection; it stays on the page
	Error     string // at the choice of the client
}

// Several says that the accounts may be those of several clients.
func (d accountsPage) Several() bool { return len(d.Clients) > 1 }

type accountLine struct {
	portal.Account
	Offered bool // the platform can be connected again
	Recent  bool
	Who     string
}

// recent is how long ago a moment is told by its distance.
const recent = 7 * 24 * time.Hour

func (o Options) accounts(c *fiber.Ctx) error {
	p, frame, err := o.open(c)
	if err != nil {
		return err
	}
	return o.showAccounts(c, p, frame, fiber.StatusOK, accountsPage{Failure: connect.Failure(c.Query("failed"))})
}

func (o Options) showAccounts(c *fiber.Ctx, p *portal.Portal, frame page.Frame, status int, d accountsPage) (err error) {
	if d.Chosen, err = o.filter(c, p); err != nil {
		return err
	}
	all, err := p.Accounts(c.UserContext(), d.Chosen)
	if err != nil {
		return err
	}
	d.Clients, d.Platforms = p.Clients, o.Platforms.All()
	if d.For.IsZero() {
		d.For = d.Chosen
	}
	for _, a := range all {
		_, offered := o.Platforms.Get(a.Network)
		d.Accounts = append(d.Accounts, accountLine{Account: a, Offered: offered, Recent: a.Now.Sub(a.ConnectedAt) < recent, Who: who(p, &a)})
	}
	frame.Current = "accounts"
	return pages.Render(c, status, "accounts", frame, d)
}

// who connected an account, as the person may know it.
func who(p *portal.Portal, a *portal.Account) string {
	switch {
	case a.ConnectedByType == schema.ActorConnectLink:
		return "a connect link"
	case a.ConnectedBy == p.User.ID:
		return "you"
	case a.By != "":
		return a.By
	}
	return p.AgencyName
}

// startsPerPerson is how often one person may set out to a platform in ten minutes.
const startsPerPerson = 60

// startConnect sends the person to a platform.
func (o Options) startConnect(c *fiber.Ctx) error {
	p, frame, err := o.open(c)
	if err != nil {
		return err
	}
	client, bad := schema.Parse[schema.ClientID](request.Field(c, "client"))
	refuse := func(status int, d accountsPage) error {
		d.For = client
		return o.showAccounts(c, p, frame, status, d)
	}
	if bad != nil { // the page names it even where there is one: another tab may have changed the agency
		if len(p.Clients) == 1 { // there is no field to say it at
			return refuse(fiber.StatusUnprocessableEntity, accountsPage{Failure: "Nothing was connected: it was not said for whom. Choose the network again below."})
		}
		return refuse(fiber.StatusUnprocessableEntity, accountsPage{Error: "Choose the client that the account is for."})
	}
	to, ok := o.Platforms.Get(request.Field(c, "network"))
	if !ok {
		return refuse(fiber.StatusUnprocessableEntity, accountsPage{Failure: "That platform is not on offer here. Choose one of those below."})
	}
	if err := o.Limit.Check(c, limit.Rule{Name: "connect:person", Who: p.User.ID.String(), N: startsPerPerson}); err != nil {
		if schema.KindOf(err) != schema.TooSoon {
			return err
		}
		return refuse(fiber.StatusTooManyRequests, accountsPage{Failure: err.Error()})
	}
	verifier := platform.NewVerifier()
	state, err := p.StartConnect(c.UserContext(), o.Keys, client, to.Key, connect.SessionHolder(c), verifier)
	if err != nil {
		return err
	}
	return c.Redirect(to.AuthURL(state, verifier), fiber.StatusSeeOther)
}

// removalPage asks before an account is removed, with what that does.
type removalPage struct{ portal.Removal }

func (o Options) accountRemoval(c *fiber.Ctx) error {
	p, frame, err := o.open(c)
	if err != nil {
		return err
	}
	id, err := schema.Parse[schema.AccountID](c.Params("account"))
	if err != nil {
		return err
	}
	r, err := p.RemovalEffects(c.UserContext(), id)
	if err != nil {
		return err
	}
	frame.Current = "accounts"
	return pages.Render(c, fiber.StatusOK, "account-removal", frame, removalPage{r})
}

func (o Options) removeAccount(c *fiber.Ctx) error {
	p, _, err := o.open(c)
	if err != nil {
		return err
	}
	id, err := schema.Parse[schema.AccountID](c.Params("account"))
	if err != nil {
		return err
	}
	client, err := p.RemoveAccount(c.UserContext(), id)
	if err != nil {
		return err
	}
	agency := p.AgencyID.String()
	o.Bus.Tell(c.UserContext(), live.Change{Agency: agency, Row: client.String()}, live.Change{Agency: agency, Row: live.Posts})
	page.SetFlash(c, flashAccountRemoved)
	return page.Redirect(c, connect.PortalPath)
}
