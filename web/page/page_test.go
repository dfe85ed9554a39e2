package page

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"
)

func TestTheWordsOfTheTemplates(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	lima, err := time.LoadLocation("America/Lima")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for got, want := range map[string]string{
		initials("Halden Street Social"):    "HS",
		initials("Weber & Cole Joinery"):    "WC",
		initials("élan"):                    "É",
		initials(" ?! "):                    "?",
		Plural(1, "post", "posts"):          "1 post",
		Plural(0, "post", "posts"):          "0 posts",
		string(breakable(`<a>@b.example`)):  `&lt;a&gt;<wbr>@b<wbr>.example`,
		networkName("youtube"):              "YouTube",
		relative(30 * time.Second):          "just now",
		relative(14 * time.Minute):          "14 min ago",
		relative(25 * time.Hour):            "1 day ago",
		relative(-3 * time.Hour):            "3 hours from now",
		absolute(now, now):                  "Monday 23 November at 12:00 UTC",
		absolute(now.In(berlin), now):       "Monday 23 November at 13:00 CET",
		absolute(now.In(lima), now):         "Monday 23 November at 07:00 UTC-05",
		absolute(now.AddDate(1, 0, 0), now): "Tuesday 23 November 2027 at 12:00 UTC",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	// Stable over processes too: an avatar keeps its colour after a deploy.
	if got := tone("Orchard Lane Bakery"); got != "tone-5" {
		t.Errorf("the bakery's tone is %s now", got)
	}
}

func TestEveryNetworkHasAnIconAndAName(t *testing.T) {
	for n := range brands {
		if networks[n] == "" {
			t.Errorf("%s has no name", n)
		}
	}
	for n := range networks {
		if brands[n] == "" {
			t.Errorf("%s has no icon", n)
		}
	}
}

var sample = fstest.MapFS{
	"templates/_part.html": {Data: []byte(`{{define "greet"}}Hello {{.}}{{end}}`)},
	"templates/one.html":   {Data: []byte(`{{define "title"}}One{{end}}{{define "content"}}{{template "greet" .Data}}{{end}}`)},
	"templates/bad.html":   {Data: []byte(`{{define "title"}}Bad{{end}}{{define "content"}}half{{icon "none"}}{{end}}`)},
	"templates/less.html":  {Data: []byte(`{{define "title"}}Less{{end}}`)},
}

func TestAPageIsRenderedWholeOrNotAtAll(t *testing.T) {
	set := Parse(Card, sample, "one.html", "bad.html")
	app := fiber.New()
	app.Get("/:page", func(c *fiber.Ctx) error { return set.Render(c, 201, c.Params("page"), Frame{}, "<you>") })
	for page, want := range map[string]int{"one": 201, "bad": 500, "none": 500} {
		res, err := app.Test(httptest.NewRequest("GET", "/"+page, nil), -1)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != want || strings.Contains(string(body), "half") {
			t.Errorf("%s: %d %s", page, res.StatusCode, body)
		}
		if page == "one" && !strings.Contains(string(body), "Hello &lt;you&gt;") {
			t.Errorf("%s", body)
		}
	}
}

func TestAPageWithoutContentStopsTheProgramAtItsStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it was parsed")
		}
	}()
	Parse(Card, sample, "less.html")
}

func TestAFlashIsOneOfTheRegisteredSentencesOnly(t *testing.T) {
	NewFlash("test_saved", "Saved.")
	set := Parse(Card, sample, "one.html")
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error { return set.Render(c, 200, "one", Frame{}, "") })
	for cookie, want := range map[string]bool{"flash=test_saved": true, "flash=Pay here": false, "": false} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", cookie)
		res, err := app.Test(r, -1)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), "Saved.") != want || strings.Contains(string(body), "Pay here") {
			t.Errorf("%q: %s", cookie, body)
		}
		if cookie != "" && !strings.Contains(res.Header.Get("Set-Cookie"), "1970") {
			t.Errorf("%q: the cookie stays: %v", cookie, res.Header)
		}
	}
}
