package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// Profile is what a person says about themselves, the same wherever they go.
type Profile struct {
	FullName string
	TimeZone string // an IANA name, in any case
}

// SaveProfile changes a person's name and time zone.
func (v *Visitor) SaveProfile(ctx context.Context, who schema.UserID, p Profile) error {
	name, err := schema.ParseName("full_name", "Full name", p.FullName)
	if err != nil {
		return err
	}
	zone, err := schema.ParseTimeZone(p.TimeZone)
	if err != nil {
		return err
	}
	return store.Run(ctx, v.db, func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE users SET full_name = ?, time_zone = ? WHERE id = ?`, name, zone, who)
		if err == nil && n == 0 {
			return schema.ErrNotFound
		}
		return err
	})
}
