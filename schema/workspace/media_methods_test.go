package workspace_test

import (
	"context"
	"maps"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// begun is an upload of w's user in the scene's agency, whole if received is 10.
func begun(w *workspace.Workspace, s *scene, received int) schema.UploadID {
	id := schema.New[schema.UploadID]()
	s.Exec(`INSERT INTO uploads (id, agency_id, client_id, user_id, side, name, size, received, created_at, expires_at)
		VALUES (?, ?, ?, ?, 'agency', 'a.png', 10, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY)`, id, s.ID, s.client.ID, w.User.ID, received)
	return id
}

// kept is a file that w's user uploaded in the scene's agency.
func kept(w *workspace.Workspace, s *scene) schema.MediaID {
	id := schema.New[schema.MediaID]()
	s.Exec(`INSERT INTO media (id, agency_id, client_id, uploaded_by, side, name, type, size, blob_key, thumb_state, created_at)
		VALUES (?, ?, ?, ?, 'agency', 'a.png', 'image/png', 10, ?, 'none', UTC_TIMESTAMP(6))`, id, s.ID, s.client.ID, w.User.ID, id.String())
	return id
}

// prepare gives the scene an upload, a whole one and a file, all of w's user. It goes
// before a snapshot that a call is held against.
func prepare(w *workspace.Workspace, s *scene) {
	s.open, s.whole, s.file = begun(w, s, 0), begun(w, s, 10), kept(w, s)
}

// prepared is for the tests without one.
func prepared(w *workspace.Workspace, s *scene) *scene {
	if s.open.IsZero() {
		prepare(w, s)
	}
	return s
}

func init() {
	maps.Copy(methods, map[string]method{
		"StartUpload": {members: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.StartUpload(ctx, s.client.ID, "a.png", 10, schema.DefaultMediaLimits))
		}},
		"Upload": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.Upload(ctx, prepared(w, s).open))
		}},
		"AddPart": {members: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			id := prepared(w, s).open
			return fixture.Error(w.AddPart(ctx, id, schema.UploadPart{Size: 10, BlobKey: id.String()}))
		}},
		"FinishUpload": {members: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			id := prepared(w, s).whole
			_, _, err := w.FinishUpload(ctx, id, id.String(), "image/png")
			return err
		}},
		"CancelUpload": {members: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.CancelUpload(ctx, prepared(w, s).open))
		}},
		"MediaFile": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.MediaFile(ctx, prepared(w, s).file))
		}},
		"MediaItem": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.MediaItem(ctx, prepared(w, s).file))
		}},
		"DeleteMedia": {members: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.DeleteMedia(ctx, prepared(w, s).file))
		}},
		"UploadClients": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.UploadClients(ctx))
		}},
		"MediaLibrary": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.MediaLibrary(ctx, workspace.MediaQuery{Limit: 5}))
		}},
		"MediaClients": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			return fixture.Error(w.MediaClients(ctx, 5))
		}},
		"MayDelete": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
			w.MayDelete(schema.Media{})
			return nil
		}},
	})
}
