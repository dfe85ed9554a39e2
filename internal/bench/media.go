package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/demo"
	"anteroom/schema/visitor"
)

const (
	fileSize  = 500_000_000 // bytes, the largest that is taken by default
	chunkSize = 8 << 20     // bytes, as the page's own uploader sends
	mostExtra = 64          // MB, what the process may take more while a file moves
)

// benchMedia moves the largest file through a web process of its own, up in chunks, up
// in one request, and down, and looks at how much more memory that takes at its peak.
func benchMedia(ctx context.Context, db *schema.DB, databaseURL, redisURL, dir string) error {
	w, err := startWeb(ctx, db, databaseURL, redisURL, dir)
	if err != nil {
		return err
	}
	defer w.stop()
	fmt.Printf("%-28s %10s %10s\n", fmt.Sprintf("file of %d MB", fileSize/1_000_000), "MB/s", "MB more")
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"up, chunks of 8 MB", func() error { return w.upload(ctx, chunkSize) }},
		{"up, one request", func() error { return w.upload(ctx, fileSize) }},
		{"down", func() error {
			var id schema.MediaID
			if err := db.GetContext(ctx, &id, `SELECT id FROM media WHERE size = ? ORDER BY id DESC LIMIT 1`, fileSize); err != nil {
				return err
			}
			return w.download(ctx, "/media/"+id.String()+"/file")
		}},
	} {
		before, err := w.peak(true)
		if err != nil {
			return err
		}
		start := time.Now()
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		took := time.Since(start).Seconds()
		after, err := w.peak(false)
		if err != nil {
			return err
		}
		fmt.Printf("%-28s %10.0f %10d\n", step.name, fileSize/1e6/took, (after-before)/1000)
		if (after-before)/1000 >= mostExtra {
			return fmt.Errorf("%s took %d MB more, of at most %d", step.name, (after-before)/1000, mostExtra)
		}
	}
	return nil
}

// webProcess is `anteroom web`, and an owner who is signed in there.
type webProcess struct {
	cmd                 *exec.Cmd
	url, cookie, client string
}

func startWeb(ctx context.Context, db *schema.DB, databaseURL, redisURL, dir string) (*webProcess, error) {
	program := filepath.Join(dir, "anteroom")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/anteroom").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	l.Close()
	secret := keyring.Generate("bench")
	keys, err := keyring.Parse(secret)
	if err != nil {
		return nil, err
	}
	bucket, err := filepath.Abs(filepath.Join(dir, "media"))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(bucket, 0o700); err != nil {
		return nil, err
	}
	w := &webProcess{url: "http://" + address, cmd: exec.CommandContext(ctx, program, "web")}
	w.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "DATABASE_URL=" + databaseURL, "REDIS_URL=" + redisURL, "SECRET_KEYS=" + secret, "LISTEN=" + address,
		"BASE_URL=" + w.url, "MEDIA_URL=file://" + bucket, "MAILGUN_DOMAIN=mg.example.com", "MAILGUN_API_KEY=key",
		"MAILGUN_WEBHOOK_SIGNING_KEY=key", "MAIL_FROM=portal@mg.example.com"}
	var said strings.Builder
	w.cmd.Stderr = &said
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	token, err := visitor.New(db, keys).SignIn(ctx, demo.Owner, demo.Password, "bench")
	if err != nil {
		return nil, err
	}
	w.cookie = "session=" + string(token)
	var client schema.ClientID
	if err := db.GetContext(ctx, &client, `SELECT id FROM clients WHERE name = 'Kiln & Clay Studio'`); err != nil {
		return nil, err
	}
	w.client = client.String()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get(w.url + "/healthz")
		if err == nil {
			answer.Body.Close()
			return w, nil
		}
		if time.Now().After(end) {
			w.stop()
			return nil, fmt.Errorf("web does not serve: %s", said.String())
		}
	}
}

func (w *webProcess) stop() {
	_ = w.cmd.Process.Signal(os.Interrupt)
	_ = w.cmd.Wait()
}

// peak is the most memory that the process had at once since it was last asked for
// anew, in kB (proc(5): VmHWM; 5 written to clear_refs resets it).
func (w *webProcess) peak(anew bool) (int, error) {
	at := "/proc/" + strconv.Itoa(w.cmd.Process.Pid)
	if anew {
		if err := os.WriteFile(at+"/clear_refs", []byte("5"), 0); err != nil {
			return 0, err
		}
	}
	b, err := os.ReadFile(at + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
		}
	}
	return 0, fmt.Errorf("%s/status has no VmHWM", at)
}

func (w *webProcess) call(ctx context.Context, method, url string, body io.Reader, headers ...string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Cookie", w.cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if n, err := strconv.ParseInt(r.Header.Get("Content-Length"), 10, 64); err == nil {
		r.ContentLength = n
	}
	answer, err := http.DefaultClient.Do(r)
	if err == nil && answer.StatusCode >= 300 {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, 500))
		answer.Body.Close()
		err = fmt.Errorf("%s answered %s: %s", method, answer.Status, said)
	}
	return answer, err
}

// upload sends a video by its first bytes, by the tus protocol.
func (w *webProcess) upload(ctx context.Context, chunk int64) error {
	b64 := base64.StdEncoding.EncodeToString
	answer, err := w.call(ctx, http.MethodPost, w.url+"/uploads", nil, "Upload-Length", strconv.Itoa(fileSize),
		"Upload-Metadata", "filename "+b64([]byte("bench.mp4"))+",client "+b64([]byte(w.client)))
	if err != nil {
		return err
	}
	answer.Body.Close()
	at := answer.Header.Get("Location")
	if strings.HasPrefix(at, "/") {
		at = w.url + at
	}
	for sent := int64(0); sent < fileSize; sent += chunk {
		n := min(chunk, fileSize-sent)
		answer, err := w.call(ctx, http.MethodPatch, at, io.LimitReader(&video{at: sent}, n), "Upload-Offset", strconv.FormatInt(sent, 10),
			"Content-Type", "application/offset+octet-stream", "Content-Length", strconv.FormatInt(n, 10))
		if err != nil {
			return err
		}
		answer.Body.Close()
		if got := answer.Header.Get("Upload-Offset"); got != strconv.FormatInt(sent+n, 10) {
			return fmt.Errorf("after %d bytes the offset is %q", sent+n, got)
		}
	}
	return nil
}

func (w *webProcess) download(ctx context.Context, path string) error {
	answer, err := w.call(ctx, http.MethodGet, w.url+path, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	n, err := io.Copy(io.Discard, answer.Body)
	if err == nil && n != fileSize {
		err = fmt.Errorf("%d bytes came back", n)
	}
	return err
}

// video is without an end, and an MP4 by its first twelve bytes.
type video struct{ at int64 }

func (v *video) Read(b []byte) (int, error) {
	clear(b)
	if v.at == 0 {
		copy(b, "\x00\x00\x00\x18ftypisom")
	}
	v.at += int64(len(b))
	return len(b), nil
}
