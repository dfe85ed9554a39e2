package main

import (
	"strings"
	"testing"
	"time"

	"anteroom/internal/browser"
	"anteroom/internal/live"
	"anteroom/schema/demo"
)

// sees waits until a person sees the text, without doing anything.
func (b *tab) sees(text string) {
	b.t.Helper()
	var page string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if page = b.says(); strings.Contains(page, text) {
			return
		}
	}
	b.t.Fatalf("%s never sees %q:\n%s", b.name, text, page)
}

func (b *tab) evaluate(script string) (v any) {
	b.t.Helper()
	v, err := browser.Evaluate[any](b.Tab, script)
	b.check(err)
	return v
}

// personRow is an expression for the row of somebody on the open client's list.
func personRow(name string) string {
	return `[...document.querySelectorAll(".user-row")].find(r => r.innerText.includes("` + name + `"))`
}

func TestTwoTabsSeeEachOthersWorkAndWhatTheMailProviderSays(t *testing.T) {
	t.Parallel()
	const name, email = "Nora Quill", "nora@orchardlane.example"
	s := newSite(t)
	_, base := s.open()
	s.start("worker")
	b := startBrowser(t)
	one, two := newTab(t, b, "one"), newTab(t, b, "two")
	for _, tab := range []*tab{one, two} {
		tab.signIn(base, demo.Owner, demo.Password)
		tab.press("Show users of " + bakery)
		tab.evaluate(`window.sameDocument = true`)
	}
	one.press("Invite someone to " + bakery)
	one.fill("Full Name", name)
	one.fill("Email Address", email)
	one.press("Send Invitation")
	for _, tab := range []*tab{one, two} {
		tab.sees(name)
		tab.sees("Sent just now")
		if tab.evaluate(`window.sameDocument`) != true {
			t.Errorf("%s was loaded again", tab.name)
		}
	}
	invited := newTab(t, b, "invited")
	invited.open(s.linkIn(s.mail(email)))
	invited.fill("Choose a password", secret)
	invited.press("Accept and sign in")
	one.sees("Accepted just now")
	two.sees("Accepted just now")

	one.press("Remove " + name)
	one.press("Remove")
	two.sees("Removed by Priya")
	one.press("Revoke the invitation to Tom Okafor")
	for end := time.Now().Add(20 * time.Second); strings.Contains(two.says(), "Tom Okafor"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a revoked invitation stays on the other tab")
		}
	}
	one.quiet()
	two.quiet()
}

func TestARowThatHoldsTheFocusIsNotSwapped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, base := s.open()
	owner := newTab(t, startBrowser(t), "owner")
	owner.signIn(base, demo.Owner, demo.Password)
	owner.press("Show users of " + bakery)
	client := s.clientNamed(bakery).String()
	tell := func() {
		bus := live.New(s.rdb, testLog(t))
		bus.Tell(t.Context(), live.Change{Agency: s.workspace().Agency.ID.String(), Row: client})
	}
	state := func(state, who string) {
		s.exec(`UPDATE emails e JOIN client_users u ON u.email_id = e.id SET e.state = ?, e.reason = '' WHERE u.full_name = ?`, state, who)
		tell()
	}
	// The stream is up once a change comes through.
	for end := time.Now().Add(20 * time.Second); !strings.Contains(owner.says(), "Marked as spam"); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the page does not hear of a change:\n%s", owner.says())
		}
		state("complained", "Tom Okafor")
	}
	owner.evaluate(`window.held = ` + personRow("Grace Lindqvist") + `.querySelector(".user-actions a, .user-actions button"); held.focus()`)
	state("delivered", "Grace Lindqvist")
	owner.sees("Delivered")
	if owner.evaluate(`document.activeElement === held && held.isConnected`) != true {
		t.Error("what had the focus is gone")
	}
	// Another person's row changes whole meanwhile.
	state("delivered", "Tom Okafor")
	for end := time.Now().Add(20 * time.Second); strings.Contains(owner.says(), "Marked as spam"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the rows around the focus stay old")
		}
	}
	// Somebody is gone from the list: their row can't go while the focus is among
	// them, and goes when it leaves.
	s.exec(`UPDATE client_users SET status = 'revoked' WHERE full_name = 'Daniel Reyes'`)
	tell()
	time.Sleep(time.Second)
	if owner.evaluate(`document.activeElement === held && held.isConnected`) != true {
		t.Error("what had the focus is gone")
	}
	owner.evaluate(`held.blur()`)
	for end := time.Now().Add(20 * time.Second); strings.Contains(owner.says(), "Daniel Reyes"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the list stays old after the focus left it")
		}
	}
	owner.quiet()
}

func TestAnOpenPageLeavesWhenTheSessionEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, base := s.open()
	owner := newTab(t, startBrowser(t), "owner")
	owner.signIn(base, demo.Owner, demo.Password)
	owner.sees(bakery)
	s.exec(`DELETE FROM sessions`)
	for end := time.Now().Add(45 * time.Second); owner.path() != "/login"; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the page stays:\n%s", owner.says())
		}
	}
}
