package mail

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden files anew")

var expires = time.Date(2026, 11, 30, 12, 6, 40, 0, time.FixedZone("CET", 3600))

func invitation() Invitation {
	return Invitation{
		EmailID: "em_01K", FullName: "Tom Okafor", Address: "tom@orchardlane.example",
		Agency: "Halden Street Social", Client: "Orchard Lane Bakery", Inviter: "Priya Nair", InviterEmail: "priya@haldenstreet.example",
		Link:      "https://portal.haldenstreet.example/invitations/q7Xr2mVtKd83LpZnYcBaQ0wErTyUiOpAsDfGhJkL",
		ExpiresAt: expires,
	}
}

func letters() map[string]Message {
	resent, orphan := invitation(), invitation()
	resent.Resent = true
	orphan.Inviter, orphan.InviterEmail = "", ""
	password := PasswordLink{
		EmailID: "em_01K", FullName: "Jonas Weber", Address: "jonas@haldenstreet.example",
		Link: "https://anteroom.example/password/q7Xr2mVtKd83", ExpiresAt: expires, Agency: "Halden Street Social",
	}
	welcome := password
	welcome.Welcome = true
	return map[string]Message{
		"invitation":        invitation().Message(),
		"invitation-resent": resent.Message(),
		"invitation-orphan": orphan.Message(),
		"invitation-logo":   branded().Message(),
		"member-invitation": memberInvitation().Message(),
		"reminder":          Reminder{Invitation: invitation()}.Message(),
		"reminder-last":     Reminder{Invitation: orphan, Last: true}.Message(),
		"confirmation": Confirmation{
			EmailID: "em_01K", FullName: "Priya Nair", Address: "priya@haldenstreet.example",
			Link: "https://anteroom.example/confirm/q7Xr2mVtKd83", ExpiresAt: expires,
		}.Message(),
		"sign-up": SignUp{
			EmailID: "em_01K", FullName: "Priya Nair", Address: "priya@haldenstreet.example",
			Link: "https://anteroom.example/sign-ups/q7Xr2mVtKd83", ExpiresAt: expires,
		}.Message(),
		"endpoint-failing":  endpoint().Failing(),
		"endpoint-warning":  endpoint().Warning(),
		"endpoint-disabled": endpoint().Disabled(false),
		"endpoint-gone":     endpoint().Disabled(true),
		"password-reset":    password.Message(),
		"password-welcome":  welcome.Message(),
	}
}

func TestTheTextPartOfEachLetter(t *testing.T) {
	for name, m := range letters() {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name+".txt")
			got := "Subject: " + m.Subject + "\nFrom: " + m.FromName + "\nReply-To: " + m.ReplyToName + " " + m.ReplyToAddress +
				"\nTag: " + m.Tag + "\n\n" + m.Text
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s has changed (run with -update if that is meant):\n%s", file, got)
			}
		})
	}
}

func TestBothPartsOfEachLetterCarryTheLinkAndItsEnd(t *testing.T) {
	for name, m := range letters() {
		link := m.Text[strings.Index(m.Text, "https://"):]
		link = link[:strings.IndexByte(link, '\n')]
		if strings.Count(m.HTML, `href="`+link+`"`) != 2 || !strings.Contains(m.HTML, ">"+link+"</a>") {
			t.Errorf("%s: the HTML lacks the button or the bare link %s", name, link)
		}
		for part, s := range map[string]string{"text": m.Text, "HTML": m.HTML} {
			if !strings.Contains(s, "Monday 30 November 2026, 11:06 UTC") {
				t.Errorf("%s: the %s doesn't say until when", name, part)
			}
		}
		if strings.Count(m.HTML, "<!--[if mso]>") != 2 || strings.Contains(m.HTML, "ZgotmplZ") {
			t.Errorf("%s: the HTML lost a part in escaping:\n%s", name, m.HTML)
		}
		if n := len(m.HTML); n > 20_000 { // Gmail cuts a mail off at 102 kB
			t.Errorf("%s: the HTML has %d bytes", name, n)
		}
	}
}

func TestNamesAreTextAndNothingElse(t *testing.T) {
	v := invitation()
	v.FullName = `<b>Tom</b>`
	v.Agency = `<script>alert(1)</script>`
	v.Client = "https://evil.example/win click\r\nBcc: x@y.example"
	v.Inviter = "Priya \u202eriaN\u2028 www.evil.example"
	m := v.Message()
	for part, s := range map[string]string{"HTML": m.HTML, "text": m.Text, "subject": m.Subject} {
		for _, bad := range []string{"https://evil", "\r", "\u202e", "\u2028"} {
			if strings.Contains(s, bad) {
				t.Errorf("the %s holds %q:\n%s", part, bad, s)
			}
		}
	}
	if strings.Contains(m.HTML+m.Text, "evil.example") || !strings.Contains(m.Text, "www.\u200cevil.\u200cexample") {
		t.Errorf("a host in a name is whole:\n%s", m.Text)
	}
	if strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "<b>Tom") {
		t.Errorf("a name became markup:\n%s", m.HTML)
	}
	if strings.Contains(m.Subject, "\n") || !strings.Contains(m.Text, "Hello,") {
		t.Errorf("%q\n%s", m.Subject, m.Text)
	}
}

func TestALinkThatIsNoWebAddressIsNotSent(t *testing.T) {
	v := invitation()
	v.Link = "javascript:alert(1)"
	if html := v.Message().HTML; strings.Contains(html, `href="javascript`) {
		t.Error(html)
	}
}

func TestSubjectsAreBounded(t *testing.T) {
	v := invitation()
	v.Inviter, v.Client = strings.Repeat("Ürsula ", 60), strings.Repeat("Bäckerei ", 60)
	m := v.Message()
	if n := utf8.RuneCountInString(m.Subject); n > maxSubject || !strings.HasSuffix(m.Subject, " portal") {
		t.Errorf("%d characters: %s", n, m.Subject)
	}
}

func TestAStrangerReadsNothingThatSomebodyElseChose(t *testing.T) {
	for _, name := range []string{"You won! evil.example", "evil.example Tom", "x@y.example", strings.Repeat("long", 20), "", "99 prizes"} {
		c := Confirmation{FullName: name, Address: "tom@orchardlane.example", Link: "https://a.example/x", ExpiresAt: expires}
		for _, m := range []Message{c.Message(), SignUp(c).Message()} {
			if !strings.HasPrefix(m.Text, "Hello,") && !strings.HasPrefix(m.Text, "Hi You,") || strings.Contains(m.Text+m.HTML+m.ToName, "evil") {
				t.Errorf("%q: to %q\n%s", name, m.ToName, m.Text)
			}
		}
	}
}

func TestFirstNamesAreKnownFromOtherThings(t *testing.T) {
	for full, want := range map[string]string{
		"Tom Okafor": "Tom", "  Zoë  ": "Zoë", "Jean-Luc P.": "Jean-Luc", "O’Neil": "O’Neil", "王小明": "王小明", "नेहा शर्मा": "नेहा",
		"J. Smith": "", "tom@x.example": "", "https://evil.example": "", "4real": "", "": "",
	} {
		if got := firstName(full); got != want {
			t.Errorf("firstName(%q) is %q, want %q", full, got, want)
		}
	}
}

func TestLinesAreOneHarmlessLine(t *testing.T) {
	for in, want := range map[string]string{
		" a\r\n\tb\x00 c ":            "a b c",
		"htt://ps://evil.example":     "evil.example",
		"x:h:////evil.example":        "evil.example",
		"HTTPS://HTTP://a.example x":  "a.example x",
		"\u202eabc\u202c \u2066d":     "abc d",
		"bad \xff utf-8":              "bad utf-8",
		"family \U0001F468\u200d👩 ok": "family \U0001F468\u200d👩 ok",
	} {
		if got := line(in, 100); got != want {
			t.Errorf("line(%q) is %q, want %q", in, got, want)
		}
	}
	if got := line("Halden Street", 8); got != "Halden…" {
		t.Errorf("cut to %q", got)
	}
}
