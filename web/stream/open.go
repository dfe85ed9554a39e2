package stream

import (
	"bufio"
	"context"
	"net"
	"time"

	"anteroom/internal/live"
)

// open is one open page.
type open struct {
	*Streams
	page    Page
	conn    net.Conn
	changes *live.Listener
}

// run writes until the page goes away, its right ends, its time is over or the
// process stops.
func (p *open) run(w *bufio.Writer) {
	beat := time.NewTicker(p.every)
	defer beat.Stop()
	end := time.NewTimer(lifetime)
	defer end.Stop()
	left, stop := p.watch()
	defer stop()
	if !p.send(w, "retry: 1000\n\n") {
		return
	}
	// What ended its right before it listened was told to nobody.
	if p.page.Rows != nil && !p.allowed(w) {
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
			if !p.allowed(w) || !p.send(w, ": \n\n") {
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
func (p *open) watch() (left <-chan struct{}, stop func()) {
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

// allowed asks whether the page may still hear, and tells it if not. While the
// database can't be asked the page stays.
func (p *open) allowed(w *bufio.Writer) bool {
	ctx, cancel := context.WithTimeout(context.Background(), Heartbeat/3)
	defer cancel()
	if ok, err := p.page.May(ctx); err == nil && !ok {
		p.send(w, Gone)
		return false
	}
	return true
}

// tell names the rows that changed. An event needs data, or browsers drop it.
func (p *open) tell(w *bufio.Writer) bool {
	var events string
	for _, row := range p.changes.Take() {
		if p.page.Rows == nil || p.page.Rows[row] {
			events += "event: " + row + "\ndata: .\n\n"
		}
	}
	if events == "" {
		return true
	}
	if p.page.Rows != nil && !p.allowed(w) {
		return false
	}
	return p.send(w, events)
}

func (p *open) rest(end <-chan time.Time) bool {
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
func (p *open) send(w *bufio.Writer, s string) bool {
	if err := p.conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return false
	}
	if _, err := w.WriteString(s); err != nil {
		return false
	}
	return w.Flush() == nil
}
