//go:build !linux

package engine

import "syscall"

// dieWithParent does nothing here: only Linux has such a signal. After a
// killed parent the lock on the folder still refuses a second pair.
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}
