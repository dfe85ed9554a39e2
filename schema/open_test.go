package schema_test

import (
	"strings"
	"testing"

	"anteroom/internal/testkit"
	"anteroom/schema"
)

func TestADatabaseURLIsReadAsItStands(t *testing.T) {
	t.Parallel()
	for url, want := range map[string][5]string{
		"mysql://anna:secret@db.example:3307/anteroom":      {"anna", "secret", "tcp", "db.example:3307", "anteroom"},
		"mysql://anna@db.example/anteroom":                  {"anna", "", "tcp", "db.example:3306", "anteroom"},
		"mysql://anna:p%40ss%2Fw%3Ard@[::1]/anteroom":       {"anna", "p@ss/w:rd", "tcp", "[::1]:3306", "anteroom"},
		"mysql://anna:a:b@[::1]:3307/anteroom":              {"anna", "a:b", "tcp", "[::1]:3307", "anteroom"},
		"mysql://anna@unix(/var/run/mysqld.sock)/anteroom":  {"anna", "", "unix", "/var/run/mysqld.sock", "anteroom"},
		"mysql://anna:at@least@unix(/tmp/a b.sock)/ante-rm": {"anna", "at@least", "unix", "/tmp/a b.sock", "ante-rm"},
	} {
		c, err := schema.ParseDatabaseURL(url)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if got := [5]string{c.User, c.Passwd, c.Net, c.Addr, c.DBName}; got != want {
			t.Errorf("%s is read as %q", url, got)
		}
	}
}

func TestAWrongDatabaseURLIsRefusedWithoutRepeatingThePassword(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "postgres://anna:hunter2@db/anteroom", "anna:hunter2@tcp(db)/anteroom", "mysql://anna:hunter2@db.example",
		"mysql://anna:hunter2@db.example/", "mysql://anna:hunter2@/anteroom", "mysql://:hunter2@db/anteroom", "mysql://db/anteroom",
		"mysql://anna:hunter2%zz@db/anteroom", "mysql://anna:hunter2@db/anteroom?parseTime=false", "mysql://anna:hunter2@tcp(db)/anteroom"} {
		if _, err := schema.ParseDatabaseURL(url); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, err)
		}
		if db, err := schema.Open(t.Context(), url); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("open %s: %v, %v", url, db, err)
		}
	}
}

func TestASessionHasWhatCorrectnessNeeds(t *testing.T) {
	t.Parallel()
	db := testkit.DB(t)
	var s struct {
		Zone      string `db:"zone"`
		Lock      int    `db:"lock_wait"`
		Strict    bool   `db:"strict"`
		Collation string `db:"collation"`
	}
	err := db.GetContext(t.Context(), &s, `SELECT @@session.time_zone AS zone, @@session.innodb_lock_wait_timeout AS lock_wait,
		@@session.sql_mode LIKE '%STRICT_TRANS_TABLES%' AS strict, @@session.collation_connection AS collation`)
	if err != nil {
		t.Fatal(err)
	}
	if s.Zone != "+00:00" || s.Lock != 10 || !s.Strict || s.Collation != "utf8mb4_unicode_520_ci" {
		t.Errorf("the session has %+v", s)
	}
}
