package schema

import "time"

// ErrorClass says how an attempt failed; empty when it did not.
type ErrorClass string

// The classes.
const (
	ErrorDNS            ErrorClass = "dns"
	ErrorRefused        ErrorClass = "refused" // no connection: refused, unreachable
	ErrorTLS            ErrorClass = "tls"
	ErrorTimeout        ErrorClass = "timeout"
	ErrorClosed         ErrorClass = "closed" // the connection ended without an answer
	ErrorBlockedAddress ErrorClass = "blocked_address"
	ErrorRedirect       ErrorClass = "redirect"
	ErrorStatus         ErrorClass = "status" // an answer, and not a 2xx
	ErrorBody           ErrorClass = "body"   // a 2xx whose body broke off
)

// MaxResponseBody is how much of an answer is kept, in bytes after
// decompression; the rest is not read.
const MaxResponseBody = 16 << 10

// AttemptResult is what one attempt came to.
type AttemptResult struct {
	Class ErrorClass
	// Text says in a sentence what went wrong, for the agency; 500 bytes at most.
	Text string
	// Ambiguous: the request was sent in full and no answer came, so the receiver
	// may have taken it.
	Ambiguous bool
	// Ours: a fault of ours, a shutdown for one. Nothing is recorded or charged.
	Ours       bool
	URL        string
	Address    string            // connected to, with the port; empty without a connection
	Request    map[string]string // headers as sent
	StatusCode int
	Response   map[string]string // headers as they came
	Body       []byte            // MaxResponseBody at most
	Cut        bool              // there was more of it
	RetryAfter time.Duration     // as the answer asks; for a fault of ours, when it is taken up again
	DNS        time.Duration
	Connect    time.Duration
	TLS        time.Duration
	FirstByte  time.Duration // from the request's end to the first byte of the answer
	Total      time.Duration
}

// OK says that the receiver took it.
func (r *AttemptResult) OK() bool { return r.Class == "" }

// Gone says that the receiver wants nothing more.
func (r *AttemptResult) Gone() bool { return r.StatusCode == 410 }

// Attempt is a row of the log: one try.
type Attempt struct {
	DeliveryID      DeliveryID `db:"delivery_id"`
	Number          uint32     `db:"attempt"`
	EndpointID      EndpointID `db:"endpoint_id"`
	StartedAt       time.Time  `db:"started_at"`
	Succeeded       bool       `db:"succeeded"`
	Ambiguous       bool       `db:"ambiguous"`
	ErrorClass      ErrorClass `db:"error_class"`
	ErrorText       string     `db:"error_text"`
	URL             string     `db:"url"`
	Address         string     `db:"address"`
	RequestHeaders  []byte     `db:"request_headers"` // JSON object
	StatusCode      int        `db:"status_code"`
	ResponseHeaders []byte     `db:"response_headers"` // JSON object
	ResponseBody    []byte     `db:"response_body"`
	ResponseCut     bool       `db:"response_cut"`
	DNSMicros       int64      `db:"dns_us"`
	ConnectMicros   int64      `db:"connect_us"`
	TLSMicros       int64      `db:"tls_us"`
	FirstByteMicros int64      `db:"first_byte_us"`
	TotalMicros     int64      `db:"total_us"`
}
