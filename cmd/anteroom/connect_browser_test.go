package main

import (
	"testing"

	"anteroom/schema/demo"
)

// The whole way of a social account in a real browser, over the development stack's
// make-believe platform, which is another site to the browser: allowed, denied, and
// by a connect link that then dies.
func TestAccountsAreConnectedInABrowser(t *testing.T) {
	t.Parallel()
	d := &dev{t: t, dir: t.TempDir(), port: freePort(t)}
	d.run()
	base, browser := d.base(), startBrowser(t)
	const accounts = "/portal/accounts"

	elena := newTab(t, browser, "elena")
	elena.signIn(base, demo.Client, demo.Password)
	elena.open(base + accounts)
	elena.press("Bramblepost")
	elena.is(200, devPlatformPath+"/authorize", "Allow Anteroom to post for you?")
	elena.press("Allow")
	elena.is(200, accounts, "saffron.buns", "by you", "The account is connected.")
	elena.press("Bramblepost")
	elena.press("Deny")
	elena.is(200, accounts, "You didn’t allow it, so nothing was connected.")
	elena.press("Remove saffron.buns on Bramblepost")
	elena.is(200, "", "Remove saffron.buns?", "No post is scheduled through it.")
	elena.press("Remove")
	elena.is(200, accounts, "The account is removed.")
	elena.quiet()

	owner, guest := newTab(t, browser, "owner"), newTab(t, browser, "guest")
	owner.signIn(base, demo.Owner, demo.Password)
	owner.press("Show users of " + bakery)
	owner.press("Connect link")
	owner.is(200, "", "Connect link of "+bakery)
	owner.press("Switch on")
	owner.is(200, "", "The connect link works.")
	link, _ := owner.evaluate(`document.getElementById("connect-link").textContent`).(string)
	guest.open(link)
	guest.is(200, "", "Connect accounts for "+bakery)
	guest.press("Bramblepost")
	guest.press("Allow")
	guest.is(200, "", "Your Bramblepost account is connected.")
	owner.press("Regenerate")
	owner.is(200, "", "The present link stops at once")
	owner.open(owner.location() + "/regenerations")
	owner.press("Regenerate")
	owner.is(200, "", "There is a new connect link.")
	guest.open(link)
	guest.is(404, "", "This link no longer works")
	guest.quiet(404)
}

// location is the address of the page.
func (b *tab) location() string {
	b.t.Helper()
	at, _ := b.evaluate("location.href").(string)
	return at
}
