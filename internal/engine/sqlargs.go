package engine

import (
	"os"
	"strconv"
)

// maxConnections is enough for a test run with many pools, and cheap.
const maxConnections = 300

type sqlFolders struct {
	data string
	tmp  string // never shared: servers that share one break each other at start
}

// baseArgs is what a server needs both to make its data and to serve it. MySQL
// wants --no-defaults first; it keeps the machine's own configuration out.
func baseArgs(v version, f sqlFolders, throwaway bool) []string {
	args := []string{"--no-defaults"}
	if os.Geteuid() == 0 {
		args = append(args, "--user=root") // both refuse to run as root without
	}
	args = append(args, "--datadir="+f.data, "--tmpdir="+f.tmp,
		"--skip-name-resolve", "--skip-log-bin", "--character-set-server=utf8mb4")
	if !v.maria {
		// Its default folder is one that only the full package makes.
		args = append(args, "--secure-file-priv=NULL")
	}
	if throwaway {
		return append(args, throwawayArgs(v)...)
	}
	return append(args, "--innodb-flush-log-at-trx-commit=1")
}

// throwawayArgs leaves out all waiting for a disk. The log is still written at
// every commit (2, not 0), so that a test may kill the server and find what was
// committed; that costs nothing measurable.
func throwawayArgs(v version) []string {
	args := []string{
		"--innodb-flush-log-at-trx-commit=2",
		"--loose-innodb-flush-method=nosync",
		"--innodb-doublewrite=0",
		"--innodb-buffer-pool-size=64M",
		"--performance-schema=OFF",
	}
	if v.maria {
		return append(args, "--innodb-log-file-size=16M", "--loose-sync-frm=0")
	}
	// With less it complains while it makes its data. Loose: new in 8.0.30.
	return append(args, "--loose-innodb-redo-log-capacity=64M")
}

func serveArgs(v version, f sqlFolders, socket string, throwaway bool) []string {
	args := append(baseArgs(v, f, throwaway),
		"--socket="+socket,
		"--pid-file="+socket+".pid",
		"--skip-networking",
		"--max-connections="+strconv.Itoa(maxConnections),
	)
	if v.maria {
		return append(args, "--skip-ssl") // MySQL 9 knows this option no more
	}
	return append(args, "--mysqlx=0") // the X plugin would open a port
}
