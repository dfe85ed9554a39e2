// Package keyring holds the application's secret keys and signs with them.
//
// A ring has one or more keys, each with an ID. The first one signs; all of
// them verify, so a key is rotated by adding the new one last, deploying,
// moving it first, and dropping the old one when nothing needs it.
package keyring

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// KeySize is the length of one key in bytes, the output size of SHA-256
// (RFC 2104, section 3: shorter keys weaken the MAC, longer ones add little).
const KeySize = 32

// MACSize is the length of a signature in bytes.
const MACSize = sha256.Size

var keyID = regexp.MustCompile(`^[a-z0-9]{1,12}$`)

type key struct {
	id     string
	secret []byte
}

// Ring is a set of keys; the first signs. It is safe for concurrent use.
type Ring struct{ keys []key }

// Parse reads `id:base64[,id:base64…]`, each key 32 bytes in standard base64.
// The error says what is wrong and never repeats a key.
func Parse(s string) (*Ring, error) {
	if strings.TrimSpace(s) == "" {
		return nil, errors.New("it is empty")
	}
	r := &Ring{}
	for i, part := range strings.Split(s, ",") {
		id, secret, found := strings.Cut(strings.TrimSpace(part), ":")
		if !found || !keyID.MatchString(id) {
			return nil, fmt.Errorf("key %d needs an ID of 1 to 12 lower-case letters and digits, then a colon", i+1)
		}
		b, err := base64.StdEncoding.DecodeString(secret)
		if err != nil || len(b) != KeySize {
			return nil, fmt.Errorf("key %q is not %d bytes in standard base64", id, KeySize)
		}
		if r.find(id) != nil {
			return nil, fmt.Errorf("key ID %q stands there twice", id)
		}
		r.keys = append(r.keys, key{id, b})
	}
	return r, nil
}

// Generate makes one random key, written as Parse reads it.
func Generate(id string) string {
	b := make([]byte, KeySize)
	rand.Read(b) // never fails (crypto/rand, Go 1.24)
	return id + ":" + base64.StdEncoding.EncodeToString(b)
}

// Sign returns the signing key's ID and the MAC of message under purpose.
// A MAC made for one purpose verifies under no other.
func (r *Ring) Sign(purpose string, message []byte) (id string, mac []byte) {
	k := &r.keys[0]
	return k.id, k.mac(purpose, message)
}

// Verify says whether mac was made over message by the named key for purpose.
// It takes the same time wherever the MACs differ.
func (r *Ring) Verify(purpose, id string, message, mac []byte) bool {
	k := r.find(id)
	return k != nil && hmac.Equal(mac, k.mac(purpose, message))
}

func (r *Ring) find(id string) *key {
	for i := range r.keys {
		if r.keys[i].id == id {
			return &r.keys[i]
		}
	}
	return nil
}

// mac derives a key for the purpose first (RFC 5869), so no two purposes share
// one and a message can't be carried from one to the other.
func (k *key) mac(purpose string, message []byte) []byte {
	sub, err := hkdf.Key(sha256.New, k.secret, nil, "anteroom/"+purpose, KeySize)
	if err != nil {
		panic(err) // only a length beyond 255 hashes fails
	}
	h := hmac.New(sha256.New, sub)
	h.Write(message)
	return h.Sum(nil)
}
