package schema

// MemberChange is a change of one member's place as it is about to be made: who
// asks, as they are now, and whom it is about.
type MemberChange struct {
	By        Role // of whoever asks
	Of        Role // of the member
	Self      bool // they are one person
	LastOwner bool // the member is the agency's only owner
}

// MayBecome says in words why the member can't be given the role, if not.
func (c MemberChange) MayBecome(to Role) error {
	switch {
	case c.Self:
		return &Error{Kind: Forbidden, Code: "own_role", Field: "role", Message: "You can’t change your own role. Ask an owner or another admin."}
	case !c.By.Manages():
		return errManagers
	case c.LastOwner && to != RoleOwner:
		return errLastOwner("role")
	case c.Of == RoleOwner || to == RoleOwner:
		return c.By.mayOwn("role")
	}
	return nil
}

// MayGo says in words why the member can't be removed, or leave, if not.
func (c MemberChange) MayGo() error {
	switch {
	case !c.By.Manages():
		return errManagers
	case c.LastOwner:
		return errLastOwner("")
	case c.Of == RoleOwner:
		return c.By.mayOwn("")
	}
	return nil
}

// MayInviteAs says in words why the role can't invite a colleague as another,
// or handle such an invitation, if not.
func (r Role) MayInviteAs(to Role) error {
	switch {
	case !r.Manages():
		return errManagers
	case to == RoleOwner:
		return r.mayOwn("role")
	}
	return nil
}

// mayOwn is for what only owners do.
func (r Role) mayOwn(field string) error {
	if r == RoleOwner {
		return nil
	}
	return &Error{Kind: Forbidden, Code: "owner_only", Field: field, Message: "Only an owner can invite, change or remove an owner. Ask one of them."}
}

// MayManage says in words why the role can't change clients, invitations and
// settings, if not.
func (r Role) MayManage() error {
	if !r.Manages() {
		return errManagers
	}
	return nil
}

var errManagers = &Error{Kind: Forbidden, Code: "role", Message: "Only owners and admins can change this. Ask one of them."}

func errLastOwner(field string) error {
	return &Error{Kind: Conflict, Code: "last_owner", Field: field, Message: "An agency needs an owner, and this is the only one. Make somebody else an owner first."}
}
