package main

import (
	"net"
	"strconv"
	"sync"
	"testing"
)

// A process under test that has to know its port beforehand gets one of a
// block that belongs to this run of the tests: whoever listens on the block's
// first port has it. The blocks are below the ports that the system hands out
// by itself, and each port has room behind it for a "next free one".
const (
	firstPort = 20000
	blockSize = 400
	blocks    = 30
	portStep  = 10
)

var ports struct {
	sync.Mutex
	block net.Listener // open until the tests are through
	last  int
}

// takenPort is a port and the listener that takes it, until that is closed.
func takenPort(t *testing.T) (int, net.Listener) {
	t.Helper()
	ports.Lock()
	defer ports.Unlock()
	for i := 0; i < blocks && ports.block == nil; i++ {
		ports.block = listen(firstPort + i*blockSize)
	}
	if ports.block == nil {
		t.Fatal("no block of ports is free")
	}
	base := portOf(ports.block)
	for range blockSize / portStep {
		ports.last = (ports.last + portStep) % blockSize
		if l := listen(base + ports.last); l != nil {
			t.Cleanup(func() { l.Close() })
			return portOf(l), l
		}
	}
	t.Fatal("no port is free")
	return 0, nil
}

// listen takes a port on loopback, or returns nil.
func listen(port int) net.Listener {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil
	}
	return l
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	port, l := takenPort(t)
	l.Close()
	return port
}
