package engine

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// child is one run of a program.
type child struct {
	proc   *os.Process
	exited chan struct{} // closed at its end
	err    error         // how it ended; read it after exited is closed
}

// spawn starts a program that gets the signal onDeath when this process dies.
// Linux ties that signal to the thread that forked, not to the process, so one
// locked thread both starts the child and waits for its end.
func spawn(cmd *exec.Cmd, onDeath syscall.Signal) (*child, error) {
	// A group of its own: Ctrl-C in a terminal is for us, and we then end the
	// servers after whatever still uses them.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr, onDeath)
	c := &child{exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		c.proc = cmd.Process
		started <- err
		if err == nil {
			c.err = cmd.Wait()
			close(c.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}
