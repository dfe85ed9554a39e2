package schema

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

func sqlOpen(c driver.Connector) *sql.DB { return sql.OpenDB(c) }

// Migrate brings the database to the newest schema. Any number of processes
// may call it at once: one works, the others wait, up to 25 s.
func Migrate(ctx context.Context, db *DB) error {
	unlock, err := migrationLock(ctx, db)
	if err != nil {
		return err
	}
	defer unlock()
	p, err := provider(db)
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
	newest, err := newest()
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
	return applied >= newest, nil
}

// newest is the version of the last migration, by the number its file begins
// with.
var newest = sync.OnceValues(func() (int64, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(files[len(files)-1])
})

func provider(db *DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectMySQL, db.DB.DB, files, goose.WithDisableGlobalRegistry(true))
}

// lockWait is how long a process waits for another one's migration, in
// seconds: less than the connection's read time-out.
const lockWait = 25

const lockName = `CONCAT('anteroom.migrate.', DATABASE())`

// migrationLock keeps migrating processes apart. goose has a hook for such a
// lock, but looks at its version table before it takes it, and fails on one
// that another process is just making. The lock belongs to its connection, so
// a process that dies lets go of it.
func migrationLock(ctx context.Context, db *DB) (unlock func(), err error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("schema: migrate: %w", err)
	}
	var got sql.NullInt64
	err = c.QueryRowContext(ctx, `SELECT GET_LOCK(`+lockName+`, ?)`, lockWait).Scan(&got)
	if err == nil && got.Int64 != 1 {
		err = fmt.Errorf("another process has been migrating for %d seconds; try again when it is done", lockWait)
	}
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("schema: migrate: %w", err)
	}
	return func() {
		_, _ = c.ExecContext(context.WithoutCancel(ctx), `DO RELEASE_LOCK(`+lockName+`)`)
		c.Close()
	}, nil
}
