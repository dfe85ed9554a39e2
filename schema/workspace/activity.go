package workspace

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"anteroom/schema"
)

// ActivityKind is a group of events that the log can be narrowed to.
type ActivityKind string

// The groups.
const (
	ActivityAll         ActivityKind = ""
	ActivityInvitations ActivityKind = "invitations"
	ActivityAccess      ActivityKind = "access"
	ActivityClients     ActivityKind = "clients"
	ActivityAccounts    ActivityKind = "accounts"
	ActivityMedia       ActivityKind = "media"
)

// activityTypes is what the types of a group's events begin with.
var activityTypes = map[ActivityKind]string{
	ActivityInvitations: "invitation.", ActivityAccess: "client_user.", ActivityClients: "client.",
	ActivityAccounts: "social_account.", ActivityMedia: "media.",
}

// ActivitySize is how many events stand on a page.
const ActivitySize = 50

// ActivityFilter narrows the log; the zero filter is all of it.
type ActivityFilter struct {
	Kind   ActivityKind
	Client schema.ClientID
	Person schema.ClientUserID
	Query  string         // part of a client's name, or of a person's name or address
	Before schema.EventID // older than that event
	// Open is an event that has to be on the page: where it would stand on a
	// later one, the page begins with it.
	Open schema.EventID
}

// ActivityEvent is a line of the log.
type ActivityEvent struct {
	schema.Event
	Data      schema.PayloadData `db:"-"`
	ActorName string             `db:"actor_name"` // empty for those without an account
	// OldAddress is the one before the address was changed.
	OldAddress string `db:"-"`
}

// ActivityPage is a page of the log, newest first.
type ActivityPage struct {
	Events []ActivityEvent
	Newest bool           // nothing newer passes the filter
	Older  schema.EventID // the page after this one is before it; zero on the last
	Client schema.Client  // that the filter names
	Person UserRow        // that the filter names
	Now    time.Time
}

// Activity reads the agency's log. A client, person or event of another agency
// is ErrNotFound, and so is an Open that the rest of the filter leaves out.
func (w *Workspace) Activity(ctx context.Context, f ActivityFilter) (p ActivityPage, err error) {
	if err := w.checkActivity(ctx, f, &p); err != nil {
		return p, err
	}
	if err := w.activityPage(ctx, f.conditions("<", f.Before), f, &p); err != nil {
		return p, err
	}
	p.Newest = f.Before.IsZero()
	if f.Open.IsZero() || has(p.Events, f.Open) {
		return p, nil
	}
	if err := w.activityPage(ctx, f.conditions("<=", f.Open), f, &p); err != nil {
		return p, err
	}
	p.Newest = false
	if !has(p.Events, f.Open) {
		return p, schema.ErrNotFound
	}
	return p, nil
}

func has(events []ActivityEvent, id schema.EventID) bool {
	for i := range events {
		if events[i].ID == id {
			return true
		}
	}
	return false
}

// checkActivity reads what the filter names.
func (w *Workspace) checkActivity(ctx context.Context, f ActivityFilter, p *ActivityPage) (err error) {
	if _, ok := activityTypes[f.Kind]; !ok && f.Kind != ActivityAll {
		return schema.ErrNotFound
	}
	if !f.Client.IsZero() {
		if p.Client, err = w.Client(ctx, f.Client); err != nil {
			return err
		}
	}
	if !f.Person.IsZero() {
		if p.Person, err = w.ClientUser(ctx, f.Person); err != nil {
			return err
		}
	}
	for _, id := range []schema.EventID{f.Before, f.Open} {
		if id.IsZero() {
			continue
		}
		var there bool
		err := w.db.GetContext(ctx, &there, `SELECT EXISTS (SELECT 1 FROM events WHERE id = ? AND agency_id = ?)`, id, w.Agency.ID)
		if err != nil {
			return err
		}
		if !there {
			return schema.ErrNotFound
		}
	}
	return nil
}

// conditions are those on the events themselves, as x, that stand in an index.
func (f ActivityFilter) conditions(compare string, edge schema.EventID) (c conditions) {
	if !edge.IsZero() {
		c.add(`x.id `+compare+` ?`, edge)
	}
	if !f.Client.IsZero() {
		c.add(`x.client_id = ?`, f.Client)
	}
	if !f.Person.IsZero() {
		c.add(`x.subject_id = ?`, f.Person)
	}
	if f.Kind != ActivityAll {
		c.add(`x.type LIKE ?`, activityTypes[f.Kind]+"%")
	}
	return c
}

// conditions are joined by AND.
type conditions struct {
	sql  string
	args []any
}

func (c *conditions) add(sql string, args ...any) {
	c.sql += ` AND ` + sql
	c.args = append(c.args, args...)
}

// activityPage reads one page, and one event more to see whether there are any.
func (w *Workspace) activityPage(ctx context.Context, c conditions, f ActivityFilter, p *ActivityPage) error {
	ids, args := w.activityIDs(c, f)
	p.Events, p.Older = nil, schema.EventID{}
	err := w.db.SelectContext(ctx, &p.Events, `SELECT STRAIGHT_JOIN e.id, e.agency_id, e.client_id, e.subject_id, e.sequence, e.type, e.actor_type,
		e.actor_id, e.occurred_at, e.payload, COALESCE(a.full_name, '') AS actor_name
		FROM (`+ids+`) m JOIN events e ON e.id = m.id LEFT JOIN users a ON a.id = e.actor_id
		WHERE e.agency_id = ? ORDER BY e.id DESC`, append(args, w.Agency.ID)...)
	if err != nil {
		return err
	}
	if len(p.Events) > ActivitySize {
		p.Events = p.Events[:ActivitySize]
		p.Older = p.Events[ActivitySize-1].ID
	}
	if err := w.db.GetContext(ctx, &p.Now, `SELECT UTC_TIMESTAMP(6)`); err != nil {
		return err
	}
	return w.tellEvents(ctx, p.Events)
}

// activityIDs is the statement that finds a page's events. Each kind of filter
// has its index, which is named because it is also the order: without the name
// an engine may read all of an agency's events to sort them.
func (w *Workspace) activityIDs(c conditions, f ActivityFilter) (query string, args []any) {
	q := strings.TrimSpace(strings.ToValidUTF8(f.Query, ""))
	switch {
	case q != "":
		query, args = w.activityLike(q, c, f)
	case !f.Person.IsZero():
		query, args = w.activityBy("events_subject", c)
	case !f.Client.IsZero():
		query, args = w.activityBy("events_client", c)
	case f.Kind == ActivityClients:
		query, args = w.activityLike("", c, f)
	default:
		query, args = w.activityBy("events_agency", c)
	}
	return query + ` ORDER BY id DESC LIMIT ?`, append(args, ActivitySize+1)
}

func (w *Workspace) activityBy(index string, c conditions) (query string, args []any) {
	return `SELECT x.id FROM events x FORCE INDEX (` + index + `) WHERE x.agency_id = ?` + c.sql, append([]any{w.Agency.ID}, c.args...)
}

// activityLike finds the events of all clients and people that a text is part
// of. Those about clients alone are few: they are found by the clients.
func (w *Workspace) activityLike(q string, c conditions, f ActivityFilter) (query string, args []any) {
	on := `FORCE INDEX (events_client) ON x.client_id = c.id`
	if f.Kind == ActivityClients {
		on = `FORCE INDEX (events_subject) ON x.subject_id = c.id`
	}
	query = `SELECT STRAIGHT_JOIN x.id FROM clients c JOIN events x ` + on + ` WHERE c.agency_id = ? AND c.name LIKE ?` + c.sql
	args = append([]any{w.Agency.ID, like(q)}, c.args...)
	if f.Kind == ActivityClients {
		return query, args
	}
	query += ` UNION SELECT STRAIGHT_JOIN x.id FROM client_users u JOIN events x FORCE INDEX (events_subject) ON x.subject_id = u.id
		WHERE u.agency_id = ? AND (` + personLike + `)` + c.sql
	return query, append(append(append(args, w.Agency.ID), personArgs(q)...), c.args...)
}

// tellEvents reads what the events say.
func (w *Workspace) tellEvents(ctx context.Context, events []ActivityEvent) error {
	var before conditions
	for i := range events {
		e := &events[i]
		if err := e.read(); err != nil {
			return err
		}
		if e.Type == schema.InvitationAddressChanged {
			before.sql += ` OR (subject_id = ? AND sequence = ?)`
			before.args = append(before.args, e.SubjectID, e.Sequence-1)
		}
	}
	if before.sql == "" {
		return nil
	}
	var earlier []ActivityEvent
	err := w.db.SelectContext(ctx, &earlier, `SELECT id, subject_id, sequence, payload FROM events WHERE FALSE`+before.sql, before.args...)
	if err != nil {
		return err
	}
	for i := range earlier {
		if err := earlier[i].read(); err != nil {
			return err
		}
	}
	addOldAddresses(events, earlier)
	return nil
}

// addOldAddresses takes the address before a change from the event before it.
func addOldAddresses(events, earlier []ActivityEvent) {
	for i := range events {
		for j := range earlier {
			e, b := &events[i], &earlier[j]
			if e.Type == schema.InvitationAddressChanged && b.SubjectID == e.SubjectID && b.Sequence == e.Sequence-1 && b.Data.ClientUser != nil {
				e.OldAddress = b.Data.ClientUser.Email
			}
		}
	}
}

func (e *ActivityEvent) read() error {
	var p schema.Payload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return fmt.Errorf("workspace: the payload of %s can't be read: %w", e.ID, err)
	}
	e.Data = p.Data
	return nil
}
