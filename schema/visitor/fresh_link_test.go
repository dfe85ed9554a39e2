package visitor_test

import (
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestFromAnExpiredLinkANewOneGoesToTheInvitedAddress(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	u := a.InviteSent(a.Client("Orchard Lane"), "ines@example.com")
	a.LetGoStale(u.ID)
	a.Cool(u.ID)
	due, err := a.Visitor.FreshLink(t.Context(), a.Link(u))
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkInvitationResend {
		t.Fatalf("due is %+v (%v)", due, err)
	}
	row := a.ClientUser(u.ID)
	mail := a.Email(row.EmailID)
	if row.Status != schema.StatusInvited || row.Generation != u.Generation+1 || !row.ExpiresAt.After(a.Now()) || !row.ResendAfter.After(a.Now()) ||
		mail.Address != u.Email || mail.Generation != row.Generation || mail.ID.String() != due[0].Row {
		t.Errorf("the row is %+v, the mail %+v", row, mail)
	}
	if got := a.Events(u.ID); !slices.Equal(got, []schema.EventType{schema.InvitationCreated, schema.InvitationSent, schema.InvitationExpired, schema.InvitationResent}) {
		t.Errorf("the events are %v", got)
	}
	a.Accept(row)
}

func TestFromASupersededLinkThePresentOneIsSentOnceMore(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	u := a.InviteSent(a.Client("Orchard Lane"), "ines@example.com")
	a.Cool(u.ID)
	if _, err := a.Workspace().Resend(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	before := a.ClientUser(u.ID)
	a.Send(before.EmailID)
	fixture.Refused(t, fixture.Error(a.Visitor.FreshLink(t.Context(), a.Link(u))), schema.TooSoon, "cooldown")
	a.Cool(u.ID)
	events := a.Events(u.ID)
	if _, err := a.Visitor.FreshLink(t.Context(), a.Link(u)); err != nil {
		t.Fatal(err)
	}
	row := a.ClientUser(u.ID)
	mail := a.Email(row.EmailID)
	if row.Generation != before.Generation || row.ExpiresAt != before.ExpiresAt || mail.ID == before.EmailID || mail.Generation != before.Generation {
		t.Errorf("the row is %+v, the mail %+v", row, mail)
	}
	if !slices.Equal(a.Events(u.ID), events) {
		t.Errorf("the same link again is an event: %v", a.Events(u.ID))
	}
	fixture.Refused(t, fixture.Error(a.Visitor.FreshLink(t.Context(), a.Link(u))), schema.TooSoon, "cooldown")
}

func TestFromAnyOtherLinkThereIsNoFreshOne(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	all := links(a, "ines@example.com")
	open := a.InviteSent(a.Client("Open"), "ines@example.com")
	a.Cool(open.ID)
	for _, name := range []string{"expired", "swept", "superseded"} {
		delete(all, name)
	}
	before := a.Snapshot()
	for name, token := range all {
		if _, err := a.Visitor.FreshLink(t.Context(), token); schema.CodeOf(err) != says[name] {
			t.Errorf("a link %s gives %v", name, err)
		}
	}
	fixture.Refused(t, fixture.Error(a.Visitor.FreshLink(t.Context(), a.Link(open))), schema.Conflict, "link_open")
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
}

func TestManyRequestsForAFreshLinkAtOnceSendOneMail(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	for range 20 {
		u := a.InviteSent(c, "ines@example.com")
		a.LetGoStale(u.ID)
		a.Cool(u.ID)
		// The losers come with a link that is superseded by then, and too soon.
		winner(t, fixture.Together(8, func(int) error {
			_, err := a.Visitor.FreshLink(t.Context(), a.Link(u))
			return err
		}), "cooldown")
		if row := a.ClientUser(u.ID); row.Generation != u.Generation+1 {
			t.Fatalf("the generation was %d and is %d", u.Generation, row.Generation)
		}
		if err := a.Workspace().Revoke(t.Context(), u.ID); err != nil {
			t.Fatal(err)
		}
	}
	a.CheckSequences()
}
