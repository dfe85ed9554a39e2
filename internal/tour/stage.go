package tour

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/redis/go-redis/v9"

	"anteroom/internal/keyring"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/demo"
	"anteroom/schema/visitor"
)

// Stage is a running site in the states of the tour. It is safe for concurrent
// use.
type Stage struct {
	Base string // its URL, without a slash at the end

	db       *schema.DB
	rdb      redis.UniversalClient
	bell     *jobs.Bell
	keys     *keyring.Ring
	visitor  *visitor.Visitor
	names    map[string]string // what {names} in paths stand for
	sessions map[string]string // tokens by address
}

var placeholder = regexp.MustCompile(`\{([^}]+)\}`)

// URL is where a stop is.
func (s *Stage) URL(stop Stop) (string, error) {
	var missing error
	path := placeholder.ReplaceAllStringFunc(stop.Path, func(name string) string {
		value, ok := s.names[name[1:len(name)-1]]
		if !ok {
			missing = fmt.Errorf("tour: %s: nothing is called %s", stop.Name, name)
		}
		return url.PathEscape(value)
	})
	return s.Base + path, missing
}

// Session is the token of whoever a stop is seen by; empty for nobody.
func (s *Stage) Session(stop Stop) (string, error) {
	token := s.sessions[stop.As]
	if stop.As != "" && token == "" {
		return "", fmt.Errorf("tour: %s: nobody is signed in as %s", stop.Name, stop.As)
	}
	return token, nil
}

// What people's browsers call themselves.
const (
	laptop = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
	phone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)

// signIn signs in everybody that the stops name, and the owner at a phone too.
func (s *Stage) signIn(ctx context.Context) error {
	for _, stop := range All() {
		if stop.As == "" || s.sessions[stop.As] != "" {
			continue
		}
		token, err := s.visitor.SignIn(ctx, stop.As, demo.Password, laptop)
		if err != nil {
			return fmt.Errorf("%s: %w", stop.As, err)
		}
		s.sessions[stop.As] = string(token)
	}
	_, err := s.visitor.SignIn(ctx, demo.Owner, demo.Password, phone)
	return err
}

// mailsWithin is far above what the worker takes for all mails.
const mailsWithin = time.Minute

// quiet rings for what there is to send and waits until the worker has sent it.
func (s *Stage) quiet(ctx context.Context) error {
	var queued []schema.Email
	if err := s.db.Unsafe().SelectContext(ctx, &queued, `SELECT * FROM emails WHERE state = 'queued'`); err != nil {
		return err
	}
	for i := range queued {
		s.bell.Ring(ctx, queued[i].Due())
	}
	for end := time.Now().Add(mailsWithin); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var owed int
		err := s.db.GetContext(ctx, &owed, `SELECT COUNT(*) FROM emails WHERE state IN ('queued', 'sending')`)
		if err != nil || owed == 0 {
			return err
		}
	}
	return fmt.Errorf("mails are still queued after %s", mailsWithin)
}

func (s *Stage) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.db.ExecContext(ctx, query, args...)
	return err
}
