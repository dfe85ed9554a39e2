package mailgunfake

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
)

// maxRequest is Mailgun's own limit on a message, in bytes.
const maxRequest = 25 << 20

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v3/{domain}/messages", s.messages)
	mux.HandleFunc("DELETE /v3/{domain}/{list}/{address}", s.unsuppress)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, "Not Found")
	})
	return mux
}

// messages takes one message. A fault comes before everything else, as it does
// when the trouble is in front of Mailgun.
func (s *Server) messages(w http.ResponseWriter, r *http.Request) {
	fault, released, faulty := s.nextFault()
	if faulty && !fault.Keep {
		s.meet(fault, w, r, released)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	m, refusal := s.check(r)
	if refusal != nil {
		refusal.write(w)
		return
	}
	if faulty {
		m.Fault = fault.name()
	}
	m, err := s.keep(m)
	if err == nil {
		s.dropIfSuppressed(m)
	}
	switch {
	case err != nil:
		answer(w, http.StatusInternalServerError, err.Error())
	case faulty:
		s.meet(fault, w, r, released)
	default:
		writeJSON(w, http.StatusOK, map[string]string{"id": "<" + m.ID + ">", "message": "Queued. Thank you."})
	}
}

// admit checks the key and the domain.
func (s *Server) admit(r *http.Request) *refusal {
	user, key, _ := r.BasicAuth()
	if user != "api" || subtle.ConstantTimeCompare([]byte(key), []byte(s.options.APIKey)) != 1 {
		return &refusal{status: http.StatusUnauthorized, text: "Forbidden"}
	}
	if domain := r.PathValue("domain"); domain != s.options.Domain {
		return &refusal{status: http.StatusNotFound, message: "Domain not found: " + domain}
	}
	return nil
}

// check goes through a request in the order in which Mailgun does: the key, the
// domain, the form.
func (s *Server) check(r *http.Request) (Mail, *refusal) {
	if refusal := s.admit(r); refusal != nil {
		return Mail{}, refusal
	}
	if err := parseForm(r); err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return Mail{}, &refusal{status: http.StatusRequestEntityTooLarge, message: "Request is too large"}
		}
		return Mail{}, badRequest("request body can't be read as a form")
	}
	return readMail(r.PostForm)
}

func parseForm(r *http.Request) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return r.ParseMultipartForm(maxRequest)
	}
	return r.ParseForm()
}

// refusal is an answer that takes nothing. Mailgun answers in JSON, except for
// a wrong key: that is a bare word.
type refusal struct {
	status        int
	message, text string
}

func badRequest(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, message: message}
}

func (r *refusal) write(w http.ResponseWriter) {
	if r.text == "" {
		answer(w, r.status, r.message)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("WWW-Authenticate", `Basic realm="MG API"`)
	w.WriteHeader(r.status)
	io.WriteString(w, r.text)
}

func answer(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]string{"message": message})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
