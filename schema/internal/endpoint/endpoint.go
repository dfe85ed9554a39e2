// Package endpoint locks and writes webhook endpoints. In the order of the locks
// they stand between emails and deliveries.
package endpoint

import (
	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/store"
)

// Columns are all that schema.Endpoint has.
const Columns = `id, agency_id, name, url, types, rate_per_minute, status, disabled_reason, disabled_at, secret,
	secret_hint, old_secret, old_secret_until, failures, failing_since, notices, last_success_at, free_at, event_seq,
	ring, ring_at, created_by, created_at`

// Lock locks an endpoint, deleted or not.
func Lock(tx *store.Tx, id schema.EndpointID) (e schema.Endpoint, err error) {
	err = tx.Get(&e, `SELECT `+Columns+` FROM webhook_endpoints WHERE id = ? FOR UPDATE`, id)
	return e, err
}

// LockAll locks several.
func LockAll(tx *store.Tx, ids []schema.EndpointID) (out []schema.Endpoint, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = tx.SelectIn(&out, `SELECT `+Columns+` FROM webhook_endpoints WHERE id IN (?) ORDER BY id FOR UPDATE`, ids)
	return out, err
}

// Save writes an endpoint as it stands now.
func Save(tx *store.Tx, e *schema.Endpoint) error {
	_, err := tx.Named(`UPDATE webhook_endpoints SET name = :name, url = :url, types = :types, rate_per_minute = :rate_per_minute,
		status = :status, disabled_reason = :disabled_reason, disabled_at = :disabled_at, secret = :secret,
		secret_hint = :secret_hint, old_secret = :old_secret, old_secret_until = :old_secret_until, failures = :failures,
		failing_since = :failing_since, notices = :notices, last_success_at = :last_success_at, free_at = :free_at,
		event_seq = :event_seq, ring_at = :ring_at WHERE id = :id`, e)
	return err
}

// Disable disables a locked endpoint, tells the agency's others, and has its lane
// hold what was about to go out; Save is part of it. It does nothing to one that
// is not enabled.
func Disable(tx *store.Tx, e *schema.Endpoint, why schema.DisabledReason, by schema.Actor) error {
	if !e.Disable(tx.Now, why) {
		return nil
	}
	e.RingAt = &tx.Now // the lane's next look holds what is queued
	ev := schema.NewEndpointEvent(schema.EndpointDisabledEvent, tx.Now, e, by)
	if err := Save(tx, e); err != nil {
		return err
	}
	return event.Append(tx, ev)
}
