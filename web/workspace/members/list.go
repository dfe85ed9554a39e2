package members

import (
	"math"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// listPage is the list of members, and below them of those who are invited.
type listPage struct {
	Members []member
	Invited []invitation
	Roles   []choice      // with what each may do
	Refusal *schema.Error // of an action that was tried from here
}

// member is a line of the list.
type member struct {
	workspace.MemberRow
	RoleName           string
	Self               bool
	MayChange, MayGo   bool
	RoleURL, LeaveURL  string
	SignedIn, NoSignIn bool
}

// invitation is a line about somebody who has not accepted yet.
type invitation struct {
	workspace.MemberInvitationRow
	RoleName     string
	Note         desk.Note
	Expired      bool
	Resend, Wait string // the button's label; Wait is one that can't be pressed yet
	MayRevoke    bool
	URL          string
}

func (p pages) list(c *fiber.Ctx, ws *workspace.Workspace) error {
	return p.show(c, ws, fiber.StatusOK, nil)
}

// show renders the list, with a refusal on top if there is one.
func (p pages) show(c *fiber.Ctx, ws *workspace.Workspace, status int, refused *schema.Error) error {
	members, err := ws.Members(c.UserContext())
	if err != nil {
		return err
	}
	invited, err := ws.MemberInvitations(c.UserContext())
	if err != nil {
		return err
	}
	d := listPage{Refusal: refused, Roles: choices([]schema.Role{schema.RoleOwner, schema.RoleAdmin, schema.RoleMember}, "")}
	for i := range members {
		d.Members = append(d.Members, newMember(ws, &members[i]))
	}
	for i := range invited {
		d.Invited = append(d.Invited, newInvitation(ws, &invited[i], desk.Zone(ws)))
	}
	return p.render(c, ws, status, "members", d)
}

// refuse shows the list with the refusal on top, or the refusal in the dialog
// that is open: for what has no form of its own.
func (p pages) refuse(c *fiber.Ctx, ws *workspace.Workspace, err error) error {
	e, status, ok := desk.Refusal(err)
	if !ok {
		return err
	}
	if page.IsPartial(c) {
		return p.render(c, ws, status, "refusal", e)
	}
	return p.show(c, ws, status, e)
}

func newMember(ws *workspace.Workspace, r *workspace.MemberRow) member {
	m := member{MemberRow: *r, RoleName: desk.Roles[r.Role], Self: r.UserID == ws.User.ID,
		SignedIn: r.LastSignedInAt != nil, NoSignIn: !r.Confirmed}
	change := r.Change(ws.Role, ws.User.ID)
	m.MayChange, m.MayGo = len(rolesFor(change)) > 1, change.MayGo() == nil
	m.RoleURL, m.LeaveURL = path+"/"+r.UserID.String()+"/role", path+"/"+r.UserID.String()+"/removal"
	return m
}

// rolesFor are the roles that the member may have after the change, the present
// one among them.
func rolesFor(c schema.MemberChange) (out []schema.Role) {
	for _, r := range []schema.Role{schema.RoleOwner, schema.RoleAdmin, schema.RoleMember} {
		if c.MayBecome(r) == nil {
			out = append(out, r)
		}
	}
	return out
}

func newInvitation(ws *workspace.Workspace, r *workspace.MemberInvitationRow, zone *time.Location) invitation {
	i := invitation{MemberInvitationRow: *r, RoleName: desk.Roles[r.Role], Note: note(r, zone),
		Expired: !r.Open(r.Now), URL: path + "/invitations/" + r.ID.String()}
	if ws.Role.MayInviteAs(r.Role) != nil {
		return i
	}
	i.MayRevoke = true
	if !r.MayResend() {
		return i
	}
	if wait := r.Cooldown(); wait > 0 {
		i.Wait = "Resend in " + desk.Amount(wait, math.Ceil)
	} else {
		i.Resend = "Resend"
	}
	return i
}

// note says what became of the mail, in the words of the list of clients.
func note(r *workspace.MemberInvitationRow, zone *time.Location) desk.Note {
	return desk.Describe(&workspace.UserRow{
		ClientUser: schema.ClientUser{Status: schema.StatusInvited, InvitedAt: r.InvitedAt, ExpiresAt: r.ExpiresAt},
		EmailState: r.EmailState, EmailReason: r.EmailReason, EmailStateAt: r.EmailStateAt, EmailDueAt: r.EmailDueAt, Now: r.Now,
	}, &schema.Client{}, zone)
}
