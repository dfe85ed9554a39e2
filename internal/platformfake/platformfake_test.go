package platformfake_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"anteroom/internal/platformfake"
)

const redirect = "http://localhost/connect/demo/callback"

// stand is the stand-in with a client that follows no redirect.
type stand struct {
	t    *testing.T
	fake *platformfake.Server
	url  string
}

func newStand(t *testing.T) *stand {
	fake := platformfake.New(platformfake.Options{Path: "/p", ClientID: "us", Secret: "ours", Redirect: redirect})
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return &stand{t, fake, server.URL + "/p"}
}

const verifier = "a-verifier-of-more-than-forty-three-characters-long"

func (s *stand) query(change map[string]string) string {
	h := sha256.Sum256([]byte(verifier))
	q := url.Values{"client_id": {"us"}, "redirect_uri": {redirect}, "response_type": {"code"}, "state": {"st"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(h[:])}, "code_challenge_method": {"S256"}}
	for k, v := range change {
		q.Set(k, v)
	}
	return s.url + "/authorize?" + q.Encode()
}

func (s *stand) code() string {
	s.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.PostForm(s.query(nil), url.Values{"decision": {"allow"}, "account": {"bp-1002"}})
	if err != nil {
		s.t.Fatal(err)
	}
	res.Body.Close()
	to, err := res.Location()
	if err != nil || to.Query().Get("state") != "st" {
		s.t.Fatal(to, err)
	}
	return to.Query().Get("code")
}

func (s *stand) exchange(code string, change map[string]string) (int, map[string]any) {
	s.t.Helper()
	f := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "client_id": {"us"}, "client_secret": {"ours"}, "redirect_uri": {redirect}, "code_verifier": {verifier}}
	for k, v := range change {
		f.Set(k, v)
	}
	res, err := http.PostForm(s.url+"/token", f)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]any
	_ = json.NewDecoder(res.Body).Decode(&out)
	return res.StatusCode, out
}

func TestACodeIsGoodOnceAndOnlyForWhoeverAskedForIt(t *testing.T) {
	s := newStand(t)
	for field, wrong := range map[string]string{"client_id": "them", "client_secret": "theirs", "code_verifier": "another", "redirect_uri": "http://evil.example", "grant_type": "password"} {
		if status, _ := s.exchange(s.code(), map[string]string{field: wrong}); status < 400 {
			t.Errorf("with another %s the answer is %d", field, status)
		}
	}
	code := s.code()
	status, got := s.exchange(code, nil)
	token, _ := got["access_token"].(string)
	if status != 200 || token == "" || s.fake.Revoked(token) {
		t.Fatalf("the exchange gives %d %v", status, got)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/profile", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || !strings.Contains(string(b), "mill.road.pantry") {
		t.Errorf("the profile is %s (%v)", b, err)
	}
	if status, _ := s.exchange(code, nil); status != 400 || !s.fake.Revoked(token) {
		t.Errorf("a second time it is %d, and the token revoked: %v", status, s.fake.Revoked(token))
	}
}

func TestAStrangersRequestLeadsNowhere(t *testing.T) {
	s := newStand(t)
	for field, wrong := range map[string]string{"client_id": "them", "redirect_uri": "http://evil.example", "code_challenge": "", "code_challenge_method": "plain", "response_type": "token"} {
		res, err := http.Get(s.query(map[string]string{field: wrong}))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusBadRequest {
			t.Errorf("with another %s the page is %d", field, res.StatusCode)
		}
		if res, err = http.PostForm(s.query(map[string]string{field: wrong}), url.Values{"decision": {"allow"}}); err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusBadRequest {
			t.Errorf("with another %s the click is %d", field, res.StatusCode)
		}
	}
}
