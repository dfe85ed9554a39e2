package web_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/schema"
)

// reader is somebody with access to the agency's client, signed in.
func (a *agency) reader(email string) (*browser, schema.ClientUserID) {
	a.t.Helper()
	row, link := a.invite(email, "Tom Okafor")
	b := a.browser()
	b.post(link+"/acceptance", "as", "accept-new", "full_name", "Tom Okafor", "password", password).leadsTo(a.t, "/portal")
	return b, row.ID
}

// another is the agency at another client, without an account.
func (a *agency) another(client string) *agency {
	o := *a
	o.client, o.acct = schema.New[schema.ClientID](), schema.AccountID{}
	a.exec(`INSERT INTO clients (id, agency_id, name, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`, o.client, a.id, client)
	return &o
}

// account gives the agency's client one more.
func (a *agency) account(handle string) schema.AccountID {
	id := schema.New[schema.AccountID]()
	a.exec(`INSERT INTO social_accounts (id, agency_id, client_id, network, handle, connected_at)
		VALUES (?, ?, ?, 'facebook', ?, UTC_TIMESTAMP(6))`, id, a.id, a.client, handle)
	return id
}

func (a *agency) post(body string, at time.Time) schema.PostID {
	id := schema.New[schema.PostID]()
	a.exec(`INSERT INTO posts (id, agency_id, social_account_id, body, state, publish_at, created_at)
		VALUES (?, ?, ?, ?, 'scheduled', ?, UTC_TIMESTAMP(6))`, id, a.id, a.acct, body, at)
	return id
}

// picture puts a file of a client into a post, with a thumbnail.
func (a *agency) picture(post schema.PostID, client schema.ClientID, name string) {
	id := schema.New[schema.MediaID]()
	a.exec(`INSERT INTO media (id, agency_id, client_id, uploaded_by, side, name, type, size, blob_key, thumb_state, thumb_key, created_at)
		VALUES (?, ?, ?, (SELECT user_id FROM members WHERE agency_id = ? LIMIT 1), 'agency', ?, 'image/png', 5, ?, 'done', ?, UTC_TIMESTAMP(6))`,
		id, a.id, client, a.id, name, "media/"+id.String(), "thumbs/"+id.String())
	a.exec(`INSERT INTO post_media (post_id, position, media_id) VALUES (?, 1, ?)`, post, id)
}

func TestAPortalIsClosedToStrangersAndShowsOnlyItsOwn(t *testing.T) {
	s := newSite(t)
	a, other := s.agency("Halden Street Social", "Orchard Lane Bakery"), s.agency("Larch & Lane Studio", "Weber Joinery")
	a.post("Ours", time.Now().UTC())
	other.post("Theirs", time.Now().UTC())
	s.browser().get("/portal").leadsTo(t, "/login?next=%2Fportal")
	s.member(s.withPassword(s.user("jonas@halden.example", "Jonas")), a.id)
	s.signedIn("jonas@halden.example").get("/portal").shows(t, 404, "There is nothing here")
	b, _ := a.reader("tom@orchardlane.example")
	page := b.get("/portal")
	page.shows(t, 200, "Ours")
	if strings.Contains(page.body, "Theirs") || strings.Contains(page.body, "Weber") {
		t.Error("another client's posts are shown")
	}
}

func TestAnOpenPortalIsRefusedAtTheNextClickAfterARemoval(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, id := a.reader("tom@orchardlane.example")
	b.get("/portal").shows(t, 200)
	if err := a.ws.Remove(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.get("/portal").leadsTo(t, "/login?next=%2Fportal")
	b.get("/login").shows(t, 200, "your access has ended")
	b.post("/login", "email", "tom@orchardlane.example", "password", password).shows(t, 403, "no client portal open")
}

func TestAPortalCloses404WithItsClient(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	b, _ := a.reader("tom@orchardlane.example")
	if _, err := a.ws.DeleteClient(t.Context(), a.client); err != nil {
		t.Fatal(err)
	}
	b.get("/portal").shows(t, 404, "There is nothing here")
	b.get("/").shows(t, 403, "Nothing is open to you here")
}
