package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"anteroom/jobs"
	"anteroom/schema/demo"
)

// dev is `anteroom dev` on a folder of the test's own.
type dev struct {
	t    *testing.T
	dir  string
	port int
	warm []time.Duration // how long each warm start took to the first page
	*process
}

// run starts it and waits until it serves.
func (d *dev) run() {
	d.t.Helper()
	began := time.Now()
	d.process = launch(d.t, devEnv(), d.args()...)
	base := d.base()
	eventually(d.t, 30*time.Second, func() bool { return ready(base) }, d.output)
	d.warm = append(d.warm, time.Since(began))
}

func (d *dev) args() []string {
	return []string{"dev", "--data", d.dir, "--port", strconv.Itoa(d.port)}
}

func devEnv() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "ANTEROOM_SQL_SERVER=" + os.Getenv("ANTEROOM_SQL_SERVER"), "LOG_LEVEL=debug"}
}

func ready(base string) bool {
	res, err := http.Get(base + "/readyz")
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// leavesNothing makes sure that no process of it is left, and its folder free.
func (d *dev) leavesNothing() {
	d.t.Helper()
	eventually(d.t, 20*time.Second, func() bool { return len(holders(d.t, d.dir)) == 0 }, func() string {
		return fmt.Sprintf("%v are left", holders(d.t, d.dir))
	})
}

// One folder through the life of a developer's stack: the first start, one
// beside it, Ctrl-C, a warm start, a kill, another start. It runs alone, as it
// measures the starts.
func TestDevKeepsItsDataAndLeavesNothingBehind(t *testing.T) {
	const name, email = "Wren Hale", "wren@kilnandclay.example"
	taken, listener := takenPort(t)
	d := &dev{t: t, dir: t.TempDir(), port: taken}
	d.run()
	base := d.base()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	if d.port, err = strconv.Atoi(u.Port()); err != nil || d.port <= taken || d.port >= taken+100 {
		t.Errorf("it serves at %s with port %d taken (%v)", base, taken, err)
	}
	if want := fmt.Sprintf("Port %d is taken; using %d.", taken, d.port); !strings.Contains(d.output(), want) {
		t.Errorf("it doesn't say %q:\n%s", want, d.output())
	}
	listener.Close()
	if all := holders(t, d.dir); len(all) != 3 || all[d.cmd.Process.Pid] == "" {
		t.Errorf("%v hold the folder, not dev, a SQL server and a Redis", all)
	}
	second := execute(t, devEnv(), d.args()...)
	if want := fmt.Sprintf("%s is in use by process %d; stop it first", d.dir, d.cmd.Process.Pid); second.code != exitFailed ||
		second.stdout != "" || len(second.lines()) != 1 || !strings.Contains(second.stderr, want) {
		t.Errorf("a second one is %+v", second)
	}
	d.warm = nil

	owner, wren := newPerson(t, base), newPerson(t, base)
	owner.signIn(demo.Owner, demo.Password)
	owner.invite(kiln, name, email)
	link := d.mailed(wren, email)
	wren.press("Deliver")
	wren.sees("deliver", "200 OK")
	owner.people(kiln)
	owner.sees("Delivered just now")
	d.told(wren, name, "invitation.created", "invitation.sent", "invitation.delivered")
	wren.open(link)
	wren.is(200, "", "Join "+kiln)
	d.interrupt()

	d.run()
	if again := d.mailed(wren, email); again != link {
		t.Errorf("after a restart the mail has the link %s, before it was %s", again, link)
	}
	wren.accept(link)
	wren.sees(kiln)
	d.told(wren, name, "invitation.accepted", "client_user.activated")
	d.quiet(email, secret, link[strings.LastIndexByte(link, '/')+1:])
	d.kill()
	d.leavesNothing()

	d.run()
	wren.open(portal)
	wren.is(200, portal, kiln)
	owner.people(kiln)
	owner.sees(name, "Active")
	d.interrupt()
	d.run()
	d.interrupt()
	t.Logf("warm starts took %v to the first page", d.warm)
	if fastest := min(d.warm[0], d.warm[1], d.warm[2]); fastest > warmStart {
		t.Errorf("the fastest warm start took %v, above %v", fastest, warmStart)
	}
}

// interrupt is Ctrl-C.
func (d *dev) interrupt() {
	d.t.Helper()
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		d.t.Fatal(err)
	}
	if code := d.wait(); code != 0 {
		d.t.Errorf("after Ctrl-C its status is %d:\n%s", code, d.output())
	}
	if all := holders(d.t, d.dir); len(all) != 0 {
		d.t.Errorf("%v outlived it", all)
	}
}

// mailed waits for the mail to an address in the inbox, and returns its link.
func (d *dev) mailed(p *person, to string) string {
	d.t.Helper()
	eventually(d.t, mailWithin, func() bool {
		p.reaches("/dev/mail", http.StatusOK)
		return strings.Contains(text(p.page), to)
	}, d.output)
	p.follow("Priya Nair invited you to the " + kiln + " portal")
	p.follow("Text")
	p.sees(to)
	found := link.FindString(text(p.page))
	if !strings.HasPrefix(found, p.base) {
		d.t.Fatalf("the link in the mail is %q, not one to %s", found, p.base)
	}
	return found
}

// told waits for the webhooks about a person at the CRM, whose page shows only
// what is signed well.
func (d *dev) told(p *person, name string, types ...string) {
	d.t.Helper()
	eventually(d.t, mailWithin, func() bool {
		p.reaches("/dev/crm", http.StatusOK)
		page := text(p.page)
		for _, want := range append(types, name) {
			if !strings.Contains(page, want) {
				return false
			}
		}
		return true
	}, d.output)
	p.seesNot("Refused")
}

// quiet looks for secrets in what it and its servers logged, and in Redis.
func (d *dev) quiet(secrets ...string) {
	d.t.Helper()
	rdb, err := jobs.OpenRedis("unix://" + filepath.Join(d.dir, "run", "redis.sock"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer rdb.Close()
	places := map[string]string{"its output": d.output(), "Redis": dump(d.t, rdb)}
	logs, err := filepath.Glob(filepath.Join(d.dir, "*.log*"))
	if err != nil || len(logs) < 2 {
		d.t.Fatalf("there are the logs %v (%v)", logs, err)
	}
	for _, file := range logs {
		b, err := os.ReadFile(file)
		if err != nil {
			d.t.Fatal(err)
		}
		places[file] = string(b)
	}
	keepsQuiet(d.t, secrets, places)
}
