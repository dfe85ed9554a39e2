package media

import (
	"fmt"
	"strings"
)

// disposition has a download keep its name (RFC 6266): for old programs what of it
// is plain ASCII, for all others in full (RFC 8187).
func disposition(name string) string {
	var plain, full strings.Builder
	for _, r := range name {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%/;`, r) {
			r = '_'
		}
		plain.WriteRune(r)
	}
	for _, b := range []byte(name) {
		if 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("!#$&+-.^_`|~", b) >= 0 {
			full.WriteByte(b)
			continue
		}
		fmt.Fprintf(&full, "%%%02X", b)
	}
	return `attachment; filename="` + plain.String() + `"; filename*=UTF-8''` + full.String()
}
