package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// CRM is the receiver that the demo's endpoint leads to. The zero one is none.
type CRM struct{ URL, Secret string }

// SeedWebhooks gives the demo's agency webhook endpoints with a past: one to the
// CRM, which answers well but for a hiccup within the last hour, and one that is
// disabled and missed 214 events. They come from a client that had many people for
// a day. It reports false, and changes nothing, if there is no demo, or if it ever
// had an endpoint.
func SeedWebhooks(ctx context.Context, db *schema.DB, keys *keyring.Ring, crm CRM) (bool, error) {
	seeded := false
	err := store.Run(ctx, db, func(tx *store.Tx) error {
		s := &seed{tx: tx, ids: ulid.Monotonic(rand.Reader, 0), users: map[string]schema.User{}}
		there, err := s.find(`SELECT EXISTS (SELECT 1 FROM webhook_endpoints WHERE agency_id = ?)`)
		if seeded = err == nil && there; !seeded {
			return err
		}
		s.festival()
		if crm != (CRM{}) {
			s.crmSync(keys, crm)
		}
		s.studioBoard(keys)
		return s.err
	})
	if err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	return seeded, nil
}

// crmPath is how the URL of the CRM of a development stack looks. Its port can be
// another one at each start.
const crmPath = "http://127.0.0.1:%/dev/crm/hook"

// PointCRM leads every endpoint of this machine's CRM to its present URL.
func PointCRM(ctx context.Context, db *schema.DB, url string) error {
	return store.Run(ctx, db, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE webhook_endpoints SET url = ? WHERE url LIKE ? AND status <> 'deleted'`, url, crmPath)
		return err
	})
}

// find reads the demo's agency and owner; it reports false where there is none, or
// where a query says that the agency has been given its part already.
func (s *seed) find(has string) (bool, error) {
	err := s.tx.Get(&s.owner, `SELECT id, email, full_name FROM users WHERE email_key = ?`, Owner)
	if errors.Is(err, schema.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = s.tx.Get(&s.a, `SELECT a.id, a.invitation_days FROM agencies a JOIN members m ON m.agency_id = a.id
		WHERE m.user_id = ? AND m.role = 'owner' ORDER BY a.id LIMIT 1 FOR UPDATE`, s.owner.ID)
	if errors.Is(err, schema.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var done bool
	err = s.tx.Get(&done, has, s.a.ID)
	return !done, err
}

func (s *seed) crmSync(keys *keyring.Ring, crm CRM) {
	e := s.newEndpoint(keys, "CRM sync", crm.URL, crm.Secret, 29*day)
	last := s.ago(9 * time.Minute)
	e.LastSuccessAt = &last
	s.endpoint(e)
	s.deliver(e, s.events(e.CreatedAt), crmStory)
}

// boardFailed is when the studio's board began to fail.
const boardFailed = 12 * day

func (s *seed) studioBoard(keys *keyring.Ring) {
	e := s.newEndpoint(keys, "Studio board", "https://board.haldenstreet.example/in/4f2", schema.NewEndpointSecret(), 28*day)
	e.Types = schema.TypesOf([]schema.EventType{schema.InvitationAccepted, schema.InvitationRevoked,
		schema.ClientUserActivated, schema.ClientUserDeactivated})
	success, since := s.ago(20*day), s.ago(boardFailed)
	e.LastSuccessAt, e.FailingSince, e.Failures, e.Notices = &success, &since, 9, 3
	e.Disable(since.Add(schema.DisableAfter), schema.DisabledFailing)
	s.endpoint(e)
	s.deliver(e, s.events(e.CreatedAt), boardStory)
}

func (s *seed) newEndpoint(keys *keyring.Ring, name, url, secret string, ago time.Duration) *schema.Endpoint {
	e := &schema.Endpoint{ID: schema.New[schema.EndpointID](), AgencyID: s.a.ID, Name: name, URL: url, Status: schema.EndpointEnabled,
		SecretHint: schema.SecretHint(secret), CreatedBy: s.owner.ID, CreatedAt: s.ago(ago)}
	e.Secret = schema.SealSecret(keys, e.ID, secret)
	return e
}

func (s *seed) endpoint(e *schema.Endpoint) {
	s.named(`INSERT INTO webhook_endpoints (id, agency_id, name, url, types, status, disabled_reason, disabled_at, secret,
		secret_hint, failures, failing_since, notices, last_success_at, event_seq, created_by, created_at)
		VALUES (:id, :agency_id, :name, :url, :types, :status, :disabled_reason, :disabled_at, :secret,
		:secret_hint, :failures, :failing_since, :notices, :last_success_at, :event_seq, :created_by, :created_at)`, e)
}

// events are all since then.
func (s *seed) events(since time.Time) (out []schema.Event) {
	s.do(func() error {
		return s.tx.Select(&out, `SELECT id, agency_id, client_id, subject_id, sequence, type, actor_type, actor_id, occurred_at, payload
			FROM events WHERE agency_id = ? AND occurred_at > ? ORDER BY id`, s.a.ID, since)
	})
	return out
}
