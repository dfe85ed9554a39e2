package schema_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/portal"
	"anteroom/schema/system"
	"anteroom/schema/visitor"
	"anteroom/schema/workspace"
)

// story is a database in which everything has happened, with the secrets that
// went through it.
type story struct {
	*fixture.Agency
	secrets map[string]string   // by what they are
	spelt   map[string][][]byte // in every way in which they could stand in a column
}

// portal uploads a file, and connects and removes a social account.
func (s *story) portal(c schema.Client, who schema.User) {
	s.T.Helper()
	ctx := s.T.Context()
	p, err := portal.For(ctx, s.DB, who.ID, s.ID)
	s.did(err)
	up, err := p.StartUpload(ctx, c.ID, "buns.jpg", 3, schema.DefaultMediaLimits)
	s.did(err)
	s.did(fixture.Error(p.AddPart(ctx, up.ID, schema.UploadPart{Size: 3, BlobKey: "media/buns"})))
	_, _, err = p.FinishUpload(ctx, up.ID, "media/buns", "image/jpeg")
	s.did(err)
	s.secrets["verifier"], s.secrets["token of a platform"] = "verifier-of-the-story-0123456789", "platform-token-0123456789"
	state, err := p.StartConnect(ctx, s.Keys, c.ID, "demo", hashOf("Ines"), s.secrets["verifier"])
	s.did(err)
	s.secrets["state"] = state
	found, _, err := s.Visitor.TakeConnect(ctx, state, hashOf("Ines"))
	s.did(err)
	a, err := s.Visitor.SaveAccount(ctx, found, schema.Grant{ExternalID: "1", Handle: "buns", Token: []byte(s.secrets["token of a platform"])})
	s.did(err, fixture.Error(p.RemoveAccount(ctx, a.ID)))
}

func (s *story) session(name string, token visitor.SessionToken, err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatalf("%s: %v", name, err)
	}
	s.secrets["session of "+name] = string(token)
}

func (s *story) did(errs ...error) {
	s.T.Helper()
	for _, err := range errs {
		if err != nil {
			s.T.Fatal(err)
		}
	}
}

func tellStory(t *testing.T) *story {
	s := &story{Agency: fixture.New(t).Agency("Halden Street"), secrets: map[string]string{"password": fixture.Password,
		"password of Ines": "sourdough at dawn", "wrong password": "rye bread at dusk", "new password": "olive loaf by noon"}}
	ctx, v, ws, c, other := t.Context(), s.Visitor, s.Workspace(), s.Client("Orchard Lane"), s.Client("Alder Row")
	s.secrets["session of the owner"] = string(s.Owner.Session)
	_, s.secrets["secret of an endpoint"] = s.Endpoint("https://crm.example.com/hook")
	gone, secret := s.Endpoint("https://board.example.com/hook")
	s.secrets["secret of another endpoint"] = secret

	ines, tom, typo := s.InviteSent(c, "ines@example.com"), s.InviteSent(c, "tom@example.com"), s.InviteSent(c, "typo@example.com")
	s.Cool(tom.ID)
	s.did(fixture.Error(ws.Resend(ctx, tom.ID)), fixture.Error(ws.FixEmail(ctx, typo.ID, "right@example.com")))
	token, err := v.Accept(ctx, s.Link(ines), "Ines Duarte", s.secrets["password of Ines"], "Firefox")
	s.session("Ines", token, err)
	token, err = v.SignIn(ctx, ines.Email, s.secrets["password of Ines"], "Firefox")
	s.session("Ines again", token, err)
	fixture.Refused(t, fixture.Error(v.SignIn(ctx, ines.Email, s.secrets["wrong password"], "")), schema.Invalid, "credentials")
	token, err = v.AcceptKnown(ctx, s.Link(s.Invite(other, ines.Email)), s.secrets["password of Ines"], "Firefox")
	s.session("Ines at another client", token, err)

	s.portal(other, s.UserAt(ines.Email))

	noor := s.InviteMemberSent(schema.RoleMember, "noor@example.com")
	s.secrets["link of a colleague"] = s.MemberLink(noor)
	token, err = v.AcceptMember(ctx, s.MemberLink(noor), "Noor Said", s.secrets["password of Ines"], "Firefox")
	s.session("Noor", token, err)
	s.secrets["link of another colleague"] = s.MemberLink(s.InviteMember(schema.RoleAdmin, "mira@example.com"))

	user := s.UserAt(ines.Email)
	s.did(fixture.Error(v.ForgotPassword(ctx, ines.Email)))
	s.secrets["link to set a password"], s.secrets["link to confirm"] = s.PasswordLink(user), s.ConfirmLink(user)
	token, err = v.SetPassword(ctx, s.secrets["link to set a password"], s.secrets["new password"], "Firefox")
	s.session("Ines with the new password", token, err)

	form := visitor.SignUpForm{AgencyName: "Mill Road", FullName: "Rosa Lind", Email: "rosa@example.com", Password: "rye bread at noon"}
	s.secrets["password of a sign-up"] = form.Password
	s.did(fixture.Error(v.SignUp(ctx, form)))
	s.secrets["link of a sign-up"] = schema.SignUpToken(s.Keys, fixture.Read[schema.SignUpID](s.World, `SELECT id FROM sign_ups`))
	token, err = v.FinishSignUp(ctx, s.secrets["link of a sign-up"], form.Password, "Firefox")
	s.session("Rosa", token, err)
	s.secrets["changed password"] = "olive loaf at dusk"
	s.did(v.ChangePassword(ctx, token, form.Password, s.secrets["changed password"]))

	stale := s.InviteSent(c, "stale@example.com")
	s.LetGoStale(stale.ID)
	s.Cool(stale.ID)
	s.did(fixture.Error(v.FreshLink(ctx, s.Link(stale))), ws.Revoke(ctx, typo.ID), ws.Remove(ctx, ines.ID))
	lost := s.Invite(c, "lost@example.com")
	s.Record(lost.EmailID, s.Claim(lost.EmailID).Email.Attempt, schema.MailResult{Outcome: schema.MailRejected, Code: "refused", Reason: "The provider refused the message."})
	s.did(ws.EditClient(ctx, other.ID, workspace.ClientForm{Name: "Alder Row Architects", Email: "studio@example.com", ExternalID: "CRM-12"}))
	s.hear(c)
	s.did(fixture.Error(ws.DisableEndpoint(ctx, gone.ID)))
	s.DeleteClient(c)
	s.Cascade(c)
	for _, u := range fixture.ReadAll[schema.ClientUser](s.World, `SELECT * FROM client_users`) {
		for g := range u.Generation + 1 {
			s.secrets[fmt.Sprint("link ", g, " of ", u.Email)] = s.LinkOf(u.ID, g)
		}
	}
	s.spelt = map[string][][]byte{}
	for name, secret := range s.secrets {
		s.spelt[name] = spellings(secret)
	}
	return s
}

// hear has the provider say everything that it can of an email.
func (s *story) hear(c schema.Client) {
	s.T.Helper()
	for i, state := range []schema.EmailState{schema.EmailDelayed, schema.EmailDelivered, schema.EmailSuppressed, schema.EmailBounced, schema.EmailComplained} {
		u := s.InviteSent(c, fmt.Sprintf("person.%s@example.com", state))
		said := schema.ProviderEvent{State: state, At: s.Now(), Code: "550", Reason: "There is no such address."}
		s.did(fixture.Error(s.System.TakeMailEvent(s.T.Context(), system.MailEvent{Token: fmt.Sprint("token ", i), SignedAt: s.Now(), Email: u.EmailID, Said: said})))
	}
}

// spellings are a secret as it is and the bytes that make it one, raw, in hex
// and in base64.
func spellings(secret string) (out [][]byte) {
	raws := [][]byte{[]byte(secret)}
	body := secret[strings.IndexByte(secret, '.')+1:] // without the name of a link's key
	if b, err := base64.RawURLEncoding.DecodeString(body); err == nil && len(b) >= 32 {
		raws = append(raws, b[len(b)-32:])
		if body != secret {
			raws = append(raws, []byte(body))
		}
	}
	for _, raw := range raws {
		out = append(out, raw, []byte(hex.EncodeToString(raw)), []byte(base64.StdEncoding.EncodeToString(raw)))
	}
	return out
}

// leaks names the columns in which a secret stands, in capitals or not.
func (s *story) leaks() (out []string) {
	cells, all := s.Dump(), []byte{}
	for _, cell := range cells {
		all = append(append(all, cell.Value...), '\n')
	}
	lower := bytes.ToLower(all)
	for name, spelt := range s.spelt {
		for _, spelling := range spelt {
			if !bytes.Contains(all, spelling) && !bytes.Contains(lower, bytes.ToLower(spelling)) {
				continue
			}
			for _, cell := range cells {
				if bytes.Contains(cell.Value, spelling) || bytes.Contains(bytes.ToLower(cell.Value), bytes.ToLower(spelling)) {
					out = append(out, cell.Table+"."+cell.Column+" holds the "+name)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestNoSecretStandsAnywhereInTheDatabase(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	for _, leak := range s.leaks() {
		t.Error(leak)
	}
	if len(s.secrets) < 15 || fixture.Read[int](s.World, `SELECT COUNT(*) FROM events`) < 25 {
		t.Errorf("the story has only %d secrets", len(s.secrets))
	}
	// Without this the scan could be blind.
	for _, spelling := range s.spelt["session of Ines"] {
		s.Exec(`UPDATE events SET payload = ? LIMIT 1`, slices.Concat([]byte("{"), spelling, []byte("}")))
		if leaks := s.leaks(); len(leaks) != 1 || leaks[0] != "events.payload holds the session of Ines" {
			t.Errorf("with %q in a payload it finds %v", spelling, leaks)
		}
	}
}
