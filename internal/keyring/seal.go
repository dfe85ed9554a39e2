package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
)

// ErrSealed is what Open returns for anything that it can't open: made under a
// key that is no longer in the ring, for something else, or changed.
var ErrSealed = errors.New("keyring: it can't be opened with the keys at hand")

// Seal encrypts a secret under the first key for one purpose and one owner, its
// row's ID for example: carried to another row or purpose it does not open. It is
// AES-256-GCM (NIST SP 800-38D) under a key derived for the purpose; the random
// 96-bit nonce is safe for 2^32 secrets a key. What it returns names its key:
// the length of the ID, the ID, the nonce, the ciphertext.
func (r *Ring) Seal(purpose string, owner, secret []byte) []byte {
	k := &r.keys[0]
	aead := k.aead(purpose)
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce) // never fails (crypto/rand, Go 1.24)
	out := append([]byte{byte(len(k.id))}, k.id...)
	out = append(out, nonce...)
	return aead.Seal(out, nonce, secret, owner)
}

// Open decrypts what Seal made.
func (r *Ring) Open(purpose string, owner, sealed []byte) ([]byte, error) {
	id, rest, ok := keyOf(sealed)
	k := r.find(id)
	if !ok || k == nil {
		return nil, ErrSealed
	}
	aead := k.aead(purpose)
	if len(rest) < aead.NonceSize() {
		return nil, ErrSealed
	}
	secret, err := aead.Open(nil, rest[:aead.NonceSize()], rest[aead.NonceSize():], owner)
	if err != nil {
		return nil, ErrSealed
	}
	return secret, nil
}

// Current says whether something was sealed under the key that seals now.
func (r *Ring) Current(sealed []byte) bool {
	id, _, ok := keyOf(sealed)
	return ok && id == r.keys[0].id
}

func keyOf(sealed []byte) (id string, rest []byte, ok bool) {
	if len(sealed) == 0 || len(sealed) < 1+int(sealed[0]) {
		return "", nil, false
	}
	n := 1 + int(sealed[0])
	return string(sealed[1:n]), sealed[n:], true
}

func (k *key) aead(purpose string) cipher.AEAD {
	sub, err := hkdf.Key(sha256.New, k.secret, nil, "anteroom/seal/"+purpose, KeySize)
	if err != nil {
		panic(err) // only a length beyond 255 hashes fails
	}
	block, err := aes.NewCipher(sub)
	if err != nil {
		panic(err) // only a wrong key length fails
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only another block size fails
	}
	return aead
}
