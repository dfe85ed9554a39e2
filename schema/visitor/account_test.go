package visitor_test

import (
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestAPasswordLinkWorksOnceAndEndsEverySession(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	user := a.User(a.Owner.ID)
	reset, confirm := a.PasswordLink(user), a.ConfirmLink(user)
	session, err := a.Visitor.SetPassword(t.Context(), reset, "a new long password", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Visitor.Session(t.Context(), session); err != nil {
		t.Errorf("the new session gives %v", err)
	}
	fixture.Refused(t, fixture.Error(a.Visitor.Session(t.Context(), a.Owner.Session)), schema.SignIn, "sign_in")
	fixture.Refused(t, fixture.Error(a.Visitor.SignIn(t.Context(), user.Email, fixture.Password, "")), schema.Invalid, "credentials")
	fixture.Refused(t, fixture.Error(a.Visitor.SetPassword(t.Context(), reset, "yet another password", "")), schema.Conflict, "link_used")
	fixture.Refused(t, a.Visitor.ConfirmEmail(t.Context(), confirm, session), schema.Conflict, "link_used")
}

func TestOfManyUsesOfOnePasswordLinkAtOnceOneWins(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	for range 20 {
		reset := a.PasswordLink(a.User(a.Owner.ID))
		winner(t, fixture.Together(8, func(int) error {
			return fixture.Error(a.Visitor.SetPassword(t.Context(), reset, "a new long password", ""))
		}), "link_used")
	}
}

func TestALinkToAnAccountEndsWithItsTimeItsPurposeAndItsUser(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock, p := w.StopClock(), w.Person("Ines Duarte", "ines@example.com")
	reset, confirm := w.PasswordLink(p.User), w.ConfirmLink(p.User)
	fixture.Refused(t, fixture.Error(w.Visitor.SetPassword(t.Context(), confirm, "a new long password", "")), schema.NotFound, "not_found")
	if err := w.Visitor.ConfirmEmail(t.Context(), reset, p.Session); err != error(schema.ErrNotFound) {
		t.Errorf("a link to set a password confirms: %v", err)
	}
	clock.Forward(time.Hour - time.Second)
	if u, err := w.Visitor.AccountLink(t.Context(), schema.PurposeSetPassword, reset); err != nil || u.ID != p.ID {
		t.Errorf("a second before the end it is %+v (%v)", u, err)
	}
	clock.Forward(time.Second)
	for _, err := range []error{
		fixture.Error(w.Visitor.AccountLink(t.Context(), schema.PurposeSetPassword, reset)),
		fixture.Error(w.Visitor.SetPassword(t.Context(), reset, "a new long password", "")),
		w.Visitor.ConfirmEmail(t.Context(), confirm, p.Session),
	} {
		fixture.Refused(t, err, schema.Conflict, "link_used")
	}
	p.ID = schema.New[schema.UserID]()
	if _, err := w.Visitor.AccountLink(t.Context(), schema.PurposeSetPassword, w.PasswordLink(p.User)); err != error(schema.ErrNotFound) {
		t.Errorf("the link of a user who is gone gives %v", err)
	}
}

func TestForgottenPasswordsTellNothingAndHaveACooldown(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock, p := w.StopClock(), w.Person("Ines Duarte", "ines@example.com")
	for _, c := range []struct {
		email string
		due   int
	}{{"nobody@example.com", 0}, {"INES@example.com", 1}, {"ines@example.com", 0}} {
		if due, err := w.Visitor.ForgotPassword(t.Context(), c.email); err != nil || len(due) != c.due {
			t.Errorf("%s: due is %+v (%v)", c.email, due, err)
		}
	}
	fixture.Refused(t, fixture.Error(w.Visitor.ForgotPassword(t.Context(), "rubbish")), schema.Invalid, "email_syntax")
	clock.Forward(schema.ResendCooldown)
	due, err := w.Visitor.ForgotPassword(t.Context(), p.Email)
	if err != nil || len(due) != 1 {
		t.Fatalf("after the cooldown due is %+v (%v)", due, err)
	}
	id, err := schema.Parse[schema.EmailID](due[0].Row)
	if err != nil {
		t.Fatal(err)
	}
	if mail := w.Email(id); mail.Kind != schema.EmailResetPassword || mail.UserID != p.ID || mail.Generation != w.User(p.ID).CredentialVersion {
		t.Errorf("the mail is %+v", mail)
	}
}
