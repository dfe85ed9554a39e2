package session

import (
	"context"
	"strings"

	"anteroom/schema"
	"anteroom/schema/visitor"
)

// The pages that a workspace and a portal open with.
const (
	WorkspaceHome = "/settings/clients"
	PortalHome    = "/portal"
)

// Destination is one place to go to after signing in: a workspace, or the
// portal, which is one page over all clients that the person belongs to.
type Destination struct {
	Agency schema.AgencyID // zero for the portal
	Name   string          // the agency's, or the clients'
	With   string          // for the portal: the agencies behind it
	Role   schema.Role     // for a workspace
}

// Portal says that it is the portal.
func (d Destination) Portal() bool { return d.Agency.IsZero() }

// Home is the page it opens with.
func (d Destination) Home() string {
	if d.Portal() {
		return PortalHome
	}
	return WorkspaceHome
}

// Destinations lists where a person may go, workspaces first.
func Destinations(ctx context.Context, v *visitor.Visitor, who schema.UserID) (out []Destination, err error) {
	places, err := v.Places(ctx, who)
	if err != nil {
		return nil, err
	}
	var clients, agencies []string
	for _, p := range places {
		if p.Portal != "" {
			clients, agencies = append(clients, p.Portal), append(agencies, p.AgencyName)
			continue
		}
		out = append(out, Destination{Agency: p.AgencyID, Name: p.AgencyName, Role: p.Role})
	}
	if len(clients) > 0 {
		out = append(out, Destination{Name: strings.Join(clients, ", "), With: strings.Join(agencies, ", ")})
	}
	return out, nil
}

// Several says that a person has more than one place to go to, so that a page
// offers to change over.
func Several(ctx context.Context, v *visitor.Visitor, who schema.UserID) (bool, error) {
	all, err := Destinations(ctx, v, who)
	return len(all) > 1, err
}
