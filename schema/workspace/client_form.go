package workspace

import (
	"context"
	"net/url"
	"strings"
	"unicode/utf8"

	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// ClientForm is what a person enters about a client. Email, Website and
// ExternalID may be empty.
type ClientForm struct {
	// ID is for AddClient: made with the form, so that pressing its button
	// twice adds one client.
	ID                               schema.ClientID
	Name, Email, Website, ExternalID string
}

const maxWebsite = 200

func (f ClientForm) apply(c *schema.Client) (err error) {
	if c.Name, err = schema.ParseName("name", "Name", f.Name); err != nil {
		return err
	}
	c.Email = ""
	if strings.TrimSpace(f.Email) != "" {
		a, err := schema.ParseAddress(f.Email)
		if err != nil {
			return err
		}
		c.Email = a.Typed
	}
	if c.Website, err = parseWebsite(f.Website); err != nil {
		return err
	}
	c.ExternalID = nil
	if strings.TrimSpace(f.ExternalID) != "" {
		id, err := schema.ParseName("external_id", "External ID", f.ExternalID)
		if err != nil {
			return err
		}
		c.ExternalID = &id
	}
	return nil
}

// parseWebsite takes a domain or an http(s) URL and gives it without scheme,
// as the list shows it.
func parseWebsite(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	bad := &schema.Error{Kind: schema.Invalid, Field: "website", Code: "website",
		Message: "That is not a web address. It should look like example.com."}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	u, err := url.Parse("https://" + s)
	if err != nil || !utf8.ValidString(s) || u.User != nil || !strings.Contains(u.Hostname(), ".") || strings.ContainsAny(s, " \t\r\n<>\"") || len(s) > maxWebsite {
		return "", bad
	}
	return strings.TrimSuffix(s, "/"), nil
}

// AddClient adds a client to the agency. A form that comes twice finds the
// client that it added before.
func (w *Workspace) AddClient(ctx context.Context, f ClientForm) (c schema.Client, err error) {
	if err := f.apply(&c); err != nil {
		return c, err
	}
	err = w.change(ctx, func(tx *store.Tx) error {
		if there, err := w.added(tx, f.ID); err != nil || !there.ID.IsZero() {
			c = there
			return err
		}
		if c.ID = f.ID; c.ID.IsZero() {
			c.ID = schema.New[schema.ClientID]()
		}
		c.AgencyID, c.CreatedAt = w.Agency.ID, tx.Now
		c.CascadeState, c.EventSeq = schema.CascadeNone, 0
		if err := w.freeExternalID(tx, c); err != nil {
			return err
		}
		created := schema.NewClientEvent(schema.ClientCreated, tx.Now, &c, w.actor())
		_, err := tx.Named(`INSERT INTO clients (id, agency_id, name, email, website, external_id, event_seq, created_at, cascade_state)
			VALUES (:id, :agency_id, :name, :email, :website, :external_id, :event_seq, :created_at, :cascade_state)`, &c)
		if err != nil {
			return err
		}
		return event.Append(tx, created)
	})
	return c, err
}

// added finds the client that this form added before, if it did. An ID that
// another agency has is not there for this one.
func (w *Workspace) added(tx *store.Tx, id schema.ClientID) (schema.Client, error) {
	if id.IsZero() {
		return schema.Client{}, nil
	}
	c, err := lock.ClientShared(tx, id)
	if schema.KindOf(err) == schema.NotFound {
		return schema.Client{}, nil
	}
	return w.own(c, err)
}

// EditClient changes what is known of a client.
func (w *Workspace) EditClient(ctx context.Context, id schema.ClientID, f ClientForm) error {
	return w.change(ctx, func(tx *store.Tx) error {
		c, err := w.own(lock.Client(tx, id))
		if err != nil {
			return err
		}
		if err := f.apply(&c); err != nil {
			return err
		}
		if err := w.freeExternalID(tx, c); err != nil {
			return err
		}
		return w.saveClient(tx, &c, schema.ClientUpdated)
	})
}

// freeExternalID refuses an external ID that another client of the agency has.
func (w *Workspace) freeExternalID(tx *store.Tx, c schema.Client) error {
	if c.ExternalID == nil {
		return nil
	}
	var taken bool
	err := tx.Get(&taken, `SELECT EXISTS (SELECT 1 FROM clients WHERE agency_id = ? AND external_id = ? AND id <> ?)`,
		w.Agency.ID, *c.ExternalID, c.ID)
	if err == nil && taken {
		return &schema.Error{Kind: schema.Invalid, Field: "external_id", Code: "external_id_taken",
			Message: "Another client has this ID. Each client needs its own."}
	}
	return err
}

// saveClient writes a locked client as it stands now, with its event.
func (w *Workspace) saveClient(tx *store.Tx, c *schema.Client, t schema.EventType) error {
	e := schema.NewClientEvent(t, tx.Now, c, w.actor())
	_, err := tx.Named(`UPDATE clients SET name = :name, email = :email, website = :website, external_id = :external_id,
		event_seq = :event_seq, deleted_at = :deleted_at, deleted_by = :deleted_by, cascade_state = :cascade_state,
		cascade_due_at = :cascade_due_at WHERE id = :id`, c)
	if err != nil {
		return err
	}
	return event.Append(tx, e)
}
