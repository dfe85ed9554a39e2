package workspace_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// pixel is the smallest of logos.
var pixel = logoFile(1, 1)

func logoFile(w, h int) []byte {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	m.Set(0, 0, color.NRGBA{200, 30, 60, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestTheAgencysSettingsAreSavedAndCountFromThenOn(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	c := a.Client("Orchard Lane")
	before := a.Invite(c, "ines@example.com")
	f := workspace.AgencyForm{Name: " Halden  Street Social ", ReplyTo: "Hello@Halden.example", Days: " 14 "}
	if err := a.Workspace().SaveAgency(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	s, err := a.Workspace().AgencySettings(t.Context())
	if err != nil || s.Name != "Halden Street Social" || s.ReplyTo != "Hello@Halden.example" || s.InvitationDays != 14 || s.Reminders || s.HasLogo() {
		t.Errorf("%+v (%v)", s, err)
	}
	after := a.Invite(c, "tom@example.com")
	if d := after.ExpiresAt.Sub(after.InvitedAt).Hours(); d != 14*24 || before.ExpiresAt.Sub(before.InvitedAt).Hours() != 7*24 {
		t.Errorf("the next link works for %v hours", d)
	}
	if l := a.Claim(after.EmailID).Letter; l.ReplyTo != "Hello@Halden.example" || l.Agency != "Halden Street Social" {
		t.Errorf("the letter is %+v", l)
	}
}

func TestSettingsThatCantBeAreRefusedAtTheirField(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	before := a.Snapshot()
	good := workspace.AgencyForm{Name: "Halden", Days: "7"}
	for field, spoil := range map[string][]func(*workspace.AgencyForm){
		"name":     {func(f *workspace.AgencyForm) { f.Name = " " }},
		"reply_to": {func(f *workspace.AgencyForm) { f.ReplyTo = "nonsense" }, func(f *workspace.AgencyForm) { f.ReplyTo = "a@b" }},
		"days": {func(f *workspace.AgencyForm) { f.Days = "0" }, func(f *workspace.AgencyForm) { f.Days = "31" },
			func(f *workspace.AgencyForm) { f.Days = "" }, func(f *workspace.AgencyForm) { f.Days = "7.5" }, func(f *workspace.AgencyForm) { f.Days = "-7" }},
	} {
		for _, s := range spoil {
			f := good
			s(&f)
			err := a.Workspace().SaveAgency(t.Context(), f)
			if e, ok := err.(*schema.Error); !ok || e.Kind != schema.Invalid || e.Field != field {
				t.Errorf("%+v gives %+v", f, err)
			}
		}
	}
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
}

func TestALogoIsKeptServedAndRemoved(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	if _, err := a.Visitor.Logo(t.Context(), a.ID); err != error(schema.ErrNotFound) {
		t.Errorf("without one: %v", err)
	}
	var hashes []schema.LogoHash
	for _, file := range [][]byte{logoFile(1024, 96), logoFile(30, 20)} {
		if err := a.Workspace().SetLogo(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		s, err := a.Workspace().AgencySettings(t.Context())
		l, err2 := a.Visitor.Logo(t.Context(), a.ID)
		if err != nil || err2 != nil || s.LogoHash != l.Hash || l.Hash != schema.HashLogo(l.PNG) || !s.HasLogo() {
			t.Errorf("the row says %+v, the logo %v (%v, %v)", s.Logo, l.Hash, err, err2)
		}
		m, err := png.Decode(bytes.NewReader(l.PNG))
		if err != nil || m.Bounds().Dx() != s.LogoWidth || m.Bounds().Dy() != s.LogoHeight {
			t.Errorf("it is %v, the row says %+v (%v)", m.Bounds(), s.Logo, err)
		}
		hashes = append(hashes, l.Hash)
	}
	if hashes[0] == hashes[1] {
		t.Error("two logos have one hash")
	}
	u := a.Invite(a.Client("Orchard Lane"), "ines@example.com")
	if l := a.Claim(u.EmailID).Letter.Logo; l.LogoHash != hashes[1] || l.LogoWidth != 30 {
		t.Errorf("the letter has %+v", l)
	}
	before := a.Snapshot()
	fixture.Refused(t, a.Workspace().SetLogo(t.Context(), []byte("hello")), schema.Invalid, "logo_type")
	if a.Snapshot() != before {
		t.Error("a refusal has changed something")
	}
	for range 2 {
		if err := a.Workspace().RemoveLogo(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if s, err := a.Workspace().AgencySettings(t.Context()); err != nil || s.HasLogo() || s.LogoWidth != 0 {
		t.Errorf("removed: %+v (%v)", s.Logo, err)
	}
	if _, err := a.Visitor.Logo(t.Context(), a.ID); err != error(schema.ErrNotFound) {
		t.Errorf("removed: %v", err)
	}
}
