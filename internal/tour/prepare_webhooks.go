package tour

import (
	"context"

	"anteroom/schema"
)

// endpoints gives the demo's endpoints, and a delivery that is being retried, the
// names that paths use.
func (s *Stage) endpoints(ctx context.Context) error {
	for name, full := range map[string]string{"crm": "CRM sync", "board": "Studio board"} {
		var id schema.EndpointID
		if err := s.db.GetContext(ctx, &id, `SELECT id FROM webhook_endpoints WHERE name = ?`, full); err != nil {
			return err
		}
		s.names[name] = id.String()
	}
	var d schema.DeliveryID
	err := s.db.GetContext(ctx, &d, `SELECT d.id FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
		WHERE e.name = 'CRM sync' AND d.state = 'queued' AND d.tries > 0 ORDER BY d.event_id DESC LIMIT 1`)
	s.names["delivery"] = d.String()
	return err
}
