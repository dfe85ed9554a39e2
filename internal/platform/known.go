package platform

import "golang.org/x/oauth2"

// meta is the version of Meta's Graph API.
const meta = "v23.0"

// known are the platforms whose OAuth is open to everybody who registers an app.
// Sources: each platform's own developer documentation, as of November 2026.
func known() []*Platform {
	return []*Platform{instagram(), facebook(), tikTok(), youTube(), linkedIn(), pinterest(), threads(), x()}
}

func plain() reader { return new(flat) }

// instagram is Instagram API with Instagram Login, for professional accounts.
func instagram() *Platform {
	return &Platform{Key: "instagram", Name: "Instagram", joint: ",",
		auth: config("https://www.instagram.com/oauth/authorize", "https://api.instagram.com/oauth/access_token", oauth2.AuthStyleInParams,
			"instagram_business_basic", "instagram_business_content_publish"),
		longer:  longer{"https://graph.instagram.com/access_token", "ig_exchange_token", "access_token"},
		profile: profile{"https://graph.instagram.com/" + meta + "/me?fields=user_id,username", plain}}
}

// facebook connects a page.
func facebook() *Platform {
	return &Platform{Key: "facebook", Name: "Facebook", joint: ",",
		auth: config("https://www.facebook.com/"+meta+"/dialog/oauth", "https://graph.facebook.com/"+meta+"/oauth/access_token", oauth2.AuthStyleInParams,
			"pages_show_list", "pages_read_engagement", "pages_manage_posts"),
		longer:  longer{"https://graph.facebook.com/" + meta + "/oauth/access_token", "fb_exchange_token", "fb_exchange_token"},
		profile: profile{"https://graph.facebook.com/" + meta + "/me/accounts?fields=id,name,access_token", func() reader { return new(pages) }}}
}

func threads() *Platform {
	return &Platform{Key: "threads", Name: "Threads", joint: ",",
		auth: config("https://threads.net/oauth/authorize", "https://graph.threads.net/oauth/access_token", oauth2.AuthStyleInParams,
			"threads_basic", "threads_content_publish"),
		longer:  longer{"https://graph.threads.net/access_token", "th_exchange_token", "access_token"},
		profile: profile{"https://graph.threads.net/v1.0/me?fields=id,username", plain}}
}

// tikTok calls the client's ID client_key, and takes PKCE's challenge in hex
// (Login Kit for Desktop).
func tikTok() *Platform {
	return &Platform{Key: "tiktok", Name: "TikTok", joint: ",", idParam: "client_key", hexPKCE: true,
		auth: config("https://www.tiktok.com/v2/auth/authorize/", "https://open.tiktokapis.com/v2/oauth/token/", oauth2.AuthStyleInParams,
			"user.info.basic", "user.info.profile", "video.publish"),
		profile: profile{"https://open.tiktokapis.com/v2/user/info/?fields=open_id,username,display_name", func() reader { return new(tiktok) }}}
}

// youTube gives a token that can be renewed only if it is asked for offline access
// and consent is given anew.
func youTube() *Platform {
	return &Platform{Key: "youtube", Name: "YouTube", ask: map[string]string{"access_type": "offline", "prompt": "consent select_account"},
		auth: config("https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token", oauth2.AuthStyleInParams,
			"https://www.googleapis.com/auth/youtube.readonly", "https://www.googleapis.com/auth/youtube.upload"),
		profile: profile{"https://www.googleapis.com/youtube/v3/channels?part=snippet&mine=true", func() reader { return new(channels) }}}
}

// linkedIn answers invalid_client to a request with both the client's secret and a
// verifier: PKCE is for native clients there. The code is bound to the secret, and
// the state to the session.
func linkedIn() *Platform {
	return &Platform{Key: "linkedin", Name: "LinkedIn", noPKCE: true,
		auth: config("https://www.linkedin.com/oauth/v2/authorization", "https://www.linkedin.com/oauth/v2/accessToken", oauth2.AuthStyleInParams,
			"openid", "profile", "w_member_social"),
		profile: profile{"https://api.linkedin.com/v2/userinfo", plain}}
}

func pinterest() *Platform {
	return &Platform{Key: "pinterest", Name: "Pinterest", joint: ",",
		auth: config("https://www.pinterest.com/oauth/", "https://api.pinterest.com/v5/oauth/token", oauth2.AuthStyleInHeader,
			"user_accounts:read", "boards:read", "pins:read", "pins:write"),
		profile: profile{"https://api.pinterest.com/v5/user_account", plain}}
}

// x needs PKCE, and offline.access for a token that can be renewed.
func x() *Platform {
	return &Platform{Key: "x", Name: "X",
		auth: config("https://x.com/i/oauth2/authorize", "https://api.x.com/2/oauth2/token", oauth2.AuthStyleInHeader,
			"tweet.read", "tweet.write", "users.read", "offline.access"),
		profile: profile{"https://api.x.com/2/users/me", func() reader { return new(wrapped) }}}
}
