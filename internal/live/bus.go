// Package live tells open pages that something they show has changed. It goes
// through Redis pub/sub and carries IDs only; whoever hears of a change reads
// the rows. A message that is lost costs nothing but a little time: the page is
// right at its next load.
package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// channel is where all changes go.
const channel = "anteroom:live"

// Media is the row that stands for an agency's whole library of files.
const Media = "media"

// Posts is the row that stands for an agency's whole calendar.
const Posts = "posts"

// budget is what telling may take of a request.
const budget = 100 * time.Millisecond

// Change says what of an agency has changed: a client's rows, or an endpoint's
// deliveries, by their IDs as they are shown.
type Change struct {
	Agency string `json:"agency"`
	Row    string `json:"row"`
}

// Bus carries changes between processes. It is safe for concurrent use.
type Bus struct {
	rdb redis.UniversalClient
	log *slog.Logger

	mu        sync.Mutex
	listeners map[*Listener]struct{}
	ended     chan struct{} // closed when Run returns
}

// New makes a bus on a Redis client that stays the caller's to close.
func New(rdb redis.UniversalClient, log *slog.Logger) *Bus {
	return &Bus{rdb: rdb, log: log, listeners: map[*Listener]struct{}{}, ended: make(chan struct{})}
}

// Tell tells of changes, after the commit that made them. It never fails.
func (b *Bus) Tell(ctx context.Context, changes ...Change) {
	if len(changes) == 0 {
		return
	}
	message, err := json.Marshal(changes)
	if err != nil {
		panic(err) // two strings
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget)
	defer cancel()
	if err := b.rdb.Publish(ctx, channel, message).Err(); err != nil {
		b.log.WarnContext(ctx, "live", "error", err)
	}
}
