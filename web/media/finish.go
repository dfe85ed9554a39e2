package media

import (
	"context"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/blobs"
	"anteroom/schema"
)

// finish makes a whole upload a file. It is asked again by a client that comes back
// after it failed midway, and does nothing where there is nothing to do.
func (u Uploads) finish(c *fiber.Ctx, owner Owner, up *schema.Upload) error {
	if !up.Whole() || !up.MediaID.IsZero() || len(up.Parts) == 0 {
		return nil
	}
	key, err := u.join(up)
	if err != nil {
		return u.already(owner, up, err)
	}
	kind, ok, err := u.kind(key)
	if err != nil {
		return err
	}
	if !ok {
		u.discard(key)
		return u.wrong(owner, up)
	}
	ctx, cancel := own()
	defer cancel()
	m, due, err := owner.FinishUpload(ctx, up.ID, key, kind)
	if err != nil {
		if key != up.Parts[0].BlobKey {
			u.discard(key)
		}
		return err
	}
	u.clear(up, key, m.BlobKey)
	u.Done(c, m, due)
	return nil
}

// clear removes what the file is not made of: its parts, and a second copy if two
// requests finished it at once.
func (u Uploads) clear(up *schema.Upload, joined, kept string) {
	for _, p := range up.Parts {
		if p.BlobKey != kept {
			u.discard(p.BlobKey)
		}
	}
	if joined != kept {
		u.discard(joined)
	}
}

// join puts the parts together under a key for files.
func (u Uploads) join(up *schema.Upload) (string, error) {
	if only := up.Parts[0].BlobKey; len(up.Parts) == 1 && strings.HasPrefix(only, blobs.MediaPrefix) {
		return only, nil
	}
	keys := make([]string, len(up.Parts))
	for i, p := range up.Parts {
		keys[i] = p.BlobKey
	}
	key := blobs.NewKey(blobs.MediaPrefix)
	return key, u.Blobs.Join(context.Background(), key, keys)
}

// already tells a join that failed from one that came too late: another request
// has finished the file and removed the parts.
func (u Uploads) already(owner Owner, up *schema.Upload, failure error) error {
	ctx, cancel := own()
	defer cancel()
	now, err := owner.Upload(ctx, up.ID)
	if err != nil || now.MediaID.IsZero() {
		return failure
	}
	*up = now
	return nil
}

// kind looks at the first bytes of a blob.
func (u Uploads) kind(key string) (string, bool, error) {
	ctx, cancel := own()
	defer cancel()
	r, err := u.Blobs.Read(ctx, key, 0, headSize)
	if err != nil {
		return "", false, err
	}
	defer r.Close()
	head, err := io.ReadAll(r)
	if err != nil {
		return "", false, err
	}
	kind, ok := schema.MediaType(head)
	return kind, ok, nil
}
