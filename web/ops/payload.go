package ops

import (
	"encoding/json"
	"regexp"
	"strings"
)

const hidden = "(hidden)"

// id is how schema writes the ID of a row.
var id = regexp.MustCompile(`^[a-z]{2,3}_[0-9A-HJKMNP-TV-Z]{26}$`)

// payload shows a payload that holds IDs and nothing else. Ours do; one that
// somebody else put into the queue need not.
func payload(_ string, b []byte) string {
	var fields map[string]string
	if err := json.Unmarshal(b, &fields); err != nil || fields == nil {
		return hidden
	}
	for name, value := range fields {
		if !strings.HasSuffix(name, "_id") || !id.MatchString(value) {
			return hidden
		}
	}
	out, err := json.Marshal(fields)
	if err != nil {
		return hidden
	}
	return string(out)
}

// result hides what tasks return: none of ours returns anything.
func result(string, []byte) string { return hidden }
