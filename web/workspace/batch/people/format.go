package people

import "strings"

// Format writes a list of names and addresses so that Parse reads the same.
func Format(list []Person) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(quoted(p.FullName))
		b.WriteString(", ")
		b.WriteString(address(p.Email))
		b.WriteByte('\n')
	}
	return b.String()
}

// quoted puts a field into quotes that would be read as something else.
func quoted(s string) string {
	if !strings.ContainsAny(s, "\",;\t\n<") {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// address leaves a comma as it is where Parse knows that slip: whoever changes
// the list sees what is wrong.
func address(s string) string {
	if q := quoted(s); q == s || free(split("x, "+s, ','))[0].Email != s {
		return q
	}
	return s
}
