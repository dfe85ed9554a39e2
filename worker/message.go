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
	case schema.EmailWelcome, schema.EmailResetPassword:
		return mail.PasswordLink{EmailID: id, FullName: l.FullName, Address: to, ExpiresAt: l.ExpiresAt, Agency: l.Agency,
			Welcome: c.Email.Kind == schema.EmailWelcome,
			Link:    w.accountLink("passwords", schema.PurposeSetPassword, c)}.Message()
	}
	link := schema.InvitationLink{ClientUser: c.Email.ClientUserID, Generation: c.Email.Generation}
	return mail.Invitation{EmailID: id, FullName: l.FullName, Address: to, Agency: l.Agency, Client: l.Client,
		Inviter: l.Inviter, InviterEmail: l.InviterEmail, ExpiresAt: l.ExpiresAt,
		Resent: c.Email.Kind == schema.EmailInvitationResend,
		Link:   w.link("invitations", link.Token(w.o.Keys))}.Message()
}

func (w *Worker) accountLink(path string, p schema.Purpose, c system.EmailClaim) string {
	return w.link(path, schema.AccountLink{Purpose: p, User: c.Email.UserID,
		CredentialVersion: c.Email.Generation, ExpiresAt: c.Letter.ExpiresAt}.Token(w.o.Keys))
}

// link is made from BASE_URL alone: no request's Host header gets into a mail.
func (w *Worker) link(path, token string) string {
	return strings.TrimSuffix(w.o.BaseURL.String(), "/") + "/" + path + "/" + token
}
