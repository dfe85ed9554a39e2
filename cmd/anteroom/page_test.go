package main

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// inline are the elements that don't end a line.
const inline = " a b em i span strong time wbr "

// text is what a part of a page says, line by line.
func text(n *html.Node) string {
	var b strings.Builder
	write(&b, n)
	var out []string
	for line := range strings.Lines(b.String()) {
		if line = squeeze(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func write(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(strings.ReplaceAll(n.Data, "\n", " "))
		return
	}
	switch n.Data {
	case "head", "script", "style", "svg", "template":
		return
	}
	if attribute(n, "aria-hidden") == "true" {
		return
	}
	block := n.Type == html.ElementNode && !strings.Contains(inline, " "+n.Data+" ")
	if block {
		b.WriteByte('\n')
	}
	for c := range n.ChildNodes() {
		write(b, c)
	}
	if block {
		b.WriteByte('\n')
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// called are the elements that say that name to somebody who uses them: those
// that can be used, of one tag.
func called(n *html.Node, tag, name string) (out []*html.Node) {
	for e := range n.Descendants() {
		if e.Type == html.ElementNode && e.Data == tag && nameOf(e) == name && !has(e, "disabled") && !off(e) {
			out = append(out, e)
		}
	}
	return out
}

// nameOf is what an element is called, as assistive technology finds it.
func nameOf(e *html.Node) string {
	if label := attribute(e, "aria-label"); label != "" {
		return label
	}
	var b strings.Builder
	for c := range e.ChildNodes() {
		if attribute(c, "aria-hidden") != "true" {
			write(&b, c)
		}
	}
	return squeeze(b.String())
}

// off says that an element is in a fieldset that is switched off.
func off(e *html.Node) bool {
	set := above(e, "fieldset")
	return set != nil && has(set, "disabled")
}

// labelled is the control of a form that carries the label.
func labelled(form *html.Node, label string) *html.Node {
	for e := range form.Descendants() {
		if e.Data != "label" || nameOf(e) != label {
			continue
		}
		for c := range form.Descendants() {
			if attribute(c, "id") == attribute(e, "for") && attribute(c, "name") != "" && !off(c) {
				return c
			}
			if attribute(c, "name") != "" && above(c, "label") == e {
				return c
			}
		}
	}
	return nil
}

// controls is what a form sends as it stands, without its buttons.
func controls(form *html.Node) url.Values {
	values := url.Values{}
	for e := range form.Descendants() {
		name := attribute(e, "name")
		switch {
		case name == "" || has(e, "disabled") || off(e):
		case e.Data == "select":
			values.Set(name, chosen(e))
		case e.Data == "input" && attribute(e, "type") == "checkbox":
			if has(e, "checked") {
				values.Add(name, attribute(e, "value"))
			}
		case e.Data == "input":
			values.Set(name, attribute(e, "value"))
		}
	}
	return values
}

func chosen(list *html.Node) (value string) {
	for e := range list.Descendants() {
		if e.Data == "option" && has(e, "selected") {
			value = attribute(e, "value")
		}
	}
	return value
}

func above(n *html.Node, tag string) *html.Node {
	for p := range n.Ancestors() {
		if p.Data == tag {
			return p
		}
	}
	return nil
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}
