package engine

// TryLock asks for a folder's lock without patience.
func TryLock(dir string) error {
	f, err := lockFolder(dir, 0)
	if err == nil {
		f.Close()
	}
	return err
}

// Sweep is sweep.
func Sweep(root string) { sweep(root) }
