// Package rooms keeps the arrows between the packages as the README draws them.
package rooms

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// may says which of our packages a room may import, by prefix, beside itself.
// The first prefix that fits a package is its rule.
var may = []struct {
	room    string
	imports []string
}{
	{"schema/internal/", []string{"schema", "internal/keyring"}}, // the root and each other, not the verbs
	{"schema/workspace", []string{"schema", "schema/internal", "internal/keyring"}},
	{"schema/portal", []string{"schema", "schema/internal", "internal/keyring"}},
	{"schema/visitor", []string{"schema", "schema/internal", "internal/keyring"}},
	{"schema/system", []string{"schema", "schema/internal", "internal/keyring"}},
	{"schema/demo", []string{"schema", "schema/internal", "internal/keyring"}},
	{"schema", []string{"internal/keyring"}},
	{"jobs", []string{"schema"}},
	{"web/page", nil},
	{"web/workspace", []string{"web/fault", "web/ownaccount", "web/workspace", "web/page", "web/session", "web/request", "web/limit", "schema", "schema/workspace", "schema/visitor", "web/media", "web/week", "web/stream", "jobs", "internal/live", "internal/keyring", "internal/egress", "internal/blobs", "internal/platform"}},
	{"web/hooks", []string{"schema", "schema/system", "jobs", "internal/live"}},
	{"web/portal", []string{"web/fault", "web/ownaccount", "web/page", "web/session", "web/request", "web/limit", "web/media", "web/week", "web/stream", "web/connect", "schema", "schema/portal", "schema/visitor", "jobs", "internal/live", "internal/keyring", "internal/blobs", "internal/platform"}},
	{"web/media", []string{"web/page", "web/request", "web/session", "schema", "internal/blobs"}},
	{"web/week", []string{"web/page"}},
	{"web/fault", []string{"schema"}},
	{"web/ownaccount", []string{"web/page", "web/session", "web/request", "web/limit", "web/fault", "schema", "schema/visitor"}},
	{"web/stream", []string{"internal/live", "schema"}},
	{"web/connect", []string{"web/page", "web/session", "web/request", "web/limit", "schema", "schema/visitor", "internal/live", "internal/keyring", "internal/platform"}},
	{"web/ops", []string{"web/request", "web/limit", "jobs", "schema"}},
	{"web", []string{"web", "schema", "schema/visitor", "schema/portal", "schema/workspace", "jobs", "internal/keyring", "internal/live", "internal/egress", "internal/blobs", "internal/platform"}},
	{"worker", []string{"worker", "schema", "schema/system", "jobs", "internal/keyring", "internal/live", "internal/egress", "internal/blobs"}},
	{"internal/bench", []string{"web", "worker", "schema", "schema/system", "schema/visitor", "schema/workspace", "schema/demo", "jobs", "internal"}},
	{"internal/tour", []string{"schema", "schema/system", "schema/visitor", "schema/workspace", "schema/demo", "jobs", "internal"}},
	{"internal/shots", []string{"web", "worker", "worker/mail", "jobs", "schema", "schema/demo", "internal"}},
	{"internal/testkit/fixture", []string{"schema", "schema/workspace", "schema/visitor", "schema/portal", "schema/system", "internal"}},
	{"internal/testkit", []string{"schema", "internal"}},
	{"internal/", nil}, // what two rooms share owns nothing of ours
	{"cmd/", []string{"web", "web/page", "worker", "worker/mail", "jobs", "schema", "schema/system", "schema/demo", "schema/visitor", "internal"}},
}

const module = "anteroom/"

func TestTheArrowsBetweenTheRoomsHold(t *testing.T) {
	for _, p := range packages(t) {
		rule := slices.IndexFunc(may, func(r struct {
			room    string
			imports []string
		}) bool {
			return p.ImportPath == r.room || strings.HasPrefix(p.ImportPath+"/", strings.TrimSuffix(r.room, "/")+"/")
		})
		if rule < 0 {
			t.Errorf("%s belongs to no room: give it one in this table", p.ImportPath)
			continue
		}
		for _, to := range p.Imports {
			if !allowed(may[rule].room, may[rule].imports, to) {
				t.Errorf("%s imports %s, which the rooms forbid", p.ImportPath, to)
			}
		}
	}
}

// allowed reports whether a room may import a package: exactly those named, and
// what stands below schema/internal and internal.
func allowed(room string, imports []string, to string) bool {
	for _, ok := range imports {
		if to == ok || (strings.HasSuffix(ok, "internal") || ok == "web" || ok == "web/workspace" || ok == "worker") && strings.HasPrefix(to, ok+"/") {
			return true
		}
	}
	return strings.HasPrefix(room, "schema/internal") && strings.HasPrefix(to, "schema/internal/")
}

type pkg struct {
	ImportPath string
	Imports    []string
}

// packages lists ours, without the module's name, and what of ours each
// imports outside its tests.
func packages(t *testing.T) (out []pkg) {
	t.Helper()
	readTree(t)
	b, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(b))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module)
		p.Imports = slices.DeleteFunc(p.Imports, func(i string) bool { return !strings.HasPrefix(i, module) })
		for i := range p.Imports {
			p.Imports[i] = strings.TrimPrefix(p.Imports[i], module)
		}
		out = append(out, p)
	}
	if len(out) < 15 {
		t.Fatalf("go list named %d packages only", len(out))
	}
	return out
}

// readTree looks into every folder, so that go test knows what this test hangs
// on: a cached result of what `go list` once said would hide a new import.
func readTree(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && len(d.Name()) > 2 && d.Name()[0] == '.' {
			return fs.SkipDir // .git, .data
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
