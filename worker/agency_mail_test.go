package worker_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

func TestAColleaguesMailCarriesALinkThatWorksTheLogoAndTheReplyAddress(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var logo bytes.Buffer
	s.check(png.Encode(&logo, image.NewNRGBA(image.Rect(0, 0, 96, 96))))
	s.check(s.ws.SetLogo(t.Context(), logo.Bytes()))
	s.check(s.ws.SaveAgency(t.Context(), workspace.AgencyForm{Name: "Halden Street Social", ReplyTo: "hello@haldenstreet.example", Days: "7", Reminders: true}))
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	due, err := s.ws.InviteMember(t.Context(), workspace.MemberForm{FullName: "Jonas Weber", Email: "jonas@haldenstreet.example", Role: "admin"})
	s.check(err)
	bell.Ring(t.Context(), due...)
	bell.Ring(t.Context(), s.invite("Tom Okafor", "tom@orchardlane.example").Due...)

	m, client := s.waitForMail("jonas@", 10*time.Second), s.waitForMail("tom@", 10*time.Second)
	if m.Subject != "Priya Nair invited you to join Halden Street Social" || m.Tags[0] != "member-invitation" || !strings.Contains(m.Text, "as an admin") {
		t.Errorf("%q, %v:\n%s", m.Subject, m.Tags, m.Text)
	}
	a, err := s.ws.AgencySettings(t.Context())
	s.check(err)
	img := `src="https://portal.example.com/logos/` + a.ID.String() + `?v=` + a.LogoHash.String() + `" alt="Halden Street Social" width="48" height="48"`
	for _, mail := range []string{m.HTML, client.HTML} {
		if !strings.Contains(mail, img) {
			t.Errorf("the logo is missing:\n%s", mail)
		}
	}
	for _, reply := range []string{m.Headers["Reply-To"], client.Headers["Reply-To"]} {
		if reply != `"Halden Street Social" <hello@haldenstreet.example>` {
			t.Errorf("answers go to %q", reply)
		}
	}
	_, rest, _ := strings.Cut(m.Text, "https://portal.example.com/member-invitations/")
	link, _, _ := strings.Cut(rest, "\n")
	if _, err := s.visitor().AcceptMember(t.Context(), strings.TrimSpace(link), "Jonas Weber", "starter and scale", ""); err != nil {
		t.Errorf("the link does not work: %v", err)
	}
}

// A mail that waits must not bring back what was revoked meanwhile.
func TestTheMailOfARevokedColleagueIsNotSent(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	due, err := s.ws.InviteMember(t.Context(), workspace.MemberForm{FullName: "Jonas Weber", Email: "jonas@haldenstreet.example", Role: "admin"})
	s.check(err)
	var id schema.MemberInvitationID
	s.check(s.db.Get(&id, `SELECT id FROM member_invitations`))
	s.check(s.ws.RevokeMember(t.Context(), id))
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	bell.Ring(t.Context(), due...)
	other := s.invite("Tom Okafor", "tom@orchardlane.example")
	bell.Ring(t.Context(), other.Due...)
	s.waitForState(other.Due[0], 10*time.Second, schema.EmailSent)
	if e := s.email(due[0]); e.State != schema.EmailCancelled || len(s.mails("jonas@")) != 0 {
		t.Errorf("the email is %s", e.State)
	}
	if _, err := s.visitor().AcceptMember(t.Context(), schema.MemberInvitationLink{Invitation: id, Generation: 1}.Token(s.keys), "Jonas", "starter and scale", ""); schema.CodeOf(err) != "link_revoked" {
		t.Errorf("its link gives %v", err)
	}
}
