package workspace_test

import (
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

// linkState is what the page behind a link would say.
func linkState(s *scene, u schema.ClientUser) visitor.LinkState {
	s.T.Helper()
	i, err := s.Visitor.Invitation(s.T.Context(), s.Link(u))
	if schema.KindOf(err) == schema.NotFound {
		return "unknown"
	}
	if err != nil {
		s.T.Fatal(err)
	}
	return i.State
}

func TestAResentInvitationHasANewLinkAndTheOldOneIsDead(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for _, before := range []schema.ClientUser{s.invited, s.expired} {
		i, err := s.Workspace().Resend(t.Context(), before.ID)
		if err != nil {
			t.Fatal(err)
		}
		u := now(s, before)
		mail := s.Email(u.EmailID)
		if u.Status != schema.StatusInvited || u.Generation != before.Generation+1 || !u.ExpiresAt.After(before.ExpiresAt) ||
			mail.Kind != schema.EmailInvitationResend || mail.Generation != u.Generation || len(i.Due) != 1 || i.Due[0].Work != schema.WorkInvitationResend {
			t.Errorf("the row is %+v, the mail %+v, due %+v", u, mail, i.Due)
		}
		if old, present := linkState(s, before), linkState(s, u); old != visitor.LinkSuperseded || present != visitor.LinkOpen {
			t.Errorf("the old link is %s, the new one %s", old, present)
		}
		if events := s.Events(u.ID); events[len(events)-1] != schema.InvitationResent {
			t.Errorf("the events are %v", events)
		}
	}
}

func TestResendWaitsForTheMailAndForTheCooldown(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	u := s.Invite(s.client, "tom@example.com")
	before := s.Snapshot()
	_, err := s.Workspace().Resend(t.Context(), u.ID)
	fixture.Refused(t, err, schema.Conflict, "email_in_flight")
	_, err = s.Workspace().FixEmail(t.Context(), u.ID, "tom.o@example.com")
	fixture.Refused(t, err, schema.Conflict, "email_in_flight")
	if s.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
	claim := s.Claim(u.EmailID)
	_, err = s.Workspace().Resend(t.Context(), u.ID)
	fixture.Refused(t, err, schema.Conflict, "email_in_flight")
	s.Record(u.EmailID, claim.Email.Attempt, schema.MailResult{Outcome: schema.MailAmbiguous})
	_, err = s.Workspace().Resend(t.Context(), u.ID)
	fixture.Refused(t, err, schema.TooSoon, "cooldown")
	s.Cool(u.ID)
	if _, err := s.Workspace().Resend(t.Context(), u.ID); err != nil {
		t.Errorf("a held mail keeps Resend away: %v", err)
	}
	if held := s.Email(u.EmailID); held.State != schema.EmailCancelled {
		t.Errorf("the held mail with the old link is %s", held.State)
	}
}

func TestARevokedInvitationIsOffTheListAndItsMailIsCancelled(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	queued := s.Invite(s.client, "tom@example.com")
	for _, c := range []struct {
		u    schema.ClientUser
		end  func() error
		mail schema.EmailState
	}{
		{queued, func() error { return s.Workspace().Revoke(t.Context(), queued.ID) }, schema.EmailCancelled},
		{s.invited, func() error { return s.Workspace().Revoke(t.Context(), s.invited.ID) }, schema.EmailSent},
		{s.expired, func() error { return s.Workspace().Dismiss(t.Context(), s.expired.ID) }, schema.EmailSent},
	} {
		if err := c.end(); err != nil {
			t.Fatal(err)
		}
		u := now(s, c.u)
		if mail := s.Email(u.EmailID); u.Status != schema.StatusRevoked || u.EndedBy != s.Owner.ID || u.EndedAt == nil || mail.State != c.mail {
			t.Errorf("the row is %+v, its mail %s", u, mail.State)
		}
		if events := s.Events(u.ID); events[len(events)-1] != schema.InvitationRevoked || linkState(s, u) != visitor.LinkRevoked {
			t.Errorf("the events are %v, the link %s", events, linkState(s, u))
		}
	}
	list, err := s.Workspace().ClientUsers(t.Context(), s.client.ID, workspace.PeopleFilter{})
	if err != nil || len(list.Rows) != 2 { // active, removed
		t.Errorf("on the list are %d (%v)", len(list.Rows), err)
	}
}

func TestAVerbThatComesUponAStaleRowExpiresItWhateverItsOwnFate(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for name, c := range map[string]struct {
		call func(id schema.ClientUserID) error
		code string
		last schema.EventType
	}{
		"revoke":  {func(id schema.ClientUserID) error { return s.Workspace().Revoke(t.Context(), id) }, "invitation_expired", schema.InvitationExpired},
		"remove":  {func(id schema.ClientUserID) error { return s.Workspace().Remove(t.Context(), id) }, "invitation_expired", schema.InvitationExpired},
		"dismiss": {func(id schema.ClientUserID) error { return s.Workspace().Dismiss(t.Context(), id) }, "", schema.InvitationRevoked},
		"resend":  {func(id schema.ClientUserID) error { return fixture.Error(s.Workspace().Resend(t.Context(), id)) }, "", schema.InvitationResent},
		"fix": {func(id schema.ClientUserID) error {
			return fixture.Error(s.Workspace().FixEmail(t.Context(), id, "fixed@example.com"))
		}, "", schema.InvitationAddressChanged},
		"claim": {func(id schema.ClientUserID) error { s.TryClaim(s.ClientUser(id).EmailID); return nil }, "", schema.InvitationExpired},
		"accept": {func(id schema.ClientUserID) error {
			return fixture.Error(s.Visitor.AcceptAs(t.Context(), s.Link(s.ClientUser(id)), s.SignedIn(s.active.UserID), ""))
		}, "link_expired", schema.InvitationExpired},
	} {
		u := s.InviteSent(s.client, name+"@example.com")
		s.LetGoStale(u.ID)
		s.Cool(u.ID)
		if err := c.call(u.ID); schema.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
		events := s.Events(u.ID)
		if !slices.Equal(events[:3], []schema.EventType{schema.InvitationCreated, schema.InvitationSent, schema.InvitationExpired}) || events[len(events)-1] != c.last {
			t.Errorf("%s: the events are %v", name, events)
		}
	}
	s.CheckSequences()
}
