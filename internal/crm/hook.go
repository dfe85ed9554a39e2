package crm

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// maxBody is how much of a request is read, in bytes. Webhooks are under 20 kB.
const maxBody = 64 << 10

// answer is how the receiver answers what is signed well.
type answer struct {
	Name, Label, Says string
	status            int
}

// answers are the switches; the first is the one to begin with.
var answers = []answer{
	{"ok", "OK", "Every event is taken and answered with 200.", http.StatusOK},
	{"500", "500", "Every event is answered with 500 and not taken: Anteroom tries again later.", http.StatusInternalServerError},
	{"410", "410", "Every event is answered with 410: Anteroom disables the endpoint. Enable it again under Settings > Webhooks.", http.StatusGone},
	{"429", "429", "Every event is answered with 429 and Retry-After: 30, and not taken: Anteroom waits 30 seconds at least.", http.StatusTooManyRequests},
	{"slow", "Slow", "Every event is taken at once and answered after 20 seconds. Anteroom doesn’t wait as long, so it sends the event again: a duplicate.", http.StatusOK},
	{"redirect", "Redirect", "Every event is answered with 302 and not taken: Anteroom says where it points, and doesn’t follow.", http.StatusFound},
}

func (a answer) takes() bool { return a.status == http.StatusOK }

func (s *Server) hook(w http.ResponseWriter, r *http.Request) {
	r.Header = owned(r.Header)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err := s.verify(body, r.Header); err != nil {
		s.refuse(r.Header, why(err))
		http.Error(w, why(err), http.StatusUnauthorized)
		return
	}
	s.give(w, r, s.keep(body, r.Header))
}

// owned copies the headers, text and all: a server may use their bytes again for
// the next request (fasthttp does).
func owned(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		name = strings.Clone(name)
		for _, v := range values {
			out[name] = append(out[name], strings.Clone(v))
		}
	}
	return out
}

// give answers as the switch says.
func (s *Server) give(w http.ResponseWriter, r *http.Request, a answer) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	switch a.Name {
	case "429":
		h.Set("Retry-After", "30")
	case "redirect":
		h.Set("Location", "/dev/crm/elsewhere")
	case "slow":
		select {
		case <-time.After(slowness):
		case <-r.Context().Done():
		case <-s.options.Stop:
		}
	}
	w.WriteHeader(a.status)
	if a.takes() {
		io.WriteString(w, `{"ok":true}`+"\n")
		return
	}
	io.WriteString(w, `{"ok":false,"error":"`+http.StatusText(a.status)+`"}`+"\n")
}

// why puts the library's refusal into words.
func why(err error) string {
	switch {
	case errors.Is(err, standardwebhooks.ErrNoMatchingSignature):
		return "None of its signatures fits a secret that is trusted here."
	case errors.Is(err, standardwebhooks.ErrMessageTooOld), errors.Is(err, standardwebhooks.ErrMessageTooNew):
		return "Its timestamp is more than five minutes off."
	case errors.Is(err, standardwebhooks.ErrRequiredHeaders):
		return "It lacks webhook-id, webhook-timestamp or webhook-signature."
	}
	return "Its signature can’t be read."
}

// turn is the form with the switches.
func (s *Server) turn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	name := r.PostFormValue("answer")
	for _, a := range answers {
		if a.Name == name {
			s.mu.Lock()
			s.answer = a
			s.version++
			s.mu.Unlock()
			http.Redirect(w, r, "/dev/crm", http.StatusSeeOther)
			return
		}
	}
	http.Error(w, "no such answer", http.StatusUnprocessableEntity)
}
