package platform

import (
	"context"
	"fmt"

	"golang.org/x/oauth2"
)

// identity is who a token acts for. token, if there is one, is the account's own.
type identity struct{ ID, Name, token string }

// profile is where a platform says it, and how that is read.
type profile struct {
	url  string
	read func() reader
}

// reader takes a platform's answer.
type reader interface {
	identity() (identity, bool) // false: the person has no account there to post to
}

func (p *Platform) who(ctx context.Context, t *oauth2.Token) (identity, error) {
	r := p.profile.read()
	if err := p.get(ctx, p.profile.url, t.AccessToken, r); err != nil {
		return identity{}, fmt.Errorf("%w: %w", ErrProfile, err)
	}
	who, ok := r.identity()
	if !ok {
		return who, ErrNoAccount
	}
	return who, nil
}

// flat is an answer with the account's ID and name at its top. Which of them a
// platform gives depends on the platform.
type flat struct {
	UserID   string `json:"user_id"`
	ID       string `json:"id"`
	Sub      string `json:"sub"`
	Username string `json:"username"`
	Name     string `json:"name"`
}

func (f *flat) identity() (identity, bool) {
	return identity{ID: first(f.UserID, f.ID, f.Sub), Name: first(f.Username, f.Name)}, true
}

// wrapped is a flat answer under "data".
type wrapped struct {
	Data flat `json:"data"`
}

func (w *wrapped) identity() (identity, bool) { return w.Data.identity() }

// pages are a person's Facebook pages: the first of those that they chose on the
// consent page, which acts by a token of its own.
type pages struct {
	Data []struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Token string `json:"access_token"`
	} `json:"data"`
}

func (p *pages) identity() (identity, bool) {
	if len(p.Data) == 0 || p.Data[0].Token == "" {
		return identity{}, false
	}
	return identity{p.Data[0].ID, p.Data[0].Name, p.Data[0].Token}, true
}

// channels are a person's YouTube channels; a Google account need not have one.
type channels struct {
	Items []struct {
		ID      string `json:"id"`
		Snippet struct {
			Title string `json:"title"`
		} `json:"snippet"`
	} `json:"items"`
}

func (c *channels) identity() (identity, bool) {
	if len(c.Items) == 0 {
		return identity{}, false
	}
	return identity{ID: c.Items[0].ID, Name: c.Items[0].Snippet.Title}, true
}

// tiktok is an answer of TikTok's user info.
type tiktok struct {
	Data struct {
		User struct {
			OpenID   string `json:"open_id"`
			Username string `json:"username"`
			Display  string `json:"display_name"`
		} `json:"user"`
	} `json:"data"`
}

func (t *tiktok) identity() (identity, bool) {
	u := t.Data.User
	return identity{ID: u.OpenID, Name: first(u.Username, u.Display)}, true
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
