package mailgunfake

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// load reads the newest mails of dir, oldest first, and deletes the rest. An
// empty dir holds none.
func load(dir string, capacity int) ([]Mail, error) {
	if dir == "" {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("mailgunfake: %w", err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("mailgunfake: %w", err)
	}
	mails := make([]Mail, len(names))
	for i, name := range names {
		if mails[i], err = read(name); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(mails, func(a, b Mail) int { return a.ReceivedAt.Compare(b.ReceivedAt) })
	for len(mails) > capacity {
		remove(dir, mails[0])
		mails = mails[1:]
	}
	return mails, nil
}

func read(name string) (m Mail, err error) {
	data, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		return Mail{}, fmt.Errorf("mailgunfake: %s: %w", name, err)
	}
	return m, nil
}

// save writes m to its file, in a way that a crash leaves the whole file or
// none: invitations carry links, so only the owner may read it.
func save(dir string, m Mail) error {
	if dir == "" {
		return nil
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("mailgunfake: %w", err)
	}
	name := file(dir, m)
	if err := os.WriteFile(name+".part", data, 0o600); err != nil {
		return fmt.Errorf("mailgunfake: %w", err)
	}
	if err := os.Rename(name+".part", name); err != nil {
		return fmt.Errorf("mailgunfake: %w", err)
	}
	return nil
}

// remove forgets a mail's file. One that is left over does no harm: it is
// dropped at the next start.
func remove(dir string, m Mail) {
	if dir != "" {
		os.Remove(file(dir, m))
	}
}

// file names a mail's file by the part of its ID that is ours alone.
func file(dir string, m Mail) string {
	local, _, _ := strings.Cut(m.ID, "@")
	return filepath.Join(dir, filepath.Base(local)+".json")
}
