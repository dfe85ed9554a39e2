package testkit

import (
	"context"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"anteroom/internal/engine"
)

// numbers hands out database numbers of the shared Redis. 0 is left out: it is
// what a client takes that forgets to choose.
var numbers = struct {
	sync.Mutex
	next int
	free []int
}{next: 1}

// Redis is a client of an empty Redis database of this test's own, flushed and
// closed at its end. Published messages know no databases: a test that needs
// its own channels to itself names them after its own rows, or takes OwnRedis.
func Redis(t testing.TB) *redis.Client {
	t.Helper()
	return client(t, RedisURL(t))
}

// RedisURL is an empty Redis database as a URL, for processes that a test
// starts. It is flushed at the end of the test.
func RedisURL(t testing.TB) string {
	t.Helper()
	n := number(t)
	url := servers(t).Redis.URL(n)
	t.Cleanup(func() {
		defer release(n)
		if err := client(t, url).FlushDB(context.Background()).Err(); err != nil {
			t.Errorf("testkit: flush Redis: %v", err)
		}
	})
	return url
}

func client(t testing.TB, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	c := redis.NewClient(o)
	t.Cleanup(func() { c.Close() })
	return c
}

func number(t testing.TB) int {
	t.Helper()
	numbers.Lock()
	defer numbers.Unlock()
	if last := len(numbers.free) - 1; last >= 0 {
		n := numbers.free[last]
		numbers.free = numbers.free[:last]
		return n
	}
	if numbers.next == engine.TestDatabases {
		t.Fatalf("testkit: more than %d Redis databases are in use at once", engine.TestDatabases-1)
	}
	numbers.next++
	return numbers.next - 1
}

func release(n int) {
	numbers.Lock()
	defer numbers.Unlock()
	numbers.free = append(numbers.free, n)
}
