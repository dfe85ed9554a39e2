package mail

import (
	"fmt"
	"net/http"
	"time"
)

// Endpoint tells an owner of an agency that one of its webhook endpoints fails.
type Endpoint struct {
	EmailID, FullName, Address string // of the owner
	Agency, Name               string
	Failures                   int // in a row
	Since                      time.Time
	LastStatus                 int    // of the newest attempt; 0 without an answer
	LastClass                  string // how it failed; empty when that is not known
	DisableAt                  time.Time
	Link                       string // to the endpoint; no token is in it
}

// Failing is the first mail: many failures in a row.
func (v Endpoint) Failing() Message {
	l := v.letter("Webhook endpoint " + line(v.Name, maxSubjectName) + " is failing")
	l.Heading = shown(v.Name) + " is failing"
	l.Preheader = fmt.Sprintf("%d failures in a row.", v.Failures)
	l.Body = []string{v.row(), "Each delivery is tried again for up to three days. Nothing is lost: what fails can be replayed from the log."}
	l.Terms = "Unless a delivery succeeds before, the endpoint is disabled on"
	return v.message(l, "endpoint-failing")
}

// Warning is the second: it is about to be disabled.
func (v Endpoint) Warning() Message {
	l := v.letter("Webhook endpoint " + line(v.Name, maxSubjectName) + " will be disabled tomorrow")
	l.Heading = shown(v.Name) + " will be disabled tomorrow"
	l.Preheader = "Two days of nothing but failures."
	l.Body = []string{v.row(), "One delivery that succeeds is enough to keep it: repair the receiver, then replay a failed delivery. A test event doesn’t count."}
	l.Terms = "Unless a delivery succeeds before, the endpoint is disabled on"
	return v.message(l, "endpoint-warning")
}

// Disabled is the last. DisableAt is when it was.
func (v Endpoint) Disabled(gone bool) Message {
	l := v.letter("Webhook endpoint " + line(v.Name, maxSubjectName) + " is disabled")
	l.Heading = shown(v.Name) + " is disabled"
	l.Preheader = "Its events are kept until you enable it."
	why := v.row() + " After three days of nothing but failures it was disabled."
	if gone {
		why = "It answered 410 (Gone), which asks us to send nothing more, so it was disabled."
	}
	l.Body = []string{why, "What happens from now on is kept for 30 days. When you enable the endpoint you choose whether to have it sent or to skip it."}
	l.Terms = "The endpoint was disabled on"
	return v.message(l, "endpoint-disabled")
}

// row says how the failures stand.
func (v Endpoint) row() string {
	return fmt.Sprintf("%s to %s failed, the first of them on %s.%s", deliveries(v.Failures), shown(v.Name), moment(v.Since), v.last())
}

func deliveries(n int) string {
	if n == 1 {
		return "The last delivery"
	}
	return fmt.Sprintf("The last %d deliveries", n)
}

// lastWords say how the newest attempt failed, by its class.
var lastWords = map[string]string{
	"dns": "the host’s name could not be resolved", "refused": "no connection was made",
	"tls": "the secure connection failed", "timeout": "no answer came in time", "closed": "the connection ended without an answer",
	"blocked_address": "the address is one that we don’t send to", "body": "the answer broke off",
}

func (v Endpoint) last() string {
	if words := lastWords[v.LastClass]; words != "" {
		return " The last time, " + words + "."
	}
	if v.LastStatus == 0 {
		return ""
	}
	if text := http.StatusText(v.LastStatus); text != "" {
		return fmt.Sprintf(" The last answer was %d (%s).", v.LastStatus, text)
	}
	return fmt.Sprintf(" The last answer was %d.", v.LastStatus)
}

func (v Endpoint) letter(subject string) letter {
	agency := shown(v.Agency)
	return letter{
		Subject: subject, Brand: agency, Badge: initials(agency), Greeting: greeting(v.FullName),
		Button: "Open the endpoint", Link: v.Link, Until: moment(v.DisableAt),
		Why: "You’re receiving this because you are an owner of " + agency + " on " + product + ".",
	}
}

func (v Endpoint) message(l letter, tag string) Message {
	text, html := l.parts()
	return Message{EmailID: v.EmailID, ToName: firstName(v.FullName), ToAddress: v.Address,
		Subject: l.Subject, Text: text, HTML: html, Tag: tag}
}
