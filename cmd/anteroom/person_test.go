package main

import (
	"cmp"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// person is somebody whose browser runs no script. They read the page they are
// on, follow its links and send its forms, all by what these say.
type person struct {
	t      *testing.T
	client *http.Client
	base   string // where they start
	url    *url.URL
	status int
	page   *html.Node
}

func newPerson(t *testing.T, base string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t: t, base: base, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// signIn goes to the sign-in page and sends it.
func (p *person) signIn(email, password string) {
	p.t.Helper()
	p.open("/login")
	p.press("Sign in", "Email", email, "Password", password)
}

// open goes to a path of the site, or to a URL as a mail has it.
func (p *person) open(to string) {
	p.t.Helper()
	if strings.HasPrefix(to, "/") {
		to = p.base + to
	}
	p.get(to)
}

// follow clicks the link of that name.
func (p *person) follow(name string) {
	p.t.Helper()
	p.get(p.resolve(attribute(p.one("link", name), "href")))
}

// press clicks the button of that name, with the form's fields filled in:
// label, value, label, value.
func (p *person) press(button string, fields ...string) {
	p.t.Helper()
	method, to, values := p.form(button, fields...)
	if method != http.MethodPost {
		p.get(to + "?" + values.Encode())
		return
	}
	p.do(p.sending(to, values))
}

// form is what pressing a button sends, and where to.
func (p *person) form(name string, fields ...string) (method, to string, values url.Values) {
	p.t.Helper()
	button := p.one("button", name)
	form := above(button, "form")
	if form == nil {
		p.t.Fatalf("the button %q is in no form", name)
	}
	values = p.fill(form, fields)
	if key := attribute(button, "name"); key != "" {
		values.Set(key, attribute(button, "value"))
	}
	method = cmp.Or(attribute(button, "formmethod"), attribute(form, "method"))
	return strings.ToUpper(method), p.resolve(cmp.Or(attribute(button, "formaction"), attribute(form, "action"))), values
}

// sending is a form on its way, as a browser sends it.
func (p *person) sending(to string, values url.Values) *http.Request {
	p.t.Helper()
	r := p.request(http.MethodPost, to, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
	return r
}

// answer sends a form and stays on the page: several may do so at once.
func (p *person) answer(to string, values url.Values) (status int, err error) {
	client := *p.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(p.sending(to, values))
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// fill is what the form sends with those fields filled in.
func (p *person) fill(form *html.Node, fields []string) url.Values {
	p.t.Helper()
	values := controls(form)
	for f := range slices.Chunk(fields, 2) {
		c := labelled(form, f[0])
		if c == nil {
			p.t.Fatalf("no field is labelled %q on %s:\n%s", f[0], p.url.Path, text(p.page))
		}
		value := f[1]
		if c.Data == "select" {
			option := called(c, "option", f[1])
			if len(option) != 1 {
				p.t.Fatalf("%q has %d options %q", f[0], len(option), f[1])
			}
			value = attribute(option[0], "value")
		}
		values.Set(attribute(c, "name"), value)
	}
	return values
}

func (p *person) get(to string) {
	p.t.Helper()
	p.do(p.request(http.MethodGet, to, nil))
}

func (p *person) request(method, to string, body io.Reader) *http.Request {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, to, body)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	return r
}

// do sends a request, follows where it leads, and reads the page there.
func (p *person) do(r *http.Request) {
	p.t.Helper()
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	if p.page, err = html.Parse(res.Body); err != nil {
		p.t.Fatal(err)
	}
	p.url, p.status = res.Request.URL, res.StatusCode
}

func (p *person) resolve(to string) string {
	p.t.Helper()
	u, err := p.url.Parse(to)
	if err != nil {
		p.t.Fatal(err)
	}
	return u.String()
}

// one finds the only link or button of that name.
func (p *person) one(kind, name string) *html.Node {
	p.t.Helper()
	tag := map[string]string{"link": "a", "button": "button"}[kind]
	found := called(p.page, tag, name)
	if len(found) != 1 {
		p.t.Fatalf("%d of the kind %s are called %q on %s (%d):\n%s", len(found), kind, name, p.url.Path, p.status, text(p.page))
	}
	return found[0]
}

// is says where the person has to be, and that the page there says all of the
// texts.
func (p *person) is(status int, path string, texts ...string) {
	p.t.Helper()
	if p.status != status || path != "" && p.url.Path != path {
		p.t.Errorf("the page is %d %s, want %d %s\n%s", p.status, p.url.Path, status, path, text(p.page))
	}
	p.sees(texts...)
}

func (p *person) sees(texts ...string) {
	p.t.Helper()
	page := text(p.page)
	for _, s := range texts {
		if !strings.Contains(page, s) {
			p.t.Errorf("%s doesn't say %q:\n%s", p.url.Path, s, page)
		}
	}
}

func (p *person) seesNot(texts ...string) {
	p.t.Helper()
	page := text(p.page)
	for _, s := range texts {
		if strings.Contains(page, s) {
			p.t.Errorf("%s says %q:\n%s", p.url.Path, s, page)
		}
	}
}

// reaches opens a path that must be answered with that status.
func (p *person) reaches(path string, status int) {
	p.t.Helper()
	p.open(path)
	p.is(status, path)
}
