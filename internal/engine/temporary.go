package engine

import (
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const temporaryPrefix = "anteroom-throwaway-"

// memory is a file system without a disk. MariaDB syncs its DDL log whatever
// it is told, some 180 times for a fresh schema: measured, making one takes
// 10 ms here and 60 ms and more on a disk.
const memory = "/dev/shm"

// roomy is the least that must be free there, in bytes.
const roomy = 2 << 30

// temporaryFolder makes a folder for throw-away data.
func temporaryFolder() (string, error) {
	sweep(memory)
	sweep(os.TempDir())
	var fs syscall.Statfs_t
	if syscall.Statfs(memory, &fs) == nil && uint64(fs.Bavail)*uint64(fs.Bsize) >= roomy {
		if dir, err := os.MkdirTemp(memory, temporaryPrefix); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", temporaryPrefix)
}

// sweep removes temporary folders whose process was killed before it could do
// so (a test run that was interrupted): nobody holds their lock any more.
func sweep(root string) {
	found, _ := filepath.Glob(filepath.Join(root, temporaryPrefix+"*"))
	for _, dir := range found {
		if abandoned(dir) {
			os.RemoveAll(dir)
		}
	}
}

// abandoned leaves out the newest folders: one that was just made has no lock
// for a moment.
func abandoned(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || time.Since(info.ModTime()) < time.Minute {
		return false
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR, 0)
	if err != nil {
		return os.IsNotExist(err)
	}
	defer lock.Close()
	return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
