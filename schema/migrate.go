package schema

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

func sqlOpen(c driver.Connector) *sql.DB { return sql.OpenDB(c) }

// Migrate brings the database to the newest schema. Any number of processes
// may call it at once: one works, the others wait, up to 25 s.
func Migrate(ctx context.Context, db *DB) error {
	p, err := provider(db, goose.WithSessionLocker(sessionLock{}))
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("schema: migrate: %w", err)
	}
	return nil
}

// Current says whether the database has every migration of this program.
func Current(ctx context.Context, db *DB) (bool, error) {
	p, err := provider(db)
	if err != nil {
		return false, err
	}
	var applied int64
	err = db.GetContext(ctx, &applied, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`)
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok && e.Number == noSuchTable {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("schema: read the version: %w", err)
	}
	sources := p.ListSources()
	return applied >= sources[len(sources)-1].Version, nil
}

func provider(db *DB, o ...goose.ProviderOption) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	o = append(o, goose.WithDisableGlobalRegistry(true))
	return goose.NewProvider(goose.DialectMySQL, db.DB.DB, files, o...)
}

// sessionLock keeps migrating processes apart. goose alone races; its own
// lockers speak PostgreSQL only. The lock belongs to the connection, so a
// process that dies lets go of it.
type sessionLock struct{}

var _ lock.SessionLocker = sessionLock{}

// lockWait is how long a process waits for another one's migration, in
// seconds: less than the connection's read time-out.
const lockWait = 25

const lockName = `CONCAT('anteroom.migrate.', DATABASE())`

func (sessionLock) SessionLock(ctx context.Context, c *sql.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, (lockWait+3)*time.Second)
	defer cancel()
	var got sql.NullInt64
	if err := c.QueryRowContext(ctx, `SELECT GET_LOCK(`+lockName+`, ?)`, lockWait).Scan(&got); err != nil {
		return fmt.Errorf("schema: wait for another migration: %w", err)
	}
	if got.Int64 != 1 {
		return errors.New("schema: another process has been migrating for 25 seconds; try again when it is done")
	}
	return nil
}

func (sessionLock) SessionUnlock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, `DO RELEASE_LOCK(`+lockName+`)`)
	return err
}
