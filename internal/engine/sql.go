package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
)

// SQLServer is a running (or stopped) MariaDB or MySQL. Its Stop, Start and Pid
// are for tests of what happens while it is away. Its only user is root, without
// a password: only who may enter the sockets' folder gets at it.
type SQLServer struct {
	*process
	version version
}

// StartSQL starts a SQL server alone, in a folder of its own. It ends with Close.
func StartSQL(ctx context.Context, o Options) (*SQLServer, error) {
	h, err := openHome(o)
	if err != nil {
		return nil, err
	}
	s, err := newSQL(ctx, o, h)
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	return s, nil
}

// newSQL makes the data folder if there is none yet and starts the server. The
// folder's name carries engine and version: another engine, or an older
// version, must not open these files.
func newSQL(ctx context.Context, o Options, h *home) (*SQLServer, error) {
	binary, err := find(o.SQLServer, "SQL server", "mariadbd", "mysqld")
	if err != nil {
		return nil, err
	}
	v, err := ask(ctx, binary, "--no-defaults", "--version")
	if err != nil {
		return nil, err
	}
	product, major, minor := "mysql", 8, 0
	if v.maria {
		product, major, minor = "mariadb", 10, 6
	}
	if err := v.atLeast(product, major, minor); err != nil {
		return nil, err
	}
	tmp, err := h.folder("tmp")
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	s := &SQLServer{version: v, process: &process{
		name: product + " " + v.full, binary: binary, home: h, onDeath: onDeath(o),
		socket:  filepath.Join(h.sockets, "sql.sock"),
		logPath: newLog(h.dir, "sql"),
	}}
	f := sqlFolders{data: filepath.Join(h.dir, fmt.Sprintf("%s-%d.%d", product, v.major, v.minor)), tmp: tmp}
	s.probe = s.ping
	s.args = serveArgs(v, f, s.socket, o.Throwaway)
	if err := s.initialise(ctx, f, o.Throwaway); err != nil {
		return nil, err
	}
	return s, s.Start(ctx)
}

// onDeath is the signal that the servers get when this process is killed:
// where data is kept they end cleanly, else at once.
func onDeath(o Options) syscall.Signal {
	if o.Throwaway {
		return syscall.SIGKILL
	}
	return syscall.SIGTERM
}

// URL names a database of this server, in the form the application takes:
// mysql://root@unix(/path.sock)/name.
func (s *SQLServer) URL(database string) string {
	return fmt.Sprintf("mysql://root@unix(%s)/%s", s.socket, database)
}

// CreateDatabase makes a database unless it is there already.
func (s *SQLServer) CreateDatabase(ctx context.Context, name string) error {
	return s.exec(ctx, "CREATE DATABASE IF NOT EXISTS "+quote(name)+" CHARACTER SET utf8mb4")
}

// DropDatabase removes a database if it is there.
func (s *SQLServer) DropDatabase(ctx context.Context, name string) error {
	return s.exec(ctx, "DROP DATABASE IF EXISTS "+quote(name))
}

func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func (s *SQLServer) exec(ctx context.Context, statement string) error {
	db := s.connect()
	defer db.Close()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("engine: %s: %w", statement, err)
	}
	return nil
}

func (s *SQLServer) ping(ctx context.Context) error {
	db := s.connect()
	defer db.Close()
	return db.PingContext(ctx)
}

func (s *SQLServer) connect() *sql.DB {
	c := mysql.NewConfig()
	c.Net, c.Addr, c.User = "unix", s.socket, "root"
	c.Timeout = time.Second
	c.Logger = &mysql.NopLogger{} // pings fail until the server is up
	connector, err := mysql.NewConnector(c)
	if err != nil {
		panic(err) // only a wrong Config, and it is ours
	}
	return sql.OpenDB(connector)
}
