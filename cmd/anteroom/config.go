package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"anteroom/internal/blobs"
	"anteroom/internal/keyring"
	"anteroom/jobs"
	"anteroom/schema"
)

// Settings are the environment, as text: each command checks those it needs,
// all at once, and says what is wrong with each in one line.
type Settings struct {
	DatabaseURL string `env:"DATABASE_URL" placeholder:"URL" help:"mysql://user:password@host:3306/name or mysql://user@unix(/path.sock)/name."`
	LogFormat   string `env:"LOG_FORMAT" default:"json" help:"json or text."`
	LogLevel    string `env:"LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
}

// ServerSettings are what web and worker share.
type ServerSettings struct {
	Settings       `embed:""`
	RedisURL       string `env:"REDIS_URL" placeholder:"URL" help:"redis://, rediss:// or unix://."`
	BaseURL        string `env:"BASE_URL" placeholder:"URL" help:"Where people reach the web tier; links in mails begin with it."`
	SecretKeys     string `env:"SECRET_KEYS" placeholder:"KEYS" help:"id:base64 of 32 bytes, several separated by commas; the first signs."`
	MailgunDomain  string `env:"MAILGUN_DOMAIN" help:"The sending domain."`
	WebhookAllow   string `env:"WEBHOOK_ALLOW_CIDRS" placeholder:"CIDRS" help:"Private networks that webhooks may go to, over http too, separated by commas."`
	WebhookRetries string `env:"WEBHOOK_RETRIES" default:"5s,5m,30m,2h,5h,10h,14h,20h,24h" help:"Waits between the tries of a webhook, separated by commas."`
	MediaURL       string `env:"MEDIA_URL" default:"file:///var/lib/anteroom/media" help:"Where files are kept, the same for web and worker: file:///folder, or s3://bucket?region=… (endpoint=… for what speaks its protocol)."`
	WebhookTimeout string `env:"WEBHOOK_TIMEOUT" default:"15s" help:"How long an endpoint may take to answer, 15s at most."`
}

// WebSettings are what the web tier needs.
type WebSettings struct {
	ServerSettings    `embed:""`
	OAuthSettings     `embed:""`
	Listen            string `env:"LISTEN" default:":8080" help:"Address to listen on; PORT wins when set."`
	Port              string `env:"PORT" hidden:""`
	MailgunSigningKey string `env:"MAILGUN_WEBHOOK_SIGNING_KEY" help:"What Mailgun signs its webhooks with."`
	OpsUser           string `env:"OPS_USER" help:"Operators' name for /ops; without it /ops is closed."`
	OpsPassword       string `env:"OPS_PASSWORD" help:"Operators' password, 12 characters or more."`
	OpsWrite          string `env:"OPS_WRITE" default:"false" help:"Lets operators run, archive and delete tasks."`
	MediaMaxFile      string `env:"MEDIA_MAX_FILE" default:"500MB" help:"The largest file, as 500MB or 2GB."`
	MediaMaxClient    string `env:"MEDIA_MAX_CLIENT" default:"10GB" help:"The most of all files of one client."`
	TrustedProxies    string `env:"TRUSTED_PROXIES" help:"CIDRs of the proxies whose X-Forwarded-For counts, separated by commas."`
}

// WorkerSettings are what a worker needs.
type WorkerSettings struct {
	ServerSettings    `embed:""`
	MailgunAPIKey     string `env:"MAILGUN_API_KEY" help:"Its key; Clear and resend needs one that may also delete suppressions."`
	MailgunAPIBase    string `env:"MAILGUN_API_BASE" default:"https://api.mailgun.net" help:"https://api.eu.mailgun.net in Europe."`
	MailFrom          string `env:"MAIL_FROM" help:"Sender of all mail."`
	MailSettleAfter   string `env:"MAIL_SETTLE_AFTER" default:"10m" help:"How long an email of unknown fate is held before it is sent again."`
	WorkerConcurrency string `env:"WORKER_CONCURRENCY" default:"50" help:"Tasks at once."`
}

// faults gathers what is wrong with the configuration.
type faults []string

func (f *faults) add(name, wrong, example string) {
	*f = append(*f, fmt.Sprintf("%s: %s. Example: %s=%s", name, wrong, name, example))
}

func (f *faults) require(name, value, example string) bool {
	if strings.TrimSpace(value) != "" {
		return true
	}
	f.add(name, "it is not set", example)
	return false
}

const exampleDatabase = "mysql://anteroom:secret@127.0.0.1:3306/anteroom"

func (s Settings) check(f *faults) {
	if f.require("DATABASE_URL", s.DatabaseURL, exampleDatabase) {
		if _, err := schema.ParseDatabaseURL(s.DatabaseURL); err != nil {
			f.add("DATABASE_URL", err.Error(), exampleDatabase)
		}
	}
	if s.LogFormat != "json" && s.LogFormat != "text" {
		f.add("LOG_FORMAT", fmt.Sprintf("%q is neither json nor text", s.LogFormat), "json")
	}
	if err := new(slog.Level).UnmarshalText([]byte(s.LogLevel)); err != nil {
		f.add("LOG_LEVEL", fmt.Sprintf("%q is no level", s.LogLevel), "info")
	}
}

func (s ServerSettings) check(f *faults) (base *url.URL, keys *keyring.Ring) {
	s.Settings.check(f)
	parseCIDRs(f, "WEBHOOK_ALLOW_CIDRS", s.WebhookAllow)
	s.checkWebhooks(f)
	if err := blobs.Check(s.MediaURL); err != nil {
		f.add("MEDIA_URL", err.Error(), "file:///var/lib/anteroom/media")
	}
	f.require("MAILGUN_DOMAIN", s.MailgunDomain, "mg.example.com")
	if f.require("REDIS_URL", s.RedisURL, "redis://127.0.0.1:6379/0") {
		if r, err := jobs.OpenRedis(s.RedisURL); err != nil {
			f.add("REDIS_URL", err.Error(), "redis://127.0.0.1:6379/0")
		} else {
			_ = r.Close() // nothing was connected
		}
	}
	if f.require("BASE_URL", s.BaseURL, "https://portal.example.com") {
		base = parseBase(f, s.BaseURL)
	}
	return base, parseKeys(f, s.SecretKeys)
}

func parseKeys(f *faults, s string) *keyring.Ring {
	const example = "k1:$(openssl rand -base64 32)"
	if !f.require("SECRET_KEYS", s, example) {
		return nil
	}
	keys, err := keyring.Parse(s)
	if err != nil {
		f.add("SECRET_KEYS", err.Error(), example)
	}
	return keys
}

func parseBase(f *faults, s string) *url.URL {
	u, err := url.Parse(strings.TrimSuffix(s, "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || !portOK(u) || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		f.add("BASE_URL", "it is not http:// or https:// and a host, without a path", "https://portal.example.com")
		return nil
	}
	return u
}

func (s WebSettings) listenAddress() string {
	if s.Port != "" {
		return ":" + s.Port
	}
	return s.Listen
}

func portOK(u *url.URL) bool { return u.Port() == "" || isPort(u.Port()) }

// minOpsPassword is the shortest operators' password, in bytes.
const minOpsPassword = 12

func (s WebSettings) checkWeb(f *faults) (proxies []netip.Prefix, opsWrite bool) {
	if s.Port != "" && !isPort(s.Port) {
		f.add("PORT", fmt.Sprintf("%q is no port", s.Port), "8080")
	}
	if _, port, err := net.SplitHostPort(s.Listen); err != nil || !isPort(port) {
		f.add("LISTEN", fmt.Sprintf("%q is no address to listen on", s.Listen), ":8080")
	}
	f.require("MAILGUN_WEBHOOK_SIGNING_KEY", s.MailgunSigningKey, "0123456789abcdef0123456789abcdef")
	if (s.OpsUser == "") != (s.OpsPassword == "") {
		f.add("OPS_PASSWORD", "OPS_USER and OPS_PASSWORD go together, and one of them is not set", "a-long-passphrase")
	} else if s.OpsPassword != "" && len(s.OpsPassword) < minOpsPassword {
		f.add("OPS_PASSWORD", fmt.Sprintf("it is shorter than %d characters", minOpsPassword), "a-long-passphrase")
	}
	opsWrite, err := strconv.ParseBool(s.OpsWrite)
	if err != nil {
		f.add("OPS_WRITE", fmt.Sprintf("%q is neither true nor false", s.OpsWrite), "false")
	}
	return parseCIDRs(f, "TRUSTED_PROXIES", s.TrustedProxies), opsWrite
}

func parseCIDRs(f *faults, name, s string) (out []netip.Prefix) {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			f.add(name, fmt.Sprintf("%q is no CIDR", part), "10.0.0.0/8,fd00::/8")
			continue
		}
		out = append(out, p.Masked())
	}
	return out
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

func (s WorkerSettings) checkWorker(f *faults) (settle time.Duration, concurrency int) {
	f.require("MAILGUN_API_KEY", s.MailgunAPIKey, "key-…")
	if u, err := url.Parse(s.MailgunAPIBase); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		f.add("MAILGUN_API_BASE", "it is not an http(s) URL", "https://api.eu.mailgun.net")
	}
	if f.require("MAIL_FROM", s.MailFrom, "Anteroom <portal@mg.example.com>") {
		if _, err := mail.ParseAddress(s.MailFrom); err != nil {
			f.add("MAIL_FROM", "it is no email address", "Anteroom <portal@mg.example.com>")
		}
	}
	settle, err := time.ParseDuration(s.MailSettleAfter)
	if err != nil || settle <= 0 {
		f.add("MAIL_SETTLE_AFTER", fmt.Sprintf("%q is no duration above zero", s.MailSettleAfter), "10m")
	}
	concurrency, err = strconv.Atoi(s.WorkerConcurrency)
	if err != nil || concurrency < 1 || concurrency > 1000 {
		f.add("WORKER_CONCURRENCY", fmt.Sprintf("%q is no number from 1 to 1000", s.WorkerConcurrency), "50")
	}
	return settle, concurrency
}

// maxWebhookTimeout is below what a stopping worker waits for its calls.
const maxWebhookTimeout = 15 * time.Second

func (s ServerSettings) checkWebhooks(f *faults) (p schema.DeliveryPlan) {
	var err error
	if p.Timeout, err = time.ParseDuration(s.WebhookTimeout); err != nil || p.Timeout <= 0 || p.Timeout > maxWebhookTimeout {
		f.add("WEBHOOK_TIMEOUT", fmt.Sprintf("%q is no duration above zero and up to %s", s.WebhookTimeout, maxWebhookTimeout), "15s")
	}
	for part := range strings.SplitSeq(s.WebhookRetries, ",") {
		wait, err := time.ParseDuration(strings.TrimSpace(part))
		if err != nil || wait <= 0 {
			f.add("WEBHOOK_RETRIES", fmt.Sprintf("%q is no duration above zero", part), "5s,5m,30m,2h,5h,10h,14h,20h,24h")
			continue
		}
		p.Waits = append(p.Waits, wait)
	}
	return p
}

// checkMedia reads the limits of uploads.
func (s WebSettings) checkMedia(f *faults) schema.MediaLimits {
	l := schema.MediaLimits{File: parseBytes(f, "MEDIA_MAX_FILE", s.MediaMaxFile, "500MB"), Client: parseBytes(f, "MEDIA_MAX_CLIENT", s.MediaMaxClient, "10GB")}
	if l.Client > 0 && l.Client < l.File {
		f.add("MEDIA_MAX_CLIENT", "it is less than MEDIA_MAX_FILE, so that one file could be too much for a client", "10GB")
	}
	return l
}

// parseBytes reads a number of MB or GB, which are 10^6 and 10^9 bytes (IEC 80000-13).
func parseBytes(f *faults, name, s, example string) int64 {
	for unit, size := range map[string]int64{"MB": 1e6, "GB": 1e9} {
		if digits, ok := strings.CutSuffix(strings.TrimSpace(s), unit); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 32); err == nil && n > 0 {
				return n * size
			}
		}
	}
	f.add(name, fmt.Sprintf("%q is no number of MB or GB above zero", s), example)
	return 0
}
