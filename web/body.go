package web

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"anteroom/web/request"
)

// streamed says that a route reads its body by itself, piece by piece.
func streamed(method, path string) bool {
	if method == fiber.MethodPost && (path == "/media" || path == "/portal/media") {
		return true
	}
	path = strings.TrimPrefix(path, "/portal")
	return path == "/uploads" || strings.HasPrefix(path, "/uploads/")
}

// refused marks a request whose announced body was not waited for.
const refused = "Anteroom-Body-Refused"

// announced looks at a request before any of its body is read. One that is too
// large is refused on its announcement: the stream would wait for its first bytes.
func announced(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	h.Del(refused) // only we say so
	path, _, _ := strings.Cut(string(h.RequestURI()), "?")
	if streamed(string(h.Method()), path) {
		return fasthttp.RequestConfig{MaxRequestBodySize: math.MaxInt}
	}
	if h.ContentLength() > bodyLimit {
		h.Set(refused, "1")
		h.SetContentLength(0)
		h.SetConnectionClose()
	}
	return fasthttp.RequestConfig{}
}

// body reads what every route but the uploads expects to be there whole.
func body(c *fiber.Ctx) error {
	if c.Get(refused) != "" {
		return fiber.ErrRequestEntityTooLarge
	}
	if c.Context().RequestBodyStream() == nil {
		return c.Next()
	}
	if streamed(c.Method(), c.Path()) {
		c.Response().Header.SetConnectionClose() // until it is read to its end
		return c.Next()
	}
	from := request.Whole(c)
	if from.Announced() > bodyLimit {
		return fiber.ErrRequestEntityTooLarge
	}
	b, err := io.ReadAll(io.LimitReader(from, bodyLimit+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fiber.ErrRequestTimeout
	case err != nil:
		return fiber.ErrBadRequest
	case len(b) > bodyLimit:
		return fiber.ErrRequestEntityTooLarge
	}
	c.Request().SetBodyRaw(b)
	if bytes.HasPrefix(c.Request().Header.ContentType(), []byte(fiber.MIMEMultipartForm)) {
		if _, err := c.MultipartForm(); err != nil {
			return fiber.ErrBadRequest
		}
	}
	return c.Next()
}
