package visitor_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
)

func TestANewColleagueSetsAPasswordAndIsInTheWorkspace(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Agency("Mill Road")
	a := w.Agency("Halden Street")
	i := a.InviteMember(schema.RoleAdmin, "Jonas.Weber@Example.com")
	page, err := a.Visitor.MemberInvitation(t.Context(), a.MemberLink(i))
	if err != nil || page.State != visitor.LinkOpen || page.Known || page.AgencyName != "Halden Street" || page.InviterName != "Priya Nair" || page.Role != schema.RoleAdmin {
		t.Errorf("the page says %+v (%v)", page, err)
	}
	token, err := a.Visitor.AcceptMember(t.Context(), a.MemberLink(i), " Jonas  M. Weber ", fixture.Password, "Firefox")
	if err != nil {
		t.Fatal(err)
	}
	user, row := a.UserAt("jonas.weber@example.com"), a.MemberInvitation(i.ID)
	if row.Status != schema.MemberAccepted || row.UserID != user.ID || row.FullName != "Jonas M. Weber" || !user.Confirmed() || user.FullName != row.FullName {
		t.Errorf("the row is %+v, the user %+v", row, user)
	}
	s, err := a.Visitor.Session(t.Context(), token)
	if err != nil || s.AgencyID != a.ID || s.Role != schema.RoleAdmin {
		t.Errorf("the session is %+v (%v)", s, err)
	}
	if mail := a.Email(i.EmailID); mail.State != schema.EmailCancelled {
		t.Errorf("a mail that had not gone out is %s", mail.State)
	}
	fixture.Refused(t, fixture.Error(a.Visitor.AcceptMember(t.Context(), a.MemberLink(i), "Jonas", fixture.Password, "")), schema.Conflict, "link_used")
}

func TestAKnownColleagueAcceptsWithTheirPasswordOrTheirSession(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	p := w.Person("Ines Duarte", "ines@example.com")
	for name, accept := range map[string]func(token string) (visitor.SessionToken, error){
		"By password": func(token string) (visitor.SessionToken, error) {
			return w.Visitor.AcceptMemberKnown(t.Context(), token, fixture.Password, "")
		},
		"By session": func(token string) (visitor.SessionToken, error) {
			return w.Visitor.AcceptMemberAs(t.Context(), token, p.Session, "")
		},
	} {
		a := w.Agency(name)
		link := a.MemberLink(a.InviteMember(schema.RoleMember, "INES@example.com"))
		fixture.Refused(t, fixture.Error(a.Visitor.AcceptMember(t.Context(), link, "Mallory", "another long password", "")), schema.SignIn, "known_address")
		fixture.Refused(t, fixture.Error(a.Visitor.AcceptMemberKnown(t.Context(), link, "another long password", "")), schema.Invalid, "credentials")
		token, err := accept(link)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := a.Visitor.Session(t.Context(), token); err != nil || s.UserID != p.ID || s.AgencyID != a.ID || s.Role != schema.RoleMember {
			t.Errorf("%s: the session is %+v (%v)", name, s, err)
		}
	}
	if now := w.User(p.ID); now.PasswordHash != p.PasswordHash || now.FullName != p.FullName {
		t.Errorf("accepting has changed the user to %+v", now)
	}
}

func TestWhoIsSignedInAsSomebodyElseOrNoLongerJoinsNothing(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	ines, tom := a.Person("Ines Duarte", "ines@example.com"), a.Person("Tom Okafor", "tom@example.com")
	link := a.MemberLink(a.InviteMember(schema.RoleMember, ines.Email))
	if err := a.Visitor.SignOut(t.Context(), ines.Session); err != nil {
		t.Fatal(err)
	}
	before := a.Snapshot()
	for _, who := range []fixture.Person{tom, a.Owner} {
		fixture.Refused(t, fixture.Error(a.Visitor.AcceptMemberAs(t.Context(), link, who.Session, "")), schema.Forbidden, "wrong_account")
	}
	fixture.Refused(t, fixture.Error(a.Visitor.AcceptMemberAs(t.Context(), link, ines.Session, "")), schema.SignIn, "sign_in")
	fixture.Refused(t, fixture.Error(a.Visitor.AcceptMemberAs(t.Context(), link, "", "")), schema.SignIn, "sign_in")
	for _, rubbish := range []string{"", "rubbish", a.Link(schema.ClientUser{Generation: 1})} {
		if _, err := a.Visitor.AcceptMemberAs(t.Context(), rubbish, tom.Session, ""); err != error(schema.ErrNotFound) {
			t.Errorf("%q gives %v", rubbish, err)
		}
	}
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
}

// Whoever signed up under a foreign address without confirming it gains nothing
// by the invitation, and loses what they had got hold of.
func TestAnImpostorIsTakenOverByTheColleague(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	mallory := w.Agency("Mill Road").Impostor("ines@example.com", schema.RoleAdmin)
	a := w.Agency("Halden Street")
	link := a.MemberLink(a.InviteMember(schema.RoleAdmin, "ines@example.com"))
	fixture.Refused(t, fixture.Error(a.Visitor.AcceptMemberAs(t.Context(), link, mallory.Session, "")), schema.Forbidden, "wrong_account")
	fixture.Refused(t, fixture.Error(a.Visitor.AcceptMemberKnown(t.Context(), link, fixture.Password, "")), schema.Forbidden, "wrong_account")
	if _, err := a.Visitor.AcceptMember(t.Context(), link, "Ines Duarte", "olive loaf by noon", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Visitor.Session(t.Context(), mallory.Session); schema.KindOf(err) != schema.SignIn {
		t.Errorf("the impostor's session gives %v", err)
	}
	places, err := a.Visitor.Places(t.Context(), mallory.ID)
	if err != nil || len(places) != 1 || places[0].AgencyID != a.ID || places[0].Role != schema.RoleAdmin {
		t.Errorf("the user is at %+v (%v)", places, err)
	}
	fixture.Refused(t, fixture.Error(a.Visitor.SignIn(t.Context(), "ines@example.com", fixture.Password, "")), schema.Invalid, "credentials")
}

// A session follows the one before it: accepting into one agency moves nobody
// out of another one's workspace, or portal.
func TestAcceptingMovesNobodyElsewhere(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	first, chosen, third := w.Agency("Halden Street"), w.Agency("Mill Road"), w.Agency("Quay Nine")
	ines := first.Member(schema.RoleOwner, "Ines Duarte", "ines@example.com")
	w.Exec(`INSERT INTO members (agency_id, user_id, role, created_at) VALUES (?, ?, 'admin', UTC_TIMESTAMP(6))`, chosen.ID, ines.ID)
	if err := w.Visitor.Choose(t.Context(), ines.Session, chosen.ID); err != nil {
		t.Fatal(err)
	}
	invited := third.Invite(third.Client("Orchard Lane"), "ines@example.com")
	token, err := w.Visitor.AcceptAs(t.Context(), third.Link(invited), ines.Session, "")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := w.Visitor.Session(t.Context(), token); err != nil || s.AgencyID != chosen.ID || s.PortalID != third.ID {
		t.Errorf("the session goes to %s and %s (%v)", s.AgencyID, s.PortalID, err)
	}
	token, err = w.Visitor.AcceptMemberAs(t.Context(), third.MemberLink(third.InviteMember(schema.RoleMember, "ines@example.com")), token, "")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := w.Visitor.Session(t.Context(), token); err != nil || s.AgencyID != third.ID || s.PortalID != third.ID {
		t.Errorf("the session goes to %s and %s (%v)", s.AgencyID, s.PortalID, err)
	}
}

// An operator may have given the role that an older invitation would take away.
func TestAnOlderInvitationTakesNoRoleAway(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	i := a.InviteMember(schema.RoleMember, "ines@example.com")
	ines := a.Member(schema.RoleOwner, "Ines Duarte", "ines@example.com")
	if _, err := a.Visitor.AcceptMemberAs(t.Context(), a.MemberLink(i), ines.Session, ""); err != nil {
		t.Fatal(err)
	}
	if role := a.RoleOf(ines.ID); role != schema.RoleOwner {
		t.Errorf("the owner is %s now", role)
	}
}

func TestAFreshLinkForAColleagueGoesToTheInvitedAddressOnly(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	i := a.InviteMemberSent(schema.RoleMember, "noor@example.com")
	fixture.Refused(t, fixture.Error(a.Visitor.FreshMemberLink(t.Context(), a.MemberLink(i))), schema.Conflict, "link_open")
	a.EndMemberTerm(i.ID)
	fixture.Refused(t, fixture.Error(a.Visitor.AcceptMember(t.Context(), a.MemberLink(i), "Noor", fixture.Password, "")), schema.Conflict, "link_expired")
	due, err := a.Visitor.FreshMemberLink(t.Context(), a.MemberLink(i))
	now := a.MemberInvitation(i.ID)
	if err != nil || len(due) != 1 || now.Generation != i.Generation+1 || !now.Open(a.Now()) {
		t.Fatalf("%v (%v): %+v", due, err, now)
	}
	if c := a.Claim(now.EmailID); c.Email.Address != "noor@example.com" || c.Email.Generation != now.Generation {
		t.Errorf("the mail is %+v", c.Email)
	}
	fixture.Refused(t, fixture.Error(a.Visitor.FreshMemberLink(t.Context(), a.MemberLink(i))), schema.TooSoon, "cooldown")
	a.Exec(`UPDATE member_invitations SET resend_after = UTC_TIMESTAMP(6)`)
	// From a link that a newer one replaced, the newer one is sent once more.
	if _, err := a.Visitor.FreshMemberLink(t.Context(), a.MemberLink(i)); err != nil {
		t.Fatal(err)
	}
	again := a.MemberInvitation(i.ID)
	if again.Generation != now.Generation || again.EmailID == now.EmailID {
		t.Errorf("the row is %+v", again)
	}
	if err := a.Workspace().RevokeMember(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{a.MemberLink(i), a.MemberLink(again)} {
		fixture.Refused(t, fixture.Error(a.Visitor.FreshMemberLink(t.Context(), link)), schema.Conflict, "link_revoked")
	}
}

func TestAnAcceptedColleagueAndARevocationAtOnceHaveOneOutcome(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	ines := a.Person("Ines Duarte", "ines@example.com")
	outcomes := map[string]int{}
	for round := range duels {
		i := a.InviteMember(schema.RoleMember, ines.Email)
		ws := a.Workspace()
		errs := fixture.Race(
			func() error {
				return fixture.Error(a.Visitor.AcceptMemberAs(t.Context(), a.MemberLink(i), ines.Session, ""))
			},
			func() error { return ws.RevokeMember(t.Context(), i.ID) })
		role, row := a.RoleOf(ines.ID), a.MemberInvitation(i.ID)
		switch accepted, revoked := schema.CodeOf(errs[0]), schema.CodeOf(errs[1]); {
		case errs[0] == nil && revoked == "already_accepted" && role == schema.RoleMember && row.Status == schema.MemberAccepted:
			outcomes["accepted"]++
			if err := a.Workspace().RemoveMember(t.Context(), ines.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Visitor.Session(t.Context(), ines.Session); err != nil { // nothing was left
				if ines.Session, err = a.Visitor.SetPassword(t.Context(), a.PasswordLink(a.User(ines.ID)), fixture.Password, ""); err != nil {
					t.Fatal(err)
				}
			}
		case errs[1] == nil && accepted == "link_revoked" && role == "" && row.Status == schema.MemberRevoked:
			outcomes["revoked"]++
		default:
			t.Fatalf("round %d: accept came to %v, revoke to %v, the role is %q, the row %+v", round, errs[0], errs[1], role, row)
		}
	}
	t.Logf("outcomes: %v", outcomes)
}

func TestOfSeveralAcceptsOfOneColleagueAtOnceOneWins(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	link := a.MemberLink(a.InviteMember(schema.RoleMember, "noor@example.com"))
	won := 0
	for _, err := range fixture.Together(6, func(int) error {
		return fixture.Error(a.Visitor.AcceptMember(t.Context(), link, "Noor Said", fixture.Password, ""))
	}) {
		switch {
		case err == nil:
			won++
		case schema.CodeOf(err) != "link_used":
			t.Errorf("a loser gets %v", err)
		}
	}
	if users := fixture.Read[int](a.World, `SELECT COUNT(*) FROM users WHERE email_key = 'noor@example.com'`); won != 1 || users != 1 {
		t.Errorf("%d won, %d users", won, users)
	}
}

// Two agencies, one new address: the second is asked to sign in.
func TestTwoAgenciesInvitingOneNewColleagueMakeOneUser(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	one, two := w.Agency("Halden Street"), w.Agency("Mill Road")
	links := []string{one.MemberLink(one.InviteMember(schema.RoleMember, "noor@example.com")), two.MemberLink(two.InviteMember(schema.RoleMember, "noor@example.com"))}
	errs := fixture.Together(2, func(i int) error {
		return fixture.Error(w.Visitor.AcceptMember(t.Context(), links[i], "Noor Said", fixture.Password, ""))
	})
	lost := 0
	for i, err := range errs {
		if err != nil {
			fixture.Refused(t, err, schema.SignIn, "known_address")
			lost++
			if _, err := w.Visitor.AcceptMemberKnown(t.Context(), links[i], fixture.Password, ""); err != nil {
				t.Error(err)
			}
		}
	}
	if places, err := w.Visitor.Places(t.Context(), w.UserAt("noor@example.com").ID); err != nil || lost != 1 || len(places) != 2 {
		t.Errorf("%d lost, the places are %+v (%v)", lost, places, err)
	}
}
