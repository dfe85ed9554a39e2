package visitor_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
)

func TestAWrongPasswordAndAnUnknownAddressAreToldTheSame(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	bare := schema.New[schema.UserID]()
	a.Exec(`INSERT INTO users (id, email, email_key, full_name, created_at) VALUES (?, 'bare@example.com', 'bare@example.com', 'Bare', UTC_TIMESTAMP(6))`, bare)
	a.Person("Ines Duarte", "ines@example.com") // with nowhere to go, which only the right password may learn
	said := map[string]bool{}
	for email, password := range map[string]string{
		a.Owner.Email:         "not the password",
		"ines@example.com":    "not the password",
		"nobody@example.com":  fixture.Password,
		"bare@example.com":    "", // has not set one yet
		"rubbish":             fixture.Password,
		"":                    "",
		" " + a.Owner.Email:   strings.Repeat("x", 5000),
		"PRIYA@other.example": fixture.Password,
	} {
		_, err := a.Visitor.SignIn(t.Context(), email, password, "")
		e := fixture.Refused(t, err, schema.Invalid, "credentials")
		said[e.Field+e.Message] = true
	}
	if len(said) != 1 {
		t.Errorf("they are told %v", said)
	}
	if _, err := a.Visitor.SignIn(t.Context(), strings.ToUpper(a.Owner.Email), fixture.Password, ""); err != nil {
		t.Errorf("the right ones give %v", err)
	}
}

// Not parallel, as it measures time. The three are tried in turn, so that
// whatever else goes on slows them alike; when it did not, they are tried again.
func TestAWrongPasswordAndAnUnknownAddressTakeAlikeLong(t *testing.T) {
	a := fixture.New(t).Agency("Halden Street")
	v := visitor.New(a.DB, a.Keys) // at the real cost
	if _, err := v.SetPassword(t.Context(), a.PasswordLink(a.User(a.Owner.ID)), fixture.Password, ""); err != nil {
		t.Fatal(err)
	}
	emails := []string{a.Owner.Email, "nobody@example.com", "rubbish"}
	took := map[string][]time.Duration{}
	var shortest, longest time.Duration
	for range 6 {
		for range 7 {
			for _, email := range emails {
				begun := time.Now()
				_, err := v.SignIn(t.Context(), email, "not the password", "")
				took[email] = append(took[email], time.Since(begun))
				fixture.Refused(t, err, schema.Invalid, "credentials")
			}
		}
		shortest, longest = time.Hour, 0
		for _, times := range took {
			slices.Sort(times)
			median := times[len(times)/2]
			shortest, longest = min(shortest, median), max(longest, median)
		}
		if longest < shortest*3/2 {
			return
		}
	}
	t.Errorf("one takes %s, another %s: %v", shortest, longest, took)
}

func TestWhoHasNowhereToGoIsToldSoAfterTheRightPasswordOnly(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	u, p := a.Admit(c, "ines@example.com")
	if err := a.Workspace().Remove(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	fixture.Refused(t, fixture.Error(a.Visitor.SignIn(t.Context(), p.Email, "not the password", "")), schema.Invalid, "credentials")
	fixture.Refused(t, fixture.Error(a.Visitor.SignIn(t.Context(), p.Email, fixture.Password, "")), schema.Forbidden, "no_access")
	a.Admit(a.Client("Alder Row"), p.Email)
	if _, err := a.Visitor.SignIn(t.Context(), p.Email, fixture.Password, ""); err != nil {
		t.Errorf("invited under another client, they get %v", err)
	}
}

func TestThePlacesAreTheWorkspacesAndOnePortalAnAgency(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a, b := w.Agency("Halden Street"), w.Agency("Mill Road")
	p := a.Member(schema.RoleAdmin, "Jonas Weber", "jonas@example.com")
	gone := b.Client("Gone")
	for _, c := range []schema.Client{a.Client("Orchard Lane"), a.Client("Alder Row")} {
		a.Admit(c, p.Email)
	}
	b.Admit(b.Client("Kiln"), p.Email)
	b.Admit(gone, p.Email)
	b.DeleteClient(gone)
	b.Invite(b.Client("Open"), p.Email)
	places, err := w.Visitor.Places(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range places {
		got = append(got, p.AgencyName+"/"+string(p.Role)+"/"+p.Portal)
	}
	slices.Sort(got)
	if want := []string{"Halden Street//Alder Row, Orchard Lane", "Halden Street/admin/", "Mill Road//Kiln"}; !slices.Equal(got, want) {
		t.Errorf("the places are %q", got)
	}
}
