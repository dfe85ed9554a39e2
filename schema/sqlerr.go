package schema

import (
	"errors"

	"github.com/go-sql-driver/mysql"
)

// Error numbers of MySQL and MariaDB that mean something to us.
const (
	duplicateKey    = 1062
	lockWaitTimeout = 1205
	deadlock        = 1213
	recordChanged   = 1020 // MariaDB 11.8, a snapshot that was overtaken
	noSuchTable     = 1146
)

// Retryable says that the whole transaction may be run again: it lost to
// another one and was rolled back. A duplicate key counts, because a verb looks
// before it inserts: the second run sees the row that got in between.
func Retryable(err error) bool {
	switch number(err) {
	case duplicateKey, lockWaitTimeout, deadlock, recordChanged:
		return true
	}
	return false
}

func number(err error) uint16 {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number
	}
	return 0
}
