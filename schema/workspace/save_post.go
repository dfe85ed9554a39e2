package workspace

import (
	"context"
	"slices"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

var (
	errPostAccount = &schema.Error{Kind: schema.Invalid, Field: "account", Code: "account",
		Message: "That account belongs to no client any more. Choose another, or assign it under Settings > Clients."}
	errPostMedia = &schema.Error{Kind: schema.Invalid, Field: "media", Code: "media",
		Message: "One of the files is another client’s, or was deleted. Choose among those of the account’s client."}
	errPostChanged = &schema.Error{Kind: schema.Conflict, Code: "post_changed",
		Message: "Somebody else changed this post meanwhile. Open it again to see how it stands, then make your change."}
)

// CreatePost adds a post. It returns the client whose portal shows it. Every member may
// write posts.
func (w *Workspace) CreatePost(ctx context.Context, d schema.PostDraft) (id schema.PostID, client schema.ClientID, err error) {
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		if err := d.Check(tx.Now, nil); err != nil {
			return err
		}
		if client, err = w.holdDraft(tx, &d); err != nil {
			return err
		}
		id = schema.New[schema.PostID]()
		_, err := tx.Exec(`INSERT INTO posts (id, agency_id, social_account_id, body, state, publish_at, link, created_by, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, w.Agency.ID, d.Account, d.Body, d.State, d.PublishAt.UTC(), d.Link, w.User.ID, tx.Now, tx.Now)
		if err != nil {
			return err
		}
		return attach(tx, id, d.Media)
	})
	return id, client, err
}

// EditPost makes a post what the draft says. seen is the version that the draft began
// with; an older one is a Conflict. It returns the clients whose portals change.
func (w *Workspace) EditPost(ctx context.Context, id schema.PostID, seen time.Time, d schema.PostDraft) (clients []schema.ClientID, err error) {
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		was, err := w.postIn(tx, id, ``)
		if err != nil {
			return err
		}
		if err := d.Check(tx.Now, &was.Post); err != nil {
			return err
		}
		client, err := w.holdDraft(tx, &d)
		if err != nil {
			return err
		}
		if was, err = w.postIn(tx, id, ` FOR UPDATE`); err != nil {
			return err
		}
		if !was.Version.Equal(seen) {
			return errPostChanged
		}
		clients = slices.Compact([]schema.ClientID{client, was.ClientID})
		_, err = tx.Exec(`UPDATE posts SET social_account_id = ?, body = ?, state = ?, publish_at = ?, link = ?, updated_at = ? WHERE id = ?`,
			d.Account, d.Body, d.State, d.PublishAt.UTC(), d.Link, tx.Now, id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM post_media WHERE post_id = ?`, id); err != nil {
			return err
		}
		return attach(tx, id, d.Media)
	})
	return clients, err
}

// DeletePost deletes a post; its files stay in the library. It returns the client whose
// portal showed it.
func (w *Workspace) DeletePost(ctx context.Context, id schema.PostID) (client schema.ClientID, err error) {
	err = store.Run(ctx, w.db, func(tx *store.Tx) error {
		p, err := w.postIn(tx, id, ` FOR UPDATE`)
		if err != nil {
			return err
		}
		client = p.ClientID
		_, err = tx.Exec(`DELETE FROM posts WHERE id = ?`, id)
		return err
	})
	return client, err
}

// postIn reads a post of the agency in a transaction, with its account's client.
func (w *Workspace) postIn(tx *store.Tx, id schema.PostID, how string) (p PostRow, err error) {
	err = tx.Get(&p.Post, `SELECT id, agency_id, social_account_id, body, state, publish_at, link, COALESCE(updated_at, created_at) AS version
		FROM posts WHERE id = ?`+how, id)
	if err != nil {
		return p, err
	}
	if p.AgencyID != w.Agency.ID {
		return p, schema.ErrNotFound
	}
	return p, tx.Get(&p.ClientID, `SELECT client_id FROM social_accounts WHERE id = ?`, p.AccountID)
}

// holdDraft locks what a draft names, the client before the account and the account
// before the files, and makes sure that they belong together.
func (w *Workspace) holdDraft(tx *store.Tx, d *schema.PostDraft) (client schema.ClientID, err error) {
	const account = `SELECT id, agency_id, client_id, status FROM social_accounts WHERE id = ?`
	var a schema.SocialAccount
	if err := tx.Get(&a, account, d.Account); err != nil {
		return client, err
	}
	if a.AgencyID != w.Agency.ID {
		return client, schema.ErrNotFound
	}
	if client = a.ClientID; client.IsZero() {
		return client, errPostAccount
	}
	if _, err := w.own(lock.ClientShared(tx, client)); err != nil {
		return client, err
	}
	if err := tx.Get(&a, account+` LOCK IN SHARE MODE`, d.Account); err != nil {
		return client, err
	}
	if a.ClientID != client || a.Status != schema.AccountConnected {
		return client, errPostAccount
	}
	return client, w.holdFiles(tx, client, d.Media)
}

func (w *Workspace) holdFiles(tx *store.Tx, client schema.ClientID, files []schema.MediaID) error {
	if len(files) == 0 {
		return nil
	}
	var found []schema.MediaID
	err := tx.SelectIn(&found, `SELECT id FROM media WHERE client_id = ? AND agency_id = ? AND id IN (?) ORDER BY id LOCK IN SHARE MODE`,
		client, w.Agency.ID, files)
	if err == nil && len(found) != len(files) { // one named twice is missing, too
		err = errPostMedia
	}
	return err
}

// attach gives a post its files. Positions count from 1.
func attach(tx *store.Tx, id schema.PostID, files []schema.MediaID) error {
	for i, f := range files {
		if _, err := tx.Exec(`INSERT INTO post_media (post_id, position, media_id) VALUES (?, ?, ?)`, id, i+1, f); err != nil {
			return err
		}
	}
	return nil
}
