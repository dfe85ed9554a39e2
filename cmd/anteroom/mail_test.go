package main

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"anteroom/internal/mailgunfake"
)

// mailWithin is far above what a mail takes; a relay that has to ring for one
// whose bell was lost does so after 10 to 15 s.
const mailWithin = 40 * time.Second

// mail waits for the newest mail to an address that was not seen yet, until its
// sender has recorded it: only then are all actions open.
func (s *site) mail(to string, seen ...mailgunfake.Mail) mailgunfake.Mail {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), mailWithin)
	defer cancel()
	m, err := s.mailgun.Wait(ctx, func(m mailgunfake.Mail) bool {
		return strings.Contains(m.To, to) && !slices.ContainsFunc(seen, func(old mailgunfake.Mail) bool { return old.ID == m.ID })
	})
	if err != nil {
		s.t.Fatalf("no mail to %s within %v: %v", to, mailWithin, err)
	}
	s.eventually(mailWithin, func() bool {
		return s.count(`SELECT COUNT(*) FROM emails WHERE state = 'sent' AND provider_id LIKE ?`, "%"+m.ID+"%") == 1
	}, func() string { return "the mail to " + to + " is not recorded as sent" })
	return m
}

var link = regexp.MustCompile(`https?://[^\s/]+/(?:invitations|passwords|email-confirmations|sign-ups)/([^\s]+)`)

// linkIn is the link that a mail carries, in its text part.
func (s *site) linkIn(m mailgunfake.Mail) string {
	s.t.Helper()
	found := link.FindAllString(m.Text, -1)
	if len(found) != 1 || !strings.Contains(m.HTML, found[0]) {
		s.t.Fatalf("the mail %q has the links %q in its text, and not one that its HTML has, too", m.Subject, found)
	}
	return found[0]
}

// tokens are the secrets of all links that were mailed.
func (s *site) tokens() (out []string) {
	for _, m := range s.mailgun.Mails() {
		for _, found := range link.FindAllStringSubmatch(m.Text, -1) {
			out = append(out, found[1])
		}
	}
	return out
}
