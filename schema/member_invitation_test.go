package schema_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// memberDesign is the table of moves: a dash is a refusal.
const memberDesign = `
         none     invited   expired   accepted  revoked
invite   invited  -         invited   invited   invited
resend   -        invited   invited   -         -
accept   -        accepted  -         -         -
revoke   -        revoked   revoked   -         -
remove   -        revoked   revoked   revoked   -
`

var doMember = map[schema.Verb]func(*schema.MemberInvitation) error{
	schema.VerbInvite: func(i *schema.MemberInvitation) error { return i.Invite(noon, "Ines Duarte", schema.RoleAdmin, priya) },
	schema.VerbResend: func(i *schema.MemberInvitation) error { return i.Resend(noon) },
	schema.VerbAccept: func(i *schema.MemberInvitation) error { return i.Accept(noon, ines) },
	schema.VerbRevoke: func(i *schema.MemberInvitation) error { return i.Revoke(noon) },
	schema.VerbRemove: func(i *schema.MemberInvitation) error { return i.Remove(noon) },
}

// memberRow is a row in a status, of which expired stands in none.
func memberRow(s schema.MemberInvitationStatus) schema.MemberInvitation {
	i := schema.MemberInvitation{ID: schema.New[schema.MemberInvitationID](), FullName: "Ines Duarte", Role: schema.RoleMember,
		Status: s, Generation: 4, InvitedBy: priya, InvitedAt: noon.Add(-time.Hour), ExpiresAt: noon.Add(time.Hour)}
	if s == schema.MemberExpired {
		i.Status, i.ExpiresAt = schema.MemberInvited, noon
	}
	return i
}

func TestTheTableOfAColleaguesInvitationHoldsForEveryPair(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(memberDesign), "\n")
	if len(lines) != len(doMember)+1 {
		t.Fatalf("the table has %d verbs, there are %d", len(lines)-1, len(doMember))
	}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		for n, name := range strings.Fields(lines[0]) {
			v, to := schema.Verb(cells[0]), cells[n+1]
			i := memberRow(schema.MemberInvitationStatus(strings.TrimPrefix(name, "none")))
			before := i
			err := doMember[v](&i)
			if to == "-" {
				if schema.KindOf(err) == 0 || i != before {
					t.Errorf("%s from %s: %v, and the row is %+v", v, name, err, i)
					continue
				}
				fixture.Sentence(t, err.Error())
				continue
			}
			if err != nil || i.StatusAt(noon) != schema.MemberInvitationStatus(to) {
				t.Errorf("%s from %s: %v, to %s, want %s", v, name, err, i.StatusAt(noon), to)
			}
			if renewed := v == schema.VerbInvite || v == schema.VerbResend; renewed != (i.Generation == before.Generation+1) {
				t.Errorf("%s from %s: the generation is %d", v, name, i.Generation)
			} else if renewed && (!i.ExpiresAt.Equal(noon.Add(schema.MemberInvitationLifetime)) || !i.ResendAfter.Equal(noon.Add(schema.ResendCooldown))) {
				t.Errorf("%s from %s: the row is %+v", v, name, i)
			}
		}
	}
}

func TestWhatAColleaguesLinkIsGoodFor(t *testing.T) {
	for name, c := range map[string]struct {
		status     schema.MemberInvitationStatus
		generation uint32
		want       schema.LinkState
	}{
		"present":                 {schema.MemberInvited, 4, schema.LinkOpen},
		"an older one":            {schema.MemberInvited, 3, schema.LinkSuperseded},
		"never made":              {schema.MemberInvited, 5, ""},
		"of no generation":        {schema.MemberInvited, 0, ""},
		"its time is over":        {schema.MemberExpired, 4, schema.LinkExpired},
		"an older one, all over":  {schema.MemberExpired, 3, schema.LinkExpired},
		"revoked":                 {schema.MemberRevoked, 4, schema.LinkRevoked},
		"accepted":                {schema.MemberAccepted, 4, schema.LinkUsed},
		"accepted by a newer one": {schema.MemberAccepted, 2, schema.LinkUsed},
	} {
		i := memberRow(c.status)
		got, err := i.Link(c.generation, noon)
		if got != c.want || (c.want == "") != (err == error(schema.ErrNotFound)) {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
}

func TestResendWaitsForTheMailAndForItsCooldown(t *testing.T) {
	open, expired := memberRow(schema.MemberInvited), memberRow(schema.MemberExpired)
	for _, state := range []schema.EmailState{schema.EmailQueued, schema.EmailSending} {
		fixture.Refused(t, open.MayResend(noon, state), schema.Conflict, "email_in_flight")
		if err := expired.MayResend(noon, state); err != nil {
			t.Errorf("a mail that never went out with an expired link is in the way: %v", err)
		}
	}
	open.ResendAfter = noon.Add(time.Second)
	fixture.Refused(t, open.MayResend(noon, schema.EmailSent), schema.TooSoon, "cooldown")
	if err := open.MayResend(noon.Add(time.Second), schema.EmailSent); err != nil {
		t.Error(err)
	}
}
