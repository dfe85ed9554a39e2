package engine_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"anteroom/internal/engine"
)

func TestASecondPairOnTheSameFolderIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start(t, options(dir, true))
	_, err := engine.Start(t.Context(), options(dir, true))
	want := fmt.Sprintf("engine: %s is in use by process %d; stop it first", dir, os.Getpid())
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestAnErrorShowsTheEndOfTheServersLog(t *testing.T) {
	t.Parallel()
	o := options(t.TempDir(), true)
	o.SQLServer = script(t, `
case "$*" in *--version*) echo "Ver 10.11.1-MariaDB"; exit;; *--help*) echo "character-sets-dir /usr/share/mysql/charsets/"; exit;; esac
echo "the disk is on fire" >&2; exit 3`)
	_, err := engine.Start(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "the disk is on fire") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("got %v", err)
	}
	o.SQLServer = "" // the lock was given up with the failure
	start(t, o)
}

func TestAMissingServerNamesThePackages(t *testing.T) {
	t.Setenv("PATH", "")
	o := options("", true)
	o.RedisServer = ""
	_, err := engine.StartRedis(t.Context(), o)
	want := "apt-get install --no-install-recommends mariadb-server-core redis-server"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}

func TestAnOldServerIsRefused(t *testing.T) {
	t.Parallel()
	o := options("", true)
	o.RedisServer = script(t, `echo "Redis server v=6.0.16 sha=0"`)
	_, err := engine.StartRedis(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "redis 6.0.16 is too old, 6.2 or newer is needed") {
		t.Errorf("got %v", err)
	}
}

func TestALongFolderStillGetsASocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 30), "with space")
	o := options(dir, true)
	r, err := engine.StartRedis(t.Context(), o)
	must(t, err)
	must(t, client(t, r.URL(3)).Ping(t.Context()).Err())
	must(t, r.Close(t.Context()))
}

func TestAServerThatDiesIsSaidSo(t *testing.T) {
	t.Parallel()
	var log buffer
	o := options("", true)
	o.Log = &log
	r, err := engine.StartRedis(t.Context(), o)
	must(t, err)
	defer r.Close(t.Context())
	must(t, syscall.Kill(r.Pid(), syscall.SIGKILL))
	eventually(t, "a line in the log", func() bool {
		return strings.Contains(log.String(), "ended by itself: signal: killed")
	})
	must(t, r.Start(t.Context()))
}

func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "server")
	must(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700))
	return path
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("never came: " + what)
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
