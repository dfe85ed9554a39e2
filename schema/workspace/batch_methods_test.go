package workspace_test

import (
	"context"
	"maps"
	"strings"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// listed makes a list of lines, each "name, address".
func listed(lines ...string) (out []workspace.Listed) {
	for _, l := range lines {
		name, email, _ := strings.Cut(l, ", ")
		out = append(out, workspace.Listed{FullName: name, Email: email})
	}
	return out
}

// draft writes a list for the scene's client.
func draft(s *scene, lines ...string) schema.Batch {
	s.T.Helper()
	b, err := s.Workspace().DraftBatch(s.T.Context(), s.client.ID, listed(lines...), schema.BatchID{})
	if err != nil {
		s.T.Fatal(err)
	}
	return b
}

func init() {
	fixed := "beth@example.com"
	maps.Copy(methods, map[string]method{
		"Batch": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.Batch(ctx, s.draft)
			return err
		}},
		"BatchProgress": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.BatchProgress(ctx, s.draft)
			return err
		}},
		"DraftBatch": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.DraftBatch(ctx, s.client.ID, listed("Ada Byron, ada@example.com"), s.draft)
			return err
		}},
		"DraftLines": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.DraftLines(ctx, s.draft, workspace.LineFilter{})
			return err
		}},
		"DraftList": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.DraftList(ctx, s.draft)
			return err
		}},
		"Fates": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.Fates(ctx, s.draft)
			return err
		}},
		"IncludeLine": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return w.IncludeLine(ctx, s.draft, 1)
		}},
		"LeftOut": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.LeftOut(ctx, s.draft)
			return err
		}},
		"MendLines": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.MendLines(ctx, s.draft, map[int]workspace.Mend{2: {Email: &fixed}})
			return err
		}},
		"OmitLine": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return w.OmitLine(ctx, s.draft, 1)
		}},
		"SendBatch": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.SendBatch(ctx, s.draft)
			return err
		}},
		"SentLines": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			_, err := w.SentLines(ctx, s.draft, workspace.LineFilter{Left: true})
			return err
		}},
	})
	mixed["put a draft for a foreign client in place of an own one"] = func(ctx context.Context, w *workspace.Workspace, own, foreign *scene) error {
		_, err := w.DraftBatch(ctx, foreign.client.ID, listed("Ada Byron, ada@example.com"), own.draft)
		return err
	}
}
