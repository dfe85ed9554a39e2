package visitor_test

import (
	"testing"

	"anteroom/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }
