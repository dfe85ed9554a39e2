package visitor

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// GuessedZone gives somebody who is new the time zone that their browser says
// it is in. One that is unknown or empty leaves the default: it is a guess.
func (v *Visitor) GuessedZone(ctx context.Context, t SessionToken, zone string) error {
	zone, err := schema.ParseTimeZone(zone)
	if err != nil {
		return nil
	}
	return store.Run(ctx, v.db, func(tx *store.Tx) error {
		u, err := signedIn(tx, t)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE users SET time_zone = ? WHERE id = ?`, zone, u.ID)
		return err
	})
}
