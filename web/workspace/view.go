package workspace

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
)

// clientsPath is where the list stands.
const clientsPath = "/settings/clients"

// view is what the list of clients shows. It stands in the URL, and every form
// that leads away from the list carries it along and back.
type view struct {
	Query string
	List  workspace.ClientList
	Sort  workspace.ClientSort
	Page  int // from 1; zero is the first, too

	Users  schema.ClientID // the client that is expanded
	Who    string          // narrows its people
	People int             // the page of its people, as Page
}

// Deleted says that the view is the list of deleted clients.
func (v view) Deleted() bool { return v.List == workspace.ListDeleted }

// viewOf reads the view from a request's query. A client that can't be read is
// ErrNotFound.
func viewOf(c *fiber.Ctx) (view, error) {
	// What can't be read is left out, the rest counts.
	q, _ := url.ParseQuery(string(c.Request().URI().QueryString()))
	return parseView(q)
}

func parseView(q url.Values) (v view, err error) {
	v = view{Query: readable(q.Get("q")), Page: number(q.Get("page"))}
	switch l := workspace.ClientList(q.Get("filter")); l {
	case workspace.ListAttention, workspace.ListDeleted:
		v.List = l
	}
	switch s := workspace.ClientSort(q.Get("sort")); s {
	case workspace.SortNewest, workspace.SortPeople:
		v.Sort = s
	}
	if s := q.Get("users"); s != "" {
		v.Users, err = schema.Parse[schema.ClientID](s)
		v.Who, v.People = readable(q.Get("who")), number(q.Get("people"))
	}
	return v, err
}

// number reads a page's number; anything else is the first page.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 2 {
		return 0
	}
	return n
}

// around is the view without its expanded client, for the pages around the list.
func around(c *fiber.Ctx) view {
	v, err := viewOf(c)
	if err != nil {
		v.Users = schema.ClientID{}
	}
	return v.Hide()
}

// onList is the view that an open page of the list has, if a part of it is
// asked for. The browser's address tells, because links on rows that stand there
// for long may be from an earlier view.
func onList(c *fiber.Ctx) (view, bool) {
	u, err := url.Parse(strings.Clone(c.Get("HX-Current-URL")))
	if !page.IsPartial(c) || err != nil || u.Path != clientsPath {
		return view{}, false
	}
	v, err := parseView(u.Query())
	return v, err == nil
}

// readable drops from a request's text what is no UTF-8, which the database
// would refuse.
func readable(s string) string { return strings.ToValidUTF8(s, "") }

// Show is the view with one client expanded.
func (v view) Show(id schema.ClientID) view {
	if v.Users != id {
		v.Users, v.Who, v.People = id, "", 0
	}
	return v
}

// Hide is the view with no client expanded.
func (v view) Hide() view { v.Users, v.Who, v.People = schema.ClientID{}, "", 0; return v }

// At is the view on another page, with no client expanded.
func (v view) At(n int) view { v.Page = n; return v.Hide() }

// values is the view as it stands in an address.
func (v view) values() url.Values {
	q := url.Values{}
	for key, value := range map[string]string{"q": v.Query, "filter": string(v.List), "sort": string(v.Sort), "who": v.Who} {
		if value != "" {
			q.Set(key, value)
		}
	}
	for key, n := range map[string]int{"page": v.Page, "people": v.People} {
		if n > 1 {
			q.Set(key, strconv.Itoa(n))
		}
	}
	if !v.Users.IsZero() {
		q.Set("users", v.Users.String())
	}
	return q
}

// On is the address of a page that leads back to the view.
func (v view) On(path string) string {
	if q := v.values(); len(q) > 0 {
		return path + "?" + q.Encode()
	}
	return path
}

// Kept is what a form that searches the open row's people carries along.
func (v view) Kept() (out []pair) {
	v.Who, v.People = "", 0
	q := v.values()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		out = append(out, pair{name, q.Get(name)})
	}
	return out
}

// pair is a field of a form.
type pair struct{ Name, Value string }

// Path is the list's address in this view.
func (v view) Path() string { return v.On(clientsPath) }

// URL is the same, and leads the browser to the expanded row.
func (v view) URL() string {
	if v.Users.IsZero() {
		return v.Path()
	}
	return v.Path() + "#" + v.Users.String()
}

// Client is the address of one of a client's pages.
func (v view) Client(id schema.ClientID, page string) string {
	return v.Hide().On(clientsPath + "/" + id.String() + page)
}

// Rows is the address of one client's rows in this view, for its expanded row
// alone with what narrows its people.
func (v view) Rows(id schema.ClientID) string {
	if v.Users != id {
		v = v.Hide()
	}
	return v.On(clientsPath + "/" + id.String() + "/rows")
}

// User is the address of one of a person's pages.
func (v view) User(id schema.ClientUserID, page string) string {
	return v.Hide().On("/client-users/" + id.String() + page)
}
