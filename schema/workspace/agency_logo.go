package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/picture"
	"anteroom/schema/internal/store"
)

// SetLogo makes an uploaded picture the agency's logo: scaled down where it is
// large, and drawn anew, so that nothing of the file itself is kept. What is no
// picture, or too large a one, is an Invalid error on the field "logo".
func (w *Workspace) SetLogo(ctx context.Context, upload []byte) error {
	if err := w.Role.MayManage(); err != nil {
		return err
	}
	// Before the transaction: it takes longer than all of it.
	p, err := picture.Logo(ctx, upload)
	if err != nil {
		return err
	}
	return w.change(ctx, func(tx *store.Tx) error {
		if _, err := lock.Agency(tx, w.Agency.ID); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO agency_logos (agency_id, png) VALUES (?, ?)
			ON DUPLICATE KEY UPDATE png = VALUES(png)`, w.Agency.ID, p.PNG)
		if err != nil {
			return err
		}
		return w.noteLogo(tx, schema.Logo{LogoHash: schema.HashLogo(p.PNG), LogoWidth: p.Width, LogoHeight: p.Height})
	})
}

// RemoveLogo takes the logo away; without one nothing happens.
func (w *Workspace) RemoveLogo(ctx context.Context) error {
	return w.change(ctx, func(tx *store.Tx) error {
		if _, err := lock.Agency(tx, w.Agency.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM agency_logos WHERE agency_id = ?`, w.Agency.ID); err != nil {
			return err
		}
		return w.noteLogo(tx, schema.Logo{})
	})
}

func (w *Workspace) noteLogo(tx *store.Tx, l schema.Logo) error {
	_, err := tx.Exec(`UPDATE agencies SET logo_hash = ?, logo_width = ?, logo_height = ? WHERE id = ?`,
		l.LogoHash, l.LogoWidth, l.LogoHeight, w.Agency.ID)
	return err
}
