package activity

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// path is where the log stands.
const path = "/settings/activity"

// view is what the log shows. It stands in the URL.
type view struct {
	Kind   workspace.ActivityKind
	Client schema.ClientID
	Person schema.ClientUserID
	Query  string
	Before schema.EventID
	Open   schema.EventID
}

// viewOf reads the view from a request's query. An ID that can't be read is
// ErrNotFound. What is kept is copied: Fiber uses its buffers again.
func viewOf(c *fiber.Ctx) (v view, err error) {
	v.Kind = workspace.ActivityKind(strings.Clone(c.Query("kind")))
	v.Query = strings.TrimSpace(strings.Clone(strings.ToValidUTF8(c.Query("q"), "")))
	for name, into := range map[string]interface{ UnmarshalText([]byte) error }{
		"client": &v.Client, "person": &v.Person, "before": &v.Before, "e": &v.Open,
	} {
		if s := c.Query(name); s != "" {
			if err := into.UnmarshalText([]byte(s)); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// URL is the log's address in this view. It leads the browser to the open
// event.
func (v view) URL() string {
	q := url.Values{}
	for name, value := range map[string]string{
		"kind": string(v.Kind), "client": text(v.Client), "person": text(v.Person), "q": v.Query, "before": text(v.Before), "e": text(v.Open),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	out := path
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	if !v.Open.IsZero() {
		out += "#" + v.Open.String()
	}
	return out
}

func text(id interface {
	IsZero() bool
	String() string
}) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// Show is the view with an event open.
func (v view) Show(id schema.EventID) view { v.Open = id; return v }

// Newest is the first page of what the filters let through.
func (v view) Newest() view { v.Before, v.Open = schema.EventID{}, schema.EventID{}; return v }

// Past is the page before an event.
func (v view) Past(id schema.EventID) view { v.Before, v.Open = id, schema.EventID{}; return v }

// Of is the same for another group of events.
func (v view) Of(k workspace.ActivityKind) view { v = v.Newest(); v.Kind = k; return v }

// AnyClient is the view without its client, AnyPerson without its person.
func (v view) AnyClient() view { v = v.Newest(); v.Client = schema.ClientID{}; return v }

// AnyPerson is explained at AnyClient.
func (v view) AnyPerson() view { v = v.Newest(); v.Person = schema.ClientUserID{}; return v }

// All is the log without a filter.
func (v view) All() view { return view{} }

// kind is one of the groups to choose from.
type kind struct {
	Name string
	URL  string
	Here bool
}

// Kinds are the groups.
func (v view) Kinds() (out []kind) {
	for _, k := range []struct {
		kind workspace.ActivityKind
		name string
	}{
		{workspace.ActivityAll, "All"}, {workspace.ActivityInvitations, "Invitations"},
		{workspace.ActivityAccess, "Access"}, {workspace.ActivityClients, "Clients"},
		{workspace.ActivityAccounts, "Accounts"}, {workspace.ActivityMedia, "Media"},
	} {
		out = append(out, kind{k.name, v.Of(k.kind).URL(), v.Kind == k.kind})
	}
	return out
}
