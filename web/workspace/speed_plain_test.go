//go:build !race

package workspace_test

import "time"

// within is what the list may take of the server, database and page together:
// 50 ms, three times over for a machine that is busy with other tests.
const within = 3 * 50 * time.Millisecond
