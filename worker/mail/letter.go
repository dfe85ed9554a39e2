package mail

import (
	"bytes"
	"embed"
	htmltemplate "html/template"
	texttemplate "text/template"
	"time"
)

// product is what the software calls itself in the mails it writes.
const product = "Anteroom"

// letter is the one shape of all our mails: both parts, HTML and text, are made
// of the same sentences, so that neither can say what the other doesn't.
// Everything in it is cleaned already; the templates only escape.
type letter struct {
	Subject   string // for the header, the one place where names are not broken up; see shown
	Preheader string // the line that an inbox shows beside the subject
	Brand     string // who speaks: the agency, or the product
	Badge     string // one or two letters
	Logo      Logo   // stands in place of both
	Heading   string
	Greeting  string
	Body      []string // paragraphs
	Button    string
	Link      string
	Terms     string // how long and for whom the link works, up to the moment
	Until     string // the moment itself
	Help      string // where to turn; may be empty
	Why       string // why this mail came, and how to get rid of it
}

//go:embed templates
var files embed.FS

var (
	htmlLetter = htmltemplate.Must(htmltemplate.New("letter.html").Funcs(htmltemplate.FuncMap{
		"outlook": outlook,
	}).ParseFS(files, "templates/letter.html"))
	textLetter = texttemplate.Must(texttemplate.ParseFS(files, "templates/letter.txt"))
)

// outlook wraps markup into a comment that only Outlook on Windows reads, which
// ignores max-width and needs a table of a fixed width. html/template drops
// comments of its own. Only constants of the template come through here.
func outlook(markup string) htmltemplate.HTML {
	return htmltemplate.HTML("<!--[if mso]>" + markup + "<![endif]-->")
}

// parts renders both parts. The templates are embedded and have no branch that
// can fail, so a failure is a defect of this package and panics.
func (l letter) parts() (text, html string) {
	var t, h bytes.Buffer
	if err := textLetter.Execute(&t, l); err != nil {
		panic(err)
	}
	if err := htmlLetter.Execute(&h, l); err != nil {
		panic(err)
	}
	return t.String(), h.String()
}

// moment writes a time so that it means the same to every reader.
func moment(t time.Time) string { return t.UTC().Format("Monday 2 January 2006, 15:04 UTC") }

// day is the date alone, in UTC.
func day(t time.Time) string { return t.UTC().Format("Monday 2 January") }
