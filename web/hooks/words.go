package hooks

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
)

// suppressions say why Mailgun dropped a message.
var suppressions = map[text]string{
	"suppress-bounce":      "An earlier email to this address bounced, so the email provider no longer sends to it.",
	"suppress-unsubscribe": "They unsubscribed, so the email provider no longer sends to this address.",
	"suppress-complaint":   "They marked an earlier email as spam, so the email provider no longer sends to this address.",
}

// byCode are Mailgun's own codes, and SMTP's where they say enough by themselves.
var byCode = map[text]string{
	"498": "The address’s domain has no mail server.",
	"552": "The mailbox is full.",
	"602": "Their mail server could not be reached for hours, so the email provider gave up.",
	"605": suppressions["suppress-bounce"],
	"606": "The email provider no longer sends to this address.",
	"607": "The email provider no longer sends to this address.",
}

// byDetail are the details of enhanced status codes (RFC 3463, RFC 7505).
var byDetail = map[string]string{
	"1.1":  "There is no such address.",
	"1.2":  "There is no such domain.",
	"1.3":  "There is no such address.",
	"1.6":  "The mailbox has moved, and nobody knows where.",
	"1.10": "The address’s domain takes no email.",
	"2.1":  "The mailbox is switched off.",
	"2.2":  "The mailbox is full.",
	"2.3":  "The email is too large for the mailbox.",
	"3.4":  "The email is too large for their mail server.",
	"4.1":  "Their mail server does not answer.",
	"4.2":  "Their mail server broke off.",
	"4.4":  "The address’s domain has no mail server that can be reached.",
	"7.1":  "Their mail server refused the email as unwanted.",

	"4.7.1": "Their mail server wants the email to come again later.", // greylisting
}

// enhanced is a status as servers put it at the beginning of what they say:
// "550 5.1.1 No such user".
var enhanced = regexp.MustCompile(`(?:^|[\s#])([45]\.(\d{1,3}\.\d{1,3}))\b`)

// words say in one sentence why the email was not delivered: ours where the
// status is a well-known one, else what the server said.
func (e *event) words() string {
	if s := suppressions[e.Reason]; s != "" {
		return s
	}
	server := tidy(string(e.Status.Message))
	if server == "" {
		server = tidy(string(e.Status.Description))
	}
	for _, where := range []string{string(e.Status.EnhancedCode), server} {
		if m := enhanced.FindStringSubmatch(where); m != nil {
			if s := cmp.Or(byDetail[m[1]], byDetail[m[2]]); s != "" {
				return s
			}
		}
	}
	switch {
	case byCode[e.Status.Code] != "":
		return byCode[e.Status.Code]
	case server == "":
		return ""
	}
	return "Their mail server said: “" + shorten(server, maxQuote) + "”."
}

// maxQuote leaves room for the sentence around it in the column, in characters.
const maxQuote = 200

var address = regexp.MustCompile(`(?i)https?://\S*|www\.\S+`)

// tidy makes what a stranger's server said one harmless line without links.
func tidy(s string) string {
	s = address.ReplaceAllString(strings.ToValidUTF8(s, ""), "")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return s
}
