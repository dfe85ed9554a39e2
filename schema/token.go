package schema

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"

	"anteroom/internal/keyring"
)

// maxToken is the longest token looked at, in characters; ours have under 100.
const maxToken = 128

const purposeInvitation = "invitation"

// InvitationLink is what an invitation's token says: which row, and which
// generation of it. The token is stored nowhere; it is made when the mail is
// sent and checked when it comes back.
type InvitationLink struct {
	ClientUser ClientUserID
	Generation uint32
}

// Token writes the link: key ID, dot, base64url of row, generation and MAC.
func (l InvitationLink) Token(r *keyring.Ring) string {
	return seal(r, purposeInvitation, binary.BigEndian.AppendUint32(l.ClientUser[:], l.Generation))
}

// ParseInvitationToken reads what Token wrote. Everything else is NotFound.
func ParseInvitationToken(r *keyring.Ring, token string) (l InvitationLink, err error) {
	b, err := unseal(r, purposeInvitation, token, len(l.ClientUser)+4)
	if err != nil {
		return l, err
	}
	n := copy(l.ClientUser[:], b)
	l.Generation = binary.BigEndian.Uint32(b[n:])
	return l, nil
}

const (
	purposeMemberInvitation = "member_invitation"
	purposeSignUp           = "sign_up"
)

// MemberInvitationLink is what a colleague's token says, as InvitationLink does
// for a client user's.
type MemberInvitationLink struct {
	Invitation MemberInvitationID
	Generation uint32
}

// Token writes the link.
func (l MemberInvitationLink) Token(r *keyring.Ring) string {
	return seal(r, purposeMemberInvitation, binary.BigEndian.AppendUint32(l.Invitation[:], l.Generation))
}

// ParseMemberInvitationToken reads what Token wrote. Everything else is NotFound.
func ParseMemberInvitationToken(r *keyring.Ring, token string) (l MemberInvitationLink, err error) {
	b, err := unseal(r, purposeMemberInvitation, token, len(l.Invitation)+4)
	if err != nil {
		return l, err
	}
	l.Generation = binary.BigEndian.Uint32(b[copy(l.Invitation[:], b):])
	return l, nil
}

// SignUpToken writes the link that finishes a sign-up.
func SignUpToken(r *keyring.Ring, id SignUpID) string { return seal(r, purposeSignUp, id[:]) }

// ParseSignUpToken reads what SignUpToken wrote. Everything else is NotFound.
func ParseSignUpToken(r *keyring.Ring, token string) (id SignUpID, err error) {
	b, err := unseal(r, purposeSignUp, token, len(id))
	copy(id[:], b)
	return id, err
}

// Purpose is what a link to a user's own address is for.
type Purpose string

// The purposes of account links. The names are part of the MAC: keep them.
const (
	PurposeConfirmEmail Purpose = "confirm_email"
	PurposeSetPassword  Purpose = "set_password"
)

// AccountLink is what the token in an account email says. Using it raises the
// credential version, which kills it and every other of its kind.
type AccountLink struct {
	Purpose           Purpose
	User              UserID
	CredentialVersion uint32
	ExpiresAt         time.Time // whole seconds
}

// Token writes the link.
func (l AccountLink) Token(r *keyring.Ring) string {
	b := binary.BigEndian.AppendUint32(l.User[:], l.CredentialVersion)
	return seal(r, string(l.Purpose), binary.BigEndian.AppendUint64(b, uint64(l.ExpiresAt.Unix())))
}

// ParseAccountToken reads what Token wrote for that purpose. Everything else is
// NotFound; whether its time is over is the caller's to say.
func ParseAccountToken(r *keyring.Ring, p Purpose, token string) (AccountLink, error) {
	l := AccountLink{Purpose: p}
	b, err := unseal(r, string(p), token, len(l.User)+12)
	if err != nil {
		return l, err
	}
	n := copy(l.User[:], b)
	l.CredentialVersion = binary.BigEndian.Uint32(b[n:])
	l.ExpiresAt = time.Unix(int64(binary.BigEndian.Uint64(b[n+4:])), 0).UTC()
	return l, nil
}

// seal appends the MAC and names the key that made it.
func seal(r *keyring.Ring, purpose string, message []byte) string {
	id, mac := r.Sign(purpose, message)
	return id + "." + base64.RawURLEncoding.EncodeToString(append(message, mac...))
}

func unseal(r *keyring.Ring, purpose, token string, size int) ([]byte, error) {
	if len(token) > maxToken {
		return nil, ErrNotFound
	}
	id, body, found := strings.Cut(token, ".")
	if !found {
		return nil, ErrNotFound
	}
	// Strict: one link has one spelling, so no second one passes.
	b, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || len(b) != size+keyring.MACSize || strings.ContainsAny(body, "\r\n") {
		return nil, ErrNotFound
	}
	if !r.Verify(purpose, id, b[:size], b[size:]) {
		return nil, ErrNotFound
	}
	return b[:size], nil
}
