package main

import (
	"net/http"
	"testing"

	"anteroom/schema/demo"
)

// signIn goes to the sign-in page of a site and sends it.
func (b *tab) signIn(base, email, password string) {
	b.t.Helper()
	b.open(base + "/login")
	b.fill("Email", email)
	b.fill("Password", password)
	b.press("Sign in")
}

// The whole story in a real browser: an agency's owner invites a person, who
// gets a mail, sets a password and sees their client's calendar and nothing
// else, until the owner removes them.
func TestTheWholeStoryWorksInABrowser(t *testing.T) {
	t.Parallel()
	const name, email = "Nora Quill", "nora@orchardlane.example"
	s := newSite(t)
	_, base := s.open()
	s.start("worker")
	browser := startBrowser(t)
	owner, nora := newTab(t, browser, "owner"), newTab(t, browser, "nora")

	owner.open(base)
	owner.is(200, "/login", "Sign in")
	owner.signIn(base, demo.Owner, demo.Password)
	owner.is(200, clients, "Halden Street Social", bakery)
	owner.press("Invite someone to " + bakery)
	owner.fill("Full Name", name)
	owner.fill("Email Address", email)
	owner.press("Send Invitation")
	owner.is(200, clients, name, email, "Invited", "The invitation is being sent.")

	nora.open(s.linkIn(s.mail(email)))
	nora.is(200, "", "Join "+bakery, "Halden Street Social", "Priya Nair")
	nora.fill("Choose a password", secret)
	nora.is(200, "", "strong password")
	nora.press("Accept and sign in")
	nora.is(200, portal, bakery, "with Halden Street Social", post, "You’re in")
	nora.press("Sign out " + name)
	nora.is(200, "/login", "You are signed out.")
	nora.signIn(base, email, secret)
	nora.is(200, portal, post)

	for _, path := range []string{clients, clients + "/new", "/settings"} {
		nora.open(base + path)
		nora.is(http.StatusNotFound, path, "start page")
	}
	nora.open(base + portal)

	owner.press("Hide users of " + bakery)
	owner.press("Show users of " + bakery)
	owner.is(200, clients, name, "Active")
	owner.press("Remove " + name)
	owner.is(200, "", "Remove "+name+"?", name+" loses access to "+bakery)
	owner.press("Remove")
	owner.is(200, clients, "The person no longer has access.", name, "Deactivated")

	// Her page is told, and leaves by itself; the next click would be refused too.
	nora.is(nora.status, "/login", "your access has ended", "Sign in")
	nora.open(base + portal)
	nora.is(nora.status, "/login", "Sign in")
	nora.signIn(base, email, secret)
	nora.is(http.StatusForbidden, "/login", noPortal)

	owner.quiet()
	nora.quiet(http.StatusNotFound, http.StatusForbidden)
}
