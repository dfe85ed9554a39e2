package mailgunfake

import (
	"context"
	"fmt"
)

// Wait returns the newest mail that match accepts, waiting for one to arrive if
// none has yet. When ctx ends first, the error says so and how many mails there
// were.
func (s *Server) Wait(ctx context.Context, match func(Mail) bool) (Mail, error) {
	for {
		// Taken before the look, so that a mail that arrives meanwhile rings it.
		arrived := s.bell()
		mails := s.Mails()
		for _, m := range mails {
			if match(m) {
				return m, nil
			}
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return Mail{}, fmt.Errorf("mailgunfake: none of %d mails is the one waited for: %w", len(mails), ctx.Err())
		}
	}
}

// bell returns a channel that is closed when the next mail is kept.
func (s *Server) bell() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arrived
}
