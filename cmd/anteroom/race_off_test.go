//go:build !race

package main

import "time"

// warmStart is how long a warm start may take, at its fastest.
const warmStart = 2 * time.Second
