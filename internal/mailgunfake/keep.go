package mailgunfake

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// keep gives m its ID and moment and stores it, dropping the oldest mail when
// there are too many. Nothing is kept if its file can't be written.
func (s *Server) keep(m Mail) (Mail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.ReceivedAt = s.nextMoment()
	m.ID = newID(m.ReceivedAt, s.options.Domain)
	if err := save(s.options.Dir, m); err != nil {
		return Mail{}, err
	}
	s.mails = append(s.mails, m)
	if len(s.mails) > s.options.Capacity {
		remove(s.options.Dir, s.mails[0])
		s.mails = s.mails[1:]
	}
	close(s.arrived)
	s.arrived = make(chan struct{})
	return m, nil
}

// nextMoment is now, but never the moment of an earlier mail: the order of
// arrival must survive the files.
func (s *Server) nextMoment() time.Time {
	now := time.Now().UTC()
	if n := len(s.mails); n > 0 && !now.After(s.mails[n-1].ReceivedAt) {
		return s.mails[n-1].ReceivedAt.Add(1)
	}
	return now
}

// newID looks like Mailgun's own: a time, something random, the domain.
func newID(t time.Time, domain string) string {
	var random [8]byte
	rand.Read(random[:])
	return fmt.Sprintf("%s.%s@%s", t.Format("20060102150405"), hex.EncodeToString(random[:]), domain)
}
