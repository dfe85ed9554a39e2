package connect

import (
	"errors"

	"anteroom/internal/platform"
	"anteroom/schema"
)

// The ways in which a connection ends without an account. They stand in the URL of
// the page that says so, which stays until it is left.
const (
	failDenied    = "denied"
	failState     = "state"
	failPlatform  = "platform"
	failExchange  = "exchange"
	failProfile   = "profile"
	failNoAccount = "no-account"
	failTaken     = "taken"
	failEnded     = "ended"
)

var failures = map[string]string{
	failDenied:    "You didn’t allow it, so nothing was connected.",
	failState:     schema.ErrConnect.Message,
	failPlatform:  "The platform reported an error, so nothing was connected. Try again in a few minutes.",
	failExchange:  "The platform didn’t finish the connection, so nothing was connected. Try again in a few minutes.",
	failProfile:   "The platform didn’t say which account it is, so nothing was connected. Try again in a few minutes.",
	failNoAccount: "You have no account there that can be posted to, so nothing was connected. Sign in with another one, or allow the page that you mean.",
	failTaken:     "That account is connected for another client of the agency already, so nothing was changed. Ask the agency to move it.",
	failEnded:     "Your access ended while you were away, so nothing was connected. Ask the agency about it.",
}

// Failure is the sentence for a code in a URL, empty for any that is not known.
func Failure(code string) string { return failures[code] }

// failed is the code of what the platform, or the database, refused; false for a
// fault of ours.
func failed(err error) (string, bool) {
	switch {
	case errors.Is(err, platform.ErrNoAccount):
		return failNoAccount, true
	case errors.Is(err, platform.ErrProfile):
		return failProfile, true
	case errors.Is(err, platform.ErrExchange):
		return failExchange, true
	}
	switch schema.CodeOf(err) {
	case "account_taken":
		return failTaken, true
	case "connect_ended", schema.ErrConnectLink.Code:
		return failEnded, true
	}
	return "", false
}
