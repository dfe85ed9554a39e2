package web_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"anteroom/schema"
)

func logoFile(t *testing.T, w, h int, c color.Color) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	m.Set(0, 0, c)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upload posts a file as a browser does.
func (b *browser) upload(path, field, name string, file []byte) answer {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		b.t.Fatal(err)
	}
	part.Write(file)
	m.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return b.do(r)
}

func TestTheAgencysSettingsAreShownAndSaved(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, b := a.staff("Jonas Weber", "jonas@example.com", schema.RoleAdmin)
	b.get("/settings/agency").shows(t, 200, `value="Halden Street Social"`, `name="days" type="number"`, `value="7"`, `name="reminders" value="on" checked`,
		"<strong>Agency</strong>", "An operator changes plans.", `enctype="multipart/form-data"`)
	b.post("/settings/agency", "name", "Halden & Sons", "reply_to", "hello@halden.example", "days", "14").leadsTo(t, "/settings/agency")
	page := b.get("/settings/agency")
	page.shows(t, 200, "Halden &amp; Sons", `value="hello@halden.example"`, `value="14"`, "The changes are saved.")
	if strings.Contains(page.body, "checked") {
		t.Error("reminders are still on")
	}
	for field, form := range map[string][]string{
		"name": {"name", "", "days", "7"}, "reply_to": {"name", "X", "reply_to", "nonsense", "days", "7"}, "days": {"name", "X", "days", "40"},
	} {
		b.post("/settings/agency", form...).shows(t, 422, `aria-describedby="`+field+`-error"`, `id="`+field+`-error"`, "Error: Agency")
	}
	s.exec(`UPDATE agencies SET plan = 'solo'`)
	b.get("/settings/agency").shows(t, 200, "<strong>Solo</strong>", ": not included")
}

var logoURL = regexp.MustCompile(`src="(/logos/ag_[^"]+\?v=[0-9a-f]{32})"`)

func TestALogoIsUploadedShownAndRemoved(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, b := a.staff("Jonas Weber", "jonas@example.com", schema.RoleAdmin)
	_, link := a.invite("tom@example.com", "Tom Okafor")
	member := s.memberLink(a.inviteMember("Noor Said", "noor@example.com", schema.RoleMember))
	if page := s.browser().get(link); strings.Contains(page.body, "<img") || !strings.Contains(page.body, "avatar-square") {
		t.Error("without a logo there should be the badge")
	}
	b.upload("/settings/agency/logo", "logo", "../../x.svg", logoFile(t, 1024, 96, color.White)).leadsTo(t, "/settings/agency")
	own := b.get("/settings/agency")
	own.shows(t, 200, "The logo is changed.", `width="160" height="15"`, "Remove the logo")
	for _, path := range []string{link, member} {
		page := s.browser().get(path)
		page.shows(t, 200, `alt="Halden Street Social" width="160" height="15"`)
		if strings.Contains(page.body, "avatar-square") || logoURL.FindString(page.body) != logoURL.FindString(own.body) {
			t.Errorf("the page shows %s", logoURL.FindString(page.body))
		}
	}
	url := logoURL.FindStringSubmatch(own.body)[1]
	file := s.browser().get(url)
	file.shows(t, 200)
	m, err := png.Decode(strings.NewReader(file.body))
	if err != nil || m.Bounds().Dx() != 512 {
		t.Errorf("it is %v (%v)", m, err)
	}
	b.post("/settings/agency/logo/removal").leadsTo(t, "/settings/agency")
	s.browser().get(url).shows(t, 404)
	if page := b.get("/settings/agency"); strings.Contains(page.body, "<img") {
		t.Error("it is still there")
	}
}

func TestALogoMayBeKeptForGoodUnderTheAddressOfItsBytes(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, b := a.staff("Jonas Weber", "jonas@example.com", schema.RoleAdmin)
	set := func(c color.Color) string {
		b.upload("/settings/agency/logo", "logo", "x.png", logoFile(t, 4, 4, c)).leadsTo(t, "/settings/agency")
		return logoURL.FindStringSubmatch(b.get("/settings/agency").body)[1]
	}
	old := set(color.White)
	url := set(color.NRGBA{200, 0, 0, 255})
	plain, _, _ := strings.Cut(url, "?")
	stranger := s.browser()
	for path, keep := range map[string]string{url: "public, max-age=31536000, immutable", plain: "public, max-age=300", old: "public, max-age=300", plain + "?v=": "public, max-age=300"} {
		f := stranger.get(path)
		h := f.Header
		if f.StatusCode != 200 || h.Get("Cache-Control") != keep || h.Get("Content-Type") != "image/png" || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Cross-Origin-Resource-Policy") != "cross-origin" || h.Get("Set-Cookie") != "" || h.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d %v", path, f.StatusCode, h)
		}
		stranger.headers["If-None-Match"] = h.Get("ETag")
		if again := stranger.get(path); again.StatusCode != 304 || again.body != "" || again.Header.Get("Cache-Control") != keep {
			t.Errorf("%s, once more: %d %v", path, again.StatusCode, again.Header)
		}
		delete(stranger.headers, "If-None-Match")
	}
	if old == url {
		t.Error("another logo has the same address")
	}
	for _, path := range []string{"/logos/rubbish", "/logos/" + schema.New[schema.AgencyID]().String(), "/logos/" + s.agency("Mill Road", "Kiln").id.String()} {
		f := stranger.get(path)
		f.shows(t, 404)
		if f.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %s", path, f.Header.Get("Cache-Control"))
		}
	}
}

func TestWhatIsNoLogoIsRefusedWithTheFix(t *testing.T) {
	s := newSite(t)
	a := s.agency("Halden Street Social", "Orchard Lane Bakery")
	_, b := a.staff("Jonas Weber", "jonas@example.com", schema.RoleAdmin)
	for name, c := range map[string]struct {
		file []byte
		says string
	}{
		"nothing":          {nil, "Choose a picture first."},
		"a page":           {[]byte("<html><script>alert(1)</script>"), "Use a PNG, JPEG, GIF or WebP file."},
		"above a megabyte": {append(logoFile(t, 2, 2, color.White), make([]byte, 1<<20)...), "Use one of 1 MB or less."},
		"half a picture":   {logoFile(t, 40, 40, color.White)[:60], "can’t be read"},
		"too many pixels":  {logoFile(t, 4001, 1, color.White), "4,000 by 4,000"},
	} {
		got := b.upload("/settings/agency/logo", "logo", "x.png", c.file)
		if got.StatusCode != 422 || !strings.Contains(got.body, c.says) || !strings.Contains(got.body, `id="logo-error"`) {
			t.Errorf("%s: %d\n%s", name, got.StatusCode, got.body)
		}
	}
	b.post("/settings/agency/logo").shows(t, 422, "Choose a picture first.")
	b.upload("/settings/agency/logo", "other", "x.png", logoFile(t, 2, 2, color.White)).shows(t, 422, "Choose a picture first.")
	var logos int
	if err := s.db.Get(&logos, `SELECT COUNT(*) FROM agency_logos`); err != nil || logos != 0 {
		t.Error(fmt.Sprint(logos), err)
	}
}
