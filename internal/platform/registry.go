package platform

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// Registry has the platforms that are configured.
type Registry struct{ all []*Platform }

// Names are the platforms that can be configured, as their keys, in the order in
// which they are offered.
func Names() (out []string) {
	for _, p := range known() {
		out = append(out, p.Key)
	}
	return out
}

// New offers the platforms that there are credentials for, by their keys. base is
// where people reach this installation.
func New(base *url.URL, credentials map[string]Credentials) *Registry {
	r := &Registry{}
	for _, p := range known() {
		if c := credentials[p.Key]; c.ID != "" && c.Secret != "" {
			r.add(base, p, c)
		}
	}
	return r
}

// Demo is the make-believe platform of internal/platformfake at a place.
type Demo struct {
	Key, Name, URL string
	Credentials
}

// With adds a make-believe platform.
func (r *Registry) With(base *url.URL, d Demo) *Registry {
	r.add(base, &Platform{Key: d.Key, Name: d.Name,
		auth:    config(d.URL+"/authorize", d.URL+"/token", oauth2.AuthStyleInParams, "profile", "posts"),
		profile: profile{d.URL + "/profile", func() reader { return new(flat) }}}, d.Credentials)
	return r
}

func (r *Registry) add(base *url.URL, p *Platform, c Credentials) {
	p.auth.ClientID, p.auth.ClientSecret = c.ID, c.Secret
	p.auth.RedirectURL = base.JoinPath("connect", p.Key, "callback").String()
	p.client = newClient()
	r.all = append(r.all, p)
}

// Via has all calls go through a transport, such as one that is guarded.
func (r *Registry) Via(t http.RoundTripper) *Registry {
	for _, p := range r.all {
		p.client.Transport = t
	}
	return r
}

// All lists the platforms on offer.
func (r *Registry) All() []*Platform {
	if r == nil {
		return nil
	}
	return r.all
}

// Get finds a platform on offer.
func (r *Registry) Get(key string) (*Platform, bool) {
	for _, p := range r.All() {
		if p.Key == key {
			return p, true
		}
	}
	return nil, false
}

// Origins are where the browser is sent to, each once.
func (r *Registry) Origins() (out []string) {
	for _, p := range r.All() {
		if o := p.Origin(); o != "" && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

func config(auth, token string, style oauth2.AuthStyle, scopes ...string) oauth2.Config {
	return oauth2.Config{Endpoint: oauth2.Endpoint{AuthURL: auth, TokenURL: token, AuthStyle: style}, Scopes: scopes}
}

// at moves a platform to another host, for its tests.
func (p *Platform) at(base string) {
	for _, s := range []*string{&p.auth.Endpoint.AuthURL, &p.auth.Endpoint.TokenURL, &p.profile.url, &p.longer.url} {
		if _, rest, ok := strings.Cut(*s, "://"); ok {
			_, path, _ := strings.Cut(rest, "/")
			*s = base + "/" + path
		}
	}
}
