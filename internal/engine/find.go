package engine

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// install is what to type where a server is missing.
const install = "on Debian or Ubuntu: apt-get install --no-install-recommends mariadb-server-core redis-server"

// sbin is where servers live that are not in everybody's PATH.
var sbin = []string{"/usr/sbin", "/usr/local/sbin", "/usr/libexec"}

// find resolves a server's binary: the given one, or the first of the names
// that exists.
func find(given, what string, names ...string) (string, error) {
	if given != "" {
		path, err := exec.LookPath(given)
		if err != nil {
			return "", fmt.Errorf("engine: the %s %q can't be run: %w", what, given, err)
		}
		return filepath.Abs(path)
	}
	for _, name := range names {
		for _, dir := range append([]string{""}, sbin...) {
			if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
				return filepath.Abs(path)
			}
		}
	}
	return "", fmt.Errorf("engine: no %s is installed (looked for %s); %s", what, strings.Join(names, " and "), install)
}

// version is what a binary says of itself.
type version struct {
	major, minor int
	full         string // "10.11.19"
	maria        bool
}

var versionPattern = regexp.MustCompile(`(?:Ver |v=)((\d+)\.(\d+)[.\d]*)`)

// ask runs the binary with the arguments that make it print its version.
func ask(ctx context.Context, binary string, args ...string) (version, error) {
	out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput()
	m := versionPattern.FindStringSubmatch(string(out))
	if err != nil || m == nil {
		return version{}, fmt.Errorf("engine: %s doesn't tell its version: %v: %s", binary, err, out)
	}
	v := version{full: m[1], maria: strings.Contains(string(out), "MariaDB")}
	v.major, _ = strconv.Atoi(m[2])
	v.minor, _ = strconv.Atoi(m[3])
	return v, nil
}

// atLeast refuses a version that lacks what the application needs.
func (v version) atLeast(name string, major, minor int) error {
	if v.major > major || v.major == major && v.minor >= minor {
		return nil
	}
	return fmt.Errorf("engine: %s %s is too old, %d.%d or newer is needed", name, v.full, major, minor)
}
