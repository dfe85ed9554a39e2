package main

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
)

// wire is a line to a server that breaks once, in the middle of a big request, and
// carries nothing until it is mended.
type wire struct {
	address   string
	cut, dark atomic.Bool
}

// mend lets new connections through.
func (w *wire) mend() { w.dark.Store(false) }

// newWire listens before a server and breaks the first connection that has carried
// after bytes to it.
func newWire(t *testing.T, server string, after int64) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	w := &wire{address: l.Addr().String()}
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(from, server, after)
		}
	}()
	return w
}

func (w *wire) carry(from net.Conn, server string, after int64) {
	defer from.Close()
	if w.dark.Load() {
		return
	}
	to, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer to.Close()
	go func() {
		defer from.Close()
		_, _ = io.Copy(from, to)
	}()
	var sent int64
	for b := make([]byte, 64<<10); ; {
		n, err := from.Read(b)
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
			sent += int64(n)
		}
		if err != nil {
			return
		}
		if sent > after && w.cut.CompareAndSwap(false, true) {
			w.dark.Store(true)
			return
		}
	}
}
