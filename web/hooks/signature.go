package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// signature is how Mailgun signs a webhook: an HMAC-SHA256 over timestamp and
// token. It says nothing of the rest of the body, so what keeps that from being
// exchanged is the connection, and that a token counts once. For a domain of a
// sub-account the primary account's signature stands beside the sub-account's
// (documentation.mailgun.com, "Securing Webhooks").
type signature struct {
	Timestamp text `json:"timestamp"`
	Token     text `json:"token"`
	Signature text `json:"signature"`
	Parent    text `json:"parent-signature"`
}

// lastSecond is the end of the year 9999, the last that the database knows.
const lastSecond = 253402300799

// verify checks the signature and says when it was made. The key may be that of
// the account or of the sub-account.
func (s *signature) verify(key string) (at time.Time, ok bool) {
	seconds, err := strconv.ParseInt(string(s.Timestamp), 10, 64)
	if err != nil || seconds < 0 || seconds > lastSecond || s.Token == "" || key == "" {
		return at, false
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(s.Timestamp + s.Token))
	want := mac.Sum(nil)
	for _, given := range []text{s.Signature, s.Parent} {
		if got, err := hex.DecodeString(string(given)); err == nil && hmac.Equal(got, want) {
			ok = true
		}
	}
	return time.Unix(seconds, 0).UTC(), ok
}
