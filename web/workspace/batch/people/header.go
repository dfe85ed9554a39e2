package people

import "strings"

// column is what a list can say of a person.
type column int

const (
	colName column = iota
	colFirst
	colLast
	colEmail
	nColumns
)

// titles are the headings that columns go by, in lower case.
var titles = map[string]column{
	"name": colName, "full name": colName, "fullname": colName, "display name": colName, "contact": colName,
	"contact name": colName, "person": colName,
	"first name": colFirst, "firstname": colFirst, "first": colFirst, "given name": colFirst, "forename": colFirst,
	"last name": colLast, "lastname": colLast, "last": colLast, "surname": colLast, "family name": colLast,
	"email": colEmail, "e mail": colEmail, "email address": colEmail, "e mail address": colEmail, "mail": colEmail,
	"mail address": colEmail, "primary email": colEmail, "work email": colEmail,
}

// columns says where on a line each stands; -1 for nowhere.
type columns struct {
	at    [nColumns]int
	width int
}

// header reads the first line as headings. Without one for the address it is
// somebody on the list.
func header(fields []string) (columns, bool) {
	c := columns{[nColumns]int{-1, -1, -1, -1}, len(fields)}
	for i, f := range fields {
		if strings.Contains(f, "@") {
			return c, false
		}
		if what, ok := titles[heading(f)]; ok && c.at[what] < 0 {
			c.at[what] = i
		}
	}
	email := c.at[colEmail]
	if email >= 0 && c.width == 2 && c.at[colFirst] < 0 && c.at[colLast] < 0 {
		c.at[colName] = 1 - email // whatever its heading says
	}
	return c, email >= 0
}

func heading(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("_", " ", "-", " ", ":", " ").Replace(strings.ToLower(s))), " ")
}

// read takes a person from a line below the headings.
func (c columns) read(fields []string) Person {
	fields = c.mended(fields)
	field := func(what column) string {
		if i := c.at[what]; i >= 0 && i < len(fields) {
			return fields[i]
		}
		return ""
	}
	p := Person{field(colName), field(colEmail)}
	if p.FullName == "" {
		p.FullName = strings.TrimSpace(field(colFirst) + " " + field(colLast))
	}
	if name, email, ok := angle(p.Email); ok {
		return Person{fuller(p.FullName, name), email}
	}
	p.Email = clean(p.Email)
	return p
}

// mended puts an address together that a comma has divided: a line with more
// fields than headings, and an address that isn't whole.
func (c columns) mended(fields []string) []string {
	email, more := c.at[colEmail], len(fields)-c.width
	if more <= 0 {
		return fields
	}
	if at := strings.LastIndexByte(fields[email], '@'); at >= 0 && strings.Contains(fields[email][at:], ".") {
		return fields
	}
	whole := strings.Join(fields[email:email+more+1], ",")
	return append(append(append([]string{}, fields[:email]...), whole), fields[email+more+1:]...)
}
