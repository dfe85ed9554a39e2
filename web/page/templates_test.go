package page_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the Content-Security-Policy would block, or what htmx could only do with
// eval. A filter in hx-trigger is the worst of them: without eval it is ignored,
// so that whatever it was to keep back happens.
var forbidden = map[string]*regexp.Regexp{
	"an hx-on attribute":        regexp.MustCompile(`(?i)\bhx-on\b`),
	"an inline event handler":   regexp.MustCompile(`(?i)\son[a-z]+\s*=`),
	"js: or javascript:":        regexp.MustCompile(`(?i)["'\s](js|javascript):`),
	"a filter in hx-trigger":    regexp.MustCompile(`(?i)hx-trigger\s*=\s*("[^"]*\[|'[^']*\[)`),
	"hx-vars":                   regexp.MustCompile(`(?i)\bhx-vars\b`),
	"an inline script":          regexp.MustCompile(`(?i)<script(?:[^>]*)>\s*[^<\s]`),
	"an inline style attribute": regexp.MustCompile(`(?i)\sstyle\s*=`),
	"a style element":           regexp.MustCompile(`(?i)<style\b`),
}

func TestNoTemplateNeedsWhatThePolicyForbids(t *testing.T) {
	read := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".html" || !strings.Contains(path, "templates") {
			return err
		}
		read++
		b, err := os.ReadFile(path)
		for what, pattern := range forbidden {
			if at := pattern.FindIndex(b); at != nil {
				t.Errorf("%s has %s: %q", path, what, b[at[0]:min(at[0]+60, len(b))])
			}
		}
		return err
	})
	if err != nil || read < 20 {
		t.Fatalf("%d templates read (%v)", read, err)
	}
}

func TestThePatternsFindWhatTheyLookFor(t *testing.T) {
	for what, sample := range map[string]string{
		"an hx-on attribute":        `<a hx-on:click="x()">`,
		"an inline event handler":   `<a onclick="x()">`,
		"js: or javascript:":        `<a hx-vals="js:{a: 1}">`,
		"a filter in hx-trigger":    `<a hx-trigger="click[ctrlKey]">`,
		"hx-vars":                   `<a hx-vars="a:1">`,
		"an inline script":          `<script>x()</script>`,
		"an inline style attribute": `<a style="color:red">`,
		"a style element":           `<style>a{}</style>`,
	} {
		if !forbidden[what].MatchString(sample) {
			t.Errorf("%s is not found in %s", what, sample)
		}
	}
	if len(forbidden) != 8 {
		t.Error("a pattern has no sample")
	}
}
