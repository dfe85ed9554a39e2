//go:build race

package workspace_test

import "time"

// within has room for what the race detector adds.
const within = 500 * time.Millisecond
