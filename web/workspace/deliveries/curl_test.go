package deliveries

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// echo stands for curl: it writes its arguments with a NUL behind each. A file that
// was just written can be busy for a moment while other tests start processes.
const echo = "curl() { printf '%s\\0' \"$@\"; }\n"

func TestTheCurlCommandComesThroughAShellUnchanged(t *testing.T) {
	t.Parallel()
	for _, hostile := range []string{`{"a":"it's"}`, `$(touch owned)`, "`touch owned`", `'; touch owned; '`, `\'`, "line\nbreak\ttab", `@/etc/passwd`, `"$HOME" %s \0 !!`,
		"", "-o /tmp/x", "ünïcödé ✓", strings.Repeat("'", 50), `\`, "ends with \\\n"} {
		headers := []header{{"Content-Type", "application/json"}, {"Host", "crm.example"}, {"Content-Length", "3"}, {"X-Hostile", strings.ReplaceAll(hostile, "\n", " ")}}
		url := "https://crm.example/hooks?a[1]={b}&c='" + strings.ReplaceAll(hostile, "\n", "")
		command := curl(url, headers, []byte(hostile))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		cmd := exec.CommandContext(ctx, "sh", "-c", echo+command)
		cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=/usr/bin:/bin"}
		out, err := cmd.Output()
		cancel()
		if err != nil {
			t.Fatalf("%q: %v\n%s", hostile, err, command)
		}
		got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		last := "X-Hostile: " + headers[3].Value
		if headers[3].Value == "" {
			last = "X-Hostile;"
		}
		want := []string{"--globoff", "--compressed", "--url", url, "--header", "Content-Type: application/json", "--header", last, "--data-raw", hostile}
		if !slices.Equal(got, want) {
			t.Errorf("%q became\n%q, want\n%q", hostile, got, want)
		}
		if left, err := os.ReadDir(cmd.Dir); err != nil || len(left) > 0 {
			t.Errorf("%q was run (%v)", hostile, err)
		}
	}
}
