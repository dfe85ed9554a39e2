package schema

import "time"

// A session ends after SessionIdle without a request, and SessionLife after
// the sign-in whatever happens.
const (
	SessionIdle = 7 * 24 * time.Hour
	SessionLife = 30 * 24 * time.Hour
)
