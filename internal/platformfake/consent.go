package platformfake

import (
	"crypto/rand"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// request is what the browser was sent with.
type request struct {
	State, Challenge, Redirect string
}

// read checks an authorization request. One with a wrong client or redirect must
// not lead anywhere (RFC 6749, section 4.1.2.1).
func (s *Server) read(v url.Values) (q request, wrong string) {
	q = request{v.Get("state"), v.Get("code_challenge"), v.Get("redirect_uri")}
	switch {
	case v.Get("client_id") != s.options.ClientID:
		return q, "The app that sent you is not known here."
	case q.Redirect != s.options.Redirect:
		return q, "The app that sent you wants you back at a place that is not its own."
	case v.Get("response_type") != "code" || v.Get("code_challenge_method") != "S256" || q.Challenge == "":
		return q, "The app that sent you did not ask in the right way."
	}
	return q, ""
}

func (s *Server) consent(w http.ResponseWriter, r *http.Request) {
	_, wrong := s.read(r.URL.Query())
	status := http.StatusOK
	if wrong != "" {
		status = http.StatusBadRequest
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src *; font-src *; frame-ancestors 'none'; base-uri 'none'")
	w.Header().Set("Referrer-Policy", "strict-origin")
	w.WriteHeader(status)
	_ = page.Execute(w, map[string]any{"Name": Name, "Wrong": wrong, "Action": s.options.Path + "/authorize?" + r.URL.RawQuery, "Accounts": Accounts,
		"Style": s.options.Stylesheet, "Faults": offered})
}

// decide sends the browser back, with a code or an error.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	q, wrong := s.read(r.URL.Query())
	if wrong != "" || r.ParseForm() != nil {
		http.Error(w, "That request is not in order.", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	fault := s.fault
	s.mu.Unlock()
	if fault == NoFault {
		fault = Fault(r.PostForm.Get("fault"))
	}
	back := url.Values{"state": {q.State}}
	switch {
	case r.PostForm.Get("decision") != "allow":
		back.Set("error", "access_denied")
	case fault == FaultServer:
		back.Set("error", "server_error")
	default:
		back.Set("code", s.code(r.PostForm.Get("account"), q.Challenge, fault))
	}
	http.Redirect(w, r, q.Redirect+"?"+back.Encode(), http.StatusSeeOther)
}

func (s *Server) code(account, challenge string, f Fault) string {
	i := max(0, slices.IndexFunc(Accounts, func(a Account) bool { return a.ID == account }))
	code := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code] = &grant{account: Accounts[i], challenge: challenge, fault: f, expires: time.Now().Add(codeLife)}
	return code
}

var offered = []struct {
	Fault Fault
	Text  string
}{
	{NoFault, "Nothing"}, {FaultServer, "An error instead of a code"}, {FaultToken, "No token for the code"},
	{FaultHTML, "A page instead of a token"}, {FaultProfile, "No account behind the token"},
}

var page = template.Must(template.New("consent").Parse(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Allow access? · {{.Name}}</title><link rel="stylesheet" href="{{.Style}}"></head>
<body><main class="auth"><div class="auth-card">
<p class="small muted">{{.Name}} is make-believe. It stands in for a social platform on your own machine.</p>
{{if .Wrong}}<h1 class="mt-5">This doesn’t work</h1><p>{{.Wrong}}</p>
{{else}}<h1 class="mt-5">Allow Anteroom to post for you?</h1>
<form class="stack mt-5" method="post" action="{{.Action}}">
<fieldset class="field"><legend class="legend">Your account</legend><div>{{range $i, $a := .Accounts}}
<label class="check"><input type="radio" name="account" value="{{$a.ID}}"{{if eq $i 0}} checked{{end}}><span>{{$a.Handle}}</span></label>{{end}}</div></fieldset>
<div class="field"><label for="fault">What goes wrong</label><select class="input" id="fault" name="fault">{{range .Faults}}<option value="{{.Fault}}">{{.Text}}</option>{{end}}</select></div>
<button class="btn btn-primary btn-block" name="decision" value="allow">Allow</button>
<button class="btn btn-block" name="decision" value="deny">Deny</button>
</form>{{end}}
</div></main></body></html>
`))
