package mailgunfake

import (
	"net/mail"
	"net/url"
	"strings"
)

// readMail reads the fields of a message, refusing what Mailgun refuses, in its
// words.
func readMail(form url.Values) (Mail, *refusal) {
	for _, field := range []string{"from", "to", "subject"} {
		if form.Get(field) == "" {
			return Mail{}, badRequest(field + " parameter is missing")
		}
	}
	if _, err := mail.ParseAddress(form.Get("from")); err != nil {
		return Mail{}, badRequest("'from' parameter is not a valid address. please check documentation")
	}
	for _, to := range form["to"] {
		if _, err := mail.ParseAddressList(to); err != nil {
			return Mail{}, badRequest("'to' parameter is not a valid address. please check documentation")
		}
	}
	if form.Get("text") == "" && form.Get("html") == "" {
		return Mail{}, badRequest("Need at least one of 'text' or 'html' parameters specified")
	}
	m := Mail{
		From: form.Get("from"), To: strings.Join(form["to"], ", "), Subject: form.Get("subject"),
		Text: form.Get("text"), HTML: form.Get("html"), Tags: form["o:tag"],
		Headers: prefixed(form, "h:"), Variables: prefixed(form, "v:"), Options: prefixed(form, "o:"),
	}
	delete(m.Options, "tag")
	return m, nil
}

// prefixed returns the fields under a prefix such as "v:", without it.
func prefixed(form url.Values, prefix string) map[string]string {
	fields := map[string]string{}
	for name, values := range form {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			fields[rest] = strings.Join(values, ", ")
		}
	}
	return fields
}
