package main

import (
	"net/url"
	"strconv"

	"anteroom/internal/platform"
	"anteroom/internal/platformfake"
	"anteroom/web/page"
)

// Where the make-believe platform is, and what it knows the development stack by.
const (
	devPlatformPath   = "/dev/platform"
	devPlatformClient = "anteroom-dev"
	devPlatformSecret = "proving-basket"
)

func (s *devStack) openPlatform() error {
	style, err := page.Asset("app.css")
	if err != nil {
		return err
	}
	s.platform = platformfake.New(platformfake.Options{Path: devPlatformPath, ClientID: devPlatformClient, Secret: devPlatformSecret,
		Redirect: s.parts.base.JoinPath("connect", platformfake.Key, "callback").String(), Stylesheet: style})
	return nil
}

// platforms has the make-believe platform, on another host than the dashboard: its
// address instead of its name. So a browser takes it for another site, as it does a
// real one.
func (s *devStack) platforms() *platform.Registry {
	host := url.URL{Scheme: "http", Host: "127.0.0.1:" + strconv.Itoa(portOf(s.listener)), Path: devPlatformPath}
	return platform.New(s.parts.base, nil).With(s.parts.base, platform.Demo{Key: platformfake.Key, Name: platformfake.Name, URL: host.String(),
		Credentials: platform.Credentials{ID: devPlatformClient, Secret: devPlatformSecret}})
}
