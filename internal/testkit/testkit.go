// Package testkit gives tests a real database and a real Redis. One pair of
// servers per test process starts with the first test that asks; each test
// gets a database and a Redis number of its own, so tests may run in parallel.
// Nothing is ever skipped: without the servers a test fails and says what to
// install. ANTEROOM_SQL_SERVER names another SQL server binary to test with.
package testkit

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"anteroom/internal/engine"
)

// startLimit is far above what a start takes: 0.3 s, with MySQL 3 s.
const startLimit = time.Minute

var shared struct {
	once sync.Once
	pair *engine.Pair
	err  error
}

// Main is the body of a package's TestMain: it runs the tests, then ends the
// servers and removes their folder. In a process that is killed first, the
// servers die too, and a later run removes the folder.
func Main(m *testing.M) {
	code := m.Run()
	if shared.pair != nil {
		if err := shared.pair.Stop(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// servers starts the pair that all tests of this process share.
func servers(t testing.TB) *engine.Pair {
	t.Helper()
	shared.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), startLimit)
		defer cancel()
		shared.pair, shared.err = engine.Start(ctx, options())
	})
	if shared.err != nil {
		t.Fatalf("testkit: the servers did not start: %v", shared.err)
	}
	return shared.pair
}

func options() engine.Options {
	return engine.Options{Throwaway: true, SQLServer: os.Getenv("ANTEROOM_SQL_SERVER")}
}

// OwnRedis is a Redis that this test may stop, freeze (SIGSTOP to its Pid) or
// flush. It takes 30 ms to start and ends with the test.
func OwnRedis(t testing.TB) *engine.RedisServer {
	t.Helper()
	r, err := engine.StartRedis(startContext(t), options())
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	t.Cleanup(func() { closed(t, r.Close) })
	return r
}

// OwnSQL is a SQL server that this test may stop, freeze or kill. It takes
// 0.3 s to start (MySQL: 3 s), has no database yet and ends with the test.
func OwnSQL(t testing.TB) *engine.SQLServer {
	t.Helper()
	s, err := engine.StartSQL(startContext(t), options())
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	t.Cleanup(func() { closed(t, s.Close) })
	return s
}

func startContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	t.Cleanup(cancel)
	return ctx
}

func closed(t testing.TB, end func(context.Context) error) {
	if err := end(context.Background()); err != nil {
		t.Errorf("testkit: %v", err)
	}
}
