// Package schema is the state of the system: IDs, rows, states and their
// rules, the database connection and its migrations. The verbs that read and
// write the rows stand in its sub-packages, one for each kind of caller.
package schema

import (
	"crypto/rand"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"

	"github.com/oklog/ulid/v2"
)

// prefix names the kind of row an ID belongs to.
type prefix interface{ prefix() string }

type (
	agencyPrefix           struct{}
	userPrefix             struct{}
	clientPrefix           struct{}
	clientUserPrefix       struct{}
	accountPrefix          struct{}
	postPrefix             struct{}
	emailPrefix            struct{}
	eventPrefix            struct{}
	memberInvitationPrefix struct{}
	signUpPrefix           struct{}
	batchPrefix            struct{}
	endpointPrefix         struct{}
	deliveryPrefix         struct{}
	replayPrefix           struct{}
	mediaPrefix            struct{}
	uploadPrefix           struct{}
	connectPrefix          struct{}
)

func (agencyPrefix) prefix() string           { return "ag_" }
func (userPrefix) prefix() string             { return "us_" }
func (clientPrefix) prefix() string           { return "cl_" }
func (clientUserPrefix) prefix() string       { return "cu_" }
func (accountPrefix) prefix() string          { return "sa_" }
func (postPrefix) prefix() string             { return "po_" }
func (emailPrefix) prefix() string            { return "em_" }
func (eventPrefix) prefix() string            { return "evt_" }
func (memberInvitationPrefix) prefix() string { return "mi_" }
func (signUpPrefix) prefix() string           { return "su_" }
func (batchPrefix) prefix() string            { return "ib_" }
func (endpointPrefix) prefix() string         { return "ep_" }
func (deliveryPrefix) prefix() string         { return "dlv_" }
func (replayPrefix) prefix() string           { return "rp_" }
func (mediaPrefix) prefix() string            { return "md_" }
func (uploadPrefix) prefix() string           { return "up_" }
func (connectPrefix) prefix() string          { return "cn_" }

// The IDs of the rows. Each is a type of its own, so that one can't be passed
// for another.
type (
	AgencyID           = ID[agencyPrefix]
	UserID             = ID[userPrefix]
	ClientID           = ID[clientPrefix]
	ClientUserID       = ID[clientUserPrefix]
	AccountID          = ID[accountPrefix]
	PostID             = ID[postPrefix]
	EmailID            = ID[emailPrefix]
	EventID            = ID[eventPrefix]
	MemberInvitationID = ID[memberInvitationPrefix]
	SignUpID           = ID[signUpPrefix]
	BatchID            = ID[batchPrefix]
	EndpointID         = ID[endpointPrefix]
	DeliveryID         = ID[deliveryPrefix]
	ReplayID           = ID[replayPrefix]
	MediaID            = ID[mediaPrefix]
	UploadID           = ID[uploadPrefix]
	ConnectID          = ID[connectPrefix]
)

// ID is a ULID: 48 bits of milliseconds, 80 random bits. It is BINARY(16) in
// the database and prefix plus 26 characters (Crockford's base32) elsewhere.
// The zero ID is NULL in the database.
type ID[P prefix] ulid.ULID

// New makes an ID; those made by one process ascend.
func New[T ~[16]byte]() T { return T(ids.next()) }

var ids = source{entropy: ulid.Monotonic(rand.Reader, 0)}

// source makes ascending ULIDs. The library's own reads the clock before it
// takes its lock, so two goroutines at the turn of a millisecond can swap.
type source struct {
	sync.Mutex
	ms      uint64
	entropy *ulid.MonotonicEntropy
}

func (s *source) next() ulid.ULID {
	s.Lock()
	defer s.Unlock()
	s.ms = max(s.ms, ulid.Now())
	for {
		if u, err := ulid.New(s.ms, s.entropy); err == nil {
			return u
		}
		s.ms++ // this millisecond's numbers have run out
	}
}

// Parse reads what an ID's String wrote. Anything else, another kind's ID
// included, is ErrNotFound: such a row does not exist.
func Parse[T any, PT interface {
	*T
	UnmarshalText([]byte) error
}](s string) (id T, err error) {
	err = PT(&id).UnmarshalText([]byte(s))
	return id, err
}

// IsZero says that there is no ID.
func (id ID[P]) IsZero() bool { return id == ID[P]{} }

func (id ID[P]) String() string {
	var p P
	return p.prefix() + ulid.ULID(id).String()
}

// MarshalText implements encoding.TextMarshaler.
func (id ID[P]) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *ID[P]) UnmarshalText(b []byte) error {
	var p P
	rest, ok := strings.CutPrefix(string(b), p.prefix())
	if !ok {
		return ErrNotFound
	}
	u, err := ulid.ParseStrict(rest)
	if err != nil || u.String() != rest {
		return ErrNotFound
	}
	*id = ID[P](u)
	return nil
}

// Value implements driver.Valuer.
func (id ID[P]) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan implements sql.Scanner.
func (id *ID[P]) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		*id = ID[P]{}
		return nil
	case []byte:
		if len(b) == len(id) {
			copy(id[:], b)
			return nil
		}
	}
	return fmt.Errorf("schema: can't read an ID from %T", src)
}
