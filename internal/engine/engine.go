// Package engine runs a private SQL server and a private Redis as child
// processes, on unix sockets and with no TCP port at all. `anteroom dev` keeps
// its data in one (durable); the tests run on throw-away ones.
//
// The SQL server is MariaDB 10.6 or newer or Oracle MySQL 8 or newer, whichever
// is found; Redis is 6.2 or newer. The children die with this process, however
// it dies, and a lock on the data folder keeps a second pair out of it.
package engine

import (
	"context"
	"errors"
	"io"
	"sync"
)

// Options says what to start and where.
type Options struct {
	// Dir holds everything: data, sockets, logs and the lock. It is made when
	// missing. Empty is allowed for throw-away servers only: they then get a
	// temporary folder, which goes away with them.
	Dir string
	// Throwaway trades durability for speed: nothing is ever synced to disk.
	// What was committed still survives a killed server, but not a power cut.
	Throwaway bool
	// SQLServer names the server binary. Empty: mariadbd, then mysqld, in PATH
	// and in the usual sbin folders.
	SQLServer string
	// RedisServer names the server binary. Empty: redis-server, likewise.
	RedisServer string
	// Log receives a line for each thing that a person may want to know, such
	// as a server that ended by itself. Nil discards them. The servers' own
	// logs are files in Dir.
	Log io.Writer
}

// Pair is a SQL server and a Redis that share a folder.
type Pair struct {
	SQL   *SQLServer
	Redis *RedisServer
	home  *home
}

// Start starts both servers side by side; both are ready when it returns. The
// context bounds the start, not the servers' lives. On an error nothing is left
// running, and the error contains the end of the failed server's log.
func Start(ctx context.Context, o Options) (*Pair, error) {
	h, err := openHome(o)
	if err != nil {
		return nil, err
	}
	p := &Pair{home: h}
	var sqlErr, redisErr error
	both(
		func() { p.SQL, sqlErr = newSQL(ctx, o, h) },
		func() { p.Redis, redisErr = newRedis(ctx, o, h) },
	)
	if err := errors.Join(sqlErr, redisErr); err != nil {
		return nil, errors.Join(err, p.Stop(context.WithoutCancel(ctx)))
	}
	return p, nil
}

// Stop ends both servers and gives up the folder: SIGTERM, then SIGKILL when
// the context ends or after 30 seconds, which is an error. Servers whose
// temporary folder goes away with them are killed at once.
func (p *Pair) Stop(ctx context.Context) error {
	var sqlErr, redisErr error
	both(
		func() {
			if p.SQL != nil {
				sqlErr = p.SQL.end(ctx)
			}
		},
		func() {
			if p.Redis != nil {
				redisErr = p.Redis.end(ctx)
			}
		},
	)
	return errors.Join(sqlErr, redisErr, p.home.close())
}

func both(a, b func()) {
	var wg sync.WaitGroup
	wg.Go(a)
	wg.Go(b)
	wg.Wait()
}
