package members

import (
	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/limit"
	"anteroom/web/page"
	"anteroom/web/request"
	"anteroom/web/workspace/desk"
)

// invitationPage is the form that invites a colleague.
type invitationPage struct {
	workspace.MemberForm
	Confirmed bool // the inviter's own address
	Days      int  // that the link works
	Roles     []choice
	Fault     desk.Fault
	Resend    map[string]any // the button beside an address that is invited already
}

// choice is a role to choose.
type choice struct {
	Role       schema.Role
	Name, Does string
	Chosen     bool
}

// does says what each role may do.
var does = map[schema.Role]string{
	schema.RoleOwner:  "Everything, and makes others owner",
	schema.RoleAdmin:  "Clients, invitations, members and settings",
	schema.RoleMember: "Sees clients and activity",
}

func choices(roles []schema.Role, chosen string) (out []choice) {
	for _, r := range roles {
		out = append(out, choice{Role: r, Name: desk.Roles[r], Does: does[r], Chosen: string(r) == chosen})
	}
	return out
}

// mailsPerAgency is how many invitations go out in ten minutes.
const mailsPerAgency = 60

func (p pages) mayMail(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.Limit.Check(c, limit.Rule{Name: "member_mail", Who: ws.Agency.ID.String(), N: mailsPerAgency})
}

var invitationFields = []string{"full_name", "email", "role"}

func (p pages) newInvitation(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.renderInvitation(c, ws, fiber.StatusOK, invitationPage{MemberForm: workspace.MemberForm{Role: string(schema.RoleMember)}}, nil)
}

func (p pages) invite(c *fiber.Ctx, ws *workspace.Workspace) error {
	d := invitationPage{MemberForm: workspace.MemberForm{FullName: request.Field(c, "full_name"),
		Email: request.Field(c, "email"), Role: request.Field(c, "role")}}
	err := p.mayMail(c, ws)
	var due []schema.Due
	if err == nil {
		due, err = ws.InviteMember(c.UserContext(), d.MemberForm)
	}
	if e, status, ok := desk.Refusal(err); ok {
		return p.renderInvitation(c, ws, status, d, e)
	}
	if err != nil {
		return err
	}
	p.Bell.Ring(c.UserContext(), due...)
	page.SetFlash(c, flashInvited)
	return page.Redirect(c, path)
}

func (p pages) renderInvitation(c *fiber.Ctx, ws *workspace.Workspace, status int, d invitationPage, refused *schema.Error) error {
	d.Confirmed = ws.User.Confirmed() && (refused == nil || refused.Code != "email_unconfirmed")
	d.Days = int(schema.MemberInvitationLifetime.Hours() / 24)
	d.Fault = desk.NewFault(refused, invitationFields)
	var roles []schema.Role
	for _, r := range []schema.Role{schema.RoleOwner, schema.RoleAdmin, schema.RoleMember} {
		if ws.Role.MayInviteAs(r) == nil {
			roles = append(roles, r)
		}
	}
	d.Roles = choices(roles, d.Role)
	if refused != nil && refused.Code == "already_invited" {
		d.Resend = map[string]any{"Label": "Resend it", "URL": path + "/invitations/" + refused.MemberInvitation.String() + "/resends"}
	}
	return p.render(c, ws, status, "invitation", d)
}
