package crm

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The pages ask every two seconds whether there is something new (htmx, served by
// the product); without scripts they load anew. Nothing stands in them inline.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

//go:embed pages
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"clock": func(t time.Time) string { return t.Format("15:04:05") },
	"stamp": func(t time.Time) string { return t.Format("2 Jan 2006, 15:04:05 UTC") },
	"good":  func(status int) bool { return status/100 == 2 },
}).ParseFS(pageFiles, "pages/*.html"))

// view is what the pages read.
type view struct {
	Stylesheet, Script string
	Title              string
	Version            int
	Answers            []answer
	Answer             answer
	Hints              []string
	Wrong              string // with the secret that was entered
	Subjects           []subject
	Refused            []refusal
	Events             int
	Event              *event
	Headers            []header
	Pretty             string
}

type header struct{ Name, Value string }

func (s *Server) view(wrong string) view {
	s.mu.Lock()
	defer s.mu.Unlock()
	return view{Title: "CRM", Version: s.version, Answers: answers, Answer: s.answer, Hints: s.hints(), Wrong: wrong,
		Subjects: s.subjects(), Refused: slices.Clone(s.refused), Events: len(s.events)}
}

func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	s.show(w, http.StatusOK, "crm.html", s.view(""))
}

// live is the part of the page that changes, or nothing if it has not since.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	v := s.view("")
	if since, err := strconv.Atoi(r.URL.Query().Get("since")); err == nil && since == v.Version {
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	s.show(w, http.StatusOK, "live", v)
}

func (s *Server) one(w http.ResponseWriter, r *http.Request) {
	v := s.event(r.PathValue("id"))
	if v.Event == nil {
		s.show(w, http.StatusNotFound, "gone.html", view{Title: "No such event"})
		return
	}
	s.show(w, http.StatusOK, "event.html", v)
}

// event is a copy, to be shown while more arrives.
func (s *Server) event(id string) view {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byID[id]
	if e == nil {
		return view{}
	}
	c := *e
	c.Arrivals = slices.Clone(e.Arrivals)
	v := view{Title: c.Type, Event: &c, Pretty: string(c.Body)}
	for _, name := range slices.Sorted(maps.Keys(c.Header)) {
		v.Headers = append(v.Headers, header{strings.ToLower(name), strings.Join(c.Header[name], ", ")})
	}
	var out bytes.Buffer
	if json.Indent(&out, c.Body, "", "  ") == nil {
		v.Pretty = out.String()
	}
	return v
}

func (s *Server) show(w http.ResponseWriter, status int, name string, v view) {
	v.Stylesheet, v.Script = s.options.Stylesheet, s.options.Script
	var out bytes.Buffer
	s.mu.Lock() // the events of the list are the ones that are kept
	err := pages.ExecuteTemplate(&out, name, v)
	s.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(out.Bytes())
}
