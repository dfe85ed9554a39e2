// Package media moves files in and out: uploads by the tus protocol 1.0
// (tus.io/protocols/resumable-upload) or a plain form, and their download. What
// it holds of a file at any time is a buffer.
package media

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/blobs"
	"anteroom/schema"
	"anteroom/web/request"
)

// Owner is somebody who may upload: a portal.Portal or a workspace.Workspace.
type Owner interface {
	StartUpload(ctx context.Context, client schema.ClientID, name string, size int64, l schema.MediaLimits) (schema.Upload, error)
	Upload(ctx context.Context, id schema.UploadID) (schema.Upload, error)
	AddPart(ctx context.Context, id schema.UploadID, part schema.UploadPart) (schema.Upload, error)
	FinishUpload(ctx context.Context, id schema.UploadID, blobKey, mediaType string) (schema.Media, []schema.Due, error)
	CancelUpload(ctx context.Context, id schema.UploadID) (keys []string, err error)
}

// Uploads takes files in for one side.
type Uploads struct {
	Blobs  *blobs.Store
	Limits schema.MediaLimits
	Log    *slog.Logger
	// Open says who asks, at each request.
	Open func(c *fiber.Ctx) (Owner, error)
	// Done is told of each file that is whole, after the commit.
	Done func(c *fiber.Ctx, m schema.Media, due []schema.Due)
	Base string // path, such as /uploads
}

const (
	version    = "1.0.0"
	extensions = "creation,creation-with-upload,termination,expiration"
	offsetType = "application/offset+octet-stream"

	// drained is how much more is read of what was refused, so that a client which
	// sends first and listens afterwards hears why.
	drained = 4 << 20
	// verbTime is for one verb: the request's own time is over long before its body.
	verbTime = 15 * time.Second
)

// Mount adds the tus endpoints.
func (u Uploads) Mount(r fiber.Router, guard ...fiber.Handler) {
	with := func(h fiber.Handler) []fiber.Handler {
		return append(append([]fiber.Handler{u.protocol}, guard...), h)
	}
	one := u.Base + "/:upload"
	r.Options(u.Base, u.options)
	r.Options(one, u.options)
	r.Post(u.Base, with(u.create)...)
	r.Head(one, with(u.head)...)
	r.Patch(one, with(u.patch)...)
	r.Delete(one, with(u.cancel)...)
	r.Post(one, with(u.override)...)
}

func (u Uploads) options(c *fiber.Ctx) error {
	u.announce(c)
	return c.SendStatus(fiber.StatusNoContent)
}

func (u Uploads) announce(c *fiber.Ctx) {
	c.Set("Tus-Resumable", version)
	c.Set("Tus-Version", version)
	c.Set("Tus-Extension", extensions)
	c.Set("Tus-Max-Size", strconv.FormatInt(u.Limits.File, 10))
	c.Set(fiber.HeaderCacheControl, "no-store")
}

var errVersion = refuse(fiber.StatusPreconditionFailed, schema.Conflict, "tus_version", "Send Tus-Resumable: 1.0.0, the version of the protocol that is spoken here.")

// protocol is before every check, so that each answer says the version.
func (u Uploads) protocol(c *fiber.Ctx) error {
	u.announce(c)
	return c.Next()
}

// spoken checks the version, after whose it is: strangers hear 404 whatever they speak.
func spoken(c *fiber.Ctx) error {
	if c.Get("Tus-Resumable") != version {
		return errVersion
	}
	return nil
}

// override is for clients behind proxies that let only GET and POST through.
func (u Uploads) override(c *fiber.Ctx) error {
	switch c.Get("X-HTTP-Method-Override") {
	case fiber.MethodPatch:
		return u.patch(c)
	case fiber.MethodDelete:
		return u.cancel(c)
	}
	if _, _, err := u.find(c); err != nil {
		return err
	}
	return fiber.ErrMethodNotAllowed
}

// find opens the upload that the path names.
func (u Uploads) find(c *fiber.Ctx) (Owner, schema.Upload, error) {
	owner, err := u.Open(c)
	if err != nil {
		return nil, schema.Upload{}, err
	}
	id, err := schema.Parse[schema.UploadID](c.Params("upload"))
	if err != nil {
		return nil, schema.Upload{}, err
	}
	up, err := owner.Upload(c.UserContext(), id)
	if err == nil {
		err = spoken(c)
	}
	return owner, up, err
}

func (u Uploads) head(c *fiber.Ctx) error {
	owner, up, err := u.find(c)
	if err == nil {
		err = u.finish(c, owner, &up)
	}
	if err != nil {
		return err
	}
	c.Set("Upload-Length", strconv.FormatInt(up.Size, 10))
	tell(c, &up)
	return c.SendStatus(fiber.StatusOK)
}

func (u Uploads) cancel(c *fiber.Ctx) error {
	owner, up, err := u.find(c)
	if err != nil {
		return err
	}
	if err := u.drop(owner, &up); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// drop gives an upload up. The file it may have become stays.
func (u Uploads) drop(owner Owner, up *schema.Upload) error {
	ctx, cancel := own()
	defer cancel()
	keys, err := owner.CancelUpload(ctx, up.ID)
	if err == nil {
		u.Blobs.Delete(ctx, keys...)
	}
	return err
}

// tell says how far an upload is.
func tell(c *fiber.Ctx, up *schema.Upload) {
	c.Set("Upload-Offset", strconv.FormatInt(up.Received, 10))
	c.Set("Upload-Expires", up.ExpiresAt.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
}

// own is a context for a verb after a long body, or a broken one.
func own() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), verbTime)
}

func refuse(status int, kind schema.Kind, code, message string) error {
	return &request.Refusal{Status: status, Err: &schema.Error{Kind: kind, Code: code, Message: message}}
}

// asTus gives the refusals of the verbs the statuses of the protocol.
func asTus(err error) error {
	switch schema.CodeOf(err) {
	case schema.ErrMediaType.Code:
		return &request.Refusal{Status: fiber.StatusUnsupportedMediaType, Err: err}
	case "file_size":
		return &request.Refusal{Status: fiber.StatusRequestEntityTooLarge, Err: err}
	}
	return err
}

func gone(err error) bool { return errors.Is(err, schema.ErrNotFound) }
