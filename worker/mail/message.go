package mail

import (
	"errors"
	netmail "net/mail"
	"strings"

	"github.com/mailgun/mailgun-go/v4"
	"golang.org/x/net/idna"
)

// Message is one email, ready to be handed over. Names and subject may come
// from anybody: they are cleaned and quoted on the way out.
type Message struct {
	EmailID           string // ours; Mailgun repeats it in every event on this mail
	ToName, ToAddress string
	FromName          string // shown instead of the configured name; may be empty
	ReplyToName       string
	ReplyToAddress    string // empty: replies go to the sender
	Subject           string
	Text, HTML        string
	Tag               string // the kind of mail, for Mailgun's statistics
}

var errNoAddress = errors.New("mail: not an email address")

// draft writes m in mailgun-go's terms. Tracking is off altogether: click
// tracking rewrites links, and a link that carries a token is nobody else's.
func (s *Sender) draft(m Message) (*mailgun.Message, error) {
	to, err := address(m.ToName, m.ToAddress)
	if err != nil {
		return nil, err
	}
	from := netmail.Address{Name: s.from.Name, Address: s.from.Address}
	if name := line(m.FromName, maxHeaderName); name != "" {
		from.Name = name
	}
	if m.Text == "" && m.HTML == "" {
		return nil, mailgun.ErrInvalidMessage
	}
	d := mailgun.NewMessage(from.String(), line(m.Subject, maxSubject), m.Text, to)
	d.SetHTML(m.HTML)
	d.SetTrackingOptions(&mailgun.TrackingOptions{Tracking: false, TrackingClicks: "no", TrackingOpens: false})
	return d, s.label(d, m)
}

// label adds what is not for the reader: our ID, the tag, and where replies go.
func (s *Sender) label(d *mailgun.Message, m Message) error {
	if m.ReplyToAddress != "" {
		reply, err := address(m.ReplyToName, m.ReplyToAddress)
		if err != nil {
			return err
		}
		d.SetReplyTo(reply)
	}
	if m.Tag != "" {
		if err := d.AddTag(m.Tag); err != nil {
			return err
		}
	}
	return d.AddVariable("email_id", m.EmailID)
}

// address writes a mailbox for a header. Reading it back proves that it is one
// mailbox and that one, whatever the name and the address contain. An address
// that needs quotes is none to us: parsers differ about those.
func address(name, addr string) (string, error) {
	want := netmail.Address{Name: line(name, maxHeaderName), Address: asciiDomain(addr)}
	got, err := netmail.ParseAddress(want.String())
	if err != nil || got.Address != want.Address || !strings.HasSuffix(want.String(), "<"+want.Address+">") {
		return "", errNoAddress
	}
	return want.String(), nil
}

// asciiDomain puts an international domain into its wire form (RFC 5891).
func asciiDomain(addr string) string {
	at := strings.LastIndexByte(addr, '@')
	domain, err := idna.Lookup.ToASCII(addr[at+1:])
	if err != nil || domain == "" || isASCII(addr[at+1:]) {
		return addr
	}
	return addr[:at+1] + domain
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}
