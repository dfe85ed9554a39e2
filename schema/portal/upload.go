package portal

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
	"anteroom/schema/internal/upload"
)

func (p *Portal) scope() upload.Scope {
	return upload.Scope{Agency: p.AgencyID, User: p.User.ID, Side: schema.SideClient}
}

// ErrWhichClient is for an upload that doesn't say for which of several clients.
var ErrWhichClient = &schema.Error{Kind: schema.Invalid, Code: "client_missing", Field: "client", Message: "Choose for which client the files are."}

// StartUpload begins a file of size bytes. It is for the person's only client where
// none is named.
func (p *Portal) StartUpload(ctx context.Context, client schema.ClientID, name string, size int64, l schema.MediaLimits) (u schema.Upload, err error) {
	if client.IsZero() {
		if len(p.Clients) != 1 {
			return u, ErrWhichClient
		}
		client = p.Clients[0].ID
	}
	err = store.Run(ctx, p.db, func(tx *store.Tx) error {
		c, err := lock.Client(tx, client)
		if err == nil {
			err = p.belongs(tx, &c)
		}
		if err == nil {
			u, err = upload.Start(tx, p.scope(), &c, name, size, l)
		}
		return err
	})
	return u, err
}

// Upload reads one of the person's uploads.
func (p *Portal) Upload(ctx context.Context, id schema.UploadID) (u schema.Upload, err error) {
	err = store.Run(ctx, p.db, func(tx *store.Tx) error {
		u, err = upload.Find(tx, p.scope(), id)
		if err == nil {
			_, err = p.hold(tx, u.ClientID)
		}
		return err
	})
	return u, err
}

// AddPart puts a part behind those that are there. One that begins elsewhere is a
// Conflict.
func (p *Portal) AddPart(ctx context.Context, id schema.UploadID, part schema.UploadPart) (u schema.Upload, err error) {
	err = p.withUpload(ctx, id, func(tx *store.Tx, _ *schema.Client, found *schema.Upload) error {
		u = *found
		return upload.Add(tx, &u, part)
	})
	return u, err
}

// FinishUpload makes a whole upload a file. Once more, it gives the same file.
func (p *Portal) FinishUpload(ctx context.Context, id schema.UploadID, blobKey, mediaType string) (m schema.Media, due []schema.Due, err error) {
	err = p.withUpload(ctx, id, func(tx *store.Tx, c *schema.Client, u *schema.Upload) error {
		if !u.MediaID.IsZero() {
			m, err = upload.Of(tx, u)
			return err
		}
		m, err = upload.Finish(tx, u, c, blobKey, mediaType, p.actor())
		return err
	})
	if err == nil && m.ThumbState == schema.ThumbQueued {
		due = []schema.Due{m.ThumbDue()}
	}
	return m, due, err
}

// CancelUpload gives an upload up, and names what lies in the bucket of it.
func (p *Portal) CancelUpload(ctx context.Context, id schema.UploadID) (keys []string, err error) {
	err = p.withUpload(ctx, id, func(tx *store.Tx, _ *schema.Client, u *schema.Upload) error {
		keys, err = upload.Cancel(tx, u)
		return err
	})
	return keys, err
}

// withUpload locks an upload, after its client, whose door must still be open.
func (p *Portal) withUpload(ctx context.Context, id schema.UploadID, fn func(*store.Tx, *schema.Client, *schema.Upload) error) error {
	return store.Run(ctx, p.db, func(tx *store.Tx) error {
		u, err := upload.Find(tx, p.scope(), id)
		if err != nil {
			return err
		}
		c, err := p.hold(tx, u.ClientID)
		if err != nil {
			return err
		}
		if u, err = upload.Lock(tx, p.scope(), id); err != nil {
			return err
		}
		return fn(tx, &c, &u)
	})
}
