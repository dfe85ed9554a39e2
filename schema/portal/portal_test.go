package portal_test

import (
	"testing"
	"time"

	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/portal"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// scene is a person at two clients of one agency and one of another.
func scene(t *testing.T) (a, b *fixture.Agency, p fixture.Person) {
	w := fixture.New(t)
	a, b = w.Agency("Halden Street"), w.Agency("Mill Road")
	for _, name := range []string{"Orchard Lane", "Alder Row"} {
		_, p = a.Admit(a.Client(name), "ines@example.com")
	}
	b.Admit(b.Client("Kiln"), "ines@example.com")
	return a, b, p
}

func names(p *portal.Portal) (out string) {
	out = p.AgencyName + ":"
	for _, c := range p.Clients {
		out += " " + c.Name
	}
	return out
}

func TestAPortalIsOneAgencysAndShowsItsPostsOnly(t *testing.T) {
	t.Parallel()
	a, b, who := scene(t)
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	a.Exec(`INSERT INTO posts (id, agency_id, social_account_id, body, state, publish_at, created_at)
		SELECT id, agency_id, id, handle, 'scheduled', ?, ? FROM social_accounts`, at, at)
	for agency, want := range map[schema.AgencyID]string{a.ID: "Halden Street: Alder Row Orchard Lane", b.ID: "Mill Road: Kiln"} {
		p, err := portal.For(t.Context(), a.DB, who.ID, agency)
		if err != nil || names(p) != want || p.AgencyID != agency || p.User.Email != who.Email {
			t.Errorf("the portal is %+v (%v)", p, err)
			continue
		}
		posts, err := p.Posts(t.Context(), portal.PostQuery{From: at, To: at.Add(time.Hour)})
		if err != nil || len(posts) != len(p.Clients) {
			t.Errorf("%s has the posts %+v (%v)", want, posts, err)
		}
	}
}

func TestWithoutAChoiceThatHoldsTheOnlyPortalIsOpenedAndOfSeveralNone(t *testing.T) {
	t.Parallel()
	a, b, who := scene(t)
	elsewhere := a.World.Agency("Elsewhere")
	for _, chosen := range []schema.AgencyID{{}, elsewhere.ID} {
		if _, err := portal.For(t.Context(), a.DB, who.ID, chosen); err != error(portal.ErrSeveral) {
			t.Errorf("with two portals it gives %v", err)
		}
	}
	b.Exec(`UPDATE clients SET deleted_at = UTC_TIMESTAMP(6) WHERE agency_id = ?`, b.ID)
	for _, chosen := range []schema.AgencyID{{}, elsewhere.ID, b.ID, a.ID} {
		if p, err := portal.For(t.Context(), a.DB, who.ID, chosen); err != nil || p.AgencyID != a.ID {
			t.Errorf("with one left it gives %+v (%v)", p, err)
		}
	}
	a.Exec(`UPDATE client_users SET status = 'deactivated'`)
	if _, err := portal.For(t.Context(), a.DB, who.ID, a.ID); err != error(schema.ErrNotFound) {
		t.Errorf("with none left it gives %v", err)
	}
}
