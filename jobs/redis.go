package jobs

import (
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// OpenRedis makes the one Redis client of a process from `redis://`,
// `rediss://` or `unix://`. It connects when it is first used, so a process
// starts without Redis. The error never repeats the password.
func OpenRedis(redisURL string) (redis.UniversalClient, error) {
	o, err := redis.ParseURL(redisURL)
	if err != nil {
		return nil, fmt.Errorf("it is not a redis://, rediss:// or unix:// URL")
	}
	// A Redis that hangs must not hold a request longer than its context.
	o.ContextTimeoutEnabled = true
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = 2*time.Second, 3*time.Second, 3*time.Second
	o.DisableIdentity = true // CLIENT SETINFO needs Redis 7.2
	return redis.NewClient(o), nil
}
