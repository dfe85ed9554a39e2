package schema_test

import (
	"flag"
	"os"
	"testing"

	"anteroom/internal/testkit"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(migrateVariable); url != "" {
		os.Exit(migrateOnCue(url))
	}
	// Give -rapid.checks for longer walks. A failure prints its seed; a file in
	// the source tree would add nothing.
	for name, value := range map[string]string{"rapid.checks": "50", "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	testkit.Main(m)
}
