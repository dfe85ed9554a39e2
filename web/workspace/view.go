package workspace

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
)

// clientsPath is where the list stands.
const clientsPath = "/settings/clients"

// view is what the list of clients shows. It stands in the URL, and every form
// that leads away from the list carries it along and back.
type view struct {
	Query   string
	Deleted bool
	Page    int // from 1; zero is the first, too
	Users   schema.ClientID
}

// viewOf reads the view from a request's query. A client that can't be read is
// ErrNotFound.
func viewOf(c *fiber.Ctx) (v view, err error) {
	v = around(c)
	if s := c.Query("users"); s != "" {
		v.Users, err = schema.Parse[schema.ClientID](s)
	}
	return v, err
}

// around is the view without its expanded client, for the pages around the list.
func around(c *fiber.Ctx) view {
	n, err := strconv.Atoi(c.Query("page"))
	if err != nil || n < 2 {
		n = 0
	}
	return view{Query: readable(c.Query("q")), Deleted: c.Query("filter") == "deleted", Page: n}
}

// readable copies text from a request and drops what is no UTF-8, which the
// database would refuse.
func readable(s string) string { return strings.Clone(strings.ToValidUTF8(s, "")) }

// Show is the view with one client expanded.
func (v view) Show(id schema.ClientID) view { v.Users = id; return v }

// Hide is the view with no client expanded.
func (v view) Hide() view { v.Users = schema.ClientID{}; return v }

// At is the view on another page, with no client expanded.
func (v view) At(n int) view { v.Page = n; return v.Hide() }

// On is the address of a page that leads back to the view.
func (v view) On(path string) string {
	q := url.Values{}
	if v.Query != "" {
		q.Set("q", v.Query)
	}
	if v.Deleted {
		q.Set("filter", "deleted")
	}
	if v.Page > 1 {
		q.Set("page", strconv.Itoa(v.Page))
	}
	if !v.Users.IsZero() {
		q.Set("users", v.Users.String())
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// URL is the list's address in this view. It leads the browser to the expanded
// row.
func (v view) URL() string {
	if v.Users.IsZero() {
		return v.On(clientsPath)
	}
	return v.On(clientsPath) + "#" + v.Users.String()
}

// Client is the address of one of a client's pages.
func (v view) Client(id schema.ClientID, page string) string {
	return v.Hide().On(clientsPath + "/" + id.String() + page)
}

// User is the address of one of a person's pages.
func (v view) User(id schema.ClientUserID, page string) string {
	return v.Hide().On("/client-users/" + id.String() + page)
}
