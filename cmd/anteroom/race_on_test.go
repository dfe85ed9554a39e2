//go:build race

package main

import "time"

// warmStart is how long a warm start may take: 2 s is promised, and the race
// detector makes everything several times slower, on machines that are busy
// with other tests, too.
const warmStart = 15 * time.Second
