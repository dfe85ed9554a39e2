package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"anteroom/internal/browser"
	"anteroom/schema/demo"
)

// pngHead is what makes a file a PNG picture by its content (W3C PNG, 5.2).
const pngHead = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

// bigFile is a file that is a PNG by its first bytes and noise after them.
func bigFile(t *testing.T, name string, size int) (path, sum string) {
	t.Helper()
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	copy(b, pngHead)
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, digest(b)
}

func digest(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// served is the digest of a file that the page lists, as it is downloaded, and the name
// that it is to be saved under.
const served = `fetch([...document.querySelectorAll(".media a")].find(a => a.getAttribute("aria-label") === %q).href + "/file?download")
	.then(async r => [...new Uint8Array(await crypto.subtle.digest("SHA-256", await r.arrayBuffer()))].map(b => b.toString(16).padStart(2, "0")).join("")
		+ " " + r.headers.get("Content-Disposition"))`

func (b *tab) downloads(name, sum string) {
	b.t.Helper()
	got, err := browser.Evaluate[string](b.Tab, fmt.Sprintf(served, name))
	b.check(err)
	if !strings.HasPrefix(got, sum+" attachment") {
		b.t.Errorf("%s downloads %q of %s, want %s", b.name, got, name, sum)
	}
}

func TestFilesAreUploadedInABrowserThroughACutAndSeenByTheAgency(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, base := s.open()
	s.start("worker")
	const size = 12 << 20
	line := newWire(t, strings.TrimPrefix(base, "http://"), 6<<20) // in the middle of the first chunk of 8 MiB
	big, sum := bigFile(t, "Ofen – früh.png", size)
	pie, err := filepath.Abs("../../schema/demo/pictures/pie.jpg")
	if err != nil {
		t.Fatal(err)
	}
	loaf := strings.Replace(pie, "pie.jpg", "loaf.jpg", 1)
	b := startBrowser(t)
	elena, owner := newTab(t, b, "elena"), newTab(t, b, "owner")
	elena.signIn("http://"+line.address, demo.Client, demo.Password)
	elena.open("http://" + line.address + "/portal/media")
	elena.check(elena.Files("Choose files", big, pie, loaf))
	// What came before the cut is kept: a part of the first chunk.
	s.eventually(20*time.Second, func() bool {
		return s.count(`SELECT COUNT(*) FROM uploads WHERE received BETWEEN 1 AND ? AND size = ?`, 8<<20-1, size) == 1
	}, func() string { return "nothing is kept of the upload that was cut" })
	elena.sees("Connection lost, trying again")
	line.mend()
	s.eventually(time.Minute, func() bool { return strings.Contains(elena.says(), "All files are uploaded") }, elena.says) // it tries after 1, 2, 5, 10 s
	elena.sees("3 files")
	complaints, err := elena.Complaints(409)
	elena.check(err)
	for _, c := range complaints {
		if !strings.Contains(c, "net::ERR_") { // the line was dead
			t.Errorf("on the console: %s", c)
		}
	}
	elena.downloads("Ofen – früh.png", sum)
	original, err := os.ReadFile(pie)
	if err != nil {
		t.Fatal(err)
	}
	elena.downloads("pie.jpg", digest(original))
	elena.fillSearch("früh")
	elena.is(200, "/portal/media", "1 file with “früh” in the name", "Ofen – früh.png")
	elena.fillSearch("zither")
	elena.is(200, "/portal/media", "No file of that name")

	owner.signIn(base, demo.Owner, demo.Password)
	owner.open(base + "/media")
	for _, name := range []string{"Ofen – früh.png", "pie.jpg", "loaf.jpg"} {
		owner.is(200, "/media", name, "Elena Marchetti")
	}
	owner.downloads("Ofen – früh.png", sum)

	// The client is deleted while the portal is open: it leaves, and nothing is open.
	elena.open("http://" + line.address + "/portal/media")
	owner.open(base + "/settings/clients/" + s.clientNamed(bakery).String() + "/deletion")
	owner.press("Delete client")
	elena.sees("Sign in") // as somebody else, or again
	for _, path := range []string{"/portal/media", "/portal", "/portal/accounts", "/portal/settings"} {
		elena.open("http://" + line.address + path)
		if page := elena.says(); elena.status != 404 && elena.path() != "/login" || strings.Contains(page, bakery) {
			t.Errorf("%s is %d and shows\n%s", path, elena.status, page)
		}
	}
	s.eventually(20*time.Second, func() bool {
		return s.count(`SELECT COUNT(*) FROM client_users WHERE full_name = 'Elena Marchetti' AND status = 'deactivated'`) == 1
	}, func() string { return "Elena is still active" })
	for _, path := range []string{"/portal/media", "/portal", "/portal/accounts"} {
		elena.open("http://" + line.address + path)
		elena.is(200, "/login")
	}
	elena.quiet(404)
	owner.quiet()
}

// fillSearch searches the files as Enter does.
func (b *tab) fillSearch(text string) {
	b.t.Helper()
	at := b.location()
	b.evaluate(fmt.Sprintf(`(f => { f.value = %q; f.form.requestSubmit() })(document.querySelector("[type=search]"))`, text))
	for end := time.Now().Add(browser.Patience); ; time.Sleep(10 * time.Millisecond) {
		done, err := browser.Evaluate[bool](b.Tab, fmt.Sprintf(`location.href !== %q && document.readyState === "complete"`, at))
		if err == nil && done {
			break
		}
		if time.Now().After(end) {
			b.t.Fatalf("%s: the search leads nowhere (%v)", b.name, err)
		}
	}
	b.status, _ = b.Status()
}

func TestAPlainFormUploadsWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, base := s.open()
	elena := newTab(t, startBrowser(t), "elena")
	elena.signIn(base, demo.Client, demo.Password)
	elena.check(elena.Scripts(false))
	elena.open(base + "/portal/media")
	one, _ := bigFile(t, "one.png", 3<<20)
	two, sum := bigFile(t, "two.png", 1<<20)
	elena.check(elena.Files("Choose files", one, two))
	elena.press("Upload")
	elena.is(200, "/portal/media", "2 files", "one.png", "two.png", "The files are uploaded.")
	elena.check(elena.Scripts(true))
	elena.open(base + "/portal/media")
	elena.downloads("two.png", sum)
}

// tusUpload is a program for the client of npm: it stops after a part, looks for what
// it left, and goes on.
const tusUpload = `new Promise((ok, bad) => {
	const bytes = new Uint8Array(3 << 20);
	bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
	const file = new File([bytes], "tus.png", { type: "image/png" });
	const options = { endpoint: "/portal/uploads", chunkSize: 1 << 20, retryDelays: [], metadata: { filename: "by tus.png", filetype: "image/png",
		client: document.querySelector("#uploader [name=client]").value }, onError: bad };
	const offsets = [];
	const first = new tus.Upload(file, { ...options, onChunkComplete: async (_, sent) => {
		offsets.push(sent);
		await first.abort();
		const second = new tus.Upload(file, { ...options, onChunkComplete: (_, sent) => offsets.push(sent),
			onSuccess: () => ok([tus.isSupported, found.length, ...offsets].join(" ")) });
		const found = await second.findPreviousUploads();
		second.resumeFromPreviousUpload(found[0]);
		second.start();
	} });
	first.start();
})`

func TestTheTusClientOfNPMUploadsAndResumes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, base := s.open()
	tus, err := os.ReadFile("testdata/tus-js-client/tus.min.js")
	if err != nil {
		t.Fatal(err)
	}
	elena := newTab(t, startBrowser(t), "elena")
	elena.signIn(base, demo.Client, demo.Password)
	elena.open(base + "/portal/media")
	elena.evaluate(string(tus) + ";0")
	got, err := browser.Evaluate[string](elena.Tab, tusUpload)
	elena.check(err)
	if want := fmt.Sprintf("true 1 %d %d %d", 1<<20, 2<<20, 3<<20); got != want {
		t.Errorf("it went %q, want %q", got, want)
	}
	elena.open(base + "/portal/media")
	b := make([]byte, 3<<20)
	copy(b, pngHead)
	elena.downloads("by tus.png", digest(b))
	elena.quiet()
}
