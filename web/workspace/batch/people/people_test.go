package people_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"anteroom/web/workspace/batch/people"
)

var nadia, oliver = people.Person{FullName: "Nadia Haddad", Email: "nadia@alderrow.example"}, people.Person{FullName: "Oliver Brandt", Email: "oliver@alderrow.example"}

func TestPeopleAreReadHoweverTheListIsWritten(t *testing.T) {
	both := []people.Person{nadia, oliver}
	for name, text := range map[string]string{
		"commas":                "Nadia Haddad, nadia@alderrow.example\nOliver Brandt, oliver@alderrow.example",
		"semicolons":            "Nadia Haddad;nadia@alderrow.example\r\nOliver Brandt;oliver@alderrow.example\r\n",
		"tabs":                  "Nadia Haddad\tnadia@alderrow.example\nOliver Brandt\toliver@alderrow.example\n",
		"old line ends":         "Nadia Haddad, nadia@alderrow.example\rOliver Brandt, oliver@alderrow.example",
		"empty lines":           "\n\n  \n,,\nNadia Haddad, nadia@alderrow.example\n\t\n\nOliver Brandt, oliver@alderrow.example\n\n",
		"a byte order mark":     "\uFEFFNadia Haddad, nadia@alderrow.example\nOliver Brandt, oliver@alderrow.example",
		"a header":              "Full name,Email\nNadia Haddad,nadia@alderrow.example\nOliver Brandt,oliver@alderrow.example",
		"a header, turned":      "E-mail address;Name\nnadia@alderrow.example;Nadia Haddad\noliver@alderrow.example;Oliver Brandt",
		"first and last":        "Email,Last name,First name\nnadia@alderrow.example,Haddad,Nadia\noliver@alderrow.example,Brandt,Oliver",
		"tabs, empty fields":    "ID\tName\tPhone\tEmail\n1\tNadia Haddad\t\tnadia@alderrow.example\n\tOliver Brandt\t\toliver@alderrow.example",
		"unknown headings":      "who,email\nNadia Haddad,nadia@alderrow.example\nOliver Brandt,oliver@alderrow.example",
		"many columns":          "ID,First_Name,Last_Name,Phone,Email,Notes\n1,Nadia,Haddad,\"+44 20, ext 5\",nadia@alderrow.example,\"says \"\"hi\"\"\"\n2,Oliver,Brandt,,oliver@alderrow.example,",
		"lines within fields":   "Name,Address,Email\nNadia Haddad,\"1 High St\nLondon\",nadia@alderrow.example\nOliver Brandt,\"2 High St\n\nLeeds\",oliver@alderrow.example",
		"a declared divider":    "sep=;\nName;Email\nNadia Haddad;nadia@alderrow.example\nOliver Brandt;oliver@alderrow.example",
		"quotes":                "\"Nadia Haddad\", \"nadia@alderrow.example\"\n\"Oliver Brandt\",\"oliver@alderrow.example\"",
		"numbers before":        "1; Nadia Haddad; nadia@alderrow.example\n2; Oliver Brandt; oliver@alderrow.example",
		"more after":            "Nadia Haddad, nadia@alderrow.example, Architect\nOliver Brandt, oliver@alderrow.example, +44 20",
		"first, last, no head":  "Nadia, Haddad, nadia@alderrow.example\nOliver, Brandt, oliver@alderrow.example",
		"the address first":     "nadia@alderrow.example",
		"angles":                "Nadia Haddad <nadia@alderrow.example>\n\"Oliver Brandt\" <oliver@alderrow.example>",
		"angles, last first":    "Haddad, Nadia <nadia@alderrow.example>\n\"Brandt, Oliver\" <oliver@alderrow.example>",
		"a mail's recipients":   "Nadia Haddad <nadia@alderrow.example>; Oliver Brandt <oliver@alderrow.example>;",
		"recipients, commas":    "Nadia Haddad <nadia@alderrow.example>, Oliver Brandt <oliver@alderrow.example>",
		"angles under a header": "Name,Email\n,Nadia Haddad <nadia@alderrow.example>\nOliver Brandt,<oliver@alderrow.example>",
		"spaces":                "Nadia Haddad nadia@alderrow.example\nOliver Brandt - oliver@alderrow.example",
		"what nobody sees":      " Nadia\u00A0Haddad ,\u200Bnadia@alderrow.example\u200B\nOliver  Brandt, mailto:oliver@alderrow.example",
	} {
		want := both
		if name == "the address first" {
			want = []people.Person{{Email: nadia.Email}}
		}
		if got := people.Parse(text, 10); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestWhatIsWrongOnALineStaysThere(t *testing.T) {
	for text, want := range map[string]people.Person{
		"Beth Ashworth, beth@alderrow,example":                    {FullName: "Beth Ashworth", Email: "beth@alderrow,example"},
		"Name,Email\nBeth Ashworth,beth@alderrow,example":         {FullName: "Beth Ashworth", Email: "beth@alderrow,example"},
		"Email,Name\nbeth@alderrow,example,Beth Ashworth":         {FullName: "Beth Ashworth", Email: "beth@alderrow,example"},
		"Name,Email\nBeth Ashworth,beth,ashworth@alder.example":   {FullName: "Beth Ashworth", Email: "beth,ashworth@alder.example"},
		"Beth Ashworth; beth@alderrow,example":                    {FullName: "Beth Ashworth", Email: "beth@alderrow,example"},
		"Beth Ashworth, beth@alderrow.example, director":          {FullName: "Beth Ashworth", Email: "beth@alderrow.example"},
		"Beth Ashworth, beth.alderrow.example":                    {FullName: "Beth Ashworth", Email: "beth.alderrow.example"},
		"Beth Ashworth, beth @alderrow.example":                   {FullName: "Beth Ashworth", Email: "beth @alderrow.example"},
		"Beth Ashworth":                                           {FullName: "Beth Ashworth"},
		", beth@alderrow.example":                                 {Email: "beth@alderrow.example"},
		"Name,Email\n,beth@alderrow.example":                      {Email: "beth@alderrow.example"},
		"Name,Email\nBeth Ashworth":                               {FullName: "Beth Ashworth"},
		"Beth \"Bee\" Ashworth, beth@alderrow.example":            {FullName: `Beth "Bee" Ashworth`, Email: "beth@alderrow.example"},
		"Beth Ashworth, beth@@alderrow.example, beth@row.example": {FullName: "Beth Ashworth", Email: "beth@@alderrow.example"},
	} {
		if got := people.Parse(text, 10); len(got) != 1 || got[0] != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAQuoteThatIsNeverClosedTakesNoOtherLineWithIt(t *testing.T) {
	text := "\"Beth Ashworth, beth@alderrow.example\n" + strings.Repeat("Nadia Haddad, nadia@alderrow.example\n", 30)
	got := people.Parse(text, 100)
	if len(got) != 31 || got[0].Email != "beth@alderrow.example" || got[30] != nadia {
		t.Errorf("%d people: %q", len(got), got[0])
	}
}

func TestReadingStopsOneBeyondTheLimit(t *testing.T) {
	text := strings.Repeat("Nadia Haddad, nadia@alderrow.example\n", 20)
	if got := people.Parse(text, 5); len(got) != 6 {
		t.Errorf("%d people", len(got))
	}
	if got := people.Parse(text, 20); len(got) != 20 {
		t.Errorf("%d people", len(got))
	}
	for _, empty := range []string{"", "\n\n", " , ,\n", "sep=,", "Name,Email\n"} {
		if got := people.Parse(empty, 5); len(got) != 0 {
			t.Errorf("%q: %q", empty, got)
		}
	}
}

func TestFilesOfEveryEncodingAreRead(t *testing.T) {
	utf16 := func(mark string, big bool) (b []byte) {
		b = []byte(mark)
		for _, r := range "Zoë" {
			if big {
				b = append(b, byte(r>>8), byte(r))
			} else {
				b = append(b, byte(r), byte(r>>8))
			}
		}
		return b
	}
	for name, b := range map[string][]byte{
		"UTF-8": []byte("Zoë"), "UTF-8 with a mark": []byte("\xEF\xBB\xBFZoë"), "Windows-1252": []byte("Zo\xEB"),
		"UTF-16LE": utf16("\xFF\xFE", false), "UTF-16BE": utf16("\xFE\xFF", true),
	} {
		if got, err := people.Decode(b); got != "Zoë" || err != nil {
			t.Errorf("%s: %q (%v)", name, got, err)
		}
	}
	for _, b := range []string{"PK\x03\x04rest", "\xD0\xCF\x11\xE0rest", "a\x00b"} {
		if _, err := people.Decode([]byte(b)); err != people.ErrNoText {
			t.Errorf("%q: %v", b, err)
		}
	}
}

// The worst texts take no more than a steady time a byte.
func TestReadingTakesTimeThatGrowsWithTheLengthOnly(t *testing.T) {
	for name, unit := range map[string]string{
		"open quotes": "\"a\n", "quotes": `"`, "commas": ",", "lines": "\n", "letters": "a", "ats": "@", "angles": "<@>;",
		"people": "Nadia Haddad, nadia@alderrow.example\n", "folded": "a,\"b\n",
	} {
		text := strings.Repeat(unit, 2<<20/len(unit))
		start := time.Now()
		people.Parse(text, 5000)
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s: %s", name, took)
		}
	}
}

func FuzzAListReadsTheSameOnceItIsWrittenDown(f *testing.F) {
	for _, seed := range []string{"Nadia Haddad, nadia@alderrow.example\nBeth, beth@alderrow,example", "Name;Email\nA;a@b.c", "\"a\nb\", \"c\"\"d\"@e", "A <a@b>; B <c@d>",
		"sep=\t\na\tb@c", ",,@,", "\"", "<@>", "a@b,c", "\xff\xfe", "Email\n@", "x,\"a,b@c\"", "a;b;c@d\n\"e;f\",g@h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := people.Parse(text, 50)
		if len(list) > 51 {
			t.Fatalf("%d people", len(list))
		}
		for _, p := range list {
			if !utf8.ValidString(p.FullName + p.Email) {
				t.Fatalf("%q", p)
			}
		}
		// The first is read as a heading only if it looks like one.
		list = slices.DeleteFunc(list, odd)
		if again := people.Parse(people.Format(append([]people.Person{nadia}, list...)), 60); !slices.Equal(again[1:], list) {
			t.Fatalf("%q\nwas %q\nis  %q", people.Format(list), list, again[1:])
		}
		if _, err := people.Decode([]byte(text)); err != nil && err != people.ErrNoText {
			t.Fatal(err)
		}
	})
}

// odd is what no list has: a name with an @ or angles, or no name or address.
func odd(p people.Person) bool {
	return !strings.Contains(p.FullName, " ") || strings.ContainsAny(p.FullName, "@<>\"\x00") || strings.ContainsAny(p.Email, "<>\"\x00 ") ||
		strings.Count(p.Email, "@") != 1 || strings.HasPrefix(p.Email, "mailto:")
}

func BenchmarkFiveThousandPeople(b *testing.B) {
	var s strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&s, "Person %d, person%d@alderrow.example\n", i, i)
	}
	for b.Loop() {
		people.Parse(s.String(), 5000)
	}
}
