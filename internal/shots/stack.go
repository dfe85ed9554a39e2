package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// stack is a running `anteroom dev`.
type stack struct {
	data, base string
	cmd        *exec.Cmd
}

var dashboard = regexp.MustCompile(`Dashboard +(http://\S+)`)

func startStack(ctx context.Context, binary string) (*stack, error) {
	data, err := os.MkdirTemp("", "anteroom-shots-")
	if err != nil {
		return nil, err
	}
	s := &stack{data: data, cmd: exec.CommandContext(ctx, binary, "dev", "--data", data, "--port", "8190")}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = 30 * time.Second
	s.cmd.Stderr = os.Stderr
	lines, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(data))
	}
	if s.base = greeting(lines); s.base == "" {
		s.close()
		return nil, errors.New("the stack ended before it served")
	}
	go io.Copy(io.Discard, lines)
	return s, nil
}

// greeting waits for the line that says where the stack serves; empty if it
// ends without.
func greeting(r io.Reader) string {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		if found := dashboard.FindStringSubmatch(lines.Text()); found != nil {
			return found[1]
		}
	}
	return ""
}

// close ends the stack and removes its data.
func (s *stack) close() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
	os.RemoveAll(s.data)
}
