package webhook

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"

	"anteroom/schema"
)

// maxRaw is how much of a compressed body is read, in bytes: 16 kB never take as
// much, and a stream can be endless without holding anything.
const maxRaw = 4 * schema.MaxResponseBody

// readBody reads what is kept of an answer's body, decompressed, and no more. cut
// says that there was more. A body that is not the gzip it claims to be is kept as
// it came; err is a failure to read it from the network.
func readBody(resp *http.Response) (body []byte, cut bool, err error) {
	if !strings.EqualFold(strings.TrimSpace(resp.Header.Get("Content-Encoding")), "gzip") {
		body, err = io.ReadAll(io.LimitReader(resp.Body, schema.MaxResponseBody+1))
		body, cut = head(body)
		return body, cut, err
	}
	raw := &rawBody{from: io.LimitReader(resp.Body, maxRaw)}
	body, broken := gunzip(raw)
	if raw.err == nil && broken != nil && raw.kept.Len() < maxRaw {
		_, _ = io.CopyN(io.Discard, raw, schema.MaxResponseBody) // it keeps what passes
		body, cut = head(raw.kept.Bytes())
		return bytes.Clone(body), cut, raw.err
	}
	body, cut = head(body)
	return body, cut || raw.kept.Len() == maxRaw, raw.err
}

func gunzip(raw io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(raw)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, schema.MaxResponseBody+1))
}

// head is the part of a body that is kept.
func head(b []byte) ([]byte, bool) {
	return b[:min(len(b), schema.MaxResponseBody)], len(b) > schema.MaxResponseBody
}

// rawBody keeps what is read through it and how reading failed.
type rawBody struct {
	from io.Reader
	kept bytes.Buffer
	err  error // not io.EOF
}

func (r *rawBody) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.kept.Write(p[:n])
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}
