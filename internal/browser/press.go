package browser

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// Element is an expression for the only element that selector and name choose.
func (t *Tab) Element(selector, name string) (chromedp.JSPath, error) {
	all := fmt.Sprintf(`[...(document.querySelector("dialog[open]") ?? document).querySelectorAll(%q)].filter(e => e.checkVisibility() &&
		!e.disabled && (e.getAttribute("aria-label") || e.innerText).replace(/\s+/g, " ").trim() === %s)`, selector, quoted(name))
	n, err := Evaluate[int](t, all+".length")
	if err != nil {
		return "", err
	}
	if n != 1 {
		page, _ := t.Says()
		return "", fmt.Errorf("%d of %q are called %q on the page:\n%s", n, selector, name, page)
	}
	return chromedp.JSPath(all + "[0]"), nil
}

// follow watches what a click leads to: a page of its own, in which none of
// this is left, or an answer that htmx puts into this one. What else htmx may
// be doing meanwhile is no answer. The element is the one that the click meets:
// a live update may have put another in the place of the one that was found.
const follow = `(() => {
	const press = window.anteroomPress = {};
	let e;
	const within = (n) => e && n && (n === e || n === e.form || n.contains(e));
	document.addEventListener("click", (c) => { e ??= c.target.closest("a[href], button"); }, { capture: true });
	document.addEventListener("htmx:beforeRequest", (b) => { 
		if (press.xhr || !within(b.target)) return;
		press.xhr = b.detail.xhr;
		// A live update may take the element away meanwhile: then nobody hears that it settled.
		press.xhr.addEventListener("loadend", () => setTimeout(() => { press.status ??= press.xhr.status; }, 500));
	});
	document.addEventListener("htmx:afterSettle", (b) => { if (press.xhr === b.detail.xhr) press.status = b.detail.xhr.status; });
})()`

// arrived is the status of what a click led to, and 0 before that is there.
const arrived = `window.anteroomPress ? window.anteroomPress.status ?? 0
	: document.readyState === "complete" ? performance.getEntriesByType("navigation")[0].responseStatus : 0`

// Press clicks the link or the button of that name, and waits for what it leads
// to: a page, or a part of one that a script puts into this. It returns the
// status of that.
func (t *Tab) Press(name string) (int, error) {
	at, err := t.Element("a[href], button", name)
	if err != nil {
		return 0, err
	}
	if _, err := Evaluate[any](t, follow); err != nil {
		return 0, err
	}
	if err := t.do(chromedp.Click(at)); err != nil {
		return 0, fmt.Errorf("press %s: %w", name, err)
	}
	for end := time.Now().Add(Patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		// Between two pages there is nothing that could answer.
		if status, err := Evaluate[int](t, arrived); err == nil && status != 0 {
			return status, nil
		} else if t.ctx.Err() != nil {
			return 0, err
		}
	}
	return 0, fmt.Errorf("press %s: nothing came of it", name)
}

// Fill types into the field with that label; a box is ticked by any text, and
// in a list the option of that name is chosen.
func (t *Tab) Fill(label, value string) error {
	at, err := t.Element("label", label)
	if err != nil {
		return err
	}
	kind, err := Evaluate[string](t, string(at)+".control?.type ?? ''")
	if err != nil {
		return err
	}
	field := at + ".control"
	switch {
	case kind == "":
		return errors.New("the label " + label + " is no field's")
	case kind == "checkbox", kind == "radio":
		return t.do(chromedp.Click(field))
	case strings.HasPrefix(kind, "select"):
		_, err := Evaluate[any](t, fmt.Sprintf(`(f => { f.value = [...f.options].find(o => o.label === %s).value;
			f.dispatchEvent(new Event("input", { bubbles: true })); f.dispatchEvent(new Event("change", { bubbles: true })) })(%s)`, quoted(value), field))
		return err
	}
	if kind == "textarea" { // chromedp clears none that is empty
		if _, err := Evaluate[any](t, string(field)+".value = ''"); err != nil {
			return err
		}
		return t.do(chromedp.SendKeys(field, value))
	}
	return t.do(chromedp.Clear(field), chromedp.SendKeys(field, value))
}

// Files chooses files on the disk in the field with that label.
func (t *Tab) Files(label string, paths ...string) error {
	at, err := t.Element("label", label)
	if err != nil {
		return err
	}
	return t.do(chromedp.SetUploadFiles(at+".control", paths))
}
