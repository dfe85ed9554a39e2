package engine

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// Stop ends the server cleanly and leaves its data: SIGTERM, then SIGKILL when
// the context ends or after 30 seconds, which is an error. One that isn't
// running, or that somebody froze, is no trouble.
func (p *process) Stop(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p.run.wanted = false
	p.signal(syscall.SIGTERM)
	p.signal(syscall.SIGCONT)
	select {
	case <-p.run.exited:
		return nil
	case <-ctx.Done():
		p.signal(syscall.SIGKILL)
		<-p.run.exited
		return fmt.Errorf("engine: %s did not stop and was killed: %w", p.name, ctx.Err())
	}
}

// end is Stop, or a kill where nothing will ever be read again.
func (p *process) end(ctx context.Context) error {
	if !p.home.temporary {
		return p.Stop(ctx)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running() {
		p.run.wanted = false
		p.signal(syscall.SIGKILL)
		<-p.run.exited
	}
	return nil
}

// Close ends a server that was started alone, as Stop does, and gives up its
// folder. One whose temporary folder goes away with it is killed at once.
func (p *process) Close(ctx context.Context) error {
	return errors.Join(p.end(ctx), p.home.close())
}

// Pid is the server's process ID, for tests that freeze or kill it; 0 while it
// isn't running.
func (p *process) Pid() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running() {
		return 0
	}
	return p.run.proc.Pid
}

func (p *process) running() bool {
	if p.run == nil {
		return false
	}
	select {
	case <-p.run.exited:
		return false
	default:
		return true
	}
}

func (p *process) signal(sig syscall.Signal) { p.run.proc.Signal(sig) }
