package engine

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// home is the folder that a pair, or one server alone, lives in.
type home struct {
	dir       string
	sockets   string // dir/run, or a short folder elsewhere
	temporary bool   // made by us, removed at the end
	lock      *os.File
	log       io.Writer
}

// openHome makes and locks the folder.
func openHome(o Options) (*home, error) {
	h := &home{dir: o.Dir, log: &lines{to: o.Log}}
	if h.dir == "" {
		if !o.Throwaway {
			return nil, errors.New("engine: a folder is needed for data that is to be kept")
		}
		dir, err := temporaryFolder()
		if err != nil {
			return nil, fmt.Errorf("engine: %w", err)
		}
		h.dir, h.temporary = dir, true
	}
	if err := h.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("engine: %w", err), h.close())
	}
	return h, nil
}

func (h *home) open() (err error) {
	if h.dir, err = filepath.Abs(h.dir); err != nil {
		return err
	}
	if err = os.MkdirAll(h.dir, 0o700); err != nil {
		return err
	}
	if h.lock, err = lockFolder(h.dir, leftover); err != nil {
		return err
	}
	h.sockets, err = socketFolder(h.dir)
	return err
}

// close gives up the lock and removes what was temporary.
func (h *home) close() error {
	var errs []error
	if h.temporary {
		errs = append(errs, os.RemoveAll(h.dir))
	}
	if h.sockets != "" && h.sockets != filepath.Join(h.dir, "run") {
		errs = append(errs, os.RemoveAll(h.sockets))
	}
	if h.lock != nil {
		// Closing alone is not enough: a program that another goroutine starts
		// just now has a copy of the descriptor until its exec.
		syscall.Flock(int(h.lock.Fd()), syscall.LOCK_UN)
		h.lock.Close()
		h.lock = nil
	}
	return errors.Join(errs...)
}

// folder makes a folder that only we may enter.
func (h *home) folder(name string) (string, error) {
	path := filepath.Join(h.dir, name)
	return path, os.MkdirAll(path, 0o700)
}

// socketFolder is where sockets go: a socket's path has 107 bytes at most, and
// our URLs write it without any escapes. It is open to nobody else, which is
// what protects servers that ask for no password.
func socketFolder(dir string) (string, error) {
	run := filepath.Join(dir, "run")
	if len(run) <= 90 && !strings.ContainsAny(run, " ()?#%@'\"") {
		return run, os.MkdirAll(run, 0o700)
	}
	sum := fnv.New64a()
	io.WriteString(sum, dir)
	short := filepath.Join(os.TempDir(), fmt.Sprintf("anteroom-%d-%x", os.Geteuid(), sum.Sum64()))
	if len(short) > 90 {
		short = filepath.Join("/tmp", filepath.Base(short))
	}
	err := os.Mkdir(short, 0o700)
	if errors.Is(err, os.ErrExist) {
		err = ours(short)
	}
	if err != nil {
		return "", err
	}
	return short, nil
}

// ours refuses a folder that somebody else may have laid in our way.
func ours(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(stat.Uid) != os.Geteuid() || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s must be a folder of ours that nobody else may enter", path)
	}
	return nil
}

// lines lets several goroutines write to one log, a line at a time.
type lines struct {
	mu sync.Mutex
	to io.Writer
}

func (l *lines) Write(b []byte) (int, error) {
	if l.to == nil {
		return len(b), nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(b)
}
