package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// TestDatabases is how many database numbers a throw-away Redis has.
const TestDatabases = 1024

// RedisServer is a running (or stopped) Redis. Its Stop, Start and Pid are for
// tests of what happens while it is away.
type RedisServer struct{ *process }

// StartRedis starts a Redis alone, in a folder of its own. It ends with Close.
func StartRedis(ctx context.Context, o Options) (*RedisServer, error) {
	h, err := openHome(o)
	if err != nil {
		return nil, err
	}
	r, err := newRedis(ctx, o, h)
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	return r, nil
}

func newRedis(ctx context.Context, o Options, h *home) (*RedisServer, error) {
	binary, err := find(o.RedisServer, "Redis server", "redis-server")
	if err != nil {
		return nil, err
	}
	v, err := ask(ctx, binary, "--version")
	if err != nil {
		return nil, err
	}
	if err := v.atLeast("redis", 6, 2); err != nil {
		return nil, err
	}
	data, err := h.folder("redis-" + strconv.Itoa(v.major))
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	r := &RedisServer{&process{
		name: "redis " + v.full, binary: binary, home: h, onDeath: onDeath(o),
		socket:  filepath.Join(h.sockets, "redis.sock"),
		logPath: newLog(h.dir, "redis"),
	}}
	r.probe = r.ping
	r.args = redisArgs(r.socket, data, o.Throwaway)
	return r, r.Start(ctx)
}

func redisArgs(socket, data string, throwaway bool) []string {
	args := []string{
		"--port", "0",
		"--unixsocket", socket,
		"--unixsocketperm", "700",
		"--dir", data,
		"--daemonize", "no",
		"--maxmemory-policy", "noeviction", // Asynq must not lose its keys
		"--save", "",
	}
	if throwaway {
		return append(args, "--databases", strconv.Itoa(TestDatabases), "--appendonly", "no")
	}
	return append(args, "--appendonly", "yes", "--appendfsync", "everysec")
}

// URL names a database of this server, as go-redis reads it:
// unix:///path.sock?db=N.
func (r *RedisServer) URL(db int) string {
	u := url.URL{Scheme: "unix", Path: r.socket, RawQuery: "db=" + strconv.Itoa(db)}
	return u.String()
}

// ping speaks the protocol by hand: a client library would log and retry.
// While Redis loads its data the answer is an error.
func (r *RedisServer) ping(ctx context.Context) error {
	d := net.Dialer{Timeout: time.Second}
	c, err := d.DialContext(ctx, "unix", r.socket)
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Second))
	if _, err := c.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer, err := bufio.NewReader(c).ReadString('\n')
	if err == nil && !strings.HasPrefix(answer, "+PONG") {
		err = errors.New(strings.TrimSpace(answer))
	}
	return err
}
