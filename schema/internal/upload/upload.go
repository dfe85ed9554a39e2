// Package upload takes files in: what portal and workspace do alike. Every verb
// here is given the scope that its caller may act in.
package upload

import (
	"fmt"

	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/store"
)

const columns = `id, agency_id, client_id, user_id, side, name, size, received, media_id, created_at, expires_at`

// Scope is whose uploads a caller may see.
type Scope struct {
	Agency schema.AgencyID
	User   schema.UserID
	Side   schema.MediaSide
}

// Start writes a new upload for a client that is locked against all others, so that
// two at once can't be too much together.
func Start(tx *store.Tx, s Scope, c *schema.Client, name string, size int64, l schema.MediaLimits) (u schema.Upload, err error) {
	if name, err = schema.FileName(name); err != nil {
		return u, err
	}
	if err := fits(tx, c, size, l); err != nil {
		return u, err
	}
	u = schema.Upload{ID: schema.New[schema.UploadID](), AgencyID: s.Agency, ClientID: c.ID, UserID: s.User, Side: s.Side,
		Name: name, Size: size, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(schema.UploadLife)}
	_, err = tx.Named(`INSERT INTO uploads (id, agency_id, client_id, user_id, side, name, size, received, created_at, expires_at)
		VALUES (:id, :agency_id, :client_id, :user_id, :side, :name, :size, :received, :created_at, :expires_at)`, &u)
	return u, err
}

// fits asks the limits. What is on its way counts whole.
func fits(tx *store.Tx, c *schema.Client, size int64, l schema.MediaLimits) error {
	if size <= 0 {
		return &schema.Error{Kind: schema.Invalid, Code: "file_empty", Field: "files", Message: "The file is empty. Choose another one."}
	}
	if size > l.File {
		return TooLarge(l)
	}
	var used int64
	err := tx.Get(&used, `SELECT (SELECT COALESCE(SUM(size), 0) FROM media WHERE client_id = ?) +
		(SELECT COALESCE(SUM(size), 0) FROM uploads WHERE client_id = ? AND media_id IS NULL AND expires_at > ?)`, c.ID, c.ID, tx.Now)
	if err != nil || used+size <= l.Client {
		return err
	}
	return &schema.Error{Kind: schema.Conflict, Code: "client_full", Field: "files",
		Message: fmt.Sprintf("There is room for %s only: all files of %s may have %s together. Delete some that are no longer needed.",
			schema.Bytes(max(0, l.Client-used)), c.Name, schema.Bytes(l.Client))}
}

// TooLarge is the refusal of one file.
func TooLarge(l schema.MediaLimits) *schema.Error {
	return &schema.Error{Kind: schema.Invalid, Code: "file_size", Field: "files",
		Message: fmt.Sprintf("The file is too large: it may have %s. Make it smaller, or send it in parts.", schema.Bytes(l.File))}
}

// Find reads an upload with its parts. One that has expired is no more.
func Find(tx *store.Tx, s Scope, id schema.UploadID) (schema.Upload, error) {
	return find(tx, s, id, "")
}

// Lock is Find, with the row locked.
func Lock(tx *store.Tx, s Scope, id schema.UploadID) (schema.Upload, error) {
	return find(tx, s, id, " FOR UPDATE")
}

func find(tx *store.Tx, s Scope, id schema.UploadID, lock string) (u schema.Upload, err error) {
	err = tx.Get(&u, `SELECT `+columns+` FROM uploads WHERE id = ? AND agency_id = ? AND user_id = ? AND side = ? AND expires_at > ?`+lock,
		id, s.Agency, s.User, s.Side, tx.Now)
	if err != nil {
		return u, err
	}
	return u, tx.Select(&u.Parts, `SELECT position, size, blob_key FROM upload_parts WHERE upload_id = ? ORDER BY position`, id)
}

// ErrOffset is for a part that doesn't begin where the upload ends.
var ErrOffset = &schema.Error{Kind: schema.Conflict, Code: "offset", Message: "That part doesn’t begin where the file ends so far. Ask how much is there, then send the rest."}

// Add puts a part behind those that are there, in a locked upload.
func Add(tx *store.Tx, u *schema.Upload, p schema.UploadPart) error {
	if p.Position != u.Received || p.Size <= 0 || p.Size > u.Size-u.Received || !u.MediaID.IsZero() {
		return ErrOffset
	}
	if _, err := tx.Exec(`INSERT INTO upload_parts (upload_id, position, size, blob_key) VALUES (?, ?, ?, ?)`, u.ID, p.Position, p.Size, p.BlobKey); err != nil {
		return err
	}
	u.Received += p.Size
	u.Parts = append(u.Parts, p)
	_, err := tx.Exec(`UPDATE uploads SET received = ? WHERE id = ?`, u.Received, u.ID)
	return err
}

// Finish makes a locked upload a file of its client, which is locked too.
func Finish(tx *store.Tx, u *schema.Upload, c *schema.Client, blobKey, mediaType string, by schema.Actor) (m schema.Media, err error) {
	if !u.Whole() {
		return m, ErrOffset
	}
	m = schema.Media{ID: schema.New[schema.MediaID](), AgencyID: u.AgencyID, ClientID: u.ClientID, UploadedBy: u.UserID, Side: u.Side,
		Name: u.Name, Type: mediaType, Size: u.Size, BlobKey: blobKey, ThumbState: schema.ThumbNone, CreatedAt: tx.Now}
	if m.HasThumb() {
		m.QueueThumb(tx.Now)
	}
	e := schema.NewMediaEvent(schema.MediaUploaded, tx.Now, c, &m, by)
	if err := insert(tx, &m); err != nil {
		return m, err
	}
	if _, err := tx.Exec(`DELETE FROM upload_parts WHERE upload_id = ?`, u.ID); err != nil {
		return m, err
	}
	if _, err := tx.Exec(`UPDATE uploads SET media_id = ? WHERE id = ?`, m.ID, u.ID); err != nil {
		return m, err
	}
	return m, event.Append(tx, e)
}

func insert(tx *store.Tx, m *schema.Media) error {
	_, err := tx.Exec(`INSERT INTO media (id, agency_id, client_id, uploaded_by, side, name, type, size, blob_key,
		thumb_state, thumb_due_at, thumb_ring_at, event_seq, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.ID, m.AgencyID, m.ClientID, m.UploadedBy, m.Side, m.Name, m.Type, m.Size, m.BlobKey,
		m.ThumbState, m.ThumbDueAt, m.ThumbRingAt(), m.EventSeq, m.CreatedAt)
	return err
}

// Cancel removes a locked upload and names what lies in the bucket of it.
func Cancel(tx *store.Tx, u *schema.Upload) (keys []string, err error) {
	for _, p := range u.Parts {
		keys = append(keys, p.BlobKey)
	}
	_, err = tx.Exec(`DELETE FROM uploads WHERE id = ?`, u.ID) // its parts go with it
	return keys, err
}
