package visitor_test

import (
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/portal"
	"anteroom/schema/visitor"
)

func TestANewPersonSetsAPasswordAndIsIn(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	u := a.Invite(a.Client("Orchard Lane"), "Ines.Duarte@Example.com")
	session, err := a.Visitor.Accept(t.Context(), a.Link(u), " Inês  Duarte ", fixture.Password, "Firefox on Linux")
	if err != nil {
		t.Fatal(err)
	}
	row, user := a.ClientUser(u.ID), a.UserAt("ines.duarte@example.com")
	if row.Status != schema.StatusActive || row.UserID != user.ID || row.FullName != "Inês Duarte" || row.AcceptedAt == nil || row.Generation != u.Generation {
		t.Errorf("the row is %+v", row)
	}
	if user.FullName != "Inês Duarte" || user.Email != "Ines.Duarte@Example.com" || !user.Confirmed() || user.LastSignedInAt == nil {
		t.Errorf("the user is %+v", user)
	}
	if s, err := a.Visitor.Session(t.Context(), session); err != nil || s.UserID != user.ID {
		t.Errorf("the session is %+v (%v)", s, err)
	}
	if p, err := portal.For(t.Context(), a.DB, user.ID, a.ID); err != nil || len(p.Clients) != 1 || p.Clients[0].Name != "Orchard Lane" {
		t.Errorf("the portal is %+v (%v)", p, err)
	}
	if mail := a.Email(u.EmailID); mail.State != schema.EmailCancelled {
		t.Errorf("a mail that had not gone out is %s", mail.State)
	}
	if _, err := a.Visitor.SignIn(t.Context(), "ines.duarte@example.COM", fixture.Password, ""); err != nil {
		t.Errorf("signing in gives %v", err)
	}
	if got := a.Events(u.ID); !slices.Equal(got, []schema.EventType{schema.InvitationCreated, schema.InvitationAccepted, schema.ClientUserActivated}) {
		t.Errorf("the events are %v", got)
	}
}

func TestANewPersonsInputIsCheckedAndNothingIsConsumed(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	u := a.Invite(a.Client("Orchard Lane"), "ines.duarte@example.com")
	before := a.Snapshot()
	for code, c := range map[string][2]string{
		"required":        {"  ", fixture.Password},
		"name_characters": {"Ines\u202e", fixture.Password},
		"password_short":  {"Ines Duarte", "short"},
		"password_common": {"Ines Duarte", "passwordpassword"},
		"password_own":    {"Ines Maria Duarte", "inesmariaduarte"},
	} {
		_, err := a.Visitor.Accept(t.Context(), a.Link(u), c[0], c[1], "")
		fixture.Refused(t, err, schema.Invalid, code)
	}
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
}

func TestAKnownPersonAcceptsWithTheirPasswordOrTheirSession(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	p := a.Person("Ines Duarte", "ines@example.com")
	for name, accept := range map[string]func(token string) (visitor.SessionToken, error){
		"password": func(token string) (visitor.SessionToken, error) {
			return a.Visitor.AcceptKnown(t.Context(), token, fixture.Password, "")
		},
		"session": func(token string) (visitor.SessionToken, error) {
			return a.Visitor.AcceptAs(t.Context(), token, p.Session, "")
		},
	} {
		u := a.Invite(a.Client(name), "INES@example.com")
		if i, err := a.Visitor.Invitation(t.Context(), a.Link(u)); err != nil || !i.Known || i.State != visitor.LinkOpen {
			t.Errorf("%s: the page says %+v (%v)", name, i, err)
		}
		_, err := a.Visitor.Accept(t.Context(), a.Link(u), "Mallory", "another long password", "")
		fixture.Refused(t, err, schema.SignIn, "known_address")
		_, err = a.Visitor.AcceptKnown(t.Context(), a.Link(u), "another long password", "")
		fixture.Refused(t, err, schema.Invalid, "credentials")
		session, err := accept(a.Link(u))
		if err != nil {
			t.Fatal(err)
		}
		if s, err := a.Visitor.Session(t.Context(), session); err != nil || s.UserID != p.ID {
			t.Errorf("%s: the session is %+v (%v)", name, s, err)
		}
		if row := a.ClientUser(u.ID); row.UserID != p.ID || row.Status != schema.StatusActive {
			t.Errorf("%s: the row is %+v", name, row)
		}
	}
	if now := a.User(p.ID); now.PasswordHash != p.PasswordHash || now.FullName != p.FullName || now.CredentialVersion != p.CredentialVersion {
		t.Errorf("accepting has changed the user to %+v", now)
	}
}

func TestSomebodyElseSignedInConsumesNothing(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	other := a.Person("Tom Okafor", "tom@example.com")
	u := a.Invite(a.Client("Orchard Lane"), "ines@example.com")
	before := a.Snapshot()
	for _, who := range []visitor.SessionToken{other.Session, a.Owner.Session} {
		_, err := a.Visitor.AcceptAs(t.Context(), a.Link(u), who, "")
		fixture.Refused(t, err, schema.Forbidden, "wrong_account")
	}
	_, err := a.Visitor.AcceptAs(t.Context(), a.Link(u), "rubbish", "")
	fixture.Refused(t, err, schema.SignIn, "sign_in")
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
}

// links makes a link in every state but open, all to one person.
func links(a *fixture.Agency, email string) map[string]string {
	ctx, ws := a.T.Context(), a.Workspace()
	c := func(name string) schema.ClientUser { return a.InviteSent(a.Client(name), email) }
	expired, swept, revoked, superseded, used, removed, fixed := c("expired"), c("swept"), c("revoked"), c("superseded"), c("used"), c("removed"), c("fixed")
	deleted := a.Client("deleted")
	orphan := a.InviteSent(deleted, email)
	a.DeleteClient(deleted)
	a.LetGoStale(swept.ID)
	for _, err := range []error{fixture.Error(a.System.Expire(ctx, 10)), ws.Revoke(ctx, revoked.ID), fixture.Error(ws.FixEmail(ctx, fixed.ID, "fixed."+email))} {
		if err != nil {
			a.T.Fatal(err)
		}
	}
	a.LetGoStale(expired.ID)
	a.Cool(superseded.ID)
	a.Accept(used)
	a.Accept(removed)
	for _, err := range []error{fixture.Error(ws.Resend(ctx, superseded.ID)), ws.Remove(ctx, removed.ID)} {
		if err != nil {
			a.T.Fatal(err)
		}
	}
	return map[string]string{
		"expired": a.Link(expired), "swept": a.Link(swept), "revoked": a.Link(revoked), "superseded": a.Link(superseded), "used": a.Link(used), "removed": a.Link(removed),
		"deleted": a.Link(orphan), "fixed": a.Link(fixed), "from the future": a.LinkOf(used.ID, used.Generation+1),
		"of no row": a.LinkOf(schema.New[schema.ClientUserID](), 1), "of generation 0": a.LinkOf(used.ID, 0), "rubbish": "rubbish",
	}
}

// says is what each of those links is told.
var says = map[string]string{"expired": "link_expired", "swept": "link_expired", "revoked": "link_revoked", "removed": "link_revoked", "deleted": "link_revoked",
	"superseded": "link_superseded", "used": "link_used", "fixed": "not_found", "from the future": "not_found", "of no row": "not_found", "of generation 0": "not_found", "rubbish": "not_found"}

func TestALinkThatIsNotOpenSaysWhyAndGivesNothing(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	p := a.Person("Ines Duarte", "ines@example.com")
	for name, token := range links(a, p.Email) {
		before := a.Snapshot()
		for how, err := range map[string]error{
			"Accept":      fixture.Error(a.Visitor.Accept(t.Context(), token, "Ines Duarte", fixture.Password, "")),
			"AcceptKnown": fixture.Error(a.Visitor.AcceptKnown(t.Context(), token, fixture.Password, "")),
			"AcceptAs":    fixture.Error(a.Visitor.AcceptAs(t.Context(), token, p.Session, "")),
		} {
			if schema.CodeOf(err) != says[name] {
				t.Errorf("%s of a link %s gives %v", how, name, err)
			}
		}
		if name != "expired" && a.Snapshot() != before { // that one's expiry is written when it is come upon
			t.Errorf("a link %s has changed something", name)
		}
	}
}

func TestOpeningALinkChangesNothing(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	p := a.Person("Ines Duarte", "ines@example.com")
	all := links(a, p.Email)
	before := a.Snapshot()
	for name, token := range all {
		i, err := a.Visitor.Invitation(t.Context(), token)
		if got := "link_" + string(i.State); err == nil && got != says[name] || err != nil && schema.CodeOf(err) != says[name] {
			t.Errorf("%s: the page says %q (%v)", name, got, err)
		}
		if err == nil && (i.AgencyName != "Halden Street" || i.InviterName != a.Owner.FullName || i.ClientName != name) {
			t.Errorf("%s: the page names %s, %s, %s", name, i.AgencyName, i.InviterName, i.ClientName)
		}
	}
	if a.Snapshot() != before {
		t.Error("mail scanners open links, and that has changed something")
	}
}
