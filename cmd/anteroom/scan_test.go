package main

import (
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// keepsQuiet makes sure that none of the secrets stands in what the processes
// logged or in anything that Redis holds.
func (s *site) keepsQuiet(secrets []string, processes ...*process) {
	s.t.Helper()
	places := map[string]string{"Redis": s.redisDump()}
	for _, p := range processes {
		places["the output of "+strings.Join(p.cmd.Args[1:], " ")] = p.output()
	}
	for place, content := range places {
		for _, secret := range secrets {
			if at := strings.Index(strings.ToLower(content), strings.ToLower(secret)); at >= 0 {
				s.t.Errorf("%s holds %q: …%s…", place, secret, content[max(0, at-200):min(len(content), at+len(secret)+200)])
			}
		}
	}
}

// redisDump is everything in the site's Redis, of every type.
func (s *site) redisDump() string {
	s.t.Helper()
	ctx := s.t.Context()
	keys, err := s.rdb.Keys(ctx, "*").Result()
	s.check(err)
	var out strings.Builder
	for _, key := range keys {
		kind, err := s.rdb.Type(ctx, key).Result()
		s.check(err)
		var value any
		switch kind {
		case "none": // it is gone by now
			continue
		case "string":
			value, err = s.rdb.Get(ctx, key).Result()
		case "hash":
			value, err = s.rdb.HGetAll(ctx, key).Result()
		case "list":
			value, err = s.rdb.LRange(ctx, key, 0, -1).Result()
		case "set":
			value, err = s.rdb.SMembers(ctx, key).Result()
		case "zset":
			value, err = s.rdb.ZRangeWithScores(ctx, key, 0, -1).Result()
		case "stream":
			value, err = s.rdb.XRange(ctx, key, "-", "+").Result()
		default:
			s.t.Fatalf("Redis holds a %s, which this test can't read", kind)
		}
		if err != nil && err != redis.Nil { // gone in the meantime
			s.t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %s %v\n", kind, key, value)
	}
	return out.String()
}
