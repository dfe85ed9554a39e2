package main

import (
	"strings"

	"anteroom/internal/platform"
)

// OAuthClient is what a platform knows this installation by.
type OAuthClient struct {
	ClientID     string `env:"CLIENT_ID" help:"What the platform calls this installation; without it and the secret the platform is not offered."`
	ClientSecret string `env:"CLIENT_SECRET" help:"The secret that goes with it."`
}

// OAuthSettings are the platforms at which accounts can be connected.
type OAuthSettings struct {
	Instagram OAuthClient `embed:"" prefix:"oauth-instagram-" envprefix:"OAUTH_INSTAGRAM_"`
	Facebook  OAuthClient `embed:"" prefix:"oauth-facebook-" envprefix:"OAUTH_FACEBOOK_"`
	TikTok    OAuthClient `embed:"" prefix:"oauth-tiktok-" envprefix:"OAUTH_TIKTOK_"`
	YouTube   OAuthClient `embed:"" prefix:"oauth-youtube-" envprefix:"OAUTH_YOUTUBE_"`
	LinkedIn  OAuthClient `embed:"" prefix:"oauth-linkedin-" envprefix:"OAUTH_LINKEDIN_"`
	Pinterest OAuthClient `embed:"" prefix:"oauth-pinterest-" envprefix:"OAUTH_PINTEREST_"`
	Threads   OAuthClient `embed:"" prefix:"oauth-threads-" envprefix:"OAUTH_THREADS_"`
	X         OAuthClient `embed:"" prefix:"oauth-x-" envprefix:"OAUTH_X_"`
}

func (s OAuthSettings) clients() map[string]OAuthClient {
	return map[string]OAuthClient{"instagram": s.Instagram, "facebook": s.Facebook, "tiktok": s.TikTok, "youtube": s.YouTube,
		"linkedin": s.LinkedIn, "pinterest": s.Pinterest, "threads": s.Threads, "x": s.X}
}

// checkOAuth reads what the platforms gave. One of the two alone is a slip.
func (s OAuthSettings) checkOAuth(f *faults) map[string]platform.Credentials {
	out := map[string]platform.Credentials{}
	clients := s.clients()
	for _, key := range platform.Names() {
		c := platform.Credentials{ID: strings.TrimSpace(clients[key].ClientID), Secret: strings.TrimSpace(clients[key].ClientSecret)}
		name := "OAUTH_" + strings.ToUpper(key)
		switch {
		case c.ID != "" && c.Secret == "":
			f.add(name+"_CLIENT_SECRET", "it is not set, and "+name+"_CLIENT_ID is: they go together", "0123456789abcdef")
		case c.ID == "" && c.Secret != "":
			f.add(name+"_CLIENT_ID", "it is not set, and "+name+"_CLIENT_SECRET is: they go together", "1234567890")
		}
		out[key] = c
	}
	return out
}
