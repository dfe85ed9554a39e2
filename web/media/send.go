package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/blobs"
	"anteroom/schema"
	"anteroom/web/request"
)

// inline are the types that a browser may show on a page of ours.
var inline = map[string]bool{"image/jpeg": true, "image/png": true, "image/gif": true, "image/webp": true, "image/heic": true,
	"video/mp4": true, "video/quicktime": true, "video/webm": true}

// filePolicy gives a file that is opened by itself nothing but itself.
const filePolicy = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"

// A file never changes, but who may see it does: each look asks, and is told that
// what the browser holds is still right.
const cached = "private, no-cache"

// Send answers with a file, or with the range of it that was asked for (RFC 9110,
// section 14).
func Send(c *fiber.Ctx, b *blobs.Store, m schema.Media, download bool) error {
	kind := m.Type
	if !inline[kind] {
		kind, download = fiber.MIMEOctetStream, true
	}
	if download {
		c.Set(fiber.HeaderContentDisposition, disposition(m.Name))
	}
	return send(c, b, blob{key: m.BlobKey, tag: `"` + m.ID.String() + `"`, kind: kind, size: m.Size})
}

// blob is what is sent; a size of -1 is not known, and has no ranges.
type blob struct {
	key, tag, kind string
	size           int64
}

func send(c *fiber.Ctx, b *blobs.Store, f blob) error {
	c.Set(fiber.HeaderContentSecurityPolicy, filePolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderCacheControl, cached)
	c.Set(fiber.HeaderETag, f.tag)
	if known(c.Get(fiber.HeaderIfNoneMatch), f.tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	from, length := int64(0), f.size
	if f.size >= 0 {
		c.Set(fiber.HeaderAcceptRanges, "bytes")
		asked := c.Get(fiber.HeaderRange)
		if since := c.Get(fiber.HeaderIfRange); c.Method() != fiber.MethodGet || since != "" && since != f.tag {
			asked = ""
		}
		start, n, verdict := parseRange(asked, f.size)
		switch verdict {
		case rangeOutside:
			c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(f.size, 10))
			return c.SendStatus(fiber.StatusRequestedRangeNotSatisfiable)
		case rangePart:
			from, length = start, n
			c.Status(fiber.StatusPartialContent)
			c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", start, start+n-1, f.size))
		}
	}
	c.Set(fiber.HeaderContentType, f.kind)
	return stream(c, b, f.key, from, length)
}

func stream(c *fiber.Ctx, b *blobs.Store, key string, from, length int64) error {
	if c.Method() == fiber.MethodHead {
		c.Context().Response.SetBodyStream(strings.NewReader(""), int(length))
		return nil
	}
	// The answer is written after the handler, and its request's time, are over.
	ctx, cancel := context.WithCancel(context.Background())
	r, err := b.Read(ctx, key, from, length)
	if err != nil {
		cancel()
		if errors.Is(err, blobs.ErrNotFound) {
			return schema.ErrNotFound
		}
		return err
	}
	c.Context().Response.SetBodyStream(&outgoing{r, c.Context().Conn(), cancel}, int(length))
	return nil
}

// outgoing is a blob on its way. The server closes it when it is sent or the client
// has gone.
type outgoing struct {
	from io.ReadCloser
	conn net.Conn
	end  context.CancelFunc
}

func (o *outgoing) Read(p []byte) (int, error) {
	if err := o.conn.SetWriteDeadline(time.Now().Add(request.Silence)); err != nil {
		return 0, err
	}
	return o.from.Read(p)
}

func (o *outgoing) Close() error {
	defer o.end()
	return o.from.Close()
}

func known(header, tag string) bool {
	for t := range strings.SplitSeq(header, ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
			return true
		}
	}
	return false
}

// SendThumb answers with a file's thumbnail; without one, with ErrNotFound.
func SendThumb(c *fiber.Ctx, b *blobs.Store, m schema.Media) error {
	if m.ThumbState != schema.ThumbDone || m.ThumbKey == "" {
		return schema.ErrNotFound
	}
	return send(c, b, blob{key: m.ThumbKey, tag: `"` + m.ID.String() + `-thumb"`, kind: "image/jpeg", size: -1})
}
