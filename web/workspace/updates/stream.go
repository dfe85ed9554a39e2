package updates

import (
	"bufio"
	"net"
	"time"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/visitor"
)

// gone has the page load itself again, which leads to the sign-in.
const gone = "event: gone\ndata: .\n\n"

// stream is one open page.
type stream struct {
	*streams
	agency  schema.AgencyID
	token   visitor.SessionToken
	conn    net.Conn
	changes *live.Listener
}

// run writes until the page goes away, its session ends, its time is over or
// the process stops.
func (p *stream) run(w *bufio.Writer) {
	beat := time.NewTicker(p.every)
	defer beat.Stop()
	end := time.NewTimer(lifetime)
	defer end.Stop()
	left, stop := p.watch()
	defer stop()
	if !p.send(w, "retry: 1000\n\n") {
		return
	}
	for {
		select {
		case <-p.changes.Ended():
			return
		case <-left:
			return
		case <-end.C:
			return
		case <-beat.C:
			if !p.beat(w) {
				return
			}
		case <-p.changes.Woken():
			if !p.tell(w) || !p.rest(end.C) {
				return
			}
		}
	}
}

// watch tells when the page goes away, by reading: it sends nothing more before
// that. Writing would tell at the second heartbeat only, and whoever clicks from
// page to page would have used up their streams by then.
func (p *stream) watch() (left <-chan struct{}, stop func()) {
	gone := make(chan struct{})
	p.conn.SetReadDeadline(time.Time{}) // the server's own is for requests
	go func() {
		defer close(gone)
		if n, _ := p.conn.Read(make([]byte, 1)); n > 0 {
			p.conn.Close() // part of a request that can't be answered any more
		}
	}()
	return gone, func() {
		p.conn.SetReadDeadline(time.Unix(1, 0))
		<-gone
	}
}

// beat keeps the stream open, or says that the page has no right to it any
// more.
func (p *stream) beat(w *bufio.Writer) bool {
	if ok, known := p.may(); known && !ok {
		p.send(w, gone)
		return false
	}
	return p.send(w, ": \n\n")
}

// tell names the clients that changed. An event needs data, or browsers drop it.
func (p *stream) tell(w *bufio.Writer) bool {
	var events string
	for _, client := range p.changes.Take() {
		events += "event: " + client + "\ndata: .\n\n"
	}
	return p.send(w, events)
}

func (p *stream) rest(end <-chan time.Time) bool {
	select {
	case <-p.changes.Ended():
		return false
	case <-end:
		return false
	case <-time.After(pace):
		return true
	}
}

// send writes and flushes; false when the page is gone. The server's own
// deadline is for whole answers.
func (p *stream) send(w *bufio.Writer, s string) bool {
	if err := p.conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return false
	}
	if _, err := w.WriteString(s); err != nil {
		return false
	}
	return w.Flush() == nil
}
