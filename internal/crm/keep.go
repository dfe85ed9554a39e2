package crm

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// event is one webhook-id, however often it came.
type event struct {
	ID, Type    string
	Subject     subjectKey
	Name        string // of the subject
	State       string // of the subject, in a few words
	Sequence    uint32
	Taken       bool // answered with a success
	Arrivals    []arrival
	Header      http.Header // of the newest request
	Body        []byte
	first, took int // its place among the arrivals of all events, and when it was taken
}

type arrival struct {
	At      time.Time
	Attempt string // as the sender numbers them
	Status  int    // that was answered
	Slow    bool
}

type subjectKey struct{ Kind, ID string }

// refusal is a request that was not signed well.
type refusal struct {
	At      time.Time
	ID, Why string
}

const maxRefusals = 10

// body is what the receiver reads of a payload.
type body struct {
	Type string
	Data struct {
		Sequence   uint32
		Client     *thing
		ClientUser *thing `json:"client_user"`
		Endpoint   *thing
		Email      *struct{ State string }
	}
}

type thing struct {
	ID, Name, Status string
	FullName         string `json:"full_name"`
}

// keep notes an event that is signed well, and says how to answer it.
func (s *Server) keep(raw []byte, h http.Header) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	id := h.Get("webhook-id")
	e := s.byID[id]
	if e == nil {
		e = read(raw)
		e.ID, e.first = id, s.version
		s.byID[id] = e
		s.events = append(s.events, e)
		s.drop()
	}
	if a := s.answer; a.takes() && !e.Taken {
		e.Taken, e.took = true, s.version
	}
	e.Header = h
	e.Arrivals = append(e.Arrivals, arrival{time.Now().UTC(), h.Get("anteroom-attempt"), s.answer.status, s.answer.Name == "slow"})
	return s.answer
}

func (s *Server) drop() {
	for len(s.events) > Capacity {
		delete(s.byID, s.events[0].ID)
		s.events = s.events[1:]
	}
}

func (s *Server) refuse(h http.Header, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	s.refused = slices.Insert(s.refused, 0, refusal{time.Now().UTC(), h.Get("webhook-id"), why})
	s.refused = s.refused[:min(len(s.refused), maxRefusals)]
}

func read(raw []byte) *event {
	var b body
	_ = json.Unmarshal(raw, &b) // what is no payload of ours has no subject
	e := &event{Type: b.Type, Sequence: b.Data.Sequence, Body: raw, Subject: subjectKey{Kind: "Unknown"}}
	for _, of := range []struct {
		kind string
		*thing
	}{{"Person", b.Data.ClientUser}, {"Endpoint", b.Data.Endpoint}, {"Client", b.Data.Client}} {
		if of.thing != nil {
			e.Subject, e.Name, e.State = subjectKey{of.kind, of.ID}, cmp.Or(of.FullName, of.Name), of.Status
			break
		}
	}
	if m := b.Data.Email; m != nil {
		e.State += ", email " + m.State
	}
	return e
}
