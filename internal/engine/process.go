package engine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// patience bounds a start or a stop whose context has no nearer end. A start
// may have to replay a log after a crash.
const patience = 30 * time.Second

// process is a server that can be stopped and started again on the same data.
type process struct {
	name    string // for people: "mariadb 10.11.19"
	binary  string
	args    []string
	socket  string
	logPath string
	onDeath syscall.Signal
	probe   func(context.Context) error // nil: it answers
	home    *home

	mu  sync.Mutex
	run *run
}

// run is one life of the server.
type run struct {
	*child
	wanted bool // false once we asked it to end; guarded by process.mu
}

// Start starts a server that was stopped, or that died, on the data it had. It
// is ready when Start returns. The context bounds the start only.
func (p *process) Start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running() {
		return fmt.Errorf("engine: %s is running already", p.name)
	}
	began := time.Now()
	if err := p.launch(); err != nil {
		return fmt.Errorf("engine: starting %s: %w", p.name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := p.ready(ctx); err != nil {
		p.run.wanted = false
		p.signal(syscall.SIGKILL)
		<-p.run.exited
		return fmt.Errorf("engine: %s did not start: %w%s", p.name, err, tail(p.logPath))
	}
	fmt.Fprintf(p.home.log, "%s is ready after %d ms\n", p.name, time.Since(began).Milliseconds())
	return nil
}

// launch starts the program and watches over it. The lock on the folder is
// handed down as a descriptor that the server keeps open and never looks at.
func (p *process) launch() error {
	// We hold the folder, so whatever a killed server left here is stale.
	os.Remove(p.socket)
	os.Remove(p.socket + ".lock")
	log, err := openLog(p.logPath)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(p.binary, p.args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{p.home.lock}
	c, err := spawn(cmd, p.onDeath)
	if err != nil {
		return err
	}
	p.run = &run{child: c, wanted: true}
	go p.watch(p.run)
	return nil
}

// ready waits until the server answers, and gives up when it ends.
func (p *process) ready(ctx context.Context) error {
	for {
		err := p.probe(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.run.exited:
			return fmt.Errorf("it ended: %v", p.run.err)
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w", err)
		case <-time.After(3 * time.Millisecond):
		}
	}
}

// watch says when a server ends that nobody asked to.
func (p *process) watch(r *run) {
	<-r.exited
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.wanted {
		fmt.Fprintf(p.home.log, "%s ended by itself: %v%s\n", p.name, r.err, tail(p.logPath))
	}
}
