package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// holders are the processes that work in a folder or have a file of it open,
// by their IDs, with their command lines. A zombie holds nothing.
func holders(t *testing.T, dir string) map[int]string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	out := map[int]string{}
	for _, process := range all {
		files, _ := filepath.Glob(process + "/fd/*") // none of a process that has just ended
		for _, file := range append(files, process+"/cwd") {
			to, _ := os.Readlink(file)
			if !strings.HasPrefix(to, dir+"/") {
				continue
			}
			pid, err := strconv.Atoi(filepath.Base(process))
			if err != nil {
				t.Fatal(err)
			}
			line, _ := os.ReadFile(process + "/cmdline")
			out[pid] = strings.ReplaceAll(string(line), "\x00", " ")
		}
	}
	return out
}
