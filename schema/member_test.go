package schema_test

import (
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// matrix says for who asks, and whom it is about, what they may do: o, a and m
// are the roles to give, x is to remove, and a dash nothing.
const matrix = `
        owner  admin  member  self  lastowner
owner   oamx   oamx   oamx    x     -
admin   -      amx    amx     x     -
member  -      -      -       -     -
`

func TestWhoMayDoWhatToWhom(t *testing.T) {
	roles := map[string]schema.Role{"o": schema.RoleOwner, "a": schema.RoleAdmin, "m": schema.RoleMember}
	lines := strings.Split(strings.TrimSpace(matrix), "\n")
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		by := schema.Role(cells[0])
		for n, of := range strings.Fields(lines[0]) {
			c := schema.MemberChange{By: by, Of: schema.Role(of), Self: of == "self", LastOwner: of == "lastowner"}
			if c.Self {
				c.Of = by
			}
			if c.LastOwner {
				c.Of = schema.RoleOwner
			}
			for letter, to := range roles {
				if c.LastOwner && to == schema.RoleOwner {
					continue // stays what they are
				}
				allowed(t, by, of+" "+letter, c.MayBecome(to), strings.Contains(cells[n+1], letter))
			}
			allowed(t, by, of+" x", c.MayGo(), strings.Contains(cells[n+1], "x"))
		}
	}
}

func TestWhoMayInviteAsWhat(t *testing.T) {
	for by, may := range map[schema.Role]string{schema.RoleOwner: "owner admin member", schema.RoleAdmin: "admin member", schema.RoleMember: ""} {
		for _, to := range []schema.Role{schema.RoleOwner, schema.RoleAdmin, schema.RoleMember} {
			allowed(t, by, "as "+string(to), by.MayInviteAs(to), strings.Contains(may, string(to)))
		}
	}
}

func allowed(t *testing.T, by schema.Role, what string, err error, want bool) {
	t.Helper()
	if (err == nil) != want {
		t.Errorf("%s, %s: %v", by, what, err)
	}
	if err != nil {
		fixture.Sentence(t, err.Error())
	}
}

func TestTheLastOwnerLeavesOnlyAfterThereIsAnother(t *testing.T) {
	fixture.Refused(t, schema.MemberChange{By: schema.RoleOwner, Of: schema.RoleOwner, Self: true, LastOwner: true}.MayGo(), schema.Conflict, "last_owner")
	fixture.Refused(t, schema.MemberChange{By: schema.RoleOwner, Of: schema.RoleOwner, LastOwner: true}.MayBecome(schema.RoleAdmin), schema.Conflict, "last_owner")
	fixture.Refused(t, schema.MemberChange{By: schema.RoleAdmin, Of: schema.RoleOwner}.MayGo(), schema.Forbidden, "owner_only")
	fixture.Refused(t, schema.MemberChange{By: schema.RoleOwner, Of: schema.RoleOwner, Self: true}.MayBecome(schema.RoleAdmin), schema.Forbidden, "own_role")
}

func TestALogoIsShownWithinItsRoomAndNeverBlownUp(t *testing.T) {
	for in, want := range map[[2]int][2]int{{512, 192}: {128, 48}, {512, 64}: {160, 20}, {40, 20}: {40, 20}, {100, 192}: {25, 48},
		{512, 1}: {160, 1}, {1, 192}: {1, 48}, {160, 48}: {160, 48}} {
		w, h := schema.Logo{LogoWidth: in[0], LogoHeight: in[1]}.LogoShown()
		if [2]int{w, h} != want {
			t.Errorf("%v: %d x %d, want %v", in, w, h, want)
		}
	}
}
