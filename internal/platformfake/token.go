package platformfake

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// slowly is longer than any client here waits.
const slowly = 30 * time.Second

// token exchanges a code. One that comes a second time is refused, and what it was
// exchanged for revoked (RFC 6749, section 4.1.2).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if r.ParseForm() != nil || !same(r.PostForm.Get("client_id"), s.options.ClientID) || !same(r.PostForm.Get("client_secret"), s.options.Secret) {
		refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	h := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	g, ok := s.redeem(r.PostForm.Get("code"), base64.RawURLEncoding.EncodeToString(h[:]))
	if !ok || r.PostForm.Get("grant_type") != "authorization_code" || r.PostForm.Get("redirect_uri") != s.options.Redirect {
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	switch g.fault {
	case FaultToken:
		http.Error(w, "That went wrong.", http.StatusInternalServerError)
	case FaultHTML:
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Maintenance</title>"))
	case FaultSlow:
		select {
		case <-r.Context().Done():
		case <-time.After(slowly):
		}
	default:
		write(w, http.StatusOK, map[string]any{"access_token": g.token, "token_type": "bearer", "refresh_token": rand.Text(),
			"expires_in": int(tokenLife.Seconds()), "scope": "profile posts"})
	}
}

// redeem takes a code that was made for the challenge.
func (s *Server) redeem(code, challenge string) (*grant, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.codes[code]
	if g == nil {
		return nil, false
	}
	if g.token != "" || time.Now().After(g.expires) || !same(g.challenge, challenge) {
		delete(s.tokens, g.token)
		return nil, false
	}
	g.token = rand.Text()
	s.tokens[g.token] = g
	return g, true
}

// profile says whose a token is.
func (s *Server) profile(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	g := s.tokens[token]
	s.mu.Unlock()
	switch {
	case g == nil:
		refuse(w, http.StatusUnauthorized, "invalid_token")
	case g.fault == FaultProfile:
		refuse(w, http.StatusNotFound, "no_account")
	case g.fault == FaultNameless:
		write(w, http.StatusOK, map[string]any{})
	default:
		write(w, http.StatusOK, map[string]any{"id": g.account.ID, "username": g.account.Handle})
	}
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func refuse(w http.ResponseWriter, status int, code string) {
	write(w, status, map[string]any{"error": code})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
