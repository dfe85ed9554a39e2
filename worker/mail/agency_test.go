package mail

import (
	"strings"
	"testing"
)

// branded is an invitation of an agency with a logo and an address of its own.
func branded() Invitation {
	v := invitation()
	v.ReplyTo = "hello@haldenstreet.example"
	v.Logo = Logo{URL: "https://anteroom.example/logos/ag_01K?v=0a1b2c", Width: 128, Height: 48}
	return v
}

func memberInvitation() MemberInvitation {
	v := invitation()
	return MemberInvitation{
		EmailID: v.EmailID, FullName: "Jonas Weber", Address: "jonas@haldenstreet.example", Agency: v.Agency, Role: "admin",
		Inviter: v.Inviter, InviterEmail: v.InviterEmail,
		Link: "https://portal.haldenstreet.example/member-invitations/q7Xr2mVtKd83", ExpiresAt: expires,
	}
}

func TestAnswersGoWhereTheMailSaysTheyGo(t *testing.T) {
	for name, c := range map[string]struct {
		replyTo, inviter, email string
		want                    answers
	}{
		"the agency's own address": {"hello@a.example", "Priya Nair", "priya@a.example",
			answers{"Halden Street", "hello@a.example", "Questions? Reply to this email and it goes to Halden Street."}},
		"the inviter's": {"", "Priya Nair", "priya@a.example",
			answers{"Priya Nair", "priya@a.example", "Questions? Reply to this email and it goes straight to Priya."}},
		"an inviter whose name is none": {"", "4real", "priya@a.example",
			answers{"4real", "priya@a.example", "Questions? Reply to this email and it goes straight to the person who invited you."}},
		"nobody's": {},
	} {
		if got := answersTo("Halden Street", c.replyTo, c.inviter, c.email); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
		i, m := invitation(), memberInvitation()
		i.ReplyTo, i.Inviter, i.InviterEmail = c.replyTo, c.inviter, c.email
		m.ReplyTo, m.Inviter, m.InviterEmail = c.replyTo, c.inviter, c.email
		for _, sent := range []Message{i.Message(), m.Message()} {
			if sent.ReplyToAddress != c.want.address || strings.Contains(sent.Text, "Reply to this email") != (c.want.address != "") {
				t.Errorf("%s: answers go to %q\n%s", name, sent.ReplyToAddress, sent.Text)
			}
		}
	}
}

func TestALogoStandsInPlaceOfTheBadge(t *testing.T) {
	const badge = `class="e-badge"`
	with, without := branded().Message().HTML, invitation().Message().HTML
	img := `<img src="https://anteroom.example/logos/ag_01K?v=0a1b2c" alt="Halden Street Social" width="128" height="48"`
	if !strings.Contains(with, img) || strings.Contains(with, badge) {
		t.Errorf("with a logo:\n%s", with)
	}
	if strings.Contains(without, "<img") || !strings.Contains(without, badge) {
		t.Errorf("without one:\n%s", without)
	}
	m := memberInvitation()
	m.Logo = branded().Logo
	if html := m.Message().HTML; !strings.Contains(html, img) {
		t.Errorf("to a colleague:\n%s", html)
	}
	v := branded()
	v.Agency, v.Logo.URL = `"><script>`, `javascript:alert(1)`
	if html := v.Message().HTML; strings.Contains(html, "<script") || strings.Contains(html, `src="javascript`) {
		t.Errorf("a name or an address became markup:\n%s", html)
	}
}

func TestAColleagueIsToldAsWhatTheyAreInvited(t *testing.T) {
	for role, want := range map[string]string{"owner": "as an owner: you", "admin": "as an admin: you", "member": "as a member: you"} {
		v := memberInvitation()
		v.Role = role
		if m := v.Message(); !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
			t.Errorf("%s:\n%s", role, m.Text)
		}
	}
}
