package system

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// row is the result as a line of the log. It began as long before now, which is
// the database's, as it took.
func (r *DeliveryResult) row(now time.Time) schema.Attempt {
	return schema.Attempt{DeliveryID: r.ID, Number: r.Attempt, EndpointID: r.Endpoint, StartedAt: now.Add(-r.Total),
		Succeeded: r.OK(), Ambiguous: r.Ambiguous, ErrorClass: r.Class, ErrorText: r.Text, URL: r.URL, Address: r.Address,
		RequestHeaders: headers(r.Request), StatusCode: r.StatusCode, ResponseHeaders: headers(r.Response),
		ResponseBody: r.Body, ResponseCut: r.Cut, DNSMicros: r.DNS.Microseconds(), ConnectMicros: r.Connect.Microseconds(),
		TLSMicros: r.TLS.Microseconds(), FirstByteMicros: r.FirstByte.Microseconds(), TotalMicros: r.Total.Microseconds()}
}

func headers(h map[string]string) []byte {
	if h == nil {
		return []byte("{}")
	}
	b, err := json.Marshal(h)
	if err != nil {
		panic(fmt.Errorf("system: headers that can't be written: %w", err)) // strings always can
	}
	return b
}

// insertAttempts writes attempts in one statement. A row that is there already was
// written by a try whose commit went unheard.
func insertAttempts(tx *store.Tx, rows []schema.Attempt) error {
	if len(rows) == 0 {
		return nil
	}
	const row = `(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
	args := make([]any, 0, len(rows)*20)
	for i := range rows {
		a := &rows[i]
		args = append(args, a.DeliveryID[:], a.Number, a.EndpointID[:], a.StartedAt, a.Succeeded, a.Ambiguous, string(a.ErrorClass), a.ErrorText,
			a.URL, a.Address, a.RequestHeaders, a.StatusCode, a.ResponseHeaders, a.ResponseBody, a.ResponseCut,
			a.DNSMicros, a.ConnectMicros, a.TLSMicros, a.FirstByteMicros, a.TotalMicros)
	}
	_, err := tx.Exec(`INSERT INTO webhook_attempts (delivery_id, attempt, endpoint_id, started_at, succeeded, ambiguous, error_class,
		error_text, url, address, request_headers, status_code, response_headers, response_body, response_cut,
		dns_us, connect_us, tls_us, first_byte_us, total_us) VALUES `+row+strings.Repeat(`,`+row, len(rows)-1)+
		` ON DUPLICATE KEY UPDATE delivery_id = VALUES(delivery_id)`, args...)
	return err
}

// saveDeliveries writes deliveries as they stand now, in one statement.
func saveDeliveries(tx *store.Tx, rows []*schema.Delivery) error {
	if len(rows) == 0 {
		return nil
	}
	const first = `SELECT ? AS id, ? AS state, ? AS due_at, ? AS ring_at, ? AS tries, ? AS status_code, ? AS error_class`
	args := make([]any, 0, len(rows)*7+1)
	for _, d := range rows {
		args = append(args, d.ID[:], string(d.State), d.DueAt, d.RingAt(), d.Tries, d.StatusCode, string(d.ErrorClass))
	}
	_, err := tx.Exec(`UPDATE (`+first+strings.Repeat(` UNION ALL SELECT ?,?,?,?,?,?,?`, len(rows)-1)+`) v
		STRAIGHT_JOIN webhook_deliveries d ON d.id = v.id SET d.state = v.state, d.state_at = ?, d.due_at = v.due_at,
		d.ring_at = v.ring_at, d.tries = v.tries, d.status_code = v.status_code, d.error_class = v.error_class`,
		append(args, tx.Now)...)
	return err
}
