package workspace

import (
	"math"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// mend is a button beside an error that does what the error advises.
type mend struct{ Label, URL string }

// mendable says of an address that is invited already since when it is, and
// offers to resend that invitation where it can be. Every other refusal stays
// as it is.
func mendable(c *fiber.Ctx, ws *workspace.Workspace, v view, e *schema.Error) (*schema.Error, *mend, error) {
	if e == nil || e.Field != "email" || e.Code != "already_invited" && e.Code != "invitation_expired" {
		return e, nil, nil
	}
	u, err := ws.ClientUser(c.UserContext(), e.ClientUser)
	if err != nil {
		return nil, nil, err
	}
	said, resend := *e, &mend{"Resend it", v.User(u.ID, "/resends")}
	switch {
	case u.Shown() == schema.StatusExpired:
		said.Message = "The invitation to " + u.FullName + " expired " + long(u.Now.Sub(u.ExpiresAt)) + "."
	case u.EmailState.InFlight():
		said.Message, resend = u.FullName+" already has an invitation, and its email is on its way.", nil
	default:
		said.Message = u.FullName + " already has an invitation, sent " + long(u.Now.Sub(u.InvitedAt)) + "."
	}
	if wait := u.Cooldown(); wait > 0 && resend != nil {
		said.Message, resend = said.Message+" You can resend it in "+desk.Amount(wait, math.Ceil)+".", nil
	}
	return &said, resend, nil
}

// long is how long ago something was, in whole words.
func long(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "a moment ago"
	case d < time.Hour:
		return page.Plural(int(d.Minutes()), "minute", "minutes") + " ago"
	}
	return desk.Amount(d, math.Floor) + " ago"
}

// said says whether a refusal stands among what is said anyway.
func said(unmet []*schema.Error, e *schema.Error) bool {
	for _, u := range unmet {
		if e != nil && u.Code == e.Code && e.Field == "" {
			return true
		}
	}
	return false
}
