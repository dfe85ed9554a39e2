package crm

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// maxSecrets is how many are trusted at once: those of a few endpoints, and of
// rotations under way.
const maxSecrets = 8

// Secret is the one to register an endpoint with: the first of its file.
func (s *Server) Secret() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secrets[len(s.secrets)-1]
}

func (s *Server) load() error {
	b, err := os.ReadFile(s.options.SecretFile)
	if errors.Is(err, os.ErrNotExist) {
		key := make([]byte, 32)
		rand.Read(key) // never fails
		s.secrets = []string{"whsec_" + base64.StdEncoding.EncodeToString(key)}
		return s.save()
	}
	if err != nil {
		return fmt.Errorf("crm: %w", err)
	}
	s.secrets = strings.Fields(string(b))
	slices.Reverse(s.secrets)
	for _, secret := range s.secrets {
		if check(secret) != "" {
			return fmt.Errorf("crm: %s holds what is no secret", s.options.SecretFile)
		}
	}
	if len(s.secrets) == 0 {
		return fmt.Errorf("crm: %s is empty; delete it", s.options.SecretFile)
	}
	return nil
}

// save writes the file, the oldest secret first.
func (s *Server) save() error {
	lines := slices.Clone(s.secrets)
	slices.Reverse(lines)
	if err := os.WriteFile(s.options.SecretFile, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return fmt.Errorf("crm: %w", err)
	}
	return nil
}

// check says what is wrong with a secret. The library would take an empty one.
func check(secret string) string {
	rest, ok := strings.CutPrefix(secret, "whsec_")
	key, err := base64.StdEncoding.DecodeString(rest)
	if !ok || err != nil || len(key) < 24 {
		return "That is no signing secret. Copy it from the endpoint’s page: whsec_ and 44 characters."
	}
	return ""
}

// trust adds a secret, of another endpoint or after a rotation.
func (s *Server) trust(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	secret := strings.TrimSpace(r.PostFormValue("secret"))
	if wrong := check(secret); wrong != "" {
		s.show(w, http.StatusUnprocessableEntity, "crm.html", s.view(wrong))
		return
	}
	if err := s.add(secret); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/dev/crm", http.StatusSeeOther)
}

func (s *Server) add(secret string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets = slices.DeleteFunc(s.secrets, func(known string) bool { return known == secret })
	s.secrets = slices.Insert(s.secrets, 0, secret)
	// The one that it was made with stays, as the last.
	for len(s.secrets) > maxSecrets {
		s.secrets = slices.Delete(s.secrets, maxSecrets-1, maxSecrets)
	}
	s.version++
	return s.save()
}

// hints are what is shown of the secrets: the last four characters before the
// padding.
func (s *Server) hints() (out []string) {
	for _, secret := range s.secrets {
		bare := strings.TrimRight(secret, "=")
		out = append(out, "whsec_••••"+bare[len(bare)-4:])
	}
	return out
}

// verify says why a request is not to be trusted; nil when one of the secrets
// signed it.
func (s *Server) verify(body []byte, h http.Header) (err error) {
	s.mu.Lock()
	secrets := slices.Clone(s.secrets)
	s.mu.Unlock()
	for _, secret := range secrets {
		var v *standardwebhooks.Webhook
		if v, err = standardwebhooks.NewWebhook(secret); err != nil {
			continue
		}
		if err = v.Verify(body, h); err == nil {
			return nil
		}
	}
	return err
}
