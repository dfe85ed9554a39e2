package workspace_test

import (
	"context"
	"maps"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// postDraft is a post of the scene's client.
func postDraft(s *scene) schema.PostDraft {
	return schema.PostDraft{Account: s.channel, Body: "Saffron buns", State: schema.PostScheduled, PublishAt: time.Now().Add(time.Hour)}
}

func init() {
	maps.Copy(methods, map[string]method{
		"Posts": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.Posts(ctx, workspace.PostQuery{From: time.Now(), To: time.Now().Add(time.Hour)}))
		}},
		"PostAccounts": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.PostAccounts(ctx))
		}},
		"Post": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, _, err := w.Post(ctx, s.post)
			return err
		}},
		"CreatePost": {members: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, _, err := w.CreatePost(ctx, postDraft(s))
			return err
		}},
		"EditPost": {members: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.EditPost(ctx, s.post, fixture.Read[time.Time](s.World, `SELECT created_at FROM posts WHERE id = ?`, s.post), postDraft(s)))
		}},
		"DeletePost": {members: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.DeletePost(ctx, s.spare))
		}},
	})
}
