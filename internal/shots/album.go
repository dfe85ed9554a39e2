package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"anteroom/internal/browser"
	"anteroom/internal/tour"
)

// album is the folder of the pictures.
type album struct {
	dir   string
	taken []string // names of files
	lines []string // of the list
}

// photograph takes the pictures of one stop: each in a tab of its own, as
// somebody's first look.
func (a *album) photograph(b *browser.Browser, stage *tour.Stage, stop tour.Stop) error {
	t, err := b.Tab()
	if err != nil {
		return err
	}
	defer t.Close()
	if err := stage.Reach(t, stop); err != nil {
		return err
	}
	dialog, err := browser.Evaluate[bool](t, `document.querySelector("dialog[open]") !== null`)
	if err != nil {
		return err
	}
	links := []string{}
	for _, look := range looks(stop) {
		name := stop.Name + look.suffix + ".png"
		if err := t.Look(look.width, look.height, look.dark); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		picture, err := t.Picture(look.whole && !dialog) // a dialog stands in the window, not on the page
		if err == nil {
			picture, err = shrink(picture)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(a.dir, name), picture, 0o644)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		a.taken = append(a.taken, name)
		links = append(links, fmt.Sprintf("[%s](%s)", look.title, name))
	}
	a.lines = append(a.lines, fmt.Sprintf("| %s | %s | %s |", stop.Name, stop.About(), strings.Join(links, ", ")))
	return nil
}

type look struct {
	title, suffix string
	width, height int64
	dark, whole   bool
}

func looks(stop tour.Stop) []look {
	all := []look{
		{title: "wide", width: browser.WideWidth, height: browser.WideHeight},
		{title: "narrow", suffix: "-mobile", width: browser.NarrowWidth, height: browser.NarrowHeight, whole: true},
	}
	if stop.Main {
		all = append(all, look{title: "dark", suffix: "-dark", width: browser.WideWidth, height: browser.WideHeight, dark: true})
	}
	return all
}

const preface = `# Screenshots

Taken by ` + "`make screenshots`" + ` of the demo data: every page and state of the tour (internal/tour), 1360 pixels wide and 390, some in the dark too. The tests walk the same list.

| name | what it shows | |
|---|---|---|
`

// finish removes the pictures of earlier runs and writes the list.
func (a *album) finish() error {
	files, err := filepath.Glob(filepath.Join(a.dir, "*.png"))
	if err != nil {
		return err
	}
	for _, f := range files {
		if !slices.Contains(a.taken, filepath.Base(f)) {
			if err := os.Remove(f); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(a.dir, "README.md"), []byte(preface+strings.Join(a.lines, "\n")+"\n"), 0o644)
}
