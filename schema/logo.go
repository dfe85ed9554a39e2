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
