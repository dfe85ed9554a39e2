package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"anteroom/internal/keyring"
	"anteroom/internal/mailgunfake"
	"anteroom/internal/testkit"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/demo"
)

// The test binary doubles as the product's: with this variable set it is
// `anteroom`, so the processes under test are real ones that can be killed.
const asAnteroom = "ANTEROOM_TEST_PROCESS"

func TestMain(m *testing.M) {
	if os.Getenv(asAnteroom) != "" {
		main()
	}
	// These tests wait for processes more than they work.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	testkit.Main(m)
}

// signingKey is what the site's Mailgun signs its webhooks with.
const signingKey = "key-for-webhooks"

// site is a seeded database, a Redis and a Mailgun, and what processes need to
// know of them.
type site struct {
	t       *testing.T
	db      *schema.DB
	env     []string
	keys    *keyring.Ring
	mailgun *mailgunfake.Server
	rdb     redis.UniversalClient
	bell    *jobs.Bell
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t}
	databaseURL, redisURL, secret := testkit.DatabaseURL(t), testkit.RedisURL(t), keyring.Generate("test")
	var err error
	s.db, err = schema.Open(t.Context(), databaseURL)
	s.check(err)
	t.Cleanup(func() { s.db.Close() })
	_, err = demo.Seed(t.Context(), s.db)
	s.check(err)
	s.exec(`UPDATE emails SET state = 'cancelled', due_at = NULL, ring_at = NULL`)
	s.keys, err = keyring.Parse(secret)
	s.check(err)
	s.rdb, err = jobs.OpenRedis(redisURL)
	s.check(err)
	t.Cleanup(func() { s.rdb.Close() })
	s.bell = jobs.NewBell(s.rdb, testLog(t))
	s.env = []string{"DATABASE_URL=" + databaseURL, "REDIS_URL=" + redisURL, "SECRET_KEYS=" + secret,
		"BASE_URL=http://portal.example", "MAILGUN_DOMAIN=mg.example.com", "MAILGUN_API_KEY=key", "MAILGUN_WEBHOOK_SIGNING_KEY=" + signingKey, "MAILGUN_API_BASE=" + s.startMailgun(),
		"MAIL_FROM=portal@mg.example.com", "MAIL_SETTLE_AFTER=2s", "LISTEN=127.0.0.1:0", "MEDIA_URL=file://" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	return s
}

func (s *site) startMailgun() string {
	var err error
	s.mailgun, err = mailgunfake.New(mailgunfake.Options{Domain: "mg.example.com", APIKey: "key", SigningKey: signingKey})
	s.check(err)
	server := httptest.NewServer(s.mailgun)
	s.t.Cleanup(func() { s.mailgun.Release(); server.Close() })
	return server.URL
}

// process is a running `anteroom`.
type process struct {
	t       *testing.T
	cmd     *exec.Cmd
	ended   chan struct{}
	mu      sync.Mutex
	out     strings.Builder
	address chan string // where web serves
}

// serving is the line of `web`, or of `dev`, that says where.
var serving = regexp.MustCompile(`(?:"address":"|Dashboard +http://)([^"\s]+)`)

func (s *site) start(args ...string) *process {
	s.t.Helper()
	return launch(s.t, s.env, args...)
}

// launch starts `anteroom` with nothing but that environment.
func launch(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: command(t, env, args...), ended: make(chan struct{}), address: make(chan string, 1)}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, in := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = in, in
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.read(out)
	go func() { _ = p.cmd.Wait(); in.Close(); close(p.ended) }()
	t.Cleanup(func() { p.kill() })
	return p
}

func command(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append([]string{asAnteroom + "=1"}, env...)
	return cmd
}

func (p *process) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		p.mu.Lock()
		fmt.Fprintln(&p.out, lines.Text())
		p.mu.Unlock()
		if m := serving.FindStringSubmatch(lines.Text()); m != nil {
			select {
			case p.address <- m[1]:
			default:
			}
		}
	}
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// stop asks the process to stop and returns its exit status and how long it
// took.
func (p *process) stop() (int, time.Duration) {
	p.t.Helper()
	start := time.Now()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	return p.wait(), time.Since(start)
}

// wait waits for the process to end, and returns its exit status.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(40 * time.Second):
		p.t.Fatalf("the process did not stop:\n%s", p.output())
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) base() string {
	p.t.Helper()
	select {
	case a := <-p.address:
		p.address <- a
		return "http://" + a
	case <-p.ended:
		p.t.Fatalf("web ended:\n%s", p.output())
	case <-time.After(time.Minute): // a first start on a busy machine
		p.t.Fatalf("web does not serve:\n%s", p.output())
	}
	return ""
}

func (s *site) eventually(within time.Duration, ok func() bool, otherwise func() string) {
	s.t.Helper()
	eventually(s.t, within, ok, otherwise)
}

func eventually(t *testing.T, within time.Duration, ok func() bool, otherwise func() string) {
	t.Helper()
	for end := time.Now().Add(within); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", within, otherwise())
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (s *site) count(query string, args ...any) (n int) {
	s.t.Helper()
	s.check(s.db.Get(&n, query, args...))
	return n
}

func (s *site) exec(query string, args ...any) {
	s.t.Helper()
	_, err := s.db.Exec(query, args...)
	s.check(err)
}

func (s *site) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// open starts a web tier that knows its own address, which links in mails
// begin with, and returns it. More settings may follow.
func (s *site) open(settings ...string) (web *process, base string) {
	s.t.Helper()
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(freePort(s.t)))
	s.env = append(s.env, "LISTEN="+address, "BASE_URL=http://"+address)
	s.env = append(s.env, settings...)
	web = s.start("web")
	return web, web.base()
}

// in is the same site for a subtest.
func (s *site) in(t *testing.T) *site {
	c := *s
	c.t = t
	return &c
}
