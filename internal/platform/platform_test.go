package platform

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

var base = &url.URL{Scheme: "https", Host: "portal.example.com"}

func all() map[string]Credentials {
	out := map[string]Credentials{}
	for _, name := range Names() {
		out[name] = Credentials{"the-id", "the-secret"}
	}
	return out
}

func TestOnlyPlatformsWithBothCredentialsAreOffered(t *testing.T) {
	r := New(base, map[string]Credentials{"tiktok": {"id", "secret"}, "x": {ID: "id"}, "facebook": {Secret: "secret"}, "myspace": {"id", "secret"}})
	if len(r.All()) != 1 || r.All()[0].Name != "TikTok" {
		t.Errorf("it offers %+v", r.All())
	}
	if _, ok := r.Get("x"); ok {
		t.Error("half of a configuration is offered")
	}
	var none *Registry
	if len(none.All()) != 0 || none.Origins() != nil {
		t.Error("without a registry something is offered")
	}
}

func TestTheWayToEveryPlatformSaysWhoComesAndProvesIt(t *testing.T) {
	for _, p := range New(base, all()).All() {
		u, err := url.Parse(p.AuthURL("the-state", strings.Repeat("v", 43)))
		if err != nil || u.Scheme != "https" || p.Origin() != "https://"+u.Host {
			t.Fatalf("%s: %s (%v)", p.Key, u, err)
		}
		q := u.Query()
		id := q.Get("client_id")
		if p.Key == "tiktok" {
			id = q.Get("client_key")
		}
		if id != "the-id" || q.Get("state") != "the-state" || q.Get("response_type") != "code" || q.Get("scope") == "" ||
			q.Get("redirect_uri") != "https://portal.example.com/connect/"+p.Key+"/callback" {
			t.Errorf("%s is asked by %s", p.Key, u)
		}
		size := map[string]int{"linkedin": 0, "tiktok": 64}
		want, special := size[p.Key]
		if !special {
			want = 43
		}
		if c := q.Get("code_challenge"); len(c) != want || (want > 0) != (q.Get("code_challenge_method") == "S256") {
			t.Errorf("%s gets the challenge %q", p.Key, c)
		}
		if strings.Contains(u.String(), "the-secret") {
			t.Errorf("%s gets the secret by the browser", p.Key)
		}
	}
}

// The answers are those of the platforms' documentations, shortened.
func TestEveryPlatformsAnswersAreRead(t *testing.T) {
	for key, c := range map[string]struct{ profile, id, handle string }{
		"instagram": {`{"user_id":"1784","username":"saffron.buns"}`, "1784", "saffron.buns"},
		"facebook":  {`{"data":[{"id":"77","name":"Orchard Lane","access_token":"the-pages"}]}`, "77", "Orchard Lane"},
		"threads":   {`{"id":"9","username":"saffron.buns"}`, "9", "saffron.buns"},
		"tiktok":    {`{"data":{"user":{"open_id":"7-a","display_name":"Buns"}},"error":{"code":"ok"}}`, "7-a", "Buns"},
		"youtube":   {`{"items":[{"id":"UC1","snippet":{"title":"Orchard Lane"}}]}`, "UC1", "Orchard Lane"},
		"linkedin":  {`{"sub":"abc","name":"Ines Duarte"}`, "abc", "Ines Duarte"},
		"pinterest": {`{"id":"5","username":"buns"}`, "5", "buns"},
		"x":         {`{"data":{"id":"22","name":"Buns","username":"saffron_buns"}}`, "22", "saffron_buns"},
	} {
		t.Run(key, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if r.Method == http.MethodPost {
					if err := exchange(key, r); err != "" {
						t.Errorf("the exchange: %s", err)
					}
					_, _ = w.Write([]byte(`{"access_token":"short","token_type":"bearer","expires_in":3600}`))
					return
				}
				if r.URL.Query().Has("grant_type") {
					_, _ = w.Write([]byte(`{"access_token":"long","expires_in":5184000}`))
					return
				}
				if a := r.Header.Get("Authorization"); a != "Bearer short" && a != "Bearer long" {
					t.Errorf("the profile is asked for with %q", a)
				}
				_, _ = w.Write([]byte(c.profile))
			}))
			defer server.Close()
			p, _ := New(base, all()).Get(key)
			p.at(server.URL)
			a, err := p.Exchange(t.Context(), "the-code", "the-verifier")
			if err != nil || a.ExternalID != c.id || a.Handle != c.handle {
				t.Fatalf("the account is %+v (%v)", a, err)
			}
			var k kept
			if err := json.Unmarshal(a.Token, &k); err != nil {
				t.Fatal(err)
			}
			want := map[bool]string{true: "long", false: "short"}[p.longer.url != ""]
			if key == "facebook" {
				want = "the-pages"
			}
			if k.Access != want || (a.ExpiresAt == nil) != (key == "facebook") {
				t.Errorf("kept is %+v until %v", k, a.ExpiresAt)
			}
		})
	}
}

// exchange says what is wrong with a token request.
func exchange(key string, r *http.Request) string {
	if err := r.ParseForm(); err != nil {
		return err.Error()
	}
	id, secret, basic := r.BasicAuth()
	if basic != (key == "x" || key == "pinterest") {
		return "the credentials are in the wrong place"
	}
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	switch {
	case id != "the-id" || secret != "the-secret":
		return "the credentials are wrong"
	case key == "tiktok" && r.PostForm.Get("client_key") != "the-id":
		return "there is no client_key"
	case (r.PostForm.Get("code_verifier") == "the-verifier") == (key == "linkedin"):
		return "the verifier is not as it should be"
	case r.PostForm.Get("code") != "the-code":
		return "the code is wrong"
	}
	return ""
}

func TestWhatIsNoAnswerIsAnErrorThatTellsNoSecret(t *testing.T) {
	for name, c := range map[string]struct {
		token, profile string
		status         int
		want           error
	}{
		"a refusal":        {`{"error":"invalid_grant","error_description":"the-code the-secret"}`, "", 400, ErrExchange},
		"a page":           {"<!doctype html>the-code", "", 200, ErrExchange},
		"no token":         {`{"token_type":"bearer"}`, "", 200, ErrExchange},
		"a redirect":       {"", "", 302, ErrExchange},
		"no profile":       {`{"access_token":"tok"}`, "", 200, ErrProfile},
		"a page for it":    {`{"access_token":"tok"}`, "<p>the-secret", 200, ErrProfile},
		"a profile of 2MB": {`{"access_token":"tok"}`, `{"id":"` + strings.Repeat("1", 2<<20) + `"}`, 200, ErrProfile},
		"a long ID":        {`{"access_token":"tok"}`, `{"id":"` + strings.Repeat("1", 191) + `"}`, 200, ErrProfile},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if c.status == 302 {
					w.Header().Set("Location", "/elsewhere")
				}
				if r.Method == http.MethodPost {
					w.WriteHeader(c.status)
					_, _ = w.Write([]byte(c.token))
					return
				}
				if r.URL.Path == "/elsewhere" {
					t.Error("the redirect was followed")
				}
				_, _ = w.Write([]byte(c.profile))
			}))
			defer server.Close()
			p, _ := New(base, all()).Get("pinterest")
			p.at(server.URL)
			_, err := p.Exchange(t.Context(), "the-code", "the-verifier")
			if !errors.Is(err, c.want) {
				t.Fatalf("it is %v, want %v", err, c.want)
			}
			for _, secret := range []string{"the-code", "the-secret", "the-verifier", "tok"} {
				if slices.Contains(strings.Fields(err.Error()), secret) {
					t.Errorf("the error tells %q: %v", secret, err)
				}
			}
		})
	}
}

func TestSomebodyWithoutAPageOrChannelHasNoAccount(t *testing.T) {
	for key, answer := range map[string]string{"youtube": `{"items":[]}`, "facebook": `{"data":[]}`} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if r.Method == http.MethodPost || r.URL.Query().Has("grant_type") {
				answer := `{"access_token":"tok"}`
				_, _ = w.Write([]byte(answer))
				return
			}
			_, _ = w.Write([]byte(answer))
		}))
		p, _ := New(base, all()).Get(key)
		p.at(server.URL)
		if _, err := p.Exchange(t.Context(), "c", "v"); !errors.Is(err, ErrNoAccount) {
			t.Errorf("%s: %v", key, err)
		}
		server.Close()
	}
}

func TestATokenThatCanBeRenewedAsksForNoSignIn(t *testing.T) {
	a, err := account((&oauth2.Token{AccessToken: "a", RefreshToken: "r", ExpiresIn: 1}), identity{ID: "1"})
	if err != nil || a.ExpiresAt != nil || a.Handle != "1" {
		t.Errorf("it is %+v (%v)", a, err)
	}
}
