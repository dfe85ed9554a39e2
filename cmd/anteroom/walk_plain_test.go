package main

import (
	"fmt"
	"testing"

	"anteroom/internal/browser"
	"anteroom/internal/tour"
)

// What every page has that is used without scripts: a title, a main part with
// one heading of the first level, and forms that can be sent: each has an
// address, a way and, where it posts, a button.
const plain = `(() => {
	const faults = [], all = (s) => [...document.querySelectorAll(s)];
	if (!document.title.includes("·")) faults.push("the title is " + document.title);
	if (all("main").length !== 1) faults.push(all("main").length + " main parts");
	if (all("h1").length !== 1) faults.push(all("h1").length + " first headings");
	if (all("dialog[open]").length) faults.push("a dialog without scripts");
	for (const f of all("form")) {
		if (!f.hasAttribute("action") || !f.getAttribute("method")) faults.push("a form without an address or a method: " + f.outerHTML.slice(0, 200));
		const sends = [...f.elements].some(e => e.type === "submit" && e.checkVisibility());
		if (f.method === "post" && !sends) faults.push("a form without a button: " + f.outerHTML.slice(0, 200));
	}
	for (const e of all("a, button")) {
		if (!e.checkVisibility()) continue;
		if (e.matches("a:not([href],[aria-disabled])")) faults.push("a link to nowhere: " + e.outerHTML.slice(0, 200));
		if (e.matches("button[type=button]:not(:disabled)")) faults.push("a button that needs a script: " + e.outerHTML.slice(0, 200));
	}
	return faults;
})()`

// Every page in every state again, in a browser that runs no script: dialogs
// are pages then, and everything can be reached and sent.
func TestEveryPageWorksWithoutScripts(t *testing.T) {
	t.Parallel()
	stage := newStage(t)
	walk(t, tour.All(), func(b *browser.Tab, stop tour.Stop) error {
		if err := b.Scripts(false); err != nil {
			return err
		}
		if err := stage.Reach(b, stop); err != nil || stop.Mail {
			return err
		}
		faults, err := browser.Evaluate[[]string](b, plain)
		if err == nil && len(faults) > 0 {
			err = fmt.Errorf("%s: without scripts: %q", stop.Name, faults)
		}
		return err
	})
}
