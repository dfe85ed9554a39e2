package schema

// refuse says why a verb is not allowed from the row's status, and what is.
func (u *ClientUser) refuse(v Verb) error {
	e := &Error{Kind: Conflict, ClientUser: u.ID}
	switch u.Status {
	case StatusInvited:
		e.Code, e.Message = "already_invited", u.FullName+" is already invited. Resend the invitation instead."
	case StatusActive:
		e.Code, e.Message = "already_active", u.FullName+" already has access."
	case StatusExpired:
		e.Code, e.Message = "invitation_expired", "The invitation to "+u.FullName+" has expired. Resend it, or dismiss it."
	case StatusRevoked:
		e.Code, e.Message = "invitation_revoked", "The invitation to "+u.FullName+" was revoked. Invite them again."
	case StatusDeactivated:
		e.Code, e.Message = "deactivated", u.FullName+" no longer has access. Invite them again."
	default:
		e.Code, e.Message = "no_invitation", "There is no invitation yet."
	}
	if v == VerbInvite || v == VerbFixEmail {
		e.Kind, e.Field = Invalid, "email"
	}
	return e
}
