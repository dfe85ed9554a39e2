package workspace_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// checkHTML looks for what a browser would forgive and a person would suffer
// from: forms in forms, IDs twice, labels that lead nowhere, forms and buttons
// without a name, anything inline that the content security policy stops.
func checkHTML(t *testing.T, where, body string) {
	t.Helper()
	c := checker{ids: map[string]int{}}
	z := html.NewTokenizer(strings.NewReader(body))
	for z.Next() != html.ErrorToken {
		tok := z.Token()
		switch tok.Type {
		case html.StartTagToken, html.SelfClosingTagToken:
			c.start(tok)
		case html.EndTagToken:
			if tok.Data == "form" {
				c.forms--
			}
		}
	}
	for id, n := range c.ids {
		if n > 1 {
			c.faults = append(c.faults, "the ID "+id+" is there twice")
		}
	}
	for _, ref := range c.refs {
		if c.ids[ref] == 0 {
			c.faults = append(c.faults, "nothing has the ID "+ref)
		}
	}
	if len(c.focus) > 1 {
		c.faults = append(c.faults, "several fields want the focus: "+strings.Join(c.focus, ", "))
	}
	if strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "<no value>") {
		c.faults = append(c.faults, "a value was not safe or not there")
	}
	for _, f := range c.faults {
		t.Errorf("%s: %s", where, f)
	}
}

type checker struct {
	ids    map[string]int
	refs   []string
	focus  []string
	forms  int
	faults []string
}

func (c *checker) start(tok html.Token) {
	attr := map[string]string{}
	for _, a := range tok.Attr {
		attr[a.Key] = a.Val
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			c.faults = append(c.faults, "inline "+a.Key+" on "+tok.Data)
		}
	}
	if id, ok := attr["id"]; ok {
		c.ids[id]++
	}
	for _, key := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls"} {
		if id, ok := attr[key]; ok {
			c.refs = append(c.refs, id)
		}
	}
	if _, ok := attr["autofocus"]; ok {
		c.focus = append(c.focus, tok.Data+" "+attr["name"])
	}
	c.element(tok.Data, attr)
}

func (c *checker) element(name string, attr map[string]string) {
	switch name {
	case "form":
		if c.forms++; c.forms > 1 {
			c.faults = append(c.faults, "a form in a form")
		}
		// One of many in a list is no landmark: its button has the name.
		if attr["aria-label"] == "" && attr["role"] != "search" && attr["role"] != "presentation" && attr["action"] != "/sign-out" {
			c.faults = append(c.faults, "a form without a name: "+attr["action"])
		}
	case "script":
		if attr["src"] == "" {
			c.faults = append(c.faults, "a script in the page")
		}
	case "style", "iframe", "object":
		c.faults = append(c.faults, "a "+name)
	case "a":
		if slices.ContainsFunc([]string{"javascript:", "data:"}, func(s string) bool { return strings.HasPrefix(attr["href"], s) }) {
			c.faults = append(c.faults, "a link to "+attr["href"])
		}
	}
}
