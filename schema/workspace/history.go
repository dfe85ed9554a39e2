package workspace

import (
	"context"
	"time"

	"anteroom/schema"
)

// History is an event with all that happened to its subject, oldest first.
type History struct {
	Event  ActivityEvent
	Events []ActivityEvent // the subject's, in sequence
	Emails []schema.Email  // to the person
	Person *UserRow        // nil where the subject is a client
	Now    time.Time
}

// Length is how many events the subject has.
func (h *History) Length() uint32 { return h.Events[len(h.Events)-1].Sequence }

// History reads an event's.
func (w *Workspace) History(ctx context.Context, id schema.EventID) (h History, err error) {
	err = w.db.GetContext(ctx, &h.Event, `SELECT subject_id, client_id FROM events WHERE id = ? AND agency_id = ?`, id, w.Agency.ID)
	if err = missing(err); err != nil {
		return h, err
	}
	subject := h.Event.SubjectID
	err = w.db.SelectContext(ctx, &h.Events, `SELECT e.id, e.agency_id, e.client_id, e.subject_id, e.sequence, e.type, e.actor_type,
		e.actor_id, e.occurred_at, e.payload, COALESCE(a.full_name, '') AS actor_name
		FROM events e LEFT JOIN users a ON a.id = e.actor_id
		WHERE e.subject_id = ? AND e.agency_id = ? ORDER BY e.sequence`, subject, w.Agency.ID)
	if err != nil {
		return h, err
	}
	for i := range h.Events {
		if err := h.Events[i].read(); err != nil {
			return h, err
		}
	}
	addOldAddresses(h.Events, h.Events)
	for _, e := range h.Events {
		if e.ID == id {
			h.Event = e
		}
	}
	if err := w.db.GetContext(ctx, &h.Now, `SELECT UTC_TIMESTAMP(6)`); err != nil || subject == schema.SubjectID(h.Event.ClientID) {
		return h, err
	}
	return h, w.addPerson(ctx, &h)
}

// addPerson reads the person that the events are about, and the emails. Events
// of later kinds may be about something else, which has neither.
func (w *Workspace) addPerson(ctx context.Context, h *History) error {
	r, err := w.ClientUser(ctx, schema.ClientUserID(h.Event.SubjectID))
	if schema.KindOf(err) == schema.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	h.Person = &r
	return w.db.SelectContext(ctx, &h.Emails, `SELECT id, kind, generation, address, state, state_at, attempt, due_at, code, reason, created_at, retry_at
		FROM emails WHERE client_user_id = ? ORDER BY created_at, id`, r.ID)
}
