package workspace_test

import (
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestAPostIsWrittenChangedAndDeletedWithItsFiles(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	w := s.Workspace()
	first, second := kept(w, s), kept(w, s)
	d := postDraft(s)
	d.Body, d.Media = "  Line one\r\nline two ", []schema.MediaID{second, first}
	id, client, err := w.CreatePost(t.Context(), d)
	if err != nil || client != s.client.ID {
		t.Fatalf("it is of %s (%v)", client, err)
	}
	p, files, err := w.Post(t.Context(), id)
	if err != nil || p.Body != "Line one\nline two" || p.ClientID != client || len(files) != 2 || files[0] != second || files[1] != first {
		t.Fatalf("it is %+v with %v (%v)", p, files, err)
	}
	if _, err := w.DeleteMedia(t.Context(), first); schema.KindOf(err) != schema.Conflict {
		t.Errorf("a file that the post uses is deleted: %v", err)
	}

	d.Body, d.Media, d.PublishAt = "Other words", []schema.MediaID{first}, d.PublishAt.Add(time.Hour)
	if clients, err := w.EditPost(t.Context(), id, p.Version, d); err != nil || len(clients) != 1 || clients[0] != client {
		t.Fatalf("changed are %v (%v)", clients, err)
	}
	if _, err := w.EditPost(t.Context(), id, p.Version, d); schema.CodeOf(err) != "post_changed" {
		t.Errorf("an old version overwrites a newer one: %v", err)
	}
	p, files, _ = w.Post(t.Context(), id)
	if p.Body != "Other words" || !p.PublishAt.Equal(d.PublishAt.Truncate(time.Microsecond)) || len(files) != 1 {
		t.Errorf("it is %+v with %v", p, files)
	}
	if _, err := w.DeleteMedia(t.Context(), second); err != nil {
		t.Errorf("a file that no post uses any more stays: %v", err)
	}
	if client, err := w.DeletePost(t.Context(), id); err != nil || client != s.client.ID {
		t.Fatalf("deleted of %s (%v)", client, err)
	}
	if _, _, err := w.Post(t.Context(), id); err != schema.ErrNotFound {
		t.Errorf("a deleted post is there: %v", err)
	}
	if _, err := w.DeleteMedia(t.Context(), first); err != nil {
		t.Errorf("the file of a deleted post stays: %v", err)
	}
}

func TestAPostMovesBetweenClientsAndTellsBoth(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	w := s.Workspace()
	d := postDraft(s)
	d.Account = fixture.Read[schema.AccountID](s.World, `SELECT id FROM social_accounts WHERE client_id = ? LIMIT 1`, s.other.ID)
	p, _, err := w.Post(t.Context(), s.post)
	if err != nil {
		t.Fatal(err)
	}
	clients, err := w.EditPost(t.Context(), s.post, p.Version, d)
	if err != nil || len(clients) != 2 || clients[0] != s.other.ID || clients[1] != s.client.ID {
		t.Errorf("changed are %v (%v)", clients, err)
	}
}

func TestAPostThatBreaksARuleIsRefusedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	s, foreign := newScene(w, "halden"), newScene(w, "larch")
	ws := s.Workspace()
	theirs := kept(foreign.Workspace(), foreign)
	of := func(client schema.ClientID) schema.AccountID {
		return fixture.Read[schema.AccountID](w, `SELECT id FROM social_accounts WHERE client_id = ? LIMIT 1`, client)
	}
	removed := s.Account(s.client.ID, "removed")
	s.Exec(`UPDATE social_accounts SET status = 'removed', client_id = NULL WHERE id = ?`, removed)
	mine := kept(ws, s)
	gone := s.Account(s.gone.ID, "gone")
	count := func() int { return fixture.Read[int](w, `SELECT COUNT(*) FROM posts`) }
	before := count()
	for name, tc := range map[string]struct {
		change func(*schema.PostDraft)
		code   string
	}{
		"no account":           {func(d *schema.PostDraft) { d.Account = schema.AccountID{} }, "account_missing"},
		"a loose account":      {func(d *schema.PostDraft) { d.Account = s.account }, "account"},
		"a removed account":    {func(d *schema.PostDraft) { d.Account = removed }, "account"},
		"another agency's":     {func(d *schema.PostDraft) { d.Account = of(foreign.client.ID) }, schema.ErrNotFound.Code},
		"an unknown account":   {func(d *schema.PostDraft) { d.Account = schema.New[schema.AccountID]() }, schema.ErrNotFound.Code},
		"no text":              {func(d *schema.PostDraft) { d.Body = " \n" }, "text_missing"},
		"a long text":          {func(d *schema.PostDraft) { d.Body = string(make([]rune, schema.MaxPostText+1)) }, "text_long"},
		"a foreign file":       {func(d *schema.PostDraft) { d.Media = []schema.MediaID{theirs} }, "media"},
		"another client's":     {func(d *schema.PostDraft) { d.Account, d.Media = of(s.other.ID), []schema.MediaID{mine} }, "media"},
		"a file twice":         {func(d *schema.PostDraft) { d.Media = []schema.MediaID{mine, mine} }, "media"},
		"many files":           {func(d *schema.PostDraft) { d.Media = make([]schema.MediaID, 11) }, "media_many"},
		"the past":             {func(d *schema.PostDraft) { d.PublishAt = time.Now().Add(-time.Hour) }, "time_past"},
		"published before":     {func(d *schema.PostDraft) { d.State = schema.PostPublished }, "state_early"},
		"no state":             {func(d *schema.PostDraft) { d.State = "draft" }, "state"},
		"a script for a link":  {func(d *schema.PostDraft) { d.Link = "javascript:alert(1)" }, "link"},
		"a link without host":  {func(d *schema.PostDraft) { d.Link = "https:///p" }, "link"},
		"a link to the future": {func(d *schema.PostDraft) { d.Link = "https://example.com/p" }, "link_early"},
		"a deleted client's":   {func(d *schema.PostDraft) { d.Account = gone }, "client_deleted"},
	} {
		d := postDraft(s)
		tc.change(&d)
		if _, _, err := ws.CreatePost(t.Context(), d); schema.CodeOf(err) != tc.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if count() != before {
		t.Error("a refused post is there")
	}
	// A post whose time has come can be mended, and said to be published.
	s.Exec(`UPDATE posts SET publish_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR WHERE id = ?`, s.post)
	p, _, err := ws.Post(t.Context(), s.post)
	if err != nil {
		t.Fatal(err)
	}
	d := postDraft(s)
	d.PublishAt = p.PublishAt
	if _, err := ws.EditPost(t.Context(), s.post, p.Version, d); err != nil {
		t.Errorf("a late post can't be mended: %v", err)
	}
	p, _, _ = ws.Post(t.Context(), s.post)
	d.State, d.Link = schema.PostPublished, "https://example.com/p/1"
	if _, err := ws.EditPost(t.Context(), s.post, p.Version, d); err != nil {
		t.Errorf("it can't be said to be published: %v", err)
	}
}
