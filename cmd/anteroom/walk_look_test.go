package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"anteroom/internal/browser"
	"anteroom/internal/tour"
)

// looks are how every page is looked at.
var looks = []struct {
	name          string
	width, height int64
	dark          bool
}{
	{"wide", browser.WideWidth, browser.WideHeight, false},
	{"wide and dark", browser.WideWidth, browser.WideHeight, true},
	{"narrow and dark", browser.NarrowWidth, browser.NarrowHeight, true},
	{"narrow", browser.NarrowWidth, browser.NarrowHeight, false},
}

// Every page in every state, wide and narrow, light and dark: axe finds
// nothing, nothing sticks out to the side, and the console is quiet.
func TestEveryPageIsAccessibleFitsAndKeepsItsConsoleQuiet(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	stage := newStage(t)
	walk(t, tour.All(), func(b *browser.Tab, stop tour.Stop) error {
		if err := stage.Reach(b, stop); err != nil {
			return err
		}
		f := findings{}
		for _, l := range looks {
			if err := b.Look(l.width, l.height, l.dark); err != nil {
				return fmt.Errorf("%s: %w", stop.Name, err)
			}
			found, err := examine(b, stop, string(axe))
			if err != nil {
				return fmt.Errorf("%s: %w", stop.Name, err)
			}
			f.add(l.name, found...)
		}
		complaints, err := b.Complaints(stop.Answer())
		f.add("on the console", complaints...)
		return errors.Join(err, f.of(stop))
	})
}

// findings are what is wrong with a page, and in which of its looks.
type findings struct {
	seen map[string][]string
	all  []string
}

func (f *findings) add(look string, found ...string) {
	for _, text := range found {
		if f.seen[text] == nil {
			f.all = append(f.all, text)
		}
		if f.seen == nil {
			f.seen = map[string][]string{}
		}
		f.seen[text] = append(f.seen[text], look)
	}
}

func (f *findings) of(stop tour.Stop) error {
	var errs []error
	for _, text := range f.all {
		errs = append(errs, fmt.Errorf("%s (%s): %s", stop.Name, strings.Join(f.seen[text], ", "), text))
	}
	return errors.Join(errs...)
}

// All rules that axe has switched on, and the one of WCAG 2.2 AA that it has
// not. A mail is no page: what is only good practice for those is left out.
const (
	pageRules = `{ resultTypes: ["violations"], iframes: false, rules: { "target-size": { enabled: true } } }`
	mailRules = `{ resultTypes: ["violations"], iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }`
)

// examine says what is wrong with the page that a tab shows, as it looks now.
func examine(b *browser.Tab, stop tour.Stop, axe string) (found []string, err error) {
	if there, err := browser.Evaluate[bool](b, `"axe" in window`); err != nil {
		return nil, err
	} else if !there {
		if _, err := browser.Evaluate[any](b, axe+";0"); err != nil {
			return nil, err
		}
	}
	rules := pageRules
	if stop.Mail {
		rules = mailRules
	}
	violations, err := browser.Evaluate[[]struct {
		ID, Help string
		Nodes    []struct{ HTML, FailureSummary string }
	}](b, `axe.run(`+rules+`).then(r => r.violations)`)
	for _, v := range violations {
		for _, n := range v.Nodes {
			found = append(found, fmt.Sprintf("%s: %s: %s %s", v.ID, v.Help, n.HTML, squeeze(n.FailureSummary)))
		}
	}
	if err != nil {
		return nil, err
	}
	out, err := browser.Evaluate[[]string](b, sticksOut)
	for _, html := range out {
		found = append(found, "the page scrolls to the side for "+html)
	}
	return found, err
}

// sticksOut are the elements for which a page scrolls to the side: the page
// itself if no other is to blame.
const sticksOut = `(root => root.scrollWidth <= root.clientWidth ? [] : [root, ...document.querySelectorAll("body *")]
	.filter(e => e === root || e.getBoundingClientRect().right > root.clientWidth + 0.5 && e.checkVisibility())
	.map(e => e.outerHTML.slice(0, 120)))(document.documentElement)`
