package media_test

import (
	"io"
	"net/http"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/schema"
)

// zeroes is a long picture.
func zeroes(size int64) io.Reader {
	head := picture(512)
	return io.MultiReader(&once{head}, io.LimitReader(nothing{}, size-512))
}

type nothing struct{}

func (nothing) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type once struct{ b []byte }

func (o *once) Read(p []byte) (int, error) {
	if len(o.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, o.b)
	o.b = o.b[n:]
	return n, nil
}

// heap is what the heap's objects hold, in bytes.
func heap() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64())
}

func TestALargeFileMovesThroughLittleMemory(t *testing.T) {
	const size, bound = 200_000_000, 64 << 20
	s := newSite(t, schema.DefaultMediaLimits)
	at := s.create(size, "long.jpg")
	before, peak, stop := heap(), atomic.Int64{}, make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				peak.Store(max(peak.Load(), heap()))
			}
		}
	}()
	r, _ := http.NewRequest("PATCH", "http://"+s.addr+at, zeroes(size))
	r.ContentLength = size
	r.Header.Set("Tus-Resumable", "1.0.0")
	r.Header.Set("Content-Type", part)
	r.Header.Set("Upload-Offset", "0")
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != 204 {
		t.Fatal(res, err)
	}
	res.Body.Close()
	m := <-s.done
	res, err = http.Get("http://" + s.addr + "/files/" + m.ID.String())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	close(stop)
	if n != size || err != nil {
		t.Errorf("%d bytes came back: %v", n, err)
	}
	t.Logf("the heap grew by %d kB", (peak.Load()-before)>>10)
	if peak.Load()-before > bound {
		t.Error("that is too much")
	}
}
