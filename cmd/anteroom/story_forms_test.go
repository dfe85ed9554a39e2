package main

import (
	"net/http"
	"strings"
	"testing"

	"anteroom/schema/demo"
)

const (
	bakery    = "Orchard Lane Bakery"
	kiln      = "Kiln & Clay Studio"
	alder     = "Alder Row Architects"
	post      = "Saffron buns are back until Sunday" // one of the bakery's this week
	secret    = "quiet lantern over water"           // everybody's who is invited here
	noPortal  = "You have no client portal open at the moment."
	clients   = "/settings/clients"
	portal    = "/portal"
	superLink = "A newer link was sent"
	deadLink  = "This invitation is no longer open"
)

// invite sends an invitation and ends on the client's list of people.
func (p *person) invite(client, name, email string) {
	p.t.Helper()
	p.open(clients)
	p.follow("Invite someone to " + client)
	p.press("Send Invitation", "Full Name", name, "Email Address", email)
	p.is(200, clients, "The invitation is being sent.", name, email, "Invited")
}

// people goes to a client's list of people.
func (p *person) people(client string) {
	p.t.Helper()
	p.open(clients)
	p.follow("Show users of " + client)
}

// accept opens a new person's link and takes the invitation.
func (p *person) accept(link string) {
	p.t.Helper()
	p.open(link)
	p.press("Accept and sign in", "Choose a password", secret)
	p.is(200, portal)
}

// isOut makes sure that the portal is closed, with a way on.
func (p *person) isOut() {
	p.t.Helper()
	if p.status != http.StatusNotFound && p.url.Path != "/login" {
		p.t.Errorf("the portal is still open: %d %s", p.status, p.url)
	}
	p.sees("Sign in")
	p.seesNot(bakery, kiln, alder, post)
}

// The whole life of an invitation on real processes, by plain forms: nothing
// here runs a script. What Redis and the logs hold is looked through at the end.
func TestTheWholeStoryWorksByPlainForms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	web, base := s.open("LOG_LEVEL=debug")
	worker := s.start("worker")
	stories := map[string]func(*site, *person){
		"an invited person gets in and is put out again":     storyOfAccess,
		"resending makes a new link and kills the old one":   storyOfResend,
		"fixing the address makes the old link unknown":      storyOfFixedAddress,
		"a revoked link says so":                             storyOfRevoke,
		"an expired invitation is dismissed":                 storyOfDismiss,
		"a removed person is invited again":                  storyOfInviteAgain,
		"a deleted client's people can be invited elsewhere": storyOfDeletion,
		"somebody new makes an agency":                       storyOfSignUp,
	}
	t.Run("stories", func(t *testing.T) {
		for name, story := range stories {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				owner := newPerson(t, base)
				owner.signIn(demo.Owner, demo.Password)
				owner.is(200, clients)
				story(s.in(t), owner)
			})
		}
	})
	secrets := append(s.tokens(), secret, demo.Password)
	for _, m := range s.mailgun.Mails() {
		_, address, _ := strings.Cut(strings.TrimSuffix(m.To, ">"), "<")
		secrets = append(secrets, address)
	}
	if len(secrets) < 2*len(stories) || !strings.Contains(web.output(), "/invitations/:token") || !strings.Contains(worker.output(), `"outcome":"sent"`) {
		t.Errorf("there is nothing to look through: %d secrets\n%s\n%s", len(secrets), web.output(), worker.output())
	}
	keepsQuiet(t, secrets, map[string]string{"web's log": web.output(), "worker's log": worker.output(), "Redis": dump(t, s.rdb)})
}

func storyOfAccess(s *site, owner *person) {
	const name, email = "Nora Quill", "nora@orchardlane.example"
	owner.invite(bakery, name, email)
	nora := newPerson(s.t, owner.base)
	link := s.linkIn(s.mail(email))
	nora.open(link)
	nora.is(200, "", "Join "+bakery, "Halden Street Social", "Priya Nair", "12 characters or more")
	nora.press("Accept and sign in", "Choose a password", "too short")
	nora.is(http.StatusUnprocessableEntity, "", "Join "+bakery)
	nora.accept(link)
	nora.sees(bakery, "with Halden Street Social", post)
	nora.press("Sign out " + name)
	nora.is(200, "/login", "You are signed out.")
	nora.signIn(email, secret)
	nora.is(200, portal, post)
	owner.people(bakery)
	owner.sees(name, "Last signed in just now")
	for _, path := range []string{clients, clients + "/new", "/dev/mail", "/dev", attribute(owner.one("link", "Remove "+name), "href")} {
		nora.open(path)
		nora.is(http.StatusNotFound, "")
		nora.seesNot("Halden Street Social", name)
	}
	nora.open(portal)
	owner.follow("Remove " + name)
	owner.sees(name + " loses access to " + bakery)
	owner.press("Remove")
	owner.is(200, clients, "The person no longer has access.", "Deactivated")
	nora.follow("Next week")
	nora.isOut()
	nora.signIn(email, secret)
	nora.is(http.StatusForbidden, "/login", noPortal)
	nora.signIn(email, secret+"!")
	nora.seesNot(noPortal)
}

func storyOfResend(s *site, owner *person) {
	const name, email = "Rosa Lind", "rosa@orchardlane.example"
	owner.invite(bakery, name, email)
	first := s.mail(email)
	owner.people(bakery)
	owner.sees("Resend in 2 min")
	s.cool(email)
	owner.people(bakery)
	owner.press("Resend the invitation to " + name)
	owner.is(200, clients, "A new link is being sent. The old one no longer works.")
	second := s.mail(email, first)
	rosa := newPerson(s.t, owner.base)
	rosa.open(s.linkIn(first))
	rosa.is(http.StatusGone, "", superLink)
	s.cool(email)
	rosa.press("Send me the email again")
	rosa.sees("A mail is on its way")
	if third := s.mail(email, first, second); s.linkIn(third) != s.linkIn(second) {
		s.t.Error("the mail that was sent again has another link")
	}
	rosa.accept(s.linkIn(second))
	rosa.sees(bakery)
}

func storyOfFixedAddress(s *site, owner *person) {
	const name, wrong, right = "Femi Ojo", "femi@kilnandcaly.example", "femi@kilnandclay.example"
	owner.invite(kiln, name, wrong)
	old := s.mail(wrong)
	owner.people(kiln)
	owner.follow("Fix email for " + name)
	owner.press("Send to this address", "Email Address", right)
	owner.is(200, clients, name, right, "Invited")
	owner.seesNot(wrong)
	femi := newPerson(s.t, owner.base)
	femi.open(s.linkIn(old))
	femi.is(http.StatusNotFound, "", "We don’t know this link")
	femi.accept(s.linkIn(s.mail(right)))
	femi.sees(kiln)
	if n := s.count(`SELECT COUNT(*) FROM emails WHERE address = ?`, wrong); n != 1 {
		s.t.Errorf("%d mails for the wrong address", n)
	}
}

func storyOfRevoke(s *site, owner *person) {
	const name, email = "Ravi Menon", "ravi@kilnandclay.example"
	owner.invite(kiln, name, email)
	link := s.linkIn(s.mail(email))
	owner.people(kiln)
	owner.press("Revoke the invitation to " + name)
	owner.is(200, clients, "The invitation is revoked. Its link no longer works.")
	owner.seesNot(name)
	ravi := newPerson(s.t, owner.base)
	ravi.open(link)
	ravi.is(http.StatusGone, "", deadLink)
}

func storyOfDismiss(s *site, owner *person) {
	const name, email = "Dina Faro", "dina@kilnandclay.example"
	owner.invite(kiln, name, email)
	link := s.linkIn(s.mail(email))
	s.exec(`UPDATE client_users SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE email = ?`, email)
	dina := newPerson(s.t, owner.base)
	dina.open(link)
	dina.is(http.StatusGone, "", "This invitation has expired")
	owner.people(kiln)
	owner.sees(name, "Expired", "Link expired just now")
	owner.press("Dismiss the expired invitation to " + name)
	owner.is(200, clients, "The expired invitation is off the list.")
	owner.seesNot(name)
	dina.open(link)
	dina.is(http.StatusGone, "", deadLink)
}

func storyOfInviteAgain(s *site, owner *person) {
	const name, email = "Ivo Brandt", "ivo@orchardlane.example"
	owner.invite(bakery, name, email)
	first := s.mail(email)
	ivo := newPerson(s.t, owner.base)
	ivo.accept(s.linkIn(first))
	owner.people(bakery)
	owner.follow("Remove " + name)
	owner.press("Remove")
	owner.press("Invite again: " + name)
	owner.is(200, clients, "The invitation is being sent.")
	second := s.linkIn(s.mail(email, first))
	ivo.open(portal)
	ivo.isOut()
	ivo = newPerson(s.t, owner.base)
	ivo.open(second)
	ivo.is(200, "", "You already have an account with this address")
	ivo.press("Sign in and accept", "Your password", secret)
	ivo.is(200, portal, bakery, post)
}

func storyOfDeletion(s *site, owner *person) {
	const name, email, idle, idleEmail = "Ada Moss", "ada@alderrow.example", "Bo Tran", "bo@alderrow.example"
	owner.invite(alder, name, email)
	owner.invite(alder, idle, idleEmail)
	first, idleLink := s.mail(email), s.linkIn(s.mail(idleEmail))
	ada := newPerson(s.t, owner.base)
	ada.accept(s.linkIn(first))
	ada.sees(alder)
	owner.people(alder)
	owner.follow("Delete client")
	owner.sees("3 people lose access", "1 invitation is cancelled", "3 social accounts stay connected")
	owner.press("Delete client")
	owner.is(200, clients)
	owner.seesNot(alder)
	ada.follow("Next week")
	ada.isOut()
	bo := newPerson(s.t, owner.base)
	bo.open(idleLink)
	bo.is(http.StatusGone, "", deadLink)

	owner.open(clients + "?filter=deleted")
	owner.follow("Show users of " + alder)
	owner.sees(name, idle, "Lost access with this client", "Invitation cancelled with this client")
	owner.seesNot("Active", "Invited")
	owner.follow("Invite to another client: " + name)
	owner.press("Send Invitation", "Client", kiln)
	owner.is(200, clients, name, email, "Invited")
	ada = newPerson(s.t, owner.base)
	ada.open(s.linkIn(s.mail(email, first)))
	ada.press("Sign in and accept", "Your password", secret)
	ada.is(200, portal, kiln)
	ada.seesNot(alder)
	s.eventually(mailWithin, func() bool {
		return s.count(`SELECT COUNT(*) FROM clients WHERE name = ? AND cascade_state = 'done'`, alder) == 1
	}, func() string { return "the cascade is not through" })
	if n := s.count(`SELECT COUNT(*) FROM social_accounts WHERE handle LIKE 'alder%' AND client_id IS NULL`); n != 3 {
		s.t.Errorf("%d of 3 social accounts are connected and unassigned", n)
	}
}

// cool ends the cooldown of an invited person.
func (s *site) cool(email string) {
	s.t.Helper()
	s.exec(`UPDATE client_users SET resend_after = UTC_TIMESTAMP(6) WHERE email = ?`, email)
}
