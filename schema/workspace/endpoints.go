package workspace

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/endpoint"
	"anteroom/schema/internal/store"
)

// EndpointRow is an endpoint on the list. Held and Last are of disabled ones only.
type EndpointRow struct {
	schema.Endpoint
	Held int        `db:"held"` // what it missed
	Now  time.Time  `db:"now"`  // the database's
	Last LastAnswer `db:"-"`
}

// LastAnswer is what an endpoint's newest attempt came to; StatusCode is 0
// without an answer. It is zero when nothing was ever sent.
type LastAnswer struct {
	StatusCode int    `db:"status_code"`
	Text       string `db:"error_text"` // a sentence, empty if it went well
}

// Endpoints lists the agency's endpoints by name.
func (w *Workspace) Endpoints(ctx context.Context) (out []EndpointRow, err error) {
	if err := w.Role.MayManage(); err != nil {
		return nil, err
	}
	err = w.db.SelectContext(ctx, &out, `SELECT `+endpoint.Columns+`, UTC_TIMESTAMP(6) AS now,
		CASE WHEN status = 'disabled' THEN (SELECT COUNT(*) FROM webhook_deliveries d
			WHERE d.endpoint_id = webhook_endpoints.id AND d.state = 'held') ELSE 0 END AS held
		FROM webhook_endpoints WHERE agency_id = ? AND status <> 'deleted' ORDER BY name, id`, w.Agency.ID)
	for i := range out {
		if err == nil && out[i].Status == schema.EndpointDisabled {
			out[i].Last, err = w.lastAnswer(ctx, out[i].ID)
		}
	}
	return out, err
}

func (w *Workspace) lastAnswer(ctx context.Context, id schema.EndpointID) (l LastAnswer, err error) {
	err = missing(w.db.GetContext(ctx, &l, `SELECT a.status_code, a.error_text FROM webhook_attempts a
		LEFT JOIN webhook_deliveries d ON d.id = a.delivery_id WHERE a.endpoint_id = ? AND d.test IS NOT TRUE ORDER BY a.started_at DESC LIMIT 1`, id))
	if schema.KindOf(err) == schema.NotFound {
		err = nil
	}
	return l, err
}

// Endpoint reads one of the agency's endpoints. A deleted one is ErrNotFound.
func (w *Workspace) Endpoint(ctx context.Context, id schema.EndpointID) (e schema.Endpoint, err error) {
	if err := w.Role.MayManage(); err != nil {
		return e, err
	}
	err = w.db.GetContext(ctx, &e, `SELECT `+endpoint.Columns+` FROM webhook_endpoints
		WHERE id = ? AND agency_id = ? AND status <> 'deleted'`, id, w.Agency.ID)
	return e, missing(err)
}

// endpoint locks one of the agency's endpoints that is not deleted.
func (w *Workspace) endpoint(tx *store.Tx, id schema.EndpointID) (schema.Endpoint, error) {
	e, err := endpoint.Lock(tx, id)
	if err == nil && (e.AgencyID != w.Agency.ID || e.Status == schema.EndpointDeleted) {
		err = schema.ErrNotFound
	}
	if err != nil {
		return schema.Endpoint{}, err
	}
	return e, nil
}
