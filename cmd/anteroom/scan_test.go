package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// keepsQuiet makes sure that none of the secrets stands in any of the places.
func keepsQuiet(t *testing.T, secrets []string, places map[string]string) {
	t.Helper()
	for place, content := range places {
		for _, secret := range secrets {
			if at := strings.Index(strings.ToLower(content), strings.ToLower(secret)); at >= 0 {
				t.Errorf("%s holds %q: …%s…", place, secret, content[max(0, at-200):min(len(content), at+len(secret)+200)])
			}
		}
	}
}

// dump is everything that a Redis database holds, of every type.
func dump(t *testing.T, rdb redis.UniversalClient) string {
	t.Helper()
	keys, err := rdb.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, key := range keys {
		kind, err := rdb.Type(t.Context(), key).Result()
		if err != nil {
			t.Fatal(err)
		}
		value, err := read(t.Context(), rdb, kind, key)
		if err != nil && !errors.Is(err, redis.Nil) { // gone in the meantime
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %s %v\n", kind, key, value)
	}
	return out.String()
}

func read(ctx context.Context, rdb redis.UniversalClient, kind, key string) (any, error) {
	switch kind {
	case "none":
		return nil, redis.Nil
	case "string":
		return rdb.Get(ctx, key).Result()
	case "hash":
		return rdb.HGetAll(ctx, key).Result()
	case "list":
		return rdb.LRange(ctx, key, 0, -1).Result()
	case "set":
		return rdb.SMembers(ctx, key).Result()
	case "zset":
		return rdb.ZRangeWithScores(ctx, key, 0, -1).Result()
	case "stream":
		return rdb.XRange(ctx, key, "-", "+").Result()
	}
	return nil, fmt.Errorf("this test can't read a %s", kind)
}
