package web_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"anteroom/web"
)

func TestThePagesOfDevKeepTheirOwnPolicy(t *testing.T) {
	const own = "default-src 'none'; frame-src 'self'"
	s := newSite(t, func(o *web.Options) {
		o.Dev = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Security-Policy", own) })
	})
	answer, err := s.app.Test(httptest.NewRequest(http.MethodGet, "/dev/mail", nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.Header.Values("Content-Security-Policy"); !slices.Equal(got, []string{own}) {
		t.Errorf("the browser is told %q", got)
	}
}

func TestThereIsNoDevOutsideDev(t *testing.T) {
	s := newSite(t)
	answer, err := s.app.Test(httptest.NewRequest(http.MethodGet, "/dev/mail", nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("/dev/mail answers %d", answer.StatusCode)
	}
}
