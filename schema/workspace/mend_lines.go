package workspace

import (
	"context"
	"maps"
	"slices"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Mend is what a line of a draft is to say instead; nil leaves it as it is.
type Mend struct{ FullName, Email *string }

// MendLines changes lines of a draft, by their numbers, and returns those that
// are still no name or no address in spite of it. A number that isn't on the
// list is passed over.
func (w *Workspace) MendLines(ctx context.Context, id schema.BatchID, mends map[int]Mend) (bad []int, err error) {
	err = w.change(ctx, func(tx *store.Tx) error {
		bad = nil
		b, err := w.lockDraft(tx, id)
		if err != nil {
			return err
		}
		for _, number := range slices.Sorted(maps.Keys(mends)) {
			still, err := mendLine(tx, b.ID, number, mends[number])
			if err != nil && schema.KindOf(err) != schema.NotFound {
				return err
			}
			if still {
				bad = append(bad, number)
			}
		}
		return nil
	})
	return bad, err
}

// mendLine reports whether the line was changed and is bad all the same.
func mendLine(tx *store.Tx, id schema.BatchID, number int, m Mend) (bad bool, err error) {
	l, err := lock.BatchLine(tx, id, number)
	if err != nil {
		return false, err
	}
	before, name, email := l, l.FullName, l.Email
	if m.FullName != nil {
		name = *m.FullName
	}
	if m.Email != nil {
		email = *m.Email
	}
	if l.Mend(name, email); l == before {
		return false, nil
	}
	return l.Code != "", lock.SaveLine(tx, &l)
}
