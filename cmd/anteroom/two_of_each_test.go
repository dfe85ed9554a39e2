package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"syscall"
	"testing"
	"time"

	"anteroom/internal/mailgunfake"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema/demo"
)

// stopWithin is how long a worker may take to stop.
const stopWithin = 25 * time.Second

// pair is two web tiers over one database, and a person who is signed in at
// both: the session is in the database, and the cookie knows no ports.
type pair struct {
	*site
	bases [2]string
	owner *person
}

// form is what somebody sends to either web tier.
type form struct {
	who    *person
	path   string
	values url.Values
}

// formOf is the form that pressing a button sends.
func formOf(who *person, button string, fields ...string) form {
	who.t.Helper()
	_, to, values := who.form(button, fields...)
	u, err := url.Parse(to)
	if err != nil {
		who.t.Fatal(err)
	}
	return form{who, u.RequestURI(), values}
}

// both sends each form to both web tiers at the same moment, and returns the
// two answers to each.
func (p *pair) both(forms []form) [][]int {
	p.t.Helper()
	out := make([][]int, len(forms))
	for i := range out {
		out[i] = make([]int, 2)
	}
	errs := fixture.Together(2*len(forms), func(i int) (err error) {
		f := forms[i/2]
		out[i/2][i%2], err = f.who.answer(p.bases[i%2]+f.path, f.values)
		return err
	})
	for _, err := range errs {
		p.check(err)
	}
	return out
}

// once makes sure that of each two answers one is a success and one a refusal.
func (p *pair) once(what string, answers [][]int, refusals ...int) {
	p.t.Helper()
	for i, a := range answers {
		slices.Sort(a)
		if a[0] != http.StatusSeeOther || !slices.Contains(refusals, a[1]) {
			p.t.Errorf("%s %d was answered with %v, not with 303 once and a refusal once", what, i, a)
		}
	}
}

// mailed waits until n mails went out and every row says so, and makes sure
// that no link went out twice.
func (p *pair) mailed(n int) {
	p.t.Helper()
	p.eventually(mailWithin, func() bool {
		return p.count(`SELECT COUNT(*) FROM emails WHERE state = 'sent'`) == n
	}, func() string { return fmt.Sprintf("%d mails went out, want %d", len(p.mailgun.Mails()), n) })
	tokens := p.tokens()
	slices.Sort(tokens)
	if len(tokens) != n || len(slices.Compact(tokens)) != n {
		p.t.Errorf("%d mails for %d generations", len(tokens), n)
	}
}

// Two web tiers and two workers share one database and one Redis, and
// everything is asked of both web tiers at the same moment.
func TestTwoOfEachDoNothingTwice(t *testing.T) {
	t.Parallel()
	const people, accepted, hanging = 40, 3, 6
	s := newSite(t)
	webs, workers := []*process{s.start("web"), s.start("web")}, []*process{s.start("worker"), s.start("worker")}
	p := &pair{site: s, bases: [2]string{webs[0].base(), webs[1].base()}}
	p.owner = newPerson(t, p.bases[0])
	p.owner.signIn(demo.Owner, demo.Password)

	p.once("invitation", p.both(p.invitations(people)), http.StatusUnprocessableEntity)
	if n := s.count(`SELECT COUNT(*) FROM client_users WHERE full_name LIKE 'Guest %'`); n != people {
		t.Errorf("%d rows for %d people", n, people)
	}
	p.mailed(people)
	p.once("resend", p.both(p.resends(0, people)), http.StatusConflict, http.StatusTooManyRequests)
	p.mailed(2 * people)
	p.once("acceptance", p.both(p.acceptances(accepted)), http.StatusConflict, http.StatusUnprocessableEntity)
	for _, query := range []string{`SELECT COUNT(*) FROM users WHERE full_name LIKE 'Guest %'`,
		`SELECT COUNT(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.full_name LIKE 'Guest %'`,
		`SELECT COUNT(*) FROM events e JOIN client_users u ON u.id = e.subject_id WHERE u.full_name LIKE 'Guest %' AND e.type = 'invitation.accepted'`} {
		if n := s.count(query); n != accepted {
			t.Errorf("%d of %d acceptances: %s", n, accepted, query)
		}
	}

	s.mailgun.Fault(mailgunfake.Fault{Kind: mailgunfake.Hang, Times: hanging})
	for i, f := range p.resends(accepted, people) {
		if status, err := f.who.answer(p.bases[i%2]+f.path, f.values); err != nil || status != http.StatusSeeOther {
			t.Errorf("resend %d is answered with %d (%v)", i, status, err)
		}
	}
	s.eventually(mailWithin, s.mailgun.Holding, workers[0].output)
	p.stop(workers)
	if n := s.count(`SELECT COUNT(*) FROM emails WHERE state = 'sending'`); n > 0 {
		t.Errorf("the workers left %d mails without a result", n)
	}
	s.start("worker")
	p.mailed(3*people - accepted)
	fixture.Over(t, s.db).CheckSequences()
	p.stop(webs)
}

// stop ends processes together.
func (p *pair) stop(all []*process) {
	p.t.Helper()
	began := time.Now()
	for _, one := range all {
		p.check(one.cmd.Process.Signal(syscall.SIGTERM))
	}
	for _, one := range all {
		if code, took := one.wait(), time.Since(began); code != 0 || took > stopWithin {
			p.t.Errorf("%s stopped with status %d after %v:\n%s", one.cmd.Args[1], code, took, one.output())
		}
	}
}

func (p *pair) invitations(n int) (out []form) {
	p.t.Helper()
	p.owner.open(clients)
	p.owner.follow("Invite someone to " + kiln)
	for i := range n {
		out = append(out, formOf(p.owner, "Send Invitation", "Full Name", guest(i), "Email Address", guestEmail(i)))
	}
	return out
}

// resends are the forms for the people from one number to another, whose
// cooldown is over.
func (p *pair) resends(from, to int) (out []form) {
	p.t.Helper()
	p.exec(`UPDATE client_users SET resend_after = UTC_TIMESTAMP(6)`)
	p.owner.people(kiln)
	for i := from; i < to; i++ {
		out = append(out, formOf(p.owner, "Resend the invitation to "+guest(i)))
	}
	return out
}

// acceptances are the forms behind the first n people's newest links.
func (p *pair) acceptances(n int) (out []form) {
	p.t.Helper()
	for i := range n {
		u, err := url.Parse(p.linkIn(p.mail(guestEmail(i))))
		p.check(err)
		who := newPerson(p.t, p.bases[0])
		who.open(u.Path)
		out = append(out, formOf(who, "Accept and sign in", "Choose a password", secret))
	}
	return out
}

func guest(i int) string      { return fmt.Sprintf("Guest %02d", i) }
func guestEmail(i int) string { return fmt.Sprintf("guest%02d@kilnandclay.example", i) }
