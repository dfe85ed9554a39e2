package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// initialise makes the data folder unless it is there. It is made under
// another name and renamed when complete, so that an interrupted one is never
// taken for a whole one.
func (s *SQLServer) initialise(ctx context.Context, f sqlFolders, throwaway bool) error {
	if _, err := os.Stat(f.data); err == nil {
		return nil
	}
	began, complete := time.Now(), f.data
	f.data += ".new"
	if err := os.RemoveAll(f.data); err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	args := baseArgs(s.version, f, throwaway)
	makeData := s.initialiseMySQL
	if s.version.maria {
		makeData = s.bootstrapMariaDB
	}
	if err := makeData(ctx, f, args); err != nil {
		return fmt.Errorf("engine: %s can't make its data folder: %w%s", s.name, err, tail(s.logPath))
	}
	if err := os.Rename(f.data, complete); err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	fmt.Fprintf(s.home.log, "%s made %s in %d ms\n", s.name, complete, time.Since(began).Milliseconds())
	return nil
}

func (s *SQLServer) initialiseMySQL(ctx context.Context, _ sqlFolders, args []string) error {
	return s.once(ctx, nil, append(args, "--initialize-insecure"))
}

// bootstrapMariaDB does what mariadb-install-db would: that script needs a
// helper which the core package lacks. The help texts and the sys schema, most
// of its time, are left out: nothing of ours reads them.
func (s *SQLServer) bootstrapMariaDB(ctx context.Context, f sqlFolders, args []string) error {
	share, err := s.shareFolder(ctx)
	if err != nil {
		return err
	}
	// A statement a line: bootstrap reads no further. NULL: root needs no password.
	sql := []io.Reader{strings.NewReader("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n")}
	for _, name := range []string{"system_tables.sql", "performance_tables.sql", "system_tables_data.sql"} {
		file, err := openEither(filepath.Join(share, "mariadb_"+name), filepath.Join(share, "mysql_"+name))
		if err != nil {
			return err
		}
		defer file.Close()
		sql = append(sql, file)
	}
	if err := os.MkdirAll(f.data, 0o700); err != nil {
		return err
	}
	return s.once(ctx, io.MultiReader(sql...), append(args, "--bootstrap"))
}

// once runs the server's binary for a job that ends by itself.
func (s *SQLServer) once(ctx context.Context, stdin io.Reader, args []string) error {
	log, err := openLog(s.logPath)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(s.binary, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, log, log
	cmd.ExtraFiles = []*os.File{s.home.lock}
	c, err := spawn(cmd, syscall.SIGKILL)
	if err != nil {
		return err
	}
	select {
	case <-c.exited:
		return c.err
	case <-ctx.Done():
		c.proc.Kill()
		<-c.exited
		return ctx.Err()
	}
}

var charsetsLine = regexp.MustCompile(`(?m)^character-sets-dir\s+(\S.*?)/?\s*$`)

// shareFolder finds the SQL files that came with this very binary: beside it,
// or, when a wrapper stands before it, where the server itself says (0.15 s).
func (s *SQLServer) shareFolder(ctx context.Context) (string, error) {
	if real, err := filepath.EvalSymlinks(s.binary); err == nil {
		prefix := filepath.Dir(filepath.Dir(real))
		for _, share := range []string{"share/mysql", "share/mariadb"} {
			if _, err := os.Stat(filepath.Join(prefix, share, "charsets")); err == nil {
				return filepath.Join(prefix, share), nil
			}
		}
	}
	args := append(baseArgs(s.version, sqlFolders{tmp: s.home.dir, data: s.home.dir}, true), "--verbose", "--help")
	out, err := exec.CommandContext(ctx, s.binary, args...).Output()
	if m := charsetsLine.FindSubmatch(out); m != nil {
		return filepath.Dir(string(m[1])), nil
	}
	return "", errors.Join(errors.New("it doesn't say where its SQL files are"), err)
}

func openEither(a, b string) (*os.File, error) {
	if f, err := os.Open(a); err == nil {
		return f, nil
	}
	return os.Open(b)
}
