package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// leftover bounds the wait for the servers of a process that was killed: they
// got their signal at its death and are shutting down.
const leftover = 10 * time.Second

// lockFolder takes the folder's lock. The servers inherit the descriptor, so
// the lock lasts until the last of them is gone, even if its parent was killed.
func lockFolder(dir string, leftover time.Duration) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(leftover); ; time.Sleep(20 * time.Millisecond) {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			return f, sign(f)
		}
		holder := holder(f)
		if err != syscall.EWOULDBLOCK || alive(holder) || time.Now().After(deadline) {
			f.Close()
			return nil, refusal(dir, holder, err)
		}
	}
}

func refusal(dir string, holder int, err error) error {
	switch {
	case err != syscall.EWOULDBLOCK:
		return fmt.Errorf("locking %s: %w", dir, err)
	case holder == 0:
		return fmt.Errorf("%s is in use by another process; stop it first", dir)
	case alive(holder):
		return fmt.Errorf("%s is in use by process %d; stop it first", dir, holder)
	}
	return fmt.Errorf("%s is in use by servers that process %d left behind; stop them first", dir, holder)
}

// sign writes into the lock file who holds it.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	return err
}

// holder reads who holds the lock; 0 means that it can't be told (yet).
func holder(f *os.File) int {
	b := make([]byte, 20)
	n, _ := f.ReadAt(b, 0)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	return pid
}

// alive says whether a process exists; one that can't be told counts as alive.
func alive(pid int) bool {
	return pid <= 0 || syscall.Kill(pid, 0) != syscall.ESRCH
}
