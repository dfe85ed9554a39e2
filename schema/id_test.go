package schema_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestAnIDComesBackFromItsTextAndItsColumn(t *testing.T) {
	t.Parallel()
	id := schema.New[schema.ClientID]()
	if got, err := schema.Parse[schema.ClientID](id.String()); err != nil || got != id || !strings.HasPrefix(id.String(), "cl_") {
		t.Errorf("%s comes back as %s (%v)", id, got, err)
	}
	v, err := id.Value()
	if err != nil {
		t.Fatal(err)
	}
	var got schema.ClientID
	if err := got.Scan(v); err != nil || got != id {
		t.Errorf("%s comes back from the column as %s (%v)", id, got, err)
	}
	if b, err := json.Marshal(id); err != nil || string(b) != `"`+id.String()+`"` {
		t.Errorf("in JSON it is %s (%v)", b, err)
	}
}

func TestNoIDIsNullAndNullIsNoID(t *testing.T) {
	t.Parallel()
	if v, err := (schema.UserID{}).Value(); v != nil || err != nil {
		t.Errorf("no ID is %v (%v)", v, err)
	}
	id := schema.New[schema.UserID]()
	if err := id.Scan(nil); err != nil || !id.IsZero() {
		t.Errorf("NULL is %s (%v)", id, err)
	}
	for _, src := range []any{[]byte("short"), make([]byte, 17), "0123456789abcdef", 7} {
		if id.Scan(src) == nil {
			t.Errorf("%#v passes for an ID", src)
		}
	}
}

func TestAnythingThatIsNotSuchAnIDIsNotFound(t *testing.T) {
	t.Parallel()
	id := schema.New[schema.ClientUserID]()
	bare := strings.TrimPrefix(id.String(), "cu_")
	for _, s := range []string{"", "cu_", bare, "cl_" + bare, "us_" + bare, "cu_" + strings.ToLower(bare), "cu_" + bare[1:], "cu_" + bare + "0",
		" " + id.String(), id.String() + " ", "cu_8" + bare[1:], "cu_U" + bare[1:], "cu_" + bare[:25] + "\x00", "CU_" + bare} {
		if got, err := schema.Parse[schema.ClientUserID](s); err != error(schema.ErrNotFound) {
			t.Errorf("%q passes as %s (%v)", s, got, err)
		}
	}
}

// Requests make IDs at the same time; the log is read in the order of its IDs.
func TestTheIDsThatOneProcessMakesAscend(t *testing.T) {
	t.Parallel()
	for _, err := range fixture.Together(8, func(int) error {
		last := schema.New[schema.EventID]()
		for range 10_000 {
			next := schema.New[schema.EventID]()
			if string(next[:]) <= string(last[:]) {
				return fmt.Errorf("%s comes after %s", next, last)
			}
			last = next
		}
		return nil
	}) {
		if err != nil {
			t.Error(err)
		}
	}
}
