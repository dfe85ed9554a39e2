package schema

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jmoiron/sqlx"
)

// DB is a pool of connections to the database, set up the way the verbs need.
type DB struct {
	*sqlx.DB
	due func([]DeliveryID)
}

// OnDeliveries has f told, after each commit, which deliveries have become due in
// it. Nearly every verb writes events, and so deliveries, even one that is refused
// (an expiry that it came upon), so they are not among what verbs return. f must
// return at once. It is set before the first verb runs; without it the relay
// finds the deliveries.
func (db *DB) OnDeliveries(f func([]DeliveryID)) { db.due = f }

// Committed tells of the deliveries that a commit made due.
func (db *DB) Committed(due []DeliveryID) {
	if len(due) > 0 && db.due != nil {
		db.due(due)
	}
}

// Pool limits: MySQL's and MariaDB's default of 151 connections serves two
// processes of 64.
const (
	maxConns    = 64
	connTimeout = 5 * time.Second
	// ioTimeout is above innodb_lock_wait_timeout as set below, so that a lock
	// wait ends as an error of the server and not as a broken connection.
	ioTimeout = 30 * time.Second
)

// Open connects to `mysql://user:password@host:3306/name` or
// `mysql://user@unix(/path.sock)/name` and sets what correctness needs itself;
// options in the URL are refused. It fails when the server does not answer
// within ctx.
func Open(ctx context.Context, databaseURL string) (*DB, error) {
	c, err := ParseDatabaseURL(databaseURL)
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	db := sqlx.NewDb(sqlOpen(connector), "mysql")
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	db.SetConnMaxLifetime(3 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		if _, spoke := errors.AsType[*mysql.MySQLError](err); spoke {
			return nil, fmt.Errorf("the database refuses us: %w", err)
		}
		return nil, fmt.Errorf("the database does not answer: %w", err)
	}
	return &DB{DB: db}, nil
}

// ParseDatabaseURL reads the URL that Open takes. The error names what is
// wrong and never repeats the password.
func ParseDatabaseURL(s string) (*mysql.Config, error) {
	rest, ok := strings.CutPrefix(s, "mysql://")
	if !ok {
		return nil, fmt.Errorf("it does not begin with mysql://")
	}
	slash := strings.LastIndexByte(rest, '/')
	if slash < 0 || slash == len(rest)-1 {
		return nil, fmt.Errorf("the database name is missing at its end")
	}
	authority, name := rest[:slash], rest[slash+1:]
	if strings.ContainsAny(name, "?#&") {
		return nil, fmt.Errorf("options behind the database name are not taken; Anteroom sets what it needs itself")
	}
	c := config()
	c.DBName = name
	user, host := "", authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, host = authority[:at], authority[at+1:]
	}
	return c, setTarget(c, user, host)
}

func setTarget(c *mysql.Config, user, host string) error {
	login, password, _ := strings.Cut(user, ":")
	var err1, err2 error
	c.User, err1 = url.PathUnescape(login)
	c.Passwd, err2 = url.PathUnescape(password)
	if err1 != nil || err2 != nil || c.User == "" {
		return fmt.Errorf("the user or password before the @ is missing or not URL-encoded")
	}
	if socket, ok := strings.CutPrefix(host, "unix("); ok {
		path, closed := strings.CutSuffix(socket, ")")
		if !closed || path == "" {
			return fmt.Errorf("the socket's path is missing or its bracket isn't closed")
		}
		c.Net, c.Addr = "unix", path
		return nil
	}
	if !strings.Contains(host[strings.LastIndexByte(host, ']')+1:], ":") {
		host += ":3306"
	}
	name, port, err := net.SplitHostPort(host)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || name == "" || strings.ContainsAny(name, "()/") {
		return fmt.Errorf("the host is missing or malformed, or its port is no number")
	}
	c.Net, c.Addr = "tcp", host
	return nil
}

// config is what correctness needs. clientFoundRows is on: an UPDATE reports
// the rows it matched, so a claim that changes nothing still counts.
func config() *mysql.Config {
	c := mysql.NewConfig()
	c.ParseTime, c.Loc = true, time.UTC
	c.Params = map[string]string{"time_zone": "'+00:00'", "innodb_lock_wait_timeout": "10",
		"sql_mode": "'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"}
	c.Collation = "utf8mb4_unicode_520_ci"
	c.InterpolateParams, c.ClientFoundRows, c.RejectReadOnly = true, true, true
	c.Logger = &mysql.NopLogger{} // what it would print is returned as an error too
	c.Timeout, c.ReadTimeout, c.WriteTimeout = connTimeout, ioTimeout, ioTimeout
	// Below a microsecond MariaDB truncates and MySQL rounds.
	_ = c.Apply(mysql.TimeTruncate(time.Microsecond)) // its error is always nil
	c.Collation = "utf8mb4_unicode_520_ci"
	return c
}
