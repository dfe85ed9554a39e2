package engine_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/engine"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentDir); dir != "" {
		beParent(dir)
	}
	mysql.SetLogger(&mysql.NopLogger{}) // it reports connections whose server we stopped
	os.Exit(m.Run())
}

func options(dir string, throwaway bool) engine.Options {
	return engine.Options{Dir: dir, Throwaway: throwaway, SQLServer: os.Getenv("ANTEROOM_SQL_SERVER")}
}

func start(t *testing.T, o engine.Options) *engine.Pair {
	t.Helper()
	p, err := engine.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(context.Background()) })
	return p
}

// open turns a URL into what the driver itself reads.
func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", strings.TrimPrefix(url, "mysql://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func client(t *testing.T, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(o)
	t.Cleanup(func() { c.Close() })
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAThrowawayPairAnswersAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := start(t, options("", true))
	must(t, p.SQL.CreateDatabase(ctx, "one`two"))
	must(t, p.SQL.CreateDatabase(ctx, "one`two"))
	must(t, p.SQL.DropDatabase(ctx, "one`two"))
	must(t, p.SQL.CreateDatabase(ctx, "some"))
	must(t, open(t, p.SQL.URL("some")).PingContext(ctx))
	must(t, client(t, p.Redis.URL(engine.TestDatabases-1)).Ping(ctx).Err())

	socket, _, _ := strings.Cut(strings.TrimPrefix(p.Redis.URL(0), "unix://"), "?")
	dir := filepath.Dir(filepath.Dir(socket))
	must(t, p.Stop(ctx))
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder %s is still there: %v", dir, err)
	}
	if p.SQL.Pid() != 0 || p.Redis.Pid() != 0 {
		t.Error("a server still runs")
	}
}

func TestNoServerListensOnTheNetwork(t *testing.T) {
	t.Parallel()
	p := start(t, options("", true))
	for _, pid := range []int{p.SQL.Pid(), p.Redis.Pid()} {
		for _, name := range sockets(t, pid) {
			if strings.HasPrefix(name, "tcp") {
				t.Errorf("process %d has a %s socket", pid, name)
			}
		}
	}
}

func TestDurableDataSurvivesARestart(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	p := start(t, options(dir, false))
	must(t, p.SQL.CreateDatabase(ctx, "kept"))
	db := open(t, p.SQL.URL("kept"))
	_, err := db.ExecContext(ctx, "CREATE TABLE t (n INT)")
	must(t, err)
	_, err = db.ExecContext(ctx, "INSERT INTO t VALUES (42)")
	must(t, err)
	must(t, client(t, p.Redis.URL(0)).Set(ctx, "n", 42, 0).Err())
	must(t, p.Stop(ctx))

	p = start(t, options(dir, false))
	var n int
	must(t, open(t, p.SQL.URL("kept")).QueryRowContext(ctx, "SELECT n FROM t").Scan(&n))
	m, err := client(t, p.Redis.URL(0)).Get(ctx, "n").Int()
	must(t, err)
	if n != 42 || m != 42 {
		t.Errorf("kept %d in SQL and %d in Redis, want 42", n, m)
	}
}

func TestAServerCanGoAwayAndComeBack(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := start(t, options("", true))
	must(t, p.SQL.CreateDatabase(ctx, "kept"))
	before := p.SQL.Pid()
	must(t, p.SQL.Stop(ctx))
	must(t, p.SQL.Stop(ctx))
	if err := open(t, p.SQL.URL("kept")).PingContext(ctx); err == nil {
		t.Error("a stopped server answers")
	}
	must(t, p.SQL.Start(ctx))
	must(t, open(t, p.SQL.URL("kept")).PingContext(ctx))
	if p.SQL.Pid() == before || p.SQL.Pid() == 0 {
		t.Errorf("process %d after %d", p.SQL.Pid(), before)
	}
	if err := p.SQL.Start(ctx); err == nil || !strings.Contains(err.Error(), "running already") {
		t.Errorf("a second start said %v", err)
	}
}

func TestAKilledThrowawayServerStillHasWhatWasCommitted(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := engine.StartSQL(ctx, options("", true))
	must(t, err)
	defer s.Close(context.Background())
	must(t, s.CreateDatabase(ctx, "kept"))
	db := open(t, s.URL("kept"))
	_, err = db.ExecContext(ctx, "CREATE TABLE t (n INT)")
	must(t, err)
	_, err = db.ExecContext(ctx, "INSERT INTO t VALUES (42)")
	must(t, err)
	must(t, syscall.Kill(s.Pid(), syscall.SIGKILL))
	eventually(t, "its end", func() bool { return s.Pid() == 0 })
	must(t, s.Start(ctx))
	var n int
	must(t, open(t, s.URL("kept")).QueryRowContext(ctx, "SELECT n FROM t").Scan(&n))
}

func TestStopBoundsItsWait(t *testing.T) {
	t.Parallel()
	p := start(t, options("", true))
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if err := p.SQL.Stop(ctx); err == nil || !strings.Contains(err.Error(), "was killed") {
		t.Errorf("got %v", err)
	}
}

func TestAbandonedFoldersAreSweptAndOthersAreNot(t *testing.T) {
	t.Parallel()
	root, old := t.TempDir(), time.Now().Add(-time.Hour)
	folder := func(name string) string {
		dir := filepath.Join(root, name)
		must(t, os.Mkdir(dir, 0o700))
		return dir
	}
	abandoned, held, fresh, foreign := folder("anteroom-throwaway-1"), folder("anteroom-throwaway-2"),
		folder("anteroom-throwaway-3"), folder("other")
	r, err := engine.StartRedis(t.Context(), options(held, true))
	must(t, err)
	defer r.Close(t.Context())
	for _, dir := range []string{abandoned, held, foreign} {
		must(t, os.Chtimes(dir, old, old))
	}
	engine.Sweep(root)
	if _, err := os.Stat(abandoned); err == nil {
		t.Error("the abandoned folder is still there")
	}
	for _, dir := range []string{held, fresh, foreign} {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
}
