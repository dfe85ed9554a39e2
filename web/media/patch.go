package media

import (
	"bytes"
	"context"
	"io"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/blobs"
	"anteroom/schema"
	"anteroom/web/request"
)

// headSize is how much of a file tells its type.
const headSize = 512

var (
	errOffsetType = refuse(fiber.StatusUnsupportedMediaType, schema.Invalid, "content_type", "Send the part as application/offset+octet-stream.")
	errNoOffset   = refuse(fiber.StatusBadRequest, schema.Invalid, "upload_offset", "Send Upload-Offset: where in the file the part begins, in bytes.")
	errOffset     = refuse(fiber.StatusConflict, schema.Conflict, "offset", "The part doesn’t begin where the file ends so far. Ask how much is there, then send the rest.")
	errTooMuch    = refuse(fiber.StatusRequestEntityTooLarge, schema.Invalid, "part_size", "That is more than the file was said to have. Begin the upload again with its true size.")
)

// patch takes the next part.
func (u Uploads) patch(c *fiber.Ctx) error {
	owner, up, err := u.find(c)
	if err != nil {
		return err
	}
	if c.Get(fiber.HeaderContentType) != offsetType {
		return errOffsetType
	}
	offset, err := number(c.Get("Upload-Offset"))
	if err != nil {
		return errNoOffset
	}
	if offset != up.Received {
		return errOffset
	}
	if err := u.take(c, owner, &up); err != nil {
		return err
	}
	tell(c, &up)
	return c.SendStatus(fiber.StatusNoContent)
}

// take keeps what comes in, also if the connection breaks, and makes it a file
// when it is whole.
func (u Uploads) take(c *fiber.Ctx, owner Owner, up *schema.Upload) error {
	body := request.Stream(c)
	left := up.Size - up.Received
	if body.Announced() > left {
		return errTooMuch
	}
	head := []byte(nil)
	if up.Received == 0 {
		head = make([]byte, min(headSize, up.Size))
		n, _ := io.ReadFull(body, head) // its error stays with the body
		if head = head[:n]; int64(n) == min(headSize, up.Size) {
			if _, ok := schema.MediaType(head); !ok {
				body.Drain(drained)
				return u.wrong(owner, up)
			}
		}
	}
	part := schema.UploadPart{Position: up.Received, BlobKey: blobs.NewKey(prefix(up, body))}
	var err error
	part.Size, err = u.Blobs.Write(context.Background(), part.BlobKey, io.LimitReader(io.MultiReader(bytes.NewReader(head), body), left+1))
	if part.Size > left {
		u.discard(part.BlobKey)
		return errTooMuch
	}
	if keep := u.keep(owner, up, part); keep != nil {
		return keep
	}
	if err != nil {
		return fiber.ErrBadRequest // nobody is there to read it
	}
	return u.finish(c, owner, up)
}

// prefix is that of files where the part is to be all of one: then nothing needs
// to be copied. If it breaks off, it is a part like any other: the sweep of
// files without a row spares it as long as the upload lives.
func prefix(up *schema.Upload, body *request.Body) string {
	if up.Received == 0 && body.Announced() == up.Size {
		return blobs.MediaPrefix
	}
	return blobs.PartPrefix
}

// keep writes a part down.
func (u Uploads) keep(owner Owner, up *schema.Upload, part schema.UploadPart) error {
	if part.Size == 0 {
		u.discard(part.BlobKey)
		return nil
	}
	ctx, cancel := own()
	defer cancel()
	now, err := owner.AddPart(ctx, up.ID, part)
	if err != nil {
		u.discard(part.BlobKey) // another part was faster, or it was cancelled
		return err
	}
	*up = now
	return nil
}

func (u Uploads) discard(keys ...string) {
	ctx, cancel := own()
	defer cancel()
	u.Blobs.Delete(ctx, keys...)
}

// wrong ends an upload of a type that isn't taken.
func (u Uploads) wrong(owner Owner, up *schema.Upload) error {
	if err := u.drop(owner, up); err != nil && !gone(err) {
		return err
	}
	return asTus(schema.ErrMediaType)
}
