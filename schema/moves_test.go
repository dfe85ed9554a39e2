package schema_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// design is the table of moves as the design states it: a dash is a refusal.
const design = `
                 none     invited      active       expired      revoked  deactivated
invite           invited  -            -            -            invited  invited
resend           -        invited      -            invited      -        -
fix_email        -        invited      -            invited      -        -
accept           -        active       -            -            -        -
revoke           -        revoked      -            -            -        -
expire           -        expired      -            -            -        -
dismiss          -        -            -            revoked      -        -
remove           -        -            deactivated  -            -        -
client_deleted   -        deactivated  deactivated  deactivated  -        -
`

var (
	noon   = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	week   = 7 * 24 * time.Hour
	priya  = schema.New[schema.UserID]()
	ines   = schema.New[schema.UserID]()
	second = schema.Address{Typed: "Second@example.com", Key: "second@example.com"}
)

// do applies each verb by its method.
var do = map[schema.Verb]func(*schema.ClientUser) error{
	schema.VerbInvite:        func(u *schema.ClientUser) error { return u.Invite(noon, week, priya) },
	schema.VerbResend:        func(u *schema.ClientUser) error { return u.Resend(noon, week) },
	schema.VerbFixEmail:      func(u *schema.ClientUser) error { return u.FixEmail(noon, week, second) },
	schema.VerbAccept:        func(u *schema.ClientUser) error { return u.Accept(noon, ines) },
	schema.VerbRevoke:        func(u *schema.ClientUser) error { return u.Revoke(noon, priya) },
	schema.VerbExpire:        func(u *schema.ClientUser) error { return u.Expire() },
	schema.VerbDismiss:       func(u *schema.ClientUser) error { return u.Dismiss(noon, priya) },
	schema.VerbRemove:        func(u *schema.ClientUser) error { return u.Remove(noon, priya) },
	schema.VerbClientDeleted: func(u *schema.ClientUser) error { return u.ClientDeleted(noon, priya) },
}

// pairs calls fn with every pair of the design's table.
func pairs(t *testing.T, fn func(t *testing.T, from schema.Status, v schema.Verb, to string)) {
	lines := strings.Split(strings.TrimSpace(design), "\n")
	if len(lines) != len(do)+1 {
		t.Fatalf("the table has %d verbs, there are %d", len(lines)-1, len(do))
	}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		for i, name := range strings.Fields(lines[0]) {
			from := schema.Status(strings.TrimPrefix(name, "none"))
			t.Run(cells[0]+" from "+name, func(t *testing.T) { fn(t, from, schema.Verb(cells[0]), cells[i+1]) })
		}
	}
}

func row(s schema.Status) schema.ClientUser {
	return schema.ClientUser{ID: schema.New[schema.ClientUserID](), Status: s, FullName: "Ines Duarte",
		Email: "ines@example.com", EmailKey: "ines@example.com", Generation: 5, AddressGeneration: 3,
		InvitedAt: noon.Add(-time.Hour), ExpiresAt: noon.Add(time.Hour), ResendAfter: noon.Add(-time.Minute)}
}

func TestEveryPairOfStatusAndVerbIsAsTheDesignSays(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, from schema.Status, v schema.Verb, to string) {
		u := row(from)
		before := u
		err := do[v](&u)
		if to == "-" {
			refused(t, err, &before, v)
			if u != before {
				t.Errorf("a refusal changed the row to %+v", u)
			}
			if _, ok := from.Move(v); ok {
				t.Error("Move says yes")
			}
			return
		}
		if next, ok := from.Move(v); err != nil || string(u.Status) != to || !ok || next != u.Status {
			t.Errorf("leads to %q (%v), Move says %q, want %q", u.Status, err, next, to)
		}
	})
}

// refused checks that a refusal is one a person can read.
func refused(t *testing.T, err error, u *schema.ClientUser, v schema.Verb) {
	t.Helper()
	e, ok := err.(*schema.Error)
	if !ok {
		t.Fatalf("got %v, want a refusal", err)
	}
	want := schema.Conflict
	if v == schema.VerbInvite || v == schema.VerbFixEmail { // what was typed into the form
		want = schema.Invalid
	}
	if e.Kind != want || e.Code == "" || e.ClientUser != u.ID || (want == schema.Invalid) != (e.Field == "email") {
		t.Errorf("the refusal is %+v", e)
	}
	fixture.Sentence(t, e.Message)
	if u.Status != schema.StatusNone && !strings.Contains(e.Message, u.FullName) {
		t.Errorf("the sentence does not say who: %q", e.Message)
	}
}

func TestTheGenerationRisesWithEveryNewLinkAndNeverFalls(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, from schema.Status, v schema.Verb, to string) {
		u := row(from)
		if do[v](&u) != nil {
			return // a refusal changes nothing, the other test says so
		}
		raised := v == schema.VerbInvite || v == schema.VerbResend || v == schema.VerbFixEmail
		if raised != (u.Generation == 6) || !raised && u.Generation != 5 {
			t.Errorf("the generation was 5 and is %d", u.Generation)
		}
		if raised && (u.InvitedAt != noon || u.ExpiresAt != noon.Add(week) || u.ResendAfter != noon.Add(schema.ResendCooldown)) {
			t.Errorf("the new term is %s to %s, resend after %s", u.InvitedAt, u.ExpiresAt, u.ResendAfter)
		}
		if fixed := v == schema.VerbFixEmail; fixed != (u.AddressGeneration == 6) || !fixed && u.AddressGeneration != 3 {
			t.Errorf("the address's first generation was 3 and is %d", u.AddressGeneration)
		}
	})
}

func TestANewRowBeginsAtGenerationOne(t *testing.T) {
	t.Parallel()
	var u schema.ClientUser
	if err := u.Invite(noon, week, priya); err != nil || u.Generation != 1 || u.AddressGeneration != 1 {
		t.Errorf("generation %d, address generation %d (%v)", u.Generation, u.AddressGeneration, err)
	}
}

func TestInvitingAgainForgetsHowItEndedBefore(t *testing.T) {
	t.Parallel()
	u := row(schema.StatusInvited)
	for _, v := range []schema.Verb{schema.VerbAccept, schema.VerbRemove} {
		if err := do[v](&u); err != nil {
			t.Fatal(err)
		}
	}
	if u.UserID != ines || *u.AcceptedAt != noon || *u.EndedAt != noon || u.EndedBy != priya {
		t.Errorf("removed, the row is %+v", u)
	}
	if err := u.Invite(noon, week, ines); err != nil {
		t.Fatal(err)
	}
	if !u.UserID.IsZero() || u.AcceptedAt != nil || u.EndedAt != nil || !u.EndedBy.IsZero() || u.InvitedBy != ines {
		t.Errorf("invited again, the row is %+v", u)
	}
}

func TestAnInvitationIsStaleFromTheVeryMomentItExpires(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, from schema.Status, _ schema.Verb, _ string) {
		u := row(from)
		invited := from == schema.StatusInvited
		for offset, over := range map[time.Duration]bool{-time.Microsecond: false, 0: true, time.Microsecond: true} {
			now, want := u.ExpiresAt.Add(offset), from
			if invited && over {
				want = schema.StatusExpired
			}
			if u.Stale(now) != (invited && over) || u.StatusAt(now) != want {
				t.Errorf("%s after its end it is %s, stale: %v", offset, u.StatusAt(now), u.Stale(now))
			}
		}
	})
}
