package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tailLines is how much of a server's log an error shows.
const tailLines = 15

// newLog names a server's log and puts the one of the time before aside.
func newLog(dir, name string) string {
	path := filepath.Join(dir, name+".log")
	os.Rename(path, path+".1")
	return path
}

func openLog(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}

// tail returns the end of a server's log, ready to be put behind an error.
func tail(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, 4096)
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	n, _ := f.ReadAt(b, max(0, info.Size()-int64(len(b))))
	rows := strings.Split(string(bytes.TrimSpace(b[:n])), "\n")
	rows = rows[max(0, len(rows)-tailLines):]
	return fmt.Sprintf("; the end of %s:\n    %s", path, strings.Join(rows, "\n    "))
}
