package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"anteroom/internal/keyring"
)

// result is what a command that ended by itself left behind.
type result struct {
	code           int
	stdout, stderr string
}

// execute runs `anteroom` to its end.
func execute(t *testing.T, env []string, args ...string) result {
	t.Helper()
	cmd := command(t, env, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// lines of what it said.
func (r result) lines() []string { return strings.Split(strings.TrimSuffix(r.stderr, "\n"), "\n") }

// hidden stands in every wrong setting that may hold a secret, and must not be
// repeated. It is shorter than an operators' password may be.
const hidden = "pa55-mark"

// fault is a wrong setting, or several that belong together, and what is said
// of it.
type fault struct{ settings, words string }

var serverFaults = map[string][]fault{
	"DATABASE_URL": {
		{"", "it is not set"},
		{"DATABASE_URL=postgres://u:" + hidden + "@db/x", "it does not begin with mysql://"},
		{"DATABASE_URL=mysql://u:" + hidden + "@db:3306", "the database name is missing"},
		{"DATABASE_URL=mysql://u:" + hidden + "@db:3306/", "the database name is missing"},
		{"DATABASE_URL=mysql://u:" + hidden + "@db/x?tls=true", "options behind the database name are not taken"},
		{"DATABASE_URL=mysql://:" + hidden + "@db/x", "the user or password before the @ is missing"},
		{"DATABASE_URL=mysql://u:%zz" + hidden + "@db/x", "not URL-encoded"},
		{"DATABASE_URL=mysql://u:" + hidden + "@/x", "the host is missing"},
		{"DATABASE_URL=mysql://u:" + hidden + "@:3306/x", "the host is missing"},
		{"DATABASE_URL=mysql://u:" + hidden + "@host:nine/x", "its port is no number"},
		{"DATABASE_URL=mysql://u@unix(/x.sock/name", "its bracket isn't closed"},
		{"DATABASE_URL=mysql://u@unix()/name", "the socket's path is missing"},
	},
	"REDIS_URL": {
		{"", "it is not set"},
		{"REDIS_URL=http://:" + hidden + "@cache", "it is not a redis://, rediss:// or unix:// URL"},
		{"REDIS_URL=redis://:" + hidden + "@[::1", "it is not a redis://"},
		{"REDIS_URL=redis://:" + hidden + "@cache/x", "it is not a redis://"},
	},
	"BASE_URL": {
		{"", "it is not set"},
		{"BASE_URL=portal.example.com", "it is not http:// or https:// and a host"},
		{"BASE_URL=ftp://portal.example.com", "it is not http://"},
		{"BASE_URL=https://u:" + hidden + "@portal.example.com", "it is not http://"},
		{"BASE_URL=https://portal.example.com/app", "without a path"},
		{"BASE_URL=https://portal.example.com?key=" + hidden, "it is not http://"},
		{"BASE_URL=https://", "it is not http://"},
		{"BASE_URL=http://:8080", "it is not http://"},
		{"BASE_URL=https://portal.example.com:99999", "it is not http://"},
	},
	"SECRET_KEYS": {
		{"", "it is not set"},
		{"SECRET_KEYS=" + hidden, "key 1 needs an ID"},
		{"SECRET_KEYS=k1:" + hidden, `key "k1" is not 32 bytes`},
		{"SECRET_KEYS=K1:" + hidden, "key 1 needs an ID"},
		{"SECRET_KEYS=" + keyring.Generate("k1") + ",k2:" + hidden, `key "k2" is not 32 bytes`},
		{"SECRET_KEYS=" + keyring.Generate("k1") + "," + keyring.Generate("k1"), `key ID "k1" stands there twice`},
	},
	"MAILGUN_DOMAIN": {{"", "it is not set"}, {"MAILGUN_DOMAIN= ", "it is not set"}},
	"MEDIA_URL": {
		{"MEDIA_URL=gs://media", "neither file:// nor s3://"}, {"MEDIA_URL=/var/media", "neither file:// nor s3://"},
		{"MEDIA_URL=file://media", "three slashes"}, {"MEDIA_URL=s3://", "names no bucket"},
	},
	"LOG_FORMAT": {{"LOG_FORMAT=xml", `"xml" is neither json nor text`}},
	"LOG_LEVEL":  {{"LOG_LEVEL=loud", `"loud" is no level`}},
}

var webFaults = map[string][]fault{
	"PORT":                        {{"PORT=http", `"http" is no port`}, {"PORT=70000", `"70000" is no port`}, {"PORT=-1", `"-1" is no port`}},
	"LISTEN":                      {{"LISTEN=8080", "is no address"}, {"LISTEN=:http", "is no address"}, {"LISTEN=localhost:99999", "is no address"}},
	"MAILGUN_WEBHOOK_SIGNING_KEY": {{"", "it is not set"}, {"MAILGUN_WEBHOOK_SIGNING_KEY=", "it is not set"}, {"MAILGUN_WEBHOOK_SIGNING_KEY= ", "it is not set"}},
	"OAUTH_TIKTOK_CLIENT_SECRET":  {{"OAUTH_TIKTOK_CLIENT_ID=" + hidden, "they go together"}},
	"OAUTH_X_CLIENT_ID":           {{"OAUTH_X_CLIENT_SECRET=" + hidden, "they go together"}},
	"OPS_PASSWORD": {
		{"OPS_USER=op", "OPS_USER and OPS_PASSWORD go together"},
		{"OPS_PASSWORD=" + hidden, "OPS_USER and OPS_PASSWORD go together"},
		{"OPS_USER=op\nOPS_PASSWORD=" + hidden, "it is shorter than 12 characters"},
	},
	"MEDIA_MAX_FILE":   {{"MEDIA_MAX_FILE=500", "no number of MB or GB"}, {"MEDIA_MAX_FILE=0MB", "no number"}, {"MEDIA_MAX_FILE=lots", "no number"}},
	"MEDIA_MAX_CLIENT": {{"MEDIA_MAX_CLIENT=-1GB", "no number of MB or GB"}, {"MEDIA_MAX_CLIENT=1.5GB", "no number"}},
	"OPS_WRITE":        {{"OPS_WRITE=perhaps", "neither true nor false"}},
	"TRUSTED_PROXIES":  {{"TRUSTED_PROXIES=10.0.0.1", `"10.0.0.1" is no CIDR`}, {"TRUSTED_PROXIES=10.0.0.0/8,all", `"all" is no CIDR`}},
}

var workerFaults = map[string][]fault{
	"MAILGUN_API_KEY": {{"", "it is not set"}},
	"MAILGUN_API_BASE": {
		{"MAILGUN_API_BASE=api.mailgun.net", "it is not an http(s) URL"},
		{"MAILGUN_API_BASE=ftp://u:" + hidden + "@mailgun", "it is not an http(s) URL"},
		{"MAILGUN_API_BASE=https://u:" + hidden + "@[::1", "it is not an http(s) URL"},
	},
	"MAIL_FROM":          {{"", "it is not set"}, {"MAIL_FROM=nobody", "it is no email address"}},
	"MAIL_SETTLE_AFTER":  {{"MAIL_SETTLE_AFTER=10", "no duration above zero"}, {"MAIL_SETTLE_AFTER=0s", "no duration above zero"}, {"MAIL_SETTLE_AFTER=-1m", "no duration above zero"}},
	"WORKER_CONCURRENCY": {{"WORKER_CONCURRENCY=0", "no number from 1 to 1000"}, {"WORKER_CONCURRENCY=many", "no number"}, {"WORKER_CONCURRENCY=1001", "no number"}},
}

// Every setting is wrong at once, in each of its ways. Each gets a line of its
// own, which names it, says what is wrong and shows a right one.
func TestEachWrongSettingIsOneLineThatSaysHowToMendIt(t *testing.T) {
	t.Parallel()
	for command, own := range map[string]map[string][]fault{"web": webFaults, "worker": workerFaults} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			for round := range 12 {
				var env []string
				words := map[string]string{}
				for _, faults := range []map[string][]fault{serverFaults, own} {
					for name, ways := range faults {
						way := ways[round%len(ways)]
						words[name] = way.words
						env = append(env, strings.Split(way.settings, "\n")...)
					}
				}
				checkFaults(t, execute(t, env, command), words)
			}
		})
	}
}

// Commands that only need the database complain of nothing else.
func TestOperatorsCommandsNeedTheDatabaseOnly(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"migrate"}, {"seed"}, {"agency", "create", "--name=A", "--owner-name=B", "--owner-email=c@d.example"}} {
		checkFaults(t, execute(t, nil, args...), map[string]string{"DATABASE_URL": "it is not set"})
	}
	r := execute(t, []string{"DATABASE_URL=mysql://u:" + hidden + "@127.0.0.1:" + strconv.Itoa(freePort(t)) + "/x"}, "migrate")
	if r.code != exitFailed || len(r.lines()) != 1 || !strings.Contains(r.stderr, "the database does not answer") || strings.Contains(r.stderr, hidden) {
		t.Errorf("without a database it is %+v", r)
	}
}

// Compose files and .env often have variables that are set to nothing.
func TestAVariableSetToNothingIsAsGoodAsNone(t *testing.T) {
	t.Parallel()
	empty := []string{"LOG_LEVEL=", "LOG_FORMAT=", "OPS_WRITE=", "LISTEN=", "PORT=", "TRUSTED_PROXIES=", "DATABASE_URL=", "REDIS_URL=", "BASE_URL=", "SECRET_KEYS=", "MAILGUN_DOMAIN=", "MAILGUN_WEBHOOK_SIGNING_KEY="}
	unset := map[string]string{}
	for _, name := range []string{"DATABASE_URL", "REDIS_URL", "BASE_URL", "SECRET_KEYS", "MAILGUN_DOMAIN", "MAILGUN_WEBHOOK_SIGNING_KEY"} {
		unset[name] = "it is not set"
	}
	checkFaults(t, execute(t, empty, "web"), unset)
}

func checkFaults(t *testing.T, r result, words map[string]string) {
	t.Helper()
	if r.code != exitUsage || r.stdout != "" || len(r.lines()) != len(words) {
		t.Errorf("status %d and %d lines, want %d and %d\n%s%s", r.code, len(r.lines()), exitUsage, len(words), r.stdout, r.stderr)
	}
	for name, want := range words {
		ok := slices.ContainsFunc(r.lines(), func(line string) bool {
			wrong, example, found := strings.Cut(line, ". Example: ")
			return found && strings.HasPrefix(wrong, name+": ") && strings.Contains(wrong, want) && strings.HasPrefix(example, name+"=")
		})
		if !ok {
			t.Errorf("no line says of %s that %q:\n%s", name, want, r.stderr)
		}
	}
	if strings.Contains(r.stderr, hidden) {
		t.Errorf("a secret is repeated:\n%s", r.stderr)
	}
}

func TestWrongCommandsAndFlagsAreRefusedInOneLine(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "fly", "agency", "agency fly", "web --fly", "worker now", "agency create --name=A",
		"agency set-plan ag_1", "agency create --name=A --owner-name=B --owner-email=c@d.example --plan=gold",
		"agency set-plan nowhere solo", "agency add-member nowhere --name=A --email=c@d.example --role=king"} {
		r := execute(t, nil, strings.Fields(line)...)
		if r.code != exitUsage || r.stdout != "" || len(r.lines()) != 1 || !strings.HasPrefix(r.stderr, "anteroom: ") {
			t.Errorf("`anteroom %s` is %+v", line, r)
		}
	}
	if r := execute(t, nil, "--help"); r.code != 0 || !strings.Contains(r.stdout, "migrate") {
		t.Errorf("the help is %+v", r)
	}
}

func TestThePortWinsOverTheAddressToListenOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	port := freePort(t)
	s.env = append(s.env, "PORT="+strconv.Itoa(port))
	web := s.start("web")
	if !strings.HasSuffix(web.base(), ":"+strconv.Itoa(port)) {
		t.Errorf("it serves at %s", web.base())
	}
	newPerson(t, fmt.Sprintf("http://127.0.0.1:%d", port)).reaches("/readyz", http.StatusOK)
	if code, took := web.stop(); code != 0 {
		t.Errorf("web stopped with status %d after %v:\n%s", code, took, web.output())
	}
}
