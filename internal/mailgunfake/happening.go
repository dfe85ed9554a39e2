package mailgunfake

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Happening is something that can become of a mail.
type Happening struct {
	Name  string // in the form
	Label string // on the button
	list  string // of suppressed addresses, which the address gets on
	event map[string]any
}

// Happenings are those that the page of a mail has buttons for.
var Happenings = []Happening{
	{Name: "deliver", Label: "Deliver", event: map[string]any{"event": "delivered", "log-level": "info",
		"delivery-status": status(250, "OK", map[string]any{"mx-host": "mx.example.com", "tls": true})}},
	{Name: "delay", Label: "Delay", event: map[string]any{"event": "failed", "severity": "temporary", "reason": "generic", "log-level": "warn",
		"delivery-status": status(452, "4.2.2 The recipient's inbox is out of storage space", map[string]any{"retry-seconds": 600, "enhanced-code": "4.2.2"})}},
	{Name: "bounce", Label: "Bounce", list: Bounces, event: map[string]any{"event": "failed", "severity": "permanent", "reason": "bounce", "log-level": "error",
		"delivery-status": status(550, "5.1.1 The email account that you tried to reach does not exist", map[string]any{"enhanced-code": "5.1.1", "bounce-type": "hard"})}},
	{Name: "suppress", Label: "Suppress", list: Bounces, event: dropped("suppress-bounce", 605, "Not delivering to previously bounced address")},
	{Name: "complain", Label: "Complain", list: Complaints, event: map[string]any{"event": "complained", "log-level": "warn"}},
	{Name: "unsubscribe", Label: "Unsubscribe", list: Unsubscribes, event: map[string]any{"event": "unsubscribed", "log-level": "info",
		"client-info": map[string]any{"client-type": "browser"}, "ip": "192.0.2.7"}},
}

// drops are what becomes of a mail to an address on a list.
var drops = map[string]map[string]any{
	Bounces:      dropped("suppress-bounce", 605, "Not delivering to previously bounced address"),
	Unsubscribes: dropped("suppress-unsubscribe", 606, "Not delivering to unsubscribed address"),
	Complaints:   dropped("suppress-complaint", 607, "Not delivering to a user who marked your messages as spam"),
}

func dropped(reason string, code int, message string) map[string]any {
	return map[string]any{"event": "failed", "severity": "permanent", "reason": reason, "log-level": "error",
		"delivery-status": map[string]any{"attempt-no": 1, "code": code, "message": "", "description": message, "session-seconds": 0.0}}
}

func status(code int, message string, more map[string]any) map[string]any {
	out := map[string]any{"attempt-no": 1, "code": code, "message": message, "description": "", "session-seconds": 0.4331989288330078, "utf8": true}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// Happen has something become of a mail and posts it. It waits for the first
// answer; after one that is neither 200 nor 406 the tries that follow are made in
// the background.
func (s *Server) Happen(m Mail, name string) error {
	for _, h := range Happenings {
		if h.Name != name {
			continue
		}
		if h.list != "" {
			s.Suppress(h.list, addressOf(m.To))
		}
		s.post(m, h.Name, s.webhook(m, h.event))
		return nil
	}
	return fmt.Errorf("mailgunfake: nothing called %q can become of a mail", name)
}

// dropIfSuppressed says so later, as Mailgun does after it has taken the mail.
func (s *Server) dropIfSuppressed(m Mail) {
	if on := s.Suppressions(addressOf(m.To)); len(on) > 0 && s.options.Hook != "" {
		s.background(func() { s.post(m, "drop", s.webhook(m, drops[on[0]])) })
	}
}

// webhook is the signed body, in the shapes of the real ones: the moment is a
// float, the timestamp of the signature a string, the message ID lacks its angle
// brackets, and variables are `[]` where there are none.
func (s *Server) webhook(m Mail, happened map[string]any) []byte {
	now := time.Now()
	to := addressOf(m.To)
	_, domain, _ := strings.Cut(to, "@")
	event := map[string]any{
		"id": token(11), "timestamp": float64(now.UnixMicro()) / 1e6, "account": map[string]any{"id": "0123456789abcdef01234567"},
		"domain": map[string]any{"name": s.options.Domain}, "recipient": to, "recipient-domain": domain,
		"message": map[string]any{"headers": map[string]any{"to": m.To, "from": m.From, "subject": m.Subject, "message-id": m.ID},
			"attachments": []any{}, "size": len(m.Text) + len(m.HTML)},
		"envelope": map[string]any{"sender": addressOf(m.From), "targets": to, "transport": "smtp"},
		"flags":    map[string]any{"is-routed": false, "is-authenticated": true, "is-system-test": false, "is-test-mode": false},
		"tags":     m.Tags, "campaigns": []any{}, "user-variables": []any{},
	}
	if len(m.Variables) > 0 {
		event["user-variables"] = m.Variables
	}
	for k, v := range happened {
		event[k] = v
	}
	return s.Sign(event, now)
}

// Sign makes a webhook of an event, signed at a moment, with a token of its own.
func (s *Server) Sign(event any, at time.Time) []byte {
	stamp, t := strconv.FormatInt(at.Unix(), 10), token(25)
	mac := hmac.New(sha256.New, []byte(s.options.SigningKey))
	mac.Write([]byte(stamp + t))
	body, err := json.Marshal(map[string]any{"event-data": event,
		"signature": map[string]string{"timestamp": stamp, "token": t, "signature": hex.EncodeToString(mac.Sum(nil))}})
	if err != nil {
		panic(err) // maps and texts
	}
	return body
}

// token is 2n random hexadecimal digits.
func token(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}
