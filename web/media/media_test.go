package media_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/blobs"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/web/media"
	"anteroom/web/request"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// site takes uploads for an agency's owner on a real connection.
type site struct {
	t      *testing.T
	agency *fixture.Agency
	client schema.Client
	blobs  *blobs.Store
	dir    string
	addr   string
	done   chan schema.Media
}

func newSite(t *testing.T, l schema.MediaLimits) *site {
	t.Helper()
	t.Parallel()
	w := fixture.New(t)
	s := &site{t: t, agency: w.Agency("Halden Street"), dir: t.TempDir(), done: make(chan schema.Media, 9)}
	s.client = s.agency.Client("Saffron Bakery")
	var err error
	if s.blobs, err = blobs.Open(t.Context(), (&url.URL{Scheme: "file", Path: s.dir}).String()); err != nil {
		t.Fatal(err)
	}
	app := fiber.New(fiber.Config{StreamRequestBody: true, DisablePreParseMultipartForm: true, DisableStartupMessage: true,
		ReadTimeout: 5 * time.Second, ErrorHandler: status})
	u := media.Uploads{Blobs: s.blobs, Limits: l, Log: slog.New(slog.DiscardHandler), Base: "/uploads",
		Open: func(*fiber.Ctx) (media.Owner, error) { return s.agency.Workspace(), nil },
		Done: func(_ *fiber.Ctx, m schema.Media, _ []schema.Due) { s.done <- m }}
	u.Mount(app)
	app.Post("/media", func(c *fiber.Ctx) error {
		files, _, err := u.Form(c)
		if err != nil {
			return err
		}
		return c.SendString(strconv.Itoa(len(files)))
	})
	app.Get("/files/:media", func(c *fiber.Ctx) error {
		id, err := schema.Parse[schema.MediaID](c.Params("media"))
		if err != nil {
			return err
		}
		m, err := s.agency.Workspace().MediaFile(c.UserContext(), id)
		if err != nil {
			return err
		}
		return media.Send(c, s.blobs, m, c.Context().QueryArgs().Has("download"))
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go app.Listener(ln)
	t.Cleanup(func() { app.ShutdownWithTimeout(time.Second); s.blobs.Close() })
	s.addr = ln.Addr().String()
	return s
}

func status(c *fiber.Ctx, err error) error {
	code := 500
	switch e := err.(type) {
	case *request.Refusal:
		code = e.Status
	case *fiber.Error:
		code = e.Code
	case *schema.Error:
		code = map[schema.Kind]int{schema.NotFound: 404, schema.Invalid: 422, schema.Conflict: 409}[e.Kind]
	}
	return c.Status(code).SendString(err.Error())
}

func (s *site) do(method, path string, body io.Reader, headers ...string) *http.Response {
	s.t.Helper()
	r, err := http.NewRequest(method, "http://"+s.addr+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	b, _ := io.ReadAll(res.Body)
	res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(b))
	return res
}

func (s *site) create(size int, name string) string {
	s.t.Helper()
	res := s.do("POST", "/uploads", nil, "Upload-Length", strconv.Itoa(size), "Upload-Metadata",
		"filename "+base64.StdEncoding.EncodeToString([]byte(name))+",client "+base64.StdEncoding.EncodeToString([]byte(s.client.ID.String())))
	if res.StatusCode != 201 {
		b, _ := io.ReadAll(res.Body)
		s.t.Fatal(res.StatusCode, string(b))
	}
	return res.Header.Get("Location")
}

const part = "application/offset+octet-stream"

// picture begins as a JPEG does.
func picture(size int) []byte {
	b := make([]byte, size)
	rand.Read(b)
	copy(b, "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01")
	return b
}

func TestAnUploadCutAtHalfIsResumedAndTheFileIsTheSame(t *testing.T) {
	s := newSite(t, schema.DefaultMediaLimits)
	file := picture(3_000_000)
	at := s.create(len(file), "buns.jpg")
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nContent-Type: %s\r\nUpload-Offset: 0\r\nContent-Length: %d\r\n\r\n", at, part, len(file))
	conn.Write(file[:1_500_000])
	conn.Close()
	offset := 0
	for range 100 {
		if offset, _ = strconv.Atoi(s.do("HEAD", at, nil).Header.Get("Upload-Offset")); offset > 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if offset != 1_500_000 {
		t.Fatalf("after the cut %d bytes are there", offset)
	}
	res := s.do("PATCH", at, bytes.NewReader(file[offset:]), "Content-Type", part, "Upload-Offset", strconv.Itoa(offset))
	if res.StatusCode != 204 || res.Header.Get("Upload-Offset") != strconv.Itoa(len(file)) {
		t.Fatal(res.StatusCode, res.Header)
	}
	m := <-s.done
	got, _ := io.ReadAll(s.do("GET", "/files/"+m.ID.String(), nil).Body)
	if sha256.Sum256(got) != sha256.Sum256(file) {
		t.Errorf("%d bytes came back, and not the same", len(got))
	}
	res = s.do("GET", "/files/"+m.ID.String(), nil, "Range", "bytes=-10")
	if b, _ := io.ReadAll(res.Body); res.StatusCode != 206 || !bytes.Equal(b, file[len(file)-10:]) {
		t.Error("the end of it:", res.StatusCode, len(b))
	}
	for name, want := range map[string]int{"bytes=3000000-": 416, "bytes=5-9": 206, "bytes=a-b": 200, "bytes=1-2,5-6": 200, "bytes=9-5": 200, "bytes=-0": 416} {
		if res := s.do("GET", "/files/"+m.ID.String(), nil, "Range", name); res.StatusCode != want {
			t.Errorf("range %s: %d", name, res.StatusCode)
		}
	}
	if res := s.do("GET", "/files/"+m.ID.String(), nil, "If-None-Match", `"`+m.ID.String()+`"`); res.StatusCode != 304 || res.Header.Get("Cache-Control") != "private, no-cache" {
		t.Error("the same once more:", res.StatusCode, res.Header)
	}
	if res := s.do("HEAD", "/files/"+m.ID.String(), nil); res.StatusCode != 200 || res.ContentLength != int64(len(file)) {
		t.Error("HEAD:", res.StatusCode, res.ContentLength)
	}
}

func TestWhatTheProtocolForbidsIsRefusedWithItsStatus(t *testing.T) {
	s := newSite(t, schema.MediaLimits{File: 10_000, Client: 100_000})
	at := s.create(2000, "a.jpg")
	name := "filename " + base64.StdEncoding.EncodeToString([]byte("a.jpg")) + ",client " + base64.StdEncoding.EncodeToString([]byte(s.client.ID.String()))
	svg := []byte(strings.Repeat("<svg xmlns='http://www.w3.org/2000/svg'/>", 50))[:2000]
	for _, c := range []struct {
		what, method, path string
		body               []byte
		want               int
		headers            []string
	}{
		{"another version", "HEAD", at, nil, 412, []string{"Tus-Resumable", "0.9"}},
		{"no length", "POST", "/uploads", nil, 400, []string{"Upload-Metadata", name}},
		{"a negative length", "POST", "/uploads", nil, 400, []string{"Upload-Length", "-1"}},
		{"a deferred length", "POST", "/uploads", nil, 400, []string{"Upload-Defer-Length", "1"}},
		{"a huge length", "POST", "/uploads", nil, 413, []string{"Upload-Length", "9223372036854775807", "Upload-Metadata", name}},
		{"bad metadata", "POST", "/uploads", nil, 400, []string{"Upload-Length", "9", "Upload-Metadata", "filename !!!"}},
		{"an unknown upload", "HEAD", "/uploads/" + schema.New[schema.UploadID]().String(), nil, 404, nil},
		{"another type of part", "PATCH", at, []byte("x"), 415, []string{"Upload-Offset", "0", "Content-Type", "text/plain"}},
		{"no offset", "PATCH", at, []byte("x"), 400, []string{"Content-Type", part}},
		{"a negative offset", "PATCH", at, []byte("x"), 400, []string{"Content-Type", part, "Upload-Offset", "-1"}},
		{"a wrong offset", "PATCH", at, []byte("x"), 409, []string{"Content-Type", part, "Upload-Offset", "1"}},
		{"too much", "PATCH", at, picture(2001), 413, []string{"Content-Type", part, "Upload-Offset", "0"}},
		{"an SVG", "PATCH", at, svg, 415, []string{"Content-Type", part, "Upload-Offset", "0"}},
		{"what was refused", "HEAD", at, nil, 404, nil},
	} {
		res := s.do(c.method, c.path, bytes.NewReader(c.body), c.headers...)
		if res.StatusCode != c.want || res.Header.Get("Tus-Resumable") != "1.0.0" {
			b, _ := io.ReadAll(res.Body)
			t.Errorf("%s: %d, want %d: %s", c.what, res.StatusCode, c.want, b)
		}
	}
	at = s.create(2000, "b.jpg")
	if res := s.do("POST", at, nil, "X-HTTP-Method-Override", "DELETE"); res.StatusCode != 204 {
		t.Error("DELETE by POST:", res.StatusCode)
	}
	at = s.create(2000, "c.jpg")
	more := struct{ io.Reader }{bytes.NewReader(picture(5000))} // chunked
	if res := s.do("PATCH", at, more, "Content-Type", part, "Upload-Offset", "0"); res.StatusCode != 413 {
		t.Error("too much in chunks:", res.StatusCode)
	}
	if res := s.do("HEAD", at, nil); res.Header.Get("Upload-Offset") != "0" {
		t.Error("of it is kept", res.Header.Get("Upload-Offset"))
	}
}

func TestAFormBringsFilesAndRefusesWhatIsNone(t *testing.T) {
	s := newSite(t, schema.MediaLimits{File: 100_000, Client: 1_000_000})
	send := func(files ...[]byte) (int, string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		w.WriteField("client", s.client.ID.String())
		for i, f := range files {
			p, _ := w.CreateFormFile("files", fmt.Sprintf("file %d.jpg", i))
			p.Write(f)
		}
		w.Close()
		res := s.do("POST", "/media", &b, "Content-Type", w.FormDataContentType())
		text, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(text)
	}
	if code, text := send(picture(100_000), picture(300)); code != 200 || text != "2" {
		t.Error("two pictures:", code, text)
	}
	if code, text := send(picture(300), []byte("<svg/>")); code != 422 || !strings.Contains(text, "file 1.jpg") || !strings.Contains(text, "“file 0.jpg”") {
		t.Error("an SVG:", code, text)
	}
	if code, text := send(picture(100_001)); code != 422 {
		t.Error("over the limit:", code, text)
	}
	if code, text := send(); code != 422 {
		t.Error("none:", code, text)
	}
}

func TestOfTwoPartsAtOnceOneIsTaken(t *testing.T) {
	s := newSite(t, schema.DefaultMediaLimits)
	file := picture(400_000)
	at := s.create(len(file), "twice.jpg")
	codes := make(chan int, 2)
	for range 2 {
		go func() {
			codes <- s.do("PATCH", at, bytes.NewReader(file), "Content-Type", part, "Upload-Offset", "0").StatusCode
		}()
	}
	if a, b := <-codes, <-codes; a+b != 204+409 {
		t.Error(a, b)
	}
}

func TestARangeIsOfTheFileThatTheReaderKnowsOrTheWholeIsSent(t *testing.T) {
	s := newSite(t, schema.DefaultMediaLimits)
	whole := picture(1000)
	at := s.create(len(whole), "a.jpg")
	if res := s.do("PATCH", at, bytes.NewReader(whole), "Upload-Offset", "0", "Content-Type", part); res.StatusCode != 204 {
		t.Fatal(res.StatusCode)
	}
	path := "/files/" + (<-s.done).ID.String()
	tag := s.do("GET", path, nil).Header.Get("ETag")
	for _, tc := range []struct {
		since  string
		status int
		want   []byte
	}{{tag, 206, whole[10:20]}, {`"another"`, 200, whole}, {"W/" + tag, 200, whole}, {"Mon, 23 Nov 2026 09:00:00 GMT", 200, whole}} {
		res := s.do("GET", path, nil, "Range", "bytes=10-19", "If-Range", tc.since)
		got, _ := io.ReadAll(res.Body)
		if res.StatusCode != tc.status || !bytes.Equal(got, tc.want) {
			t.Errorf("with %s it is %d with %d bytes", tc.since, res.StatusCode, len(got))
		}
	}
	if res := s.do("GET", path, nil, "If-None-Match", tag); res.StatusCode != 304 {
		t.Errorf("a known file is sent again: %d", res.StatusCode)
	}
}
