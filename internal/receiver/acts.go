package receiver

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Act answers one request. The request's context ends with the client or the
// server.
type Act func(http.ResponseWriter, *http.Request)

// Chance is an act and how often it is drawn, beside the weights of the others.
type Chance struct {
	Act    Act
	Weight float64
}

// Always is an act that is drawn each time.
func Always(a Act) Chance { return Chance{a, 1} }

// Chaos is a receiver at its worst: of each kind of fault a share, and half of the
// requests answered well. to is where it redirects.
func Chaos(to string) []Chance {
	return []Chance{{OK, 50}, {Status(http.StatusInternalServerError), 14}, {Hang, 4}, {Reset, 8}, {Close, 5},
		{SlowBody(20 * time.Millisecond), 4}, {EndlessBody, 5}, {GzipBomb, 5}, {Redirect(to), 5}}
}

// OK answers 200 with a short body.
func OK(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	io.WriteString(w, `{"ok":true}`)
}

// Status answers that status with a short body.
func Status(code int) Act {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		io.WriteString(w, `{"error":"`+http.StatusText(code)+`"}`)
	}
}

// Gone answers 410.
func Gone(w http.ResponseWriter, r *http.Request) { Status(http.StatusGone)(w, r) }

// RetryAfter answers that status with a Retry-After, in seconds or an HTTP date.
func RetryAfter(code int, value string) Act {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", value)
		Status(code)(w, r)
	}
}

// Redirect answers 307, which asks for the same POST elsewhere.
func Redirect(to string) Act {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}

// After answers as next does, later.
func After(d time.Duration, next Act) Act {
	return func(w http.ResponseWriter, r *http.Request) {
		wait(r, d)
		next(w, r)
	}
}

// Hang never answers.
func Hang(_ http.ResponseWriter, r *http.Request) {
	<-r.Context().Done()
	panic(http.ErrAbortHandler) // a plain return would answer 200
}

// Reset ends the connection with an RST.
func Reset(w http.ResponseWriter, _ *http.Request) {
	if c := hijack(w); c != nil {
		if tcp, ok := c.(*net.TCPConn); ok {
			tcp.SetLinger(0)
		}
		c.Close()
	}
}

// Close ends the connection without an answer.
func Close(w http.ResponseWriter, _ *http.Request) {
	if c := hijack(w); c != nil {
		c.Close()
	}
}

// BreakOff answers 200 and ends the connection before the body does.
func BreakOff(w http.ResponseWriter, _ *http.Request) {
	if c := hijack(w); c != nil {
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\":")
		c.Close()
	}
}

// SlowBody answers 200 and then a byte each time, without end.
func SlowBody(each time.Duration) Act {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		for {
			wait(r, each)
			if _, err := io.WriteString(w, "."); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
		}
	}
}

// EndlessBody answers 200 and never stops sending.
func EndlessBody(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	chunk := bytes.Repeat([]byte("all work and no play "), 1600)
	for r.Context().Err() == nil {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// GzipBomb answers 200 with 1 GiB of zeros that travel as 1 MiB.
func GzipBomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Length", strconv.Itoa(len(bomb())))
	w.WriteHeader(http.StatusOK)
	w.Write(bomb())
}

// bomb is packed once: 64 members of 16 MiB each (RFC 1952, 2.2).
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a known level never fails
	z.Write(make([]byte, 16<<20))
	z.Close()
	return bytes.Repeat(b.Bytes(), 64)
})

// wait waits, and ends the connection when the client or the server is gone.
func wait(r *http.Request, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// hijack takes the connection over, nil when it can't be had.
func hijack(w http.ResponseWriter) net.Conn {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil
	}
	return c
}
