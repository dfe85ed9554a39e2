package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
)

// newClient makes the client for all calls: platforms are at fixed places, so a
// redirect is an error. A proxy of the environment sees which they are, and inside of
// an https call nothing. The transport is the place for a guard, should a platform's
// place ever be anybody's to choose.
func newClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes = 64 << 10
	return &http.Client{Transport: t, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// longer is how a short-lived token becomes one of many days: with a grant of the
// platform's own (Meta: "Get Long-Lived Tokens"). Without a URL there is none.
type longer struct {
	url, grant, param string
}

func (p *Platform) lengthen(ctx context.Context, t *oauth2.Token) (*oauth2.Token, error) {
	if p.longer.url == "" {
		return t, nil
	}
	q := url.Values{"grant_type": {p.longer.grant}, "client_id": {p.auth.ClientID}, "client_secret": {p.auth.ClientSecret}, p.longer.param: {t.AccessToken}}
	var out struct {
		Access  string `json:"access_token"`
		Seconds int64  `json:"expires_in"`
	}
	if err := p.get(ctx, p.longer.url+"?"+q.Encode(), "", &out); err != nil {
		return nil, fmt.Errorf("%w: no long-lived token: %w", ErrExchange, err)
	}
	if out.Access == "" {
		return nil, fmt.Errorf("%w: no long-lived token", ErrExchange)
	}
	t.AccessToken, t.Expiry = out.Access, time.Time{}
	if out.Seconds > 0 {
		t.Expiry = time.Now().Add(time.Duration(out.Seconds) * time.Second)
	}
	return t, nil
}

// get reads JSON. Its errors name neither the URL nor what was answered.
func (p *Platform) get(ctx context.Context, from, bearer string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return fmt.Errorf("that is no address")
	}
	r.Header.Set("Accept", "application/json")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := p.client.Do(r)
	if err != nil {
		return fmt.Errorf("%s", why(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, bodyLimit))
	if err != nil || json.Unmarshal(b, into) != nil {
		return fmt.Errorf("there was no answer that can be read")
	}
	return nil
}
