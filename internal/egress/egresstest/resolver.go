// Package egresstest answers for names in tests of what goes out.
package egresstest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// Resolver makes a resolver that knows what answer says: the addresses of a name
// at its nth look-up, from 0; none is a name that does not exist. It opens no
// socket.
func Resolver(answer func(name string, n int) []netip.Addr) *net.Resolver {
	s := &server{answer: answer, asked: map[dnsmessage.Question]int{}}
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go s.serve(ours)
		return theirs, nil
	}}
}

// Names is a Resolver of a fixed list.
func Names(list map[string]string) *net.Resolver {
	return Resolver(func(name string, _ int) (out []netip.Addr) {
		for s := range strings.FieldsSeq(list[name]) {
			out = append(out, netip.MustParseAddr(s))
		}
		return out
	})
}

type server struct {
	answer func(string, int) []netip.Addr
	mu     sync.Mutex
	asked  map[dnsmessage.Question]int
}

// serve answers one query as over TCP, its length before it (RFC 1035, 4.2.2).
func (s *server) serve(c net.Conn) {
	defer c.Close()
	var size [2]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return
	}
	query := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(c, query); err != nil {
		return
	}
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil || len(m.Questions) != 1 {
		return
	}
	s.fill(&m)
	packed, err := m.Pack()
	if err != nil {
		return
	}
	c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...))
}

func (s *server) fill(m *dnsmessage.Message) {
	q := m.Questions[0]
	s.mu.Lock()
	n := s.asked[q]
	s.asked[q]++
	s.mu.Unlock()

	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	all := s.answer(strings.TrimSuffix(q.Name.String(), "."), n)
	if len(all) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	}
	h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
	for _, a := range all {
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
		case !a.Is4() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
}
