package session

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/visitor"
)

// The pages that a workspace and a portal open with.
const (
	WorkspaceHome = "/settings/clients"
	PortalHome    = "/portal"
)

// Destination is one place to go to after signing in: the workspace of an
// agency, or its portal, which is one page over all its clients that the person
// belongs to.
type Destination struct {
	Agency schema.AgencyID
	Name   string      // the agency's, or the clients'
	With   string      // for a portal: the agency behind it
	Role   schema.Role // for a workspace
}

// Portal says that it is a portal.
func (d Destination) Portal() bool { return d.Role == "" }

// Home is the page it opens with.
func (d Destination) Home() string {
	if d.Portal() {
		return PortalHome
	}
	return WorkspaceHome
}

// Chosen says that the session goes there already.
func (d Destination) Chosen(s visitor.Session) bool {
	if d.Portal() {
		return d.Agency == s.PortalID
	}
	return d.Agency == s.AgencyID
}

// Destinations lists where a person may go, workspaces first.
func Destinations(ctx context.Context, v *visitor.Visitor, who schema.UserID) ([]Destination, error) {
	places, err := v.Places(ctx, who)
	if err != nil {
		return nil, err
	}
	out := make([]Destination, len(places))
	for i, p := range places {
		out[i] = Destination{Agency: p.AgencyID, Name: p.AgencyName, Role: p.Role}
		if p.Portal != "" {
			out[i].Name, out[i].With = p.Portal, p.AgencyName
		}
	}
	return out, nil
}

// Several says that a person has more than one place to go to, so that a page
// offers to change over.
func Several(ctx context.Context, v *visitor.Visitor, who schema.UserID) (bool, error) {
	all, err := v.Places(ctx, who)
	return len(all) > 1, err
}
