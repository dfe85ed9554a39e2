package schema

// LinkState is what an invitation's link is good for at this moment.
type LinkState string

// The states of a link. An unknown one is ErrNotFound.
const (
	LinkOpen       LinkState = "open"
	LinkExpired    LinkState = "expired"
	LinkRevoked    LinkState = "revoked"
	LinkSuperseded LinkState = "superseded"
	LinkUsed       LinkState = "used"
)
