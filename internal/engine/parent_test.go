package engine_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"anteroom/internal/engine"
)

// parentDir, in the environment, turns the test binary into a program that
// starts a pair in that folder and waits to be killed.
const parentDir = "ANTEROOM_ENGINE_TEST_PARENT"

func beParent(dir string) {
	o := options(dir, os.Getenv("THROWAWAY") != "")
	o.RedisServer = os.Getenv("REDIS_SERVER")
	p, err := engine.Start(context.Background(), o)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(p.SQL.Pid(), p.Redis.Pid())
	select {}
}

// parent runs such a program and returns it with its servers' process IDs.
func parent(t *testing.T, dir, throwaway string) (*exec.Cmd, []int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), parentDir+"="+dir, "THROWAWAY="+throwaway)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	pids := make([]int, 2)
	if _, err := fmt.Fscan(out, &pids[0], &pids[1]); err != nil {
		t.Fatal("the parent started no servers: ", err)
	}
	return cmd, pids
}

func TestServersDieWithAKilledParent(t *testing.T) {
	t.Parallel()
	for _, throwaway := range []string{"", "yes"} {
		t.Run("throwaway="+throwaway, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd, pids := parent(t, dir, throwaway)
			must(t, cmd.Process.Kill())
			cmd.Wait()
			p := start(t, options(dir, throwaway != "")) // waits for the old ones to end
			for _, pid := range pids {
				if !gone(pid) {
					t.Errorf("process %d outlived its parent", pid)
				}
			}
			must(t, p.SQL.CreateDatabase(t.Context(), "usable"))
		})
	}
}

// A server may outlive its parent (one that is stuck, or where no signal tells
// of the death): its data must still be safe from a second one.
func TestASurvivingServerKeepsTheFolderLocked(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("REDIS_SERVER", script(t, `
case $1 in --version) exec redis-server --version;; esac
trap '' TERM; redis-server "$@"; sleep 60`))
	cmd, pids := parent(t, dir, "")
	t.Cleanup(func() { syscall.Kill(-pids[1], syscall.SIGKILL) })
	must(t, cmd.Process.Kill())
	cmd.Wait()
	eventually(t, "the end of the SQL server", func() bool { return gone(pids[0]) })

	err := engine.TryLock(dir)
	want := fmt.Sprintf("%s is in use by servers that process %d left behind; stop them first", dir, cmd.Process.Pid)
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	must(t, syscall.Kill(-pids[1], syscall.SIGKILL))
	start(t, options(dir, false))
}

// gone counts a zombie as gone: nobody may be there to collect it.
func gone(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(b), ") ")
	return err != nil || strings.HasPrefix(rest, "Z")
}

// sockets returns the protocols of a process's listening TCP sockets.
func sockets(t *testing.T, pid int) (found []string) {
	t.Helper()
	inodes := map[string]bool{}
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	must(t, err)
	if len(fds) == 0 {
		t.Fatalf("process %d has no open files", pid)
	}
	for _, fd := range fds {
		if to, _ := os.Readlink(fd); strings.HasPrefix(to, "socket:[") {
			inodes[strings.Trim(to, "socket:[]")] = true
		}
	}
	for _, protocol := range []string{"tcp", "tcp6"} {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, protocol))
		for _, line := range strings.Split(string(b), "\n") {
			if f := strings.Fields(line); len(f) > 9 && inodes[f[9]] {
				found = append(found, protocol)
			}
		}
	}
	return found
}
