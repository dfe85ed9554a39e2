package schema_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestEveryTimeZoneToChooseFromIsOne(t *testing.T) {
	t.Parallel()
	if len(schema.TimeZones) < 400 || !slices.Contains(schema.TimeZones, "Europe/London") {
		t.Fatalf("there are %d", len(schema.TimeZones))
	}
	cities := map[string]string{}
	for _, name := range schema.TimeZones {
		city := name[strings.LastIndexByte(name, '/')+1:]
		if cities[city] != "" {
			t.Errorf("both %s and %s are found as %s", cities[city], name, city)
		}
		cities[city] = name
		if _, err := time.LoadLocation(name); err != nil || len(name) > 64 {
			t.Errorf("%s: %v", name, err)
		}
		if got, err := schema.ParseTimeZone(name); got != name {
			t.Errorf("%s is read as %q (%v)", name, got, err)
		}
	}
}

func TestATimeZoneIsKnownHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{" europe/PARIS ": "Europe/Paris", "America/New York": "America/New_York", "utc": "UTC", "rome": "Europe/Rome", "New York": "America/New_York"} {
		if got, err := schema.ParseTimeZone(in); got != want {
			t.Errorf("%q is read as %q (%v)", in, got, err)
		}
	}
	for _, rubbish := range []string{"", "Local", "Europe/Atlantis", "../etc/passwd", "/Europe/Paris", "GMT+25", "posixrules"} {
		_, err := schema.ParseTimeZone(rubbish)
		if e := fixture.Refused(t, err, schema.Invalid, "time_zone"); e.Field != "time_zone" {
			t.Errorf("%q is refused at %q", rubbish, e.Field)
		}
	}
}
