package workspace_test

import (
	"reflect"
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
)

func TestAFixedAddressIsTheSameRowWithANewLinkAndTheOldOneIsUnknown(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for _, before := range []schema.ClientUser{s.invited, s.expired} {
		i, err := s.Workspace().FixEmail(t.Context(), before.ID, "Fixed."+before.Email)
		if err != nil {
			t.Fatal(err)
		}
		u := now(s, before)
		mail := s.Email(u.EmailID)
		if u.Status != schema.StatusInvited || u.Email != "Fixed."+before.Email || u.EmailKey != "fixed."+before.EmailKey || u.Generation != before.Generation+1 ||
			u.FullName != before.FullName || mail.Address != u.Email || mail.Generation != u.Generation || len(i.Due) != 1 {
			t.Errorf("the row is %+v, the mail %+v, due %+v", u, mail, i.Due)
		}
		if old, present := linkState(s, before), linkState(s, u); old != "unknown" || present != visitor.LinkOpen {
			t.Errorf("the link to the wrong address is %s, the new one %s", old, present)
		}
		if _, err := s.Visitor.FreshLink(t.Context(), s.Link(before)); err != error(schema.ErrNotFound) {
			t.Errorf("with the link to the wrong address one can ask for a fresh one: %v", err)
		}
		if events := s.Events(u.ID); events[len(events)-1] != schema.InvitationAddressChanged {
			t.Errorf("the events are %v", events)
		}
	}
}

// A second typo, mended, must not make the first address's links work again.
func TestALinkStaysUnknownWhenTheAddressIsFixedBack(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for _, email := range []string{"typo@example.com", s.invited.Email} {
		if _, err := s.Workspace().FixEmail(t.Context(), s.invited.ID, email); err != nil {
			t.Fatal(err)
		}
		s.Send(now(s, s.invited).EmailID)
	}
	typo := s.invited
	typo.Generation++
	if first, second, present := linkState(s, s.invited), linkState(s, typo), linkState(s, now(s, s.invited)); first != "unknown" || second != "unknown" || present != visitor.LinkOpen {
		t.Errorf("the links are %s, %s and %s", first, second, present)
	}
}

func TestFixingToAnAddressThatIsLiveIsRefusedAndTheRowNamed(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	tom := s.InviteSent(s.client, "tom@example.com")
	for code, other := range map[string]schema.ClientUser{"already_invited": s.invited, "already_active": s.active, "invitation_expired": s.expired} {
		before := s.Snapshot()
		_, err := s.Workspace().FixEmail(t.Context(), tom.ID, other.Email)
		if e := fixture.Refused(t, err, schema.Invalid, code); e.Field != "email" || e.ClientUser != other.ID {
			t.Errorf("the refusal is %+v", e)
		}
		if s.Snapshot() != before {
			t.Errorf("%s: it was refused and has changed something", code)
		}
	}
	_, err := s.Workspace().FixEmail(t.Context(), tom.ID, "TOM@example.com")
	fixture.Refused(t, err, schema.Invalid, "same_address")
	_, err = s.Workspace().FixEmail(t.Context(), s.active.ID, "ada.l@example.com")
	fixture.Refused(t, err, schema.Invalid, "already_active")
}

// The expiry that a verb comes upon is written even if the verb is refused. It
// is all that is.
func TestARefusedFixLeavesNothingButTheExpiryItCameUpon(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	over, fresh := stale(s), s.InviteSent(s.client, "tom@example.com")
	_, err := s.Workspace().FixEmail(t.Context(), over.ID, fresh.Email)
	fixture.Refused(t, err, schema.Invalid, "already_invited")
	s.LetGoStale(s.invited.ID)
	_, err = s.Workspace().FixEmail(t.Context(), fresh.ID, s.invited.Email)
	fixture.Refused(t, err, schema.Invalid, "invitation_expired")
	for _, u := range []schema.ClientUser{over, s.invited} {
		if row := now(s, u); row.Status != schema.StatusExpired || row.Generation != u.Generation || !slices.Equal(s.Events(u.ID)[2:], []schema.EventType{schema.InvitationExpired}) {
			t.Errorf("%s is %s with %v", u.Email, row.Status, s.Events(u.ID))
		}
	}
	if row := now(s, fresh); !reflect.DeepEqual(row, fresh) || linkState(s, fresh) != visitor.LinkOpen {
		t.Errorf("the row is %+v", row)
	}
	s.CheckSequences()
}

func TestFixingToADeadRowsAddressRevivesThatAndRevokesThis(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for i, typo := range []schema.ClientUser{s.InviteSent(s.client, "typo@example.com"), s.expired} {
		dead := now(s, s.removed)
		out, err := s.Workspace().FixEmail(t.Context(), typo.ID, dead.Email)
		if err != nil {
			t.Fatal(err)
		}
		revived, gone := now(s, dead), now(s, typo)
		if out.ClientUser.ID != dead.ID || revived.Status != schema.StatusInvited || revived.Generation != dead.Generation+1 || revived.FullName != typo.FullName ||
			gone.Status != schema.StatusRevoked || gone.Email != typo.Email {
			t.Errorf("revived is %+v, gone is %+v", revived, gone)
		}
		if old, present := linkState(s, typo), linkState(s, revived); old != "unknown" || present != visitor.LinkOpen {
			t.Errorf("the link to the wrong address is %s, the new one %s", old, present)
		}
		if events := s.Events(gone.ID); events[len(events)-1] != schema.InvitationRevoked {
			t.Errorf("the events of the revoked row are %v", events)
		}
		if events := s.Events(revived.ID); events[len(events)-1] != schema.InvitationCreated {
			t.Errorf("the events of the revived row are %v", events)
		}
		if i == 0 {
			if err := s.Workspace().Revoke(t.Context(), revived.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.CheckSequences()
}

func TestTwoFixesToOneAddressAtOnceMakeOneRowOfIt(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for round := range 20 {
		rows := []schema.ClientUser{s.InviteSent(s.client, "one@example.com"), s.InviteSent(s.client, "two@example.com")}
		ws := open(s, 2)
		var won []int
		for i, err := range fixture.Together(2, func(i int) error {
			return fixture.Error(ws[i].FixEmail(t.Context(), rows[i].ID, "right@example.com"))
		}) {
			if err == nil {
				won = append(won, i)
			} else {
				fixture.Refused(t, err, schema.Invalid, "already_invited")
			}
		}
		if len(won) != 1 {
			t.Fatalf("round %d: %v won", round, won)
		}
		var right []schema.ClientUserID
		for _, r := range fixture.ReadAll[schema.ClientUser](s.World, `SELECT * FROM client_users WHERE client_id = ? AND status = 'invited'`, s.client.ID) {
			if r.EmailKey == "right@example.com" {
				right = append(right, r.ID)
			}
			if r.ID != s.invited.ID {
				if err := s.Workspace().Revoke(t.Context(), r.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(right) != 1 {
			t.Fatalf("round %d: %d rows have the address", round, len(right))
		}
	}
	if dead := fixture.ReadAll[string](s.World, `SELECT email_key FROM client_users WHERE client_id = ? AND status = 'revoked'`, s.client.ID); !slices.Contains(dead, "right@example.com") {
		t.Errorf("the revoked ones are %q", dead)
	}
	s.CheckSequences()
}
