package demo

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"anteroom/schema"
)

// story says how an endpoint answered an event: the status of each attempt, the
// last one for those that follow.
type story func(s *seed, i int, e *schema.Event) []int

// The answer that did not come in time.
const silence = 0

// crmStory is a receiver that does well. Within the last hour it had a hiccup that
// sixteen events still wait for; long ago two had failed for good.
func crmStory(s *seed, i int, e *schema.Event) []int {
	ago := s.tx.Now.Sub(e.OccurredAt)
	switch {
	case ago > 11*day && ago < 13*day: // the end of Mill Road Cycles
		return []int{500}
	case ago > 30*time.Minute && ago < 55*time.Minute && s.hiccups < 16:
		s.hiccups++
		return [][]int{{500}, {502}, {silence, 500}, {500}, {503}}[i%5]
	case i%61 == 7:
		return []int{502, 200}
	}
	return []int{200}
}

// boardStory is a receiver that went away.
func boardStory(s *seed, _ int, e *schema.Event) []int {
	if s.tx.Now.Sub(e.OccurredAt) > boardFailed+day {
		return []int{200}
	}
	return []int{503}
}

// deliver writes how the events went to the endpoint, as far as it was enabled.
func (s *seed) deliver(to *schema.Endpoint, events []schema.Event, tell story) {
	l := &log{seed: s, to: to}
	for i := range events {
		e := &events[i]
		if to.Types.Takes(e.Type) && schema.EndpointID(e.SubjectID) != to.ID {
			l.delivery(e, tell(s, i, e))
		}
	}
	l.write()
}

// log is the deliveries of one endpoint.
type log struct {
	*seed
	to         *schema.Endpoint
	deliveries []deliveryRow
	attempts   []schema.Attempt
}

type deliveryRow struct {
	schema.Delivery
	RingAt *time.Time `db:"ring_at"`
}

// delivery makes the attempts that the plan makes until now, or until the endpoint
// was disabled.
func (l *log) delivery(e *schema.Event, statuses []int) {
	d := schema.NewDelivery(e.OccurredAt, e, &schema.Endpoint{ID: l.to.ID, Status: schema.EndpointEnabled})
	plan := schema.DefaultDeliveryPlan
	at, until := e.OccurredAt, l.tx.Now
	if l.to.DisabledAt != nil {
		until = *l.to.DisabledAt
	}
	for d.State.Open() && at.Before(until) {
		status := statuses[min(int(d.Attempt), len(statuses)-1)]
		d.Attempt++
		d.Tries++
		a := l.attempt(e, &d, at, status)
		l.attempts = append(l.attempts, a)
		d.StateAt, d.StatusCode, d.ErrorClass = at.Add(time.Duration(a.TotalMicros)*time.Microsecond), a.StatusCode, a.ErrorClass
		switch {
		case a.Succeeded:
			d.State, d.DueAt = schema.DeliverySucceeded, nil
		case d.Tries == plan.Tries():
			d.State, d.DueAt = schema.DeliveryFailed, nil
		default:
			at = at.Add(plan.Waits[d.Tries-1])
			due := at
			d.DueAt = &due
		}
	}
	if d.State.Open() && l.to.Status == schema.EndpointDisabled {
		d.State, d.DueAt = schema.DeliveryHeld, nil
	}
	l.deliveries = append(l.deliveries, deliveryRow{d, d.RingAt()})
}

// attempt makes one that took about as long as such a receiver takes. Its
// signature is a sample.
func (l *log) attempt(e *schema.Event, d *schema.Delivery, at time.Time, status int) schema.Attempt {
	took := 140*time.Millisecond + time.Duration((len(l.attempts)*7919)%160)*time.Millisecond
	if len(l.attempts)%17 == 3 {
		took += 1100 * time.Millisecond
	}
	u, _ := url.Parse(l.to.URL)
	a := schema.Attempt{DeliveryID: d.ID, Number: d.Attempt, EndpointID: l.to.ID, StartedAt: at, URL: l.to.URL, StatusCode: status,
		Succeeded: status/100 == 2, RequestHeaders: asJSON(map[string]string{"Content-Type": "application/json", "User-Agent": "Anteroom-Webhooks/1",
			"Accept-Encoding": "gzip", "webhook-id": e.ID.String(), "webhook-timestamp": strconv.FormatInt(at.Unix(), 10),
			"webhook-signature": "v1,K5oZ1w…9bQ=", "anteroom-attempt": strconv.Itoa(int(d.Attempt)), "Host": u.Host, "Content-Length": strconv.Itoa(len(e.Payload))})}
	if u.Scheme == "http" { // on this machine
		a.Address = u.Host
	} else {
		a.Address, a.DNSMicros, a.ConnectMicros, a.TLSMicros = "203.0.113.24:443", 3200, 18_400, 31_700
	}
	if status == silence {
		a.ErrorClass, a.ErrorText, a.Ambiguous, a.ResponseHeaders = schema.ErrorTimeout, "No response before the 15 s limit", true, []byte("{}")
		a.TotalMicros = schema.DefaultDeliveryPlan.Timeout.Microseconds()
		return a
	}
	a.TotalMicros = took.Microseconds()
	a.FirstByteMicros = a.TotalMicros - a.DNSMicros - a.ConnectMicros - a.TLSMicros - 900
	answered(&a, at.Add(took))
	return a
}

// answered fills in what such a receiver says.
func answered(a *schema.Attempt, at time.Time) {
	a.ResponseHeaders = asJSON(map[string]string{"Content-Type": "application/json", "Date": at.UTC().Format(http.TimeFormat)})
	a.ResponseBody = []byte(`{"ok":true}`)
	if a.Succeeded {
		return
	}
	a.ErrorClass, a.ErrorText = schema.ErrorStatus, strconv.Itoa(a.StatusCode)+" "+http.StatusText(a.StatusCode)
	a.ResponseBody = []byte(`{"error":"contact_not_found","detail":"No contact for this person yet","request_id":"b7c0e1f4"}`)
	if a.StatusCode != http.StatusInternalServerError {
		a.ResponseBody = []byte(`{"error":"` + http.StatusText(a.StatusCode) + `"}`)
	}
}

func asJSON(headers map[string]string) []byte {
	b, err := json.Marshal(headers)
	if err != nil {
		panic(err) // strings always can
	}
	return b
}

// rowsAtOnce is how many rows one statement writes.
const rowsAtOnce = 400

func (l *log) write() {
	for rows := range slices.Chunk(l.deliveries, rowsAtOnce) {
		l.named(`INSERT INTO webhook_deliveries (id, agency_id, endpoint_id, event_id, type, state, state_at, attempt, tries, due_at,
			ring_at, status_code, error_class, created_at) VALUES (:id, :agency_id, :endpoint_id, :event_id, :type, :state, :state_at,
			:attempt, :tries, :due_at, :ring_at, :status_code, :error_class, :created_at)`, rows)
	}
	for rows := range slices.Chunk(l.attempts, rowsAtOnce) {
		l.named(`INSERT INTO webhook_attempts (delivery_id, attempt, endpoint_id, started_at, succeeded, ambiguous, error_class, error_text,
			url, address, request_headers, status_code, response_headers, response_body, dns_us, connect_us, tls_us, first_byte_us, total_us)
			VALUES (:delivery_id, :attempt, :endpoint_id, :started_at, :succeeded, :ambiguous, :error_class, :error_text,
			:url, :address, :request_headers, :status_code, :response_headers, :response_body, :dns_us, :connect_us, :tls_us,
			:first_byte_us, :total_us)`, rows)
	}
}
