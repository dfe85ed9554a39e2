package schema_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

var tables = []string{"agencies", "agency_logos", "client_users", "clients", "connects", "emails", "events", "goose_db_version",
	"invitation_batch_lines", "invitation_batches", "mailgun_tokens", "media", "member_invitations", "members", "post_media", "posts",
	"sessions", "sign_ups", "social_accounts", "upload_parts", "uploads", "users",
	"webhook_attempts", "webhook_deliveries", "webhook_endpoints", "webhook_replays"}

func open(t *testing.T, url string) *schema.DB {
	t.Helper()
	db, err := schema.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// migratedOnce checks that the database is current and every step was taken once.
func migratedOnce(t *testing.T, url string) {
	t.Helper()
	db := open(t, url)
	if ok, err := schema.Current(t.Context(), db); err != nil || !ok {
		t.Errorf("current: %v (%v)", ok, err)
	}
	w := fixture.Over(t, db)
	got := fixture.ReadAll[string](w, `SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()`)
	if slices.Sort(got); !slices.Equal(got, tables) {
		t.Errorf("the tables are %q", got)
	}
	steps, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	versions := fixture.ReadAll[int](w, `SELECT version_id FROM goose_db_version WHERE version_id > 0 ORDER BY version_id`)
	for i, step := range steps {
		if len(versions) != len(steps) || !strings.HasPrefix(step.Name(), fmt.Sprintf("%05d_", versions[i])) {
			t.Fatalf("the steps %v were taken as %v", steps, versions)
		}
	}
}

func TestTenPoolsMigrateOneEmptyDatabaseAtOnce(t *testing.T) {
	t.Parallel()
	url := testkit.EmptyDatabaseURL(t)
	pools := make([]*schema.DB, 10)
	for i := range pools {
		pools[i] = open(t, url)
	}
	for _, err := range fixture.Together(len(pools), func(i int) error { return schema.Migrate(t.Context(), pools[i]) }) {
		if err != nil {
			t.Error(err)
		}
	}
	migratedOnce(t, url)
	if err := schema.Migrate(t.Context(), pools[0]); err != nil {
		t.Errorf("once more: %v", err)
	}
	migratedOnce(t, url)
}

func TestTenProcessesMigrateOneEmptyDatabaseAtOnce(t *testing.T) {
	t.Parallel()
	for range 3 {
		migrateInProcesses(t, testkit.EmptyDatabaseURL(t))
	}
}

func migrateInProcesses(t *testing.T, url string) {
	t.Helper()
	children := make([]*child, 10)
	for i := range children {
		children[i] = startChild(t, url)
	}
	for _, c := range children {
		c.waitReady(t)
	}
	for _, c := range children {
		c.cue.Close()
	}
	for _, c := range children {
		if err := c.cmd.Wait(); err != nil {
			t.Errorf("%v: %s", err, &c.stderr)
		}
	}
	migratedOnce(t, url)
}

// migrateVariable makes a process of this test binary migrate that URL instead
// of running tests.
const migrateVariable = "ANTEROOM_TEST_MIGRATE"

// migrateOnCue connects, says so, and migrates when its input ends.
func migrateOnCue(url string) int {
	ctx := context.Background()
	db, err := schema.Open(ctx, url)
	if err == nil {
		fmt.Println("ready")
		io.Copy(io.Discard, os.Stdin)
		err = schema.Migrate(ctx, db)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

type child struct {
	cmd    *exec.Cmd
	cue    io.Closer
	ready  io.Reader
	stderr bytes.Buffer
}

func startChild(t *testing.T, url string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: exec.CommandContext(t.Context(), self)}
	c.cmd.Env, c.cmd.Stderr = append(os.Environ(), migrateVariable+"="+url), &c.stderr
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if c.ready, err = c.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	c.cue = stdin
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *child) waitReady(t *testing.T) {
	t.Helper()
	if _, err := io.ReadFull(c.ready, make([]byte, len("ready\n"))); err != nil {
		t.Fatalf("a process did not connect: %v: %s", err, &c.stderr)
	}
}

func TestADatabaseWithoutAllStepsIsNotCurrent(t *testing.T) {
	t.Parallel()
	db := open(t, testkit.EmptyDatabaseURL(t))
	if ok, err := schema.Current(t.Context(), db); ok || err != nil {
		t.Errorf("an empty one is current: %v (%v)", ok, err)
	}
	if err := schema.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	fixture.Over(t, db).Exec(`DELETE FROM goose_db_version WHERE version_id = (SELECT v FROM (SELECT MAX(version_id) AS v FROM goose_db_version) x)`)
	if ok, err := schema.Current(t.Context(), db); ok || err != nil {
		t.Errorf("one that lacks the last step is current: %v (%v)", ok, err)
	}
}
