package workspace_test

import (
	"slices"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// told are the types of a page's events.
func told(p workspace.ActivityPage) (out []schema.EventType) {
	for _, e := range p.Events {
		out = append(out, e.Type)
	}
	return out
}

func read(t *testing.T, a *fixture.Agency, f workspace.ActivityFilter) workspace.ActivityPage {
	t.Helper()
	p, err := a.Workspace().Activity(t.Context(), f)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	return p
}

func TestTheLogHasAllOfTheAgencyAndNothingOfAnother(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, other := w.Agency("Halden Street"), w.Agency("Mill Road")
	other.Invite(other.Client("Orchard Lane"), "ines@example.com")
	c := a.Client("Orchard Lane")
	u, _ := a.Admit(c, "ines.duarte@example.com")
	p := read(t, a, workspace.ActivityFilter{})
	want := []schema.EventType{schema.ClientUserActivated, schema.InvitationAccepted, schema.InvitationCreated, schema.ClientCreated}
	if !slices.Equal(told(p), want) || !p.Newest || !p.Older.IsZero() {
		t.Errorf("the log is %v (%v, %s)", told(p), p.Newest, p.Older)
	}
	created := p.Events[2]
	if created.ActorName != "Priya Nair" || created.Data.ClientUser.FullName != "Ines Duarte" || created.Data.Client.Name != "Orchard Lane" || created.SubjectID != schema.SubjectID(u.ID) {
		t.Errorf("the event is %+v", created)
	}
}

func TestTheLogIsNarrowedByKindClientPersonAndText(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, other := w.Agency("Halden Street"), w.Agency("Mill Road")
	a.Member(schema.RoleMember, "Bakery Bob", "bob@halden.example") // an actor is no match
	stranger := other.Client("Orchard Bakery")
	other.Invite(stranger, "ines@bakery.example")
	lane, row := a.Client("Orchard Lane Bakery"), a.Client("Alder Row")
	ines, tom := a.Invite(lane, "ines@example.com"), a.Invite(row, "tom.okafor@bakery.example")
	removed, _ := a.Admit(row, "rosa@example.com")
	if err := a.Workspace().Remove(t.Context(), removed.ID); err != nil {
		t.Fatal(err)
	}
	a.DeleteClient(lane)
	a.Cascade(lane)
	for name, c := range map[string]struct {
		f    workspace.ActivityFilter
		want []schema.EventType
	}{
		"access":  {workspace.ActivityFilter{Kind: workspace.ActivityAccess}, []schema.EventType{schema.ClientUserDeactivated, schema.ClientUserDeactivated, schema.ClientUserActivated}},
		"clients": {workspace.ActivityFilter{Kind: workspace.ActivityClients}, []schema.EventType{schema.ClientDeleted, schema.ClientCreated, schema.ClientCreated}},
		"a deleted client": {workspace.ActivityFilter{Client: lane.ID},
			[]schema.EventType{schema.ClientUserDeactivated, schema.ClientDeleted, schema.InvitationCreated, schema.ClientCreated}},
		"a client's own":              {workspace.ActivityFilter{Client: lane.ID, Kind: workspace.ActivityClients}, []schema.EventType{schema.ClientDeleted, schema.ClientCreated}},
		"a removed person":            {workspace.ActivityFilter{Person: removed.ID}, []schema.EventType{schema.ClientUserDeactivated, schema.ClientUserActivated, schema.InvitationAccepted, schema.InvitationCreated}},
		"a person and another client": {workspace.ActivityFilter{Person: ines.ID, Client: row.ID}, nil},
		"a client's or an address's text": {workspace.ActivityFilter{Query: " bAkery "},
			[]schema.EventType{schema.ClientUserDeactivated, schema.ClientDeleted, schema.InvitationCreated, schema.InvitationCreated, schema.ClientCreated}},
		"a text, clients":     {workspace.ActivityFilter{Query: "bakery", Kind: workspace.ActivityClients}, []schema.EventType{schema.ClientDeleted, schema.ClientCreated}},
		"a text at a client":  {workspace.ActivityFilter{Query: "bakery", Client: row.ID}, []schema.EventType{schema.InvitationCreated}},
		"a name":              {workspace.ActivityFilter{Query: "okafor", Kind: workspace.ActivityInvitations}, []schema.EventType{schema.InvitationCreated}},
		"a text for LIKE":     {workspace.ActivityFilter{Query: "%"}, nil},
		"no text":             {workspace.ActivityFilter{Query: " ", Person: tom.ID}, []schema.EventType{schema.InvitationCreated}},
		"broken text":         {workspace.ActivityFilter{Query: "bak\xffery", Client: row.ID}, []schema.EventType{schema.InvitationCreated}},
		"nothing of the kind": {workspace.ActivityFilter{Person: tom.ID, Kind: workspace.ActivityAccess}, nil},
	} {
		if got := told(read(t, a, c.f)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for name, f := range map[string]workspace.ActivityFilter{
		"another agency's client": {Client: stranger.ID},
		"another agency's person": {Person: fixture.Read[schema.ClientUserID](w, `SELECT id FROM client_users WHERE agency_id = ?`, other.ID)},
		"another agency's event":  {Before: fixture.Read[schema.EventID](w, `SELECT id FROM events WHERE agency_id = ? LIMIT 1`, other.ID)},
		"another agency's, open":  {Open: fixture.Read[schema.EventID](w, `SELECT id FROM events WHERE agency_id = ? LIMIT 1`, other.ID)},
		"no event at all":         {Before: schema.New[schema.EventID]()},
		"no such kind":            {Kind: "rubbish"},
	} {
		if _, err := a.Workspace().Activity(t.Context(), f); schema.KindOf(err) != schema.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALongLogHasPagesAndAnOpenEventIsOnThem(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.BareClient("Orchard Lane")
	for range 2*workspace.ActivitySize + 10 - 1 {
		if err := a.Workspace().EditClient(t.Context(), c.ID, workspace.ClientForm{Name: c.Name}); err != nil {
			t.Fatal(err)
		}
	}
	var all []schema.EventID
	var f workspace.ActivityFilter
	for range 10 {
		p := read(t, a, f)
		if p.Newest != f.Before.IsZero() {
			t.Errorf("newest: %v", p.Newest)
		}
		for _, e := range p.Events {
			all = append(all, e.ID)
		}
		if f.Before = p.Older; p.Older.IsZero() {
			break
		}
	}
	want := fixture.ReadAll[schema.EventID](a.World, `SELECT id FROM events ORDER BY id DESC`)
	if !slices.Equal(all, want) || len(all) != 2*workspace.ActivitySize+10 {
		t.Errorf("the pages hold %d events, there are %d", len(all), len(want))
	}
	for _, f := range []workspace.ActivityFilter{{}, {Kind: workspace.ActivityClients}, {Query: "lane"}, {Client: c.ID}} {
		for _, i := range []int{0, 3, workspace.ActivitySize - 1, workspace.ActivitySize, 80, len(want) - 1} {
			f.Open = want[i]
			p := read(t, a, f)
			first := i
			if i < workspace.ActivitySize {
				first = 0
			}
			if p.Events[0].ID != want[first] || p.Newest != (first == 0) || len(p.Events) != min(workspace.ActivitySize, len(want)-first) {
				t.Errorf("%+v with event %d open: %d events, newest %v", f, i, len(p.Events), p.Newest)
			}
		}
	}
	f = workspace.ActivityFilter{Kind: workspace.ActivityAccess, Open: want[0]}
	if _, err := a.Workspace().Activity(t.Context(), f); schema.KindOf(err) != schema.NotFound {
		t.Errorf("an open event that the filter leaves out: %v", err)
	}
}

func TestAnAddressThatWasChangedIsToldWithTheOneBefore(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	u := a.InviteSent(a.Client("Orchard Lane"), "grace@orchardlan.example")
	if _, err := a.Workspace().FixEmail(t.Context(), u.ID, "Grace@orchardlane.example"); err != nil {
		t.Fatal(err)
	}
	e := read(t, a, workspace.ActivityFilter{}).Events[0]
	if e.Type != schema.InvitationAddressChanged || e.OldAddress != "grace@orchardlan.example" || e.Data.ClientUser.Email != "Grace@orchardlane.example" {
		t.Errorf("the event is %+v", e)
	}
	h, err := a.Workspace().History(t.Context(), e.ID)
	if err != nil || h.Event.OldAddress != e.OldAddress {
		t.Errorf("in its history it is %+v (%v)", h.Event, err)
	}
}

func TestAnEventsHistoryIsThatOfItsSubject(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a := w.Agency("Halden Street")
	c := a.Client("Orchard Lane")
	u := a.InviteSent(c, "ines@example.com")
	a.InviteSent(c, "tom@example.com")
	a.Cool(u.ID)
	if _, err := a.Workspace().Resend(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	sent := fixture.Read[schema.EventID](w, `SELECT id FROM events WHERE subject_id = ? AND type = 'invitation.sent'`, u.ID)
	h, err := a.Workspace().History(t.Context(), sent)
	if err != nil {
		t.Fatal(err)
	}
	var types []schema.EventType
	for _, e := range h.Events {
		types = append(types, e.Type)
	}
	if want := []schema.EventType{schema.InvitationCreated, schema.InvitationSent, schema.InvitationResent}; !slices.Equal(types, want) || h.Event.ID != sent || h.Length() != 3 {
		t.Errorf("the history is %v of %s", types, h.Event.Type)
	}
	if len(h.Emails) != 2 || h.Emails[0].State != schema.EmailSent || h.Emails[1].Kind != schema.EmailInvitationResend || h.Emails[1].Generation != 2 {
		t.Errorf("the emails are %+v", h.Emails)
	}
	if h.Person == nil || h.Person.ID != u.ID || h.Person.EmailState != schema.EmailQueued || h.Person.EmailKind != schema.EmailInvitationResend {
		t.Errorf("the person is %+v", h.Person)
	}
	added := fixture.Read[schema.EventID](w, `SELECT id FROM events WHERE subject_id = ?`, c.ID)
	if h, err = a.Workspace().History(t.Context(), added); err != nil || h.Person != nil || len(h.Events) != 1 || len(h.Emails) != 0 {
		t.Errorf("a client's history is %+v (%v)", h, err)
	}
	if _, err := w.Agency("Mill Road").Workspace().History(t.Context(), sent); schema.KindOf(err) != schema.NotFound {
		t.Errorf("another agency reads it: %v", err)
	}
}
