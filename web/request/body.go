package request

import (
	"io"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Silence is how long a connection may stand still while a file moves over it.
const Silence = 30 * time.Second

// Body is a request's body as it comes in. Its connection ends after the answer
// unless it was read to the end: what is left would be taken for a next request.
type Body struct {
	c    *fiber.Ctx
	conn net.Conn
	from io.Reader
	all  int64 // bytes announced; negative if chunked
	n    int64
	err  error
	wait time.Duration // moves the deadline at each read; 0: the server's own holds
}

// Stream is the body of a request whose handler reads it piece by piece: Silence
// ends it, and not its length.
func Stream(c *fiber.Ctx) *Body { return body(c, Silence) }

// Whole is the body under the server's own time-out.
func Whole(c *fiber.Ctx) *Body { return body(c, 0) }

func body(c *fiber.Ctx, wait time.Duration) *Body {
	b := &Body{c: c, conn: c.Context().Conn(), from: c.Context().RequestBodyStream(),
		all: int64(c.Request().Header.ContentLength()), wait: wait}
	if b.from == nil {
		b.err = io.EOF
		return b
	}
	c.Response().Header.SetConnectionClose()
	return b
}

// Read never goes past the end: the stream beneath would begin the next request.
// That stream also calls a connection that was cut an ordinary end.
func (b *Body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if b.wait > 0 {
		if err := b.conn.SetReadDeadline(time.Now().Add(b.wait)); err != nil {
			return 0, err
		}
	}
	n, err := b.from.Read(p)
	b.n += int64(n)
	if err == io.EOF && b.all >= 0 && b.n < b.all {
		err = io.ErrUnexpectedEOF
	}
	if err == io.EOF {
		b.c.Response().Header.ResetConnectionClose()
	}
	b.err = err
	return n, err
}

// Announced is how many bytes the client says there are; negative if it doesn't.
func (b *Body) Announced() int64 { return b.all }

// Drain reads what is left, up to some bytes: a client that is still sending when
// its connection closes may never see the answer.
func (b *Body) Drain(most int64) { _, _ = io.CopyN(io.Discard, b, most) }
