package mailgunfake

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

// retries are Mailgun's waits after an answer that is neither 200 nor 406: 5, 10
// and 15 minutes, 1, 2 and 4 hours, of which a minute takes a fifth of a second
// here.
var retries = []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 12 * time.Second, 24 * time.Second, 48 * time.Second}

const hookTimeout = 10 * time.Second

// Report is one webhook and how far it got.
type Report struct {
	What   string // deliver, bounce …
	At     time.Time
	Tries  int
	Answer string    // to the last try
	Next   time.Time // when it is tried again; zero: it is not
}

// Reports are the webhooks about a mail, oldest first.
func (s *Server) Reports(id string) (out []Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.reports[id] {
		out = append(out, *r)
	}
	return out
}

// Close ends the webhooks that are still to come.
func (s *Server) Close() {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	s.running.Wait()
}

// background runs f, which must end when s.ctx does. After Close it runs nothing.
func (s *Server) background(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() == nil {
		s.running.Go(f)
	}
}

// post posts a webhook about a mail, and leaves what follows after a first try
// that was not taken to the background.
func (s *Server) post(m Mail, what string, body []byte) {
	r := &Report{What: what, At: time.Now()}
	s.mu.Lock()
	s.reports[m.ID] = append(s.reports[m.ID], r)
	s.mu.Unlock()
	if s.try(r, body) {
		return
	}
	s.background(func() {
		for _, wait := range s.options.Retries {
			s.note(func() { r.Next = time.Now().Add(wait) })
			select {
			case <-s.ctx.Done():
				return
			case <-time.After(wait):
			}
			if s.try(r, body) {
				return
			}
		}
		s.note(func() { r.Next = time.Time{} })
	})
}

// try posts once and reports whether that was all.
func (s *Server) try(r *Report, body []byte) (over bool) {
	status, text := s.send(body)
	s.note(func() { r.Tries, r.Answer, r.Next = r.Tries+1, text, time.Time{} })
	return status == http.StatusOK || status == http.StatusNotAcceptable
}

func (s *Server) note(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *Server) send(body []byte) (status int, text string) {
	ctx, cancel := context.WithTimeout(s.ctx, hookTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.options.Hook, bytes.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "mailgun/treq-20.9.0")
	answer, err := s.client.Do(r)
	if err != nil {
		return 0, "no answer"
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	return answer.StatusCode, strconv.Itoa(answer.StatusCode) + " " + http.StatusText(answer.StatusCode)
}
