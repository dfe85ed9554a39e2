package mailgunfake

import (
	"bytes"
	"embed"
	"html/template"
	"mime"
	"net/http"
	"regexp"
	"time"
)

// The pages carry no script; their forms go nowhere else. A mail's own HTML
// stands in a frame that may do nothing but show the agency's logo and follow a
// link that a person clicked.
const (
	pagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	bodyPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; frame-ancestors 'self'; " +
		"sandbox allow-popups allow-top-navigation-by-user-activation"
)

//go:embed pages
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"decoded": decoded,
	"stamp":   func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05 UTC") },
}).ParseFS(pageFiles, "pages/*.html"))

// Inbox serves the pages under /dev/mail: the list, one mail with buttons for
// what can become of it, and the mail's own HTML for the frame in that page.
func (s *Server) Inbox() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dev/mail", s.list)
	mux.HandleFunc("GET /dev/mail/{$}", s.list)
	mux.HandleFunc("GET /dev/mail/{id}", s.one)
	mux.HandleFunc("GET /dev/mail/{id}/body", s.body)
	if s.options.Hook != "" {
		mux.HandleFunc("POST /dev/mail/{id}/events", s.happen)
	}
	return mux
}

// view is what the pages read.
type view struct {
	Stylesheet, Title string
	CRM               string
	Mails             []Mail // the list
	Mail              Mail   // one mail
	Tab               string // html, text or headers

	// Of one mail, where there is a hook.
	Happenings   []Happening
	Reports      []Report
	Suppressions []string
}

func (s *Server) list(w http.ResponseWriter, _ *http.Request) {
	s.page(w, http.StatusOK, "list.html", view{Title: "Mail", Mails: s.Mails()})
}

// one shows a mail; ?tab= is html, text or headers.
func (s *Server) one(w http.ResponseWriter, r *http.Request) {
	m, ok := s.Mail(r.PathValue("id"))
	if !ok {
		s.page(w, http.StatusNotFound, "gone.html", view{Title: "No such mail"})
		return
	}
	v := view{Title: decoded(m.Subject), Mail: m, Tab: tab(r.URL.Query().Get("tab"), m)}
	if s.options.Hook != "" {
		v.Happenings, v.Reports, v.Suppressions = Happenings, s.Reports(m.ID), s.Suppressions(addressOf(m.To))
	}
	s.page(w, http.StatusOK, "mail.html", v)
}

// happen takes the form of a mail's page; its field "event" names what becomes of
// the mail.
func (s *Server) happen(w http.ResponseWriter, r *http.Request) {
	m, ok := s.Mail(r.PathValue("id"))
	if !ok {
		s.page(w, http.StatusNotFound, "gone.html", view{Title: "No such mail"})
		return
	}
	if err := s.Happen(m, r.PostFormValue("event")); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	http.Redirect(w, r, "/dev/mail/"+m.ID, http.StatusSeeOther)
}

func tab(asked string, m Mail) string {
	switch {
	case asked == "text" || asked == "headers":
		return asked
	case m.HTML == "":
		return "text"
	}
	return "html"
}

func (s *Server) body(w http.ResponseWriter, r *http.Request) {
	m, ok := s.Mail(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	secure(w, bodyPolicy)
	w.Write([]byte(linksToTop(m.HTML)))
}

var head = regexp.MustCompile(`(?i)<head(\s[^>]*)?>`)

// linksToTop makes links without a target of their own open in the window, not
// in the frame.
func linksToTop(html string) string {
	const base = `<base target="_top">`
	if at := head.FindStringIndex(html); at != nil {
		return html[:at[1]] + base + html[at[1]:]
	}
	return base + html
}

func (s *Server) page(w http.ResponseWriter, status int, name string, v view) {
	v.Stylesheet, v.CRM = s.options.Stylesheet, s.options.CRM
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	secure(w, pagePolicy)
	w.WriteHeader(status)
	w.Write(out.Bytes())
}

func secure(w http.ResponseWriter, policy string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	// Stricter, and browsers would post the forms with `Origin: null`.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// decoded shows a header as a reader's mail program would (RFC 2047).
func decoded(header string) string {
	if s, err := new(mime.WordDecoder).DecodeHeader(header); err == nil {
		return s
	}
	return header
}
