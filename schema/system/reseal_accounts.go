package system

import (
	"context"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// ResealedAccounts is what one batch of ResealAccounts did.
type ResealedAccounts struct {
	After  schema.AccountID   // how far it is; zero when none is left
	Done   int                // tokens that were encrypted anew
	Broken []schema.AccountID // accounts with a token that no key at hand opens
}

// ResealAccounts does for the tokens of social accounts what Reseal does for the
// secrets of endpoints.
func (s *System) ResealAccounts(ctx context.Context, keys *keyring.Ring, after schema.AccountID, n int) (out ResealedAccounts, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		out = ResealedAccounts{}
		var rows []schema.SocialAccount
		err := tx.Select(&rows, `SELECT id, sealed_token FROM social_accounts
			WHERE id > ? AND sealed_token IS NOT NULL ORDER BY id LIMIT ? FOR UPDATE`, after[:], n)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			if err := out.reseal(tx, keys, &rows[i]); err != nil {
				return err
			}
		}
		out.After = rows[len(rows)-1].ID
		return nil
	})
	return out, err
}

func (out *ResealedAccounts) reseal(tx *store.Tx, keys *keyring.Ring, a *schema.SocialAccount) error {
	if keys.Current(a.SealedToken) {
		return nil
	}
	token, err := schema.OpenAccountToken(keys, a.ID, a.SealedToken)
	if err != nil {
		out.Broken = append(out.Broken, a.ID)
		return nil
	}
	out.Done++
	_, err = tx.Exec(`UPDATE social_accounts SET sealed_token = ? WHERE id = ?`, schema.SealAccountToken(keys, a.ID, token), a.ID)
	return err
}
