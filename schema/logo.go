package schema

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
)

// LogoHash is the start of the SHA-256 of an agency's logo; zero, and NULL in
// the database, without one.
type LogoHash [16]byte

// Logo is what an agency's row says of its logo: zero without one.
type Logo struct {
	LogoHash   LogoHash `db:"logo_hash"`
	LogoWidth  int      `db:"logo_width"` // pixels
	LogoHeight int      `db:"logo_height"`
}

// HasLogo says that there is one.
func (l Logo) HasLogo() bool { return l.LogoHash != LogoHash{} }

// The room that pages and mails give a logo, in CSS pixels.
const (
	logoRoomWidth  = 160
	logoRoomHeight = 48
)

// LogoShown is the size at which pages and mails show the logo, in CSS pixels:
// it fits the room, and is never blown up.
func (l Logo) LogoShown() (width, height int) {
	width, height = l.LogoWidth, l.LogoHeight
	if height > logoRoomHeight {
		width, height = width*logoRoomHeight/height, logoRoomHeight
	}
	if width > logoRoomWidth {
		width, height = logoRoomWidth, height*logoRoomWidth/width
	}
	return max(1, width), max(1, height)
}

// HashLogo makes the hash of a logo's bytes.
func HashLogo(png []byte) (h LogoHash) {
	sum := sha256.Sum256(png)
	copy(h[:], sum[:])
	return h
}

// String is the hash in hexadecimal, empty without a logo.
func (h LogoHash) String() string {
	if h == (LogoHash{}) {
		return ""
	}
	return hex.EncodeToString(h[:])
}

// Value implements driver.Valuer.
func (h LogoHash) Value() (driver.Value, error) {
	if h == (LogoHash{}) {
		return nil, nil
	}
	return h[:], nil
}

// Scan implements sql.Scanner.
func (h *LogoHash) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		*h = LogoHash{}
		return nil
	case []byte:
		if len(b) == len(h) {
			copy(h[:], b)
			return nil
		}
	}
	return fmt.Errorf("schema: can't read a logo's hash from %T", src)
}
