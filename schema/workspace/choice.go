package workspace

import (
	"context"
	"slices"
	"strings"

	"anteroom/schema"
)

// FewClients is how many clients a form offers all at once. Of more it offers
// those that are looked for, MaxFound at a time.
const (
	FewClients = 50
	MaxFound   = 20
)

// Choice is the clients that a form offers to invite somebody to.
type Choice struct {
	Clients []schema.Client
	Many    bool // there are more of them than FewClients
	More    bool // more were found than MaxFound
}

// ChooseClients offers clients that people can be invited to, by name, without
// the one that the form is about. Where there are many it offers those chosen
// before and those whose name or website has find in it.
func (w *Workspace) ChooseClients(ctx context.Context, without schema.ClientID, chosen []schema.ClientID, find string) (out Choice, err error) {
	const from = `SELECT id, agency_id, name, website FROM clients WHERE agency_id = ? AND deleted_at IS NULL AND NOT (id <=> ?)`
	err = w.db.SelectContext(ctx, &out.Clients, from+` ORDER BY name, id LIMIT ?`, w.Agency.ID, without, FewClients+1)
	if err != nil || len(out.Clients) <= FewClients {
		return out, err
	}
	out.Clients, out.Many = nil, true
	if len(chosen) > 0 {
		if err := w.selectIn(ctx, &out.Clients, from+` AND id IN (?) ORDER BY name, id`, w.Agency.ID, without, chosen); err != nil {
			return out, err
		}
	}
	if find = strings.TrimSpace(strings.ToValidUTF8(find, "")); find == "" {
		return out, nil
	}
	var found []schema.Client
	err = w.db.SelectContext(ctx, &found, from+` AND (name LIKE ? OR website LIKE ?) ORDER BY name, id LIMIT ?`,
		w.Agency.ID, without, like(find), like(find), MaxFound+len(chosen)+1)
	found = slices.DeleteFunc(found, func(c schema.Client) bool { return slices.Contains(chosen, c.ID) })
	out.More = len(found) > MaxFound
	out.Clients = append(out.Clients, found[:min(MaxFound, len(found))]...)
	return out, err
}
