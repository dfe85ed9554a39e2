package main

import (
	"net/http"
	"strings"
	"testing"

	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/demo"
)

func TestFiveProcessesMigrateAtOnceAndTheDemoIsSeededOnce(t *testing.T) {
	t.Parallel()
	url := testkit.EmptyDatabaseURL(t)
	env := []string{"DATABASE_URL=" + url}
	migrated := make([]result, 5)
	fixture.Together(len(migrated), func(i int) error { migrated[i] = execute(t, env, "migrate"); return nil })
	for _, r := range migrated {
		if r != (result{stdout: "The database has the newest schema.\n"}) {
			t.Errorf("a migration is %+v", r)
		}
	}
	if r := execute(t, env, "seed"); r.code != 0 || r.stderr != "" || !strings.Contains(r.stdout, demo.Owner) || !strings.Contains(r.stdout, demo.Password) {
		t.Errorf("seeding is %+v", r)
	}
	db, err := schema.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var before, after int
	const rows = `SELECT (SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM clients) + (SELECT COUNT(*) FROM client_users) +
		(SELECT COUNT(*) FROM posts) + (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM emails)`
	if err := db.Get(&before, rows); err != nil {
		t.Fatal(err)
	}
	if r := execute(t, env, "seed"); r != (result{stdout: "There is data already; nothing was changed.\n"}) {
		t.Errorf("seeding again is %+v", r)
	}
	if err := db.Get(&after, rows); err != nil || before != after || before == 0 {
		t.Errorf("there were %d rows and are %d (%v)", before, after, err)
	}
}

// run runs an operator's command on the site, to its end.
func (s *site) run(args ...string) string {
	s.t.Helper()
	r := execute(s.t, s.env, args...)
	if r.code != 0 || r.stderr != "" {
		s.t.Fatalf("`anteroom %s` is %+v", strings.Join(args, " "), r)
	}
	return strings.TrimSpace(r.stdout)
}

// welcomed opens the mail that a new member gets and sets a password.
func (s *site) welcomed(base, email string) *person {
	s.t.Helper()
	link := s.linkIn(s.mail(email))
	p := newPerson(s.t, base)
	p.open(link)
	p.press("Set password and sign in", "Choose a password", secret)
	p.is(200, clients, "Pine & Partners", "Your password is set")
	late := newPerson(s.t, base)
	late.open(link)
	late.is(http.StatusGone, "", "This link doesn’t work any more")
	late.signIn(email, secret)
	late.is(200, clients)
	return p
}

func TestAnOperatorCreatesAnAgencyAndItsPeopleGetIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, base := s.open()
	s.start("worker")
	agency := s.run("agency", "create", "--name=Pine & Partners", "--owner-name=Olu Ade", "--owner-email=olu@pine.example")
	s.run("agency", "add-member", agency, "--name=Mia Lund", "--email=mia@pine.example")
	s.run("agency", "add-member", agency, "--name=Priya Nair", "--email="+demo.Owner, "--role=admin")

	const noPlan = "Your plan has no client portal"
	owner := s.welcomed(base, "olu@pine.example")
	owner.open(clients + "/new")
	owner.press("Add client", "Name", "Firn Studio")
	owner.is(200, clients, "Firn Studio")
	owner.follow("Invite someone to Firn Studio")
	owner.seesNot(noPlan)
	s.run("agency", "set-plan", agency, "solo")
	owner.open(clients)
	owner.follow("Invite someone to Firn Studio")
	owner.sees(noPlan)

	mia := s.welcomed(base, "mia@pine.example")
	mia.sees("Firn Studio")
	mia.open(clients + "/new")
	mia.is(http.StatusForbidden, "")

	priya := newPerson(t, base)
	priya.signIn(demo.Owner, demo.Password)
	priya.is(200, "/choose", "Pine & Partners", "Halden Street Social")
	if n := s.count(`SELECT COUNT(*) FROM emails WHERE address = ?`, demo.Owner); n != 0 {
		t.Error("somebody who has a password was mailed a link to set one")
	}

	unknown := schema.New[schema.AgencyID]().String()
	for _, args := range [][]string{{"agency", "set-plan", unknown, "solo"}, {"agency", "add-member", unknown, "--name=A", "--email=a@b.example"}} {
		if r := execute(t, s.env, args...); r.code != exitUsage || !strings.Contains(r.stderr, "there is no agency "+unknown) {
			t.Errorf("`anteroom %s` is %+v", strings.Join(args, " "), r)
		}
	}
	if r := execute(t, s.env, "agency", "add-member", agency, "--name=A", "--email=nobody"); r.code != exitUsage || len(r.lines()) != 1 {
		t.Errorf("a wrong address is %+v", r)
	}
}
