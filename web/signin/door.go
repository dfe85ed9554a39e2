package signin

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/page"
	"anteroom/web/session"
)

// door is one kind of invitation: into a client's portal, or to work at the
// agency. The pages behind their links are the same but for the words.
type door struct {
	Options
	path     string // of its links
	home     string // where it leads
	accepted page.Flash

	read           func(ctx context.Context, token string) (invited, error)
	acceptNew      func(ctx context.Context, token, fullName, password, device string) (visitor.SessionToken, error)
	acceptKnown    func(ctx context.Context, token, password, device string) (visitor.SessionToken, error)
	acceptSignedIn func(ctx context.Context, token string, by visitor.SessionToken, device string) (visitor.SessionToken, error)
	fresh          func(ctx context.Context, token string) ([]schema.Due, error)
}

// invited is what the pages show of an invitation, of whichever kind it is.
type invited struct {
	State      visitor.LinkState
	Known      bool // the address belongs to a user who has confirmed it
	Added      bool // and who has another portal of the agency already
	Unswept    bool // it has expired, and the sweep has yet to come by
	Email      string
	EmailKey   string
	FullName   string
	InvitedAt  time.Time
	ExpiresAt  time.Time
	Days       int // that a link works
	Agency     schema.AgencyID
	Client     schema.ClientID // zero at the agency itself
	AgencyName string
	schema.Logo
	InviterName  string
	InviterEmail string

	ClientName string      // whose portal it is, or
	Role       schema.Role // as what to work at the agency
}

// LogoURL is the address of the agency's logo, empty without one.
func (i invited) LogoURL() string {
	if !i.HasLogo() {
		return ""
	}
	return "/logos/" + i.Agency.String() + "?v=" + i.LogoHash.String()
}

// LogoSize is the size to show it at.
func (i invited) LogoSize() (s struct{ Width, Height int }) {
	s.Width, s.Height = i.LogoShown()
	return s
}

var acceptedPortal = page.NewFlash("accepted", "You’re in. This is what goes out for you this week.")

func portalDoor(o Options) door {
	return door{Options: o, path: "/invitations", home: session.PortalHome, accepted: acceptedPortal,
		acceptNew: o.Visitor.Accept, acceptKnown: o.Visitor.AcceptKnown, acceptSignedIn: o.Visitor.AcceptAs, fresh: o.Visitor.FreshLink,
		read: func(ctx context.Context, token string) (invited, error) {
			i, err := o.Visitor.Invitation(ctx, token)
			return invited{State: i.State, Known: i.Known, Added: i.Added, Unswept: i.Stale(i.Now), Email: i.Email, EmailKey: i.EmailKey,
				FullName: i.FullName, InvitedAt: i.InvitedAt, ExpiresAt: i.ExpiresAt, Days: i.Days, Agency: i.AgencyID,
				Client: i.ClientID, AgencyName: i.AgencyName, Logo: i.Logo, InviterName: i.InviterName, InviterEmail: i.InviterEmail,
				ClientName: i.ClientName}, err
		}}
}

// tell has the agency's open pages read the client's rows again.
func (d door) tell(c *fiber.Ctx, i invited) {
	if !i.Client.IsZero() {
		d.Bus.Tell(c.UserContext(), live.Change{Agency: i.Agency.String(), Row: i.Client.String()})
	}
}

var acceptedWorkspace = page.NewFlash("member_accepted", "You’re in. These are the agency’s clients.")

const memberDays = int(schema.MemberInvitationLifetime / (24 * time.Hour))

func workspaceDoor(o Options) door {
	return door{Options: o, path: "/member-invitations", home: session.WorkspaceHome, accepted: acceptedWorkspace,
		acceptNew: o.Visitor.AcceptMember, acceptKnown: o.Visitor.AcceptMemberKnown, acceptSignedIn: o.Visitor.AcceptMemberAs,
		fresh: o.Visitor.FreshMemberLink,
		read: func(ctx context.Context, token string) (invited, error) {
			i, err := o.Visitor.MemberInvitation(ctx, token)
			return invited{State: i.State, Known: i.Known, Email: i.Email, EmailKey: i.EmailKey,
				FullName: i.FullName, InvitedAt: i.InvitedAt, ExpiresAt: i.ExpiresAt, Days: memberDays, Agency: i.AgencyID,
				AgencyName: i.AgencyName, Logo: i.Logo, InviterName: i.InviterName, InviterEmail: i.InviterEmail,
				Role: i.Role}, err
		}}
}
