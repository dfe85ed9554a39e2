package portal_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/portal"
)

func TestUploadsBecomeFilesOnceAndOnlyTheirUploaderSeesThem(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a := w.Agency("Halden Street")
	c := a.Client("Orchard Lane")
	_, ines := a.Admit(c, "ines@example.com")
	_, ada := a.Admit(c, "ada@example.com")
	open := func(p fixture.Person) *portal.Portal {
		out, err := portal.For(t.Context(), a.DB, p.ID, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	p, other, l := open(ines), open(ada), schema.DefaultMediaLimits
	u, err := p.StartUpload(t.Context(), c.ID, "scone 100%.png", 10, l)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Upload(t.Context(), u.ID); schema.KindOf(err) != schema.NotFound {
		t.Errorf("another person's upload gives %v", err)
	}
	tabs := fixture.Together(2, func(i int) error {
		_, err := p.AddPart(t.Context(), u.ID, schema.UploadPart{Size: 10, BlobKey: "parts/" + string(rune('a'+i))})
		return err
	})
	if (tabs[0] == nil) == (tabs[1] == nil) {
		t.Errorf("two parts at one position give %v", tabs)
	}
	m, due, err := p.FinishUpload(t.Context(), u.ID, "media/a", "image/png")
	again, _, err2 := p.FinishUpload(t.Context(), u.ID, "media/b", "image/png")
	if err != nil || err2 != nil || len(due) != 1 || again.ID != m.ID || again.BlobKey != "media/a" {
		t.Errorf("finished: %+v (%v), again: %+v (%v)", m, err, again, err2)
	}
	if n := fixture.Read[int](w, `SELECT COUNT(*) FROM events WHERE type = 'media.uploaded'`); n != 1 {
		t.Errorf("%d events", n)
	}
	if _, err := other.MediaFile(t.Context(), m.ID); schema.KindOf(err) != schema.NotFound {
		t.Errorf("another person's file gives %v", err)
	}
	for search, want := range map[string]int{"SCONE": 1, "100%": 1, "%n": 0, "_": 0} {
		if page, err := p.MediaList(t.Context(), portal.MediaQuery{Search: search, Limit: 5}); err != nil || page.Total != want || len(page.Files) != want {
			t.Errorf("%q finds %+v (%v)", search, page, err)
		}
	}
	// The person is removed between the beginning and the end.
	gone, err := other.StartUpload(t.Context(), c.ID, "gone.png", 10, l)
	if err != nil {
		t.Fatal(err)
	}
	w.Exec(`UPDATE client_users SET status = 'deactivated' WHERE user_id = ?`, ada.ID)
	_, partErr := other.AddPart(t.Context(), gone.ID, schema.UploadPart{Size: 10, BlobKey: "parts/gone"})
	_, _, endErr := other.FinishUpload(t.Context(), gone.ID, "media/gone", "image/png")
	if schema.KindOf(partErr) != schema.NotFound || schema.KindOf(endErr) != schema.NotFound {
		t.Errorf("who was removed goes on: %v, %v", partErr, endErr)
	}
	late, err := p.StartUpload(t.Context(), c.ID, "late.png", 10, l)
	if err != nil {
		t.Fatal(err)
	}
	a.DeleteClient(c)
	if _, _, err := p.FinishUpload(t.Context(), late.ID, "media/c", "image/png"); schema.KindOf(err) != schema.NotFound {
		t.Errorf("after the client's deletion: %v", err)
	}
}

func TestEightUploadsAtOnceNeverTakeMoreThanTheClientHas(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a := w.Agency("Halden Street")
	c := a.Client("Orchard Lane")
	_, who := a.Admit(c, "ines@example.com")
	p, err := portal.For(t.Context(), a.DB, who.ID, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	l := schema.MediaLimits{File: 40, Client: 100}
	for size, want := range map[int64]schema.Kind{0: schema.Invalid, 41: schema.Invalid} {
		if _, err := p.StartUpload(t.Context(), c.ID, "a.png", size, l); schema.KindOf(err) != want {
			t.Errorf("%d bytes give %v", size, err)
		}
	}
	went := 0
	for _, err := range fixture.Together(8, func(int) error {
		_, err := p.StartUpload(t.Context(), c.ID, "a.png", 30, l)
		return err
	}) {
		if err == nil {
			went++
		} else if schema.KindOf(err) != schema.Conflict {
			t.Error(err)
		}
	}
	if went != 3 {
		t.Errorf("%d went through", went)
	}
}
