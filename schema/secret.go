package schema

import (
	"crypto/rand"
	"encoding/base64"

	"anteroom/internal/keyring"
)

// secretPrefix and the length are those of Standard Webhooks (specification,
// "Signature scheme": 24 to 64 random bytes).
const (
	secretPrefix = "whsec_"
	secretSize   = 32
	secretSeal   = "webhook-secret"
)

// NewEndpointSecret makes the secret that signs what an endpoint gets, as it is
// shown: whsec_ and 32 random bytes in base64.
func NewEndpointSecret() string {
	b := make([]byte, secretSize)
	rand.Read(b) // never fails (crypto/rand, Go 1.24)
	return secretPrefix + base64.StdEncoding.EncodeToString(b)
}

// SecretHint is what is always shown of a secret: the last four characters before
// the padding.
func SecretHint(secret string) string {
	s := []byte(secret)
	for len(s) > 0 && s[len(s)-1] == '=' {
		s = s[:len(s)-1]
	}
	return string(s[max(0, len(s)-4):])
}

// SealSecret encrypts an endpoint's secret to be stored.
func SealSecret(keys *keyring.Ring, id EndpointID, secret string) []byte {
	return keys.Seal(secretSeal, id[:], []byte(secret))
}

// OpenSecret decrypts what SealSecret made for that endpoint.
func OpenSecret(keys *keyring.Ring, id EndpointID, sealed []byte) (string, error) {
	b, err := keys.Open(secretSeal, id[:], sealed)
	return string(b), err
}
