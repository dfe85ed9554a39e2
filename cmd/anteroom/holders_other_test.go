//go:build !linux

package main

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// holders are the processes that have a folder's lock open, as the servers
// have, by their IDs.
func holders(t *testing.T, dir string) map[int]string {
	t.Helper()
	ids, _ := exec.Command("lsof", "-t", filepath.Join(dir, "lock")).Output() // its status is 1 if there are none
	out := map[int]string{}
	for _, id := range strings.Fields(string(ids)) {
		pid, err := strconv.Atoi(id)
		if err != nil {
			t.Fatal(err)
		}
		out[pid] = "process " + id
	}
	return out
}
