package schema_test

import (
	"os"
	"testing"

	"anteroom/internal/testkit"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(migrateVariable); url != "" {
		os.Exit(migrateOnCue(url))
	}
	testkit.Main(m)
}
