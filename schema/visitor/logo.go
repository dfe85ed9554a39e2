package visitor

import (
	"context"

	"anteroom/schema"
)

// LogoFile is an agency's logo as it is served.
type LogoFile struct {
	PNG  []byte          `db:"png"`
	Hash schema.LogoHash `db:"logo_hash"`
}

// Logo reads an agency's logo, for anybody: it stands in mails. None is
// ErrNotFound.
func (v *Visitor) Logo(ctx context.Context, id schema.AgencyID) (l LogoFile, err error) {
	err = v.db.GetContext(ctx, &l, `SELECT l.png, a.logo_hash FROM agency_logos l JOIN agencies a ON a.id = l.agency_id WHERE a.id = ?`, id)
	return l, missing(err)
}
