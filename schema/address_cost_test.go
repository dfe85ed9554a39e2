package schema_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/schema"
)

// Converting a domain takes time that grows with the square of its length, so
// whatever can't be an address is refused before.
func TestALongDomainCostsNothing(t *testing.T) {
	long := "a@" + strings.Repeat("ü", 200_000) + ".example"
	start := time.Now()
	if _, err := schema.ParseAddress(long); schema.CodeOf(err) != "email_long" {
		t.Errorf("it is %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("refusing it took %v", took)
	}
}
