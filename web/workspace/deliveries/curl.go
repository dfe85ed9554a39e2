package deliveries

import "strings"

// own are the headers that curl makes itself, or that would have it show bytes
// instead of text.
var own = map[string]bool{"host": true, "content-length": true, "accept-encoding": true, "transfer-encoding": true, "connection": true}

// curl is a command for a POSIX shell that sends the same request again, with the
// signature and time of that attempt. Nothing in it means anything to the shell,
// or to curl: --globoff and --data-raw take brackets and a leading @ as they are.
func curl(to string, headers []header, body []byte) string {
	lines := []string{"curl --globoff --compressed --url " + quote(to)}
	for _, h := range headers {
		if own[strings.ToLower(h.Name)] {
			continue
		}
		field := h.Name + ": " + h.Value
		if h.Value == "" {
			field = h.Name + ";" // how curl is told to send one without a value
		}
		lines = append(lines, "--header "+quote(field))
	}
	lines = append(lines, "--data-raw "+quote(string(body)))
	return strings.Join(lines, " \\\n  ")
}

// quote makes one word of any text without a NUL byte, which JSON never has.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
