package schema_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"text/template"
	"time"

	"anteroom/schema"
)

const eventsPage = "../docs/events.md"

type group struct {
	Name  string
	Kinds []schema.EventKind
}

// document writes docs/events.md.
func document(t *testing.T) []byte {
	t.Helper()
	page, err := template.New("events.md").Funcs(template.FuncMap{
		"anchor": func(e schema.EventType) string { return strings.ReplaceAll(string(e), ".", "") },
	}).ParseFiles("testdata/events.md")
	if err != nil {
		t.Fatal(err)
	}
	plan := schema.DefaultDeliveryPlan
	var waits []string
	for _, w := range plan.Waits {
		waits = append(waits, inWords(w))
	}
	var groups []group
	for _, k := range schema.Catalogue() {
		if len(groups) == 0 || groups[len(groups)-1].Name != k.Group {
			groups = append(groups, group{Name: k.Group})
		}
		g := &groups[len(groups)-1]
		g.Kinds = append(g.Kinds, k)
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]any{"APIVersion": schema.APIVersion, "Timeout": inWords(plan.Timeout), "Tries": plan.Tries(),
		"Waits": strings.Join(waits[:len(waits)-1], ", ") + " and " + waits[len(waits)-1], "Concurrency": schema.EndpointConcurrency, "Groups": groups})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func inWords(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d seconds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	return fmt.Sprintf("%d hours", d/time.Hour)
}

func TestTheDocumentOfTheEventsIsWhatTheCodeSays(t *testing.T) {
	t.Parallel()
	want := document(t)
	if *update {
		if err := os.WriteFile(eventsPage, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(eventsPage)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is stale: run go test ./schema -run Document -update", eventsPage)
	}
}
