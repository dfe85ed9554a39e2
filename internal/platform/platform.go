// Package platform connects accounts at social platforms by OAuth 2.0 (RFC 6749)
// with PKCE (RFC 7636). It leads somebody to a platform, and turns the code that
// they come back with into a token and the name of their account.
package platform

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/oauth2"
)

// What can go wrong on the way. The errors say no more than a status: what a
// platform answers may hold a secret.
var (
	ErrExchange  = errors.New("platform: the code was not exchanged")
	ErrProfile   = errors.New("platform: the account could not be read")
	ErrNoAccount = errors.New("platform: there is no account to post to")
)

const (
	// timeout is what all calls of one exchange may take together.
	timeout   = 10 * time.Second
	bodyLimit = 1 << 20
	// What the database has room for, in characters.
	maxExternalID, maxHandle = 190, 120
)

// Credentials are what a platform knows this installation by.
type Credentials struct{ ID, Secret string }

// Platform is one that accounts can be connected at.
type Platform struct {
	Key  string // as in social_accounts.network
	Name string // as the platform writes it

	auth    oauth2.Config
	idParam string            // instead of client_id, where a platform calls it otherwise
	joint   string            // between scopes: a space (RFC 6749, section 3.3) unless set
	ask     map[string]string // more for the authorization request
	hexPKCE bool              // the challenge in hex instead of base64url
	noPKCE  bool              // refuses a verifier beside a client's secret
	longer  longer
	profile profile
	client  *http.Client
}

// Account is what an exchange came to.
type Account struct {
	ExternalID string // the platform's own ID of it
	Handle     string
	Token      []byte // JSON, a secret: to be sealed
	// ExpiresAt is when the platform asks for a sign-in again; nil if the token can
	// be renewed or doesn't end.
	ExpiresAt *time.Time
}

// kept is the token as it is stored.
type kept struct {
	Access  string    `json:"access_token"`
	Refresh string    `json:"refresh_token,omitempty"`
	Expiry  time.Time `json:"expiry,omitzero"`
	Scope   string    `json:"scope,omitempty"`
}

// NewVerifier makes PKCE's secret for one connection.
func NewVerifier() string { return oauth2.GenerateVerifier() }

// AuthURL is where the browser is sent.
func (p *Platform) AuthURL(state, verifier string) string {
	var o []oauth2.AuthCodeOption
	if !p.noPKCE {
		o = append(o, oauth2.S256ChallengeOption(verifier))
	}
	if p.hexPKCE {
		h := sha256.Sum256([]byte(verifier))
		o = append(o, oauth2.SetAuthURLParam("code_challenge", hex.EncodeToString(h[:])))
	}
	if p.idParam != "" {
		o = append(o, oauth2.SetAuthURLParam(p.idParam, p.auth.ClientID))
	}
	if p.joint != "" {
		o = append(o, oauth2.SetAuthURLParam("scope", strings.Join(p.auth.Scopes, p.joint)))
	}
	for k, v := range p.ask {
		o = append(o, oauth2.SetAuthURLParam(k, v))
	}
	return p.auth.AuthCodeURL(state, o...)
}

// Origin is the scheme and host that AuthURL leads to, for form-action.
func (p *Platform) Origin() string {
	u, err := url.Parse(p.auth.Endpoint.AuthURL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Exchange turns the code into a token and reads whose it is. It takes ten seconds
// at most and belongs outside any transaction.
func (p *Platform) Exchange(ctx context.Context, code, verifier string) (a Account, err error) {
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, p.client), timeout)
	defer cancel()
	var o []oauth2.AuthCodeOption
	if !p.noPKCE {
		o = append(o, oauth2.VerifierOption(verifier))
	}
	if p.idParam != "" {
		o = append(o, oauth2.SetAuthURLParam(p.idParam, p.auth.ClientID))
	}
	t, err := p.auth.Exchange(ctx, code, o...)
	if err != nil {
		return a, fmt.Errorf("%w: %s", ErrExchange, why(err))
	}
	if t, err = p.lengthen(ctx, t); err != nil {
		return a, err
	}
	who, err := p.who(ctx, t)
	if err != nil {
		return a, err
	}
	return account(t, who)
}

func account(t *oauth2.Token, who identity) (a Account, err error) {
	if who.ID == "" || utf8.RuneCountInString(who.ID) > maxExternalID {
		return a, fmt.Errorf("%w: it has no ID", ErrProfile)
	}
	a = Account{ExternalID: who.ID, Handle: handle(who)}
	k := kept{Access: t.AccessToken, Refresh: t.RefreshToken, Expiry: t.Expiry}
	k.Scope, _ = t.Extra("scope").(string)
	if who.token != "" { // its own, which doesn't end (Facebook pages)
		k = kept{Access: who.token, Scope: k.Scope}
	}
	if k.Refresh == "" && !k.Expiry.IsZero() {
		at := k.Expiry.UTC()
		a.ExpiresAt = &at
	}
	a.Token, err = json.Marshal(k)
	return a, err
}

func handle(who identity) string {
	name := strings.TrimSpace(strings.ToValidUTF8(who.Name, ""))
	if name == "" {
		name = who.ID
	}
	if r := []rune(name); len(r) > maxHandle {
		name = string(r[:maxHandle])
	}
	return name
}

// why says of an error no more than may stand in a log.
func why(err error) string {
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok && e.Response != nil {
		return fmt.Sprintf("status %d", e.Response.StatusCode)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "it took too long"
	}
	return "there was no answer that can be read"
}
