// Package visitor holds the verbs of somebody who is not signed in, or who is
// just proving who they are: signing in, accepting an invitation, asking for a
// fresh link, setting a password, confirming an address.
package visitor

import (
	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/password"
)

// Visitor runs the verbs.
type Visitor struct {
	db   *schema.DB
	keys *keyring.Ring
	hash *password.Hasher
}

// Option changes how New sets a visitor up.
type Option func(*Visitor)

// HashCost makes password hashes cost something else than OWASP's minimum.
func HashCost(memoryKiB, iterations uint32) Option {
	return func(v *Visitor) {
		v.hash = password.New(password.Cost{MemoryKiB: memoryKiB, Iterations: iterations})
	}
}

// New makes the verbs over a database and a key ring.
func New(db *schema.DB, keys *keyring.Ring, options ...Option) *Visitor {
	v := &Visitor{db: db, keys: keys}
	for _, o := range options {
		o(v)
	}
	if v.hash == nil {
		v.hash = password.New(password.OWASP)
	}
	return v
}
