package mailgunfake

import (
	"net/http"
	"net/mail"
	"slices"
	"strings"
)

// The suppression lists, as the API's paths name them. To an address on one of
// them Mailgun takes a message and drops it.
const (
	Bounces      = "bounces"
	Unsubscribes = "unsubscribes"
	Complaints   = "complaints"
)

var lists = []string{Bounces, Unsubscribes, Complaints}

// Suppress puts an address on one of the lists.
func (s *Server) Suppress(list, address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.suppressed[list+" "+strings.ToLower(address)] = true
}

// Suppressions are the lists that an address is on.
func (s *Server) Suppressions(address string) (on []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, list := range lists {
		if s.suppressed[list+" "+strings.ToLower(address)] {
			on = append(on, list)
		}
	}
	return on
}

// unsuppress answers DELETE /v3/{domain}/{list}/{address}.
func (s *Server) unsuppress(w http.ResponseWriter, r *http.Request) {
	fault, released, faulty := s.nextFault()
	if faulty && !fault.Keep {
		s.meet(fault, w, r, released)
		return
	}
	if refusal := s.admit(r); refusal != nil {
		refusal.write(w)
		return
	}
	list, address := r.PathValue("list"), r.PathValue("address")
	if !slices.Contains(lists, list) {
		answer(w, http.StatusNotFound, "Not Found")
		return
	}
	s.mu.Lock()
	key := list + " " + strings.ToLower(address)
	was := s.suppressed[key]
	delete(s.suppressed, key)
	s.mu.Unlock()
	switch {
	case faulty:
		s.meet(fault, w, r, released)
	case !was:
		answer(w, http.StatusNotFound, "Address not found in "+list+" table")
	default:
		writeJSON(w, http.StatusOK, map[string]string{"message": "The address has been removed", "address": address})
	}
}

// addressOf is the first mailbox of a To header.
func addressOf(to string) string {
	all, err := mail.ParseAddressList(to)
	if err != nil || len(all) == 0 {
		return to
	}
	return all[0].Address
}
