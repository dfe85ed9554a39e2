package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
	"anteroom/schema/internal/upload"
)

func (w *Workspace) uploadScope() upload.Scope {
	return upload.Scope{Agency: w.Agency.ID, User: w.User.ID, Side: schema.SideAgency}
}

// StartUpload begins a file of size bytes for a client. Every member may upload.
func (w *Workspace) StartUpload(ctx context.Context, client schema.ClientID, name string, size int64, l schema.MediaLimits) (u schema.Upload, err error) {
	if client.IsZero() {
		return u, &schema.Error{Kind: schema.Invalid, Code: "client_missing", Field: "client", Message: "Choose for which client the files are."}
	}
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		c, err := w.own(lock.Client(tx, client))
		if err == nil {
			u, err = upload.Start(tx, w.uploadScope(), &c, name, size, l)
		}
		return err
	})
	return u, err
}

// Upload reads one of the member's uploads.
func (w *Workspace) Upload(ctx context.Context, id schema.UploadID) (u schema.Upload, err error) {
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		u, err = upload.Find(tx, w.uploadScope(), id)
		return err
	})
	return u, err
}

// AddPart puts a part behind those that are there. One that begins elsewhere is a
// Conflict.
func (w *Workspace) AddPart(ctx context.Context, id schema.UploadID, part schema.UploadPart) (u schema.Upload, err error) {
	err = w.withUpload(ctx, id, func(tx *store.Tx, _ *schema.Client, found *schema.Upload) error {
		u = *found
		return upload.Add(tx, &u, part)
	})
	return u, err
}

// FinishUpload makes a whole upload a file. Once more, it gives the same file.
func (w *Workspace) FinishUpload(ctx context.Context, id schema.UploadID, blobKey, mediaType string) (m schema.Media, due []schema.Due, err error) {
	err = w.withUpload(ctx, id, func(tx *store.Tx, c *schema.Client, u *schema.Upload) error {
		if !u.MediaID.IsZero() {
			m, err = upload.Of(tx, u)
			return err
		}
		m, err = upload.Finish(tx, u, c, blobKey, mediaType, w.actor())
		return err
	})
	if err == nil && m.ThumbState == schema.ThumbQueued {
		due = []schema.Due{m.ThumbDue()}
	}
	return m, due, err
}

// CancelUpload gives an upload up, and names what lies in the bucket of it.
func (w *Workspace) CancelUpload(ctx context.Context, id schema.UploadID) (keys []string, err error) {
	err = w.withUpload(ctx, id, func(tx *store.Tx, _ *schema.Client, u *schema.Upload) error {
		keys, err = upload.Cancel(tx, u)
		return err
	})
	return keys, err
}

// withUpload locks an upload, after its client, which must still be there.
func (w *Workspace) withUpload(ctx context.Context, id schema.UploadID, fn func(*store.Tx, *schema.Client, *schema.Upload) error) error {
	return store.Run(ctx, w.db, func(tx *store.Tx) error {
		u, err := upload.Find(tx, w.uploadScope(), id)
		if err != nil {
			return err
		}
		c, err := w.own(lock.ClientShared(tx, u.ClientID))
		if err != nil {
			return err
		}
		if u, err = upload.Lock(tx, w.uploadScope(), id); err != nil {
			return err
		}
		return fn(tx, &c, &u)
	})
}
