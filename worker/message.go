package worker

import (
	"strings"

	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/worker/mail"
)

// message writes a claimed email. Its link is made here and stands nowhere
// else.
func (w *Worker) message(c system.EmailClaim) mail.Message {
	id, to, l := c.Email.ID.String(), c.Email.Address, c.Letter
	switch c.Email.Kind {
	case schema.EmailConfirm:
		return mail.Confirmation{EmailID: id, FullName: l.FullName, Address: to, ExpiresAt: l.ExpiresAt,
			Link: w.accountLink("email-confirmations", schema.PurposeConfirmEmail, c)}.Message()
	case schema.EmailSignUp:
		return mail.SignUp{EmailID: id, FullName: l.FullName, Address: to, ExpiresAt: l.ExpiresAt,
			Link: w.link("sign-ups", schema.SignUpToken(w.o.Keys, c.Email.SignUpID))}.Message()
	case schema.EmailWelcome, schema.EmailResetPassword:
		return mail.PasswordLink{EmailID: id, FullName: l.FullName, Address: to, ExpiresAt: l.ExpiresAt, Agency: l.Agency,
			Welcome: c.Email.Kind == schema.EmailWelcome,
			Link:    w.accountLink("passwords", schema.PurposeSetPassword, c)}.Message()
	}
	if l.Endpoint != nil {
		return w.endpointMessage(c)
	}
	logo := w.logo(c)
	if c.Email.Kind == schema.EmailMemberInvitation {
		link := schema.MemberInvitationLink{Invitation: c.Email.MemberInvitationID, Generation: c.Email.Generation}
		return mail.MemberInvitation{EmailID: id, FullName: l.FullName, Address: to, Agency: l.Agency, Role: string(l.Role),
			Inviter: l.Inviter, InviterEmail: l.InviterEmail, ReplyTo: l.ReplyTo, Logo: logo, ExpiresAt: l.ExpiresAt,
			Link: w.link("member-invitations", link.Token(w.o.Keys))}.Message()
	}
	link := schema.InvitationLink{ClientUser: c.Email.ClientUserID, Generation: c.Email.Generation}
	invitation := mail.Invitation{EmailID: id, FullName: l.FullName, Address: to, Agency: l.Agency, Client: l.Client,
		Inviter: l.Inviter, InviterEmail: l.InviterEmail, ReplyTo: l.ReplyTo, Logo: logo, ExpiresAt: l.ExpiresAt,
		Resent: c.Email.Kind == schema.EmailInvitationResend,
		Link:   w.link("invitations", link.Token(w.o.Keys))}
	if c.Email.Kind == schema.EmailInvitationReminder {
		return mail.Reminder{Invitation: invitation, Last: l.LastReminder}.Message()
	}
	return invitation.Message()
}

func (w *Worker) accountLink(path string, p schema.Purpose, c system.EmailClaim) string {
	return w.link(path, schema.AccountLink{Purpose: p, User: c.Email.UserID,
		CredentialVersion: c.Email.Generation, ExpiresAt: c.Letter.ExpiresAt}.Token(w.o.Keys))
}

// logo is where the agency's logo stands, if it has one.
func (w *Worker) logo(c system.EmailClaim) (l mail.Logo) {
	if c.Letter.Logo.HasLogo() {
		l.URL = w.link("logos", c.Email.AgencyID.String()) + "?v=" + c.Letter.Logo.LogoHash.String()
		l.Width, l.Height = c.Letter.Logo.LogoShown()
	}
	return l
}

// link is made from BASE_URL alone: no request's Host header gets into a mail.
func (w *Worker) link(path, token string) string {
	return strings.TrimSuffix(w.o.BaseURL.String(), "/") + "/" + path + "/" + token
}
