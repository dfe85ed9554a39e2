//go:build !race

package main

import "time"

// warmStart is how long a warm start may take. That is what is promised; the
// fastest of three counts, so that what else the machine does matters less.
const warmStart = 2 * time.Second
