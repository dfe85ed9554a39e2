package system

import (
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// EndpointNews is what an email about an endpoint says of it.
type EndpointNews struct {
	Name       string            `db:"name"`
	Reason     string            `db:"disabled_reason"`
	Failures   int               `db:"failures"` // in a row
	Since      *time.Time        `db:"failing_since"`
	DisabledAt *time.Time        `db:"disabled_at"`
	StatusCode int               `db:"status_code"` // of the newest attempt; 0 without an answer
	ErrorClass schema.ErrorClass `db:"error_class"`
}

// endpointCase is what such an email hangs on: it is there for one to somebody
// who still owns the agency.
type endpointCase struct {
	EmailID schema.EmailID        `db:"email_id"`
	ID      schema.EndpointID     `db:"endpoint_id"`
	Agency  string                `db:"agency"`
	Status  schema.EndpointStatus `db:"status"`
	EndpointNews
}

// readEndpoints reads them. Nothing is locked: endpoints stand behind emails in
// the order of the locks, and what changes from here on is too late for the mail.
func (g *group) readEndpoints(tx *store.Tx) error {
	var about []schema.EmailID
	for i := range g.emails {
		if e := &g.emails[i]; !e.EndpointID.IsZero() {
			about = append(about, e.ID)
		}
	}
	if len(about) == 0 {
		return nil
	}
	var rows []endpointCase
	err := tx.SelectIn(&rows, `SELECT e.id AS email_id, p.id AS endpoint_id, a.name AS agency, p.status, p.name, p.disabled_reason,
		p.failures, p.failing_since, p.disabled_at FROM emails e JOIN webhook_endpoints p ON p.id = e.endpoint_id
		JOIN agencies a ON a.id = e.agency_id
		JOIN members m ON m.agency_id = e.agency_id AND m.user_id = e.user_id AND m.role = 'owner' WHERE e.id IN (?)`, about)
	g.endpoints = byKey(rows, func(c *endpointCase) schema.EmailID { return c.EmailID })
	return err
}

// wants says whether what the email says is so still.
func (c *endpointCase) wants(k schema.EmailKind) bool {
	if c == nil {
		return false
	}
	e := schema.Endpoint{Status: c.Status, DisabledReason: schema.DisabledReason(c.Reason), FailingSince: c.Since}
	return e.StillTrue(k)
}

// letter adds what the endpoint answered last to an event.
func (c *endpointCase) letter(tx *store.Tx, u *schema.User) (Letter, error) {
	err := tx.Get(c, `SELECT a.status_code, a.error_class FROM webhook_attempts a
		LEFT JOIN webhook_deliveries d ON d.id = a.delivery_id WHERE a.endpoint_id = ? AND d.test IS NOT TRUE ORDER BY a.started_at DESC LIMIT 1`, c.ID)
	if schema.KindOf(err) == schema.NotFound {
		err = nil // pruned
	}
	return Letter{FullName: u.FullName, Agency: c.Agency, Endpoint: &c.EndpointNews}, err
}
