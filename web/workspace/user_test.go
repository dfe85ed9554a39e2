package workspace_test

import (
	"strings"
	"testing"

	"anteroom/schema"
)

func TestEveryStatusOffersItsActions(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	for _, one := range []struct {
		name  string
		make  func() schema.ClientUserID
		offer []string
	}{
		{"queued", func() schema.ClientUserID { return a.invited(c, "Anna Q") }, []string{"Revoke"}},
		{"sent", func() schema.ClientUserID { return a.sent(c, "Bert S") }, []string{"Resend", "Fix email", "Revoke"}},
		{"bounced", func() schema.ClientUserID {
			u := a.sent(c, "Cleo B")
			w.mail(u, schema.EmailBounced, "no such address")
			return u
		}, []string{"Fix email", "Resend", "Revoke"}},
		{"suppressed", func() schema.ClientUserID {
			u := a.sent(c, "Stella U")
			w.mail(u, schema.EmailSuppressed, "An earlier email to this address bounced.")
			return u
		}, []string{"Clear and resend", "Fix email", "Revoke"}},
		{"complained", func() schema.ClientUserID {
			u := a.sent(c, "Conrad O")
			w.mail(u, schema.EmailComplained, "")
			return u
		}, []string{"Fix email", "Clear and resend", "Revoke"}},
		{"suppressed a moment ago", func() schema.ClientUserID {
			u := a.sent(c, "Dina M")
			w.mail(u, schema.EmailSuppressed, "")
			w.exec(`UPDATE client_users SET resend_after = UTC_TIMESTAMP(6) + INTERVAL 90 SECOND WHERE id = ?`, u)
			return u
		}, []string{"Clear and resend in 2 min", "Fix email", "Revoke"}},
		{"cooling", func() schema.ClientUserID {
			u := a.sent(c, "Dora C")
			w.exec(`UPDATE client_users SET resend_after = UTC_TIMESTAMP(6) + INTERVAL 90 SECOND WHERE id = ?`, u)
			return u
		}, []string{"Resend in 2 min", "Fix email", "Revoke"}},
		{"expired", func() schema.ClientUserID { return a.expired(c, "Egon E") }, []string{"Resend", "Dismiss", "Fix email"}},
		{"active", func() schema.ClientUserID { return a.active(c, "Fay A") }, []string{"Remove"}},
		{"deactivated", func() schema.ClientUserID {
			u := a.active(c, "Gus D")
			a.post("/client-users/" + u.String() + "/removal")
			return u
		}, []string{"Invite again"}},
	} {
		u := one.make()
		if got := offered(a.open("/settings/clients?users="+c.String()), u); strings.Join(got, ", ") != strings.Join(one.offer, ", ") {
			t.Errorf("%s: %q, want %q", one.name, got, one.offer)
		}
	}
	has(t, a.open("/settings/clients"), "1 bounced")
	if w.rdb.Exists(t.Context(), "asynq:{bulk}:t:invitation:expire:stale").Val() != 1 {
		t.Error("whoever sees a stale invitation rings for the sweep")
	}
}

// offered are the labels of a person's actions.
func offered(a answer, u schema.ClientUserID) (labels []string) {
	_, row, _ := strings.Cut(a.Body, `id="`+u.String()+`"`)
	_, row, _ = strings.Cut(row, `<div class="user-actions">`)
	row, _, _ = strings.Cut(row, "</div>")
	for _, piece := range strings.Split(row, "</")[:strings.Count(row, "</")] {
		if label := piece[strings.LastIndex(piece, ">")+1:]; label != "" {
			labels = append(labels, label)
		}
	}
	return labels
}

func TestEveryActionDoesItsWorkAndGoesBackToTheList(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	for _, one := range []struct {
		name, action, flash string
		make                func(schema.ClientID, string) schema.ClientUserID
		fields              []string
		want                schema.Status
		refused             int // when it is done again at once
	}{
		{"Anna R", "resends", "resent", a.sent, nil, schema.StatusInvited, 409},
		{"Bert R", "resends", "resent", a.expired, nil, schema.StatusInvited, 409},
		{"Cleo F", "address", "address-fixed", a.sent, []string{"email", "cleo@new.example"}, schema.StatusInvited, 409},
		{"Dora F", "address", "address-fixed", a.expired, []string{"email", "dora@new.example"}, schema.StatusInvited, 409},
		{"Egon V", "revocation", "revoked", a.sent, nil, schema.StatusRevoked, 409},
		{"Fay V", "revocation", "revoked", a.invited, nil, schema.StatusRevoked, 409},
		{"Gus D", "dismissal", "dismissed", a.expired, nil, schema.StatusRevoked, 409},
		{"Hana X", "removal", "removed", a.active, nil, schema.StatusDeactivated, 409},
	} {
		u := one.make(c, one.name)
		path := "/client-users/" + u.String() + "/" + one.action
		res := a.post(path+"?q=orchard", one.fields...)
		want := "/settings/clients?q=orchard&users=" + c.String() + "#" + c.String()
		if res.Status != 303 || res.Location != want || res.Flash != one.flash || w.status(u) != one.want {
			t.Errorf("%s: %d %s %s, %s", one.name, res.Status, res.Location, res.Flash, w.status(u))
		}
		before := w.fingerprint()
		again := a.post(path, one.fields...)
		if again.Status != one.refused || w.fingerprint() != before {
			t.Errorf("%s again: %d", one.name, again.Status)
		}
		has(t, again, `role="alert"`)
	}
}

func TestTheSecondResendIsToldToWait(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	u := a.invited(c, "Tom Okafor")
	w.exec(`UPDATE emails SET state = 'sent', due_at = NULL`)
	res := a.post("/client-users/" + u.String() + "/resends")
	if res.Status != 429 {
		t.Errorf("status %d", res.Status)
	}
	has(t, res, "You can resend it in two minutes", "Orchard Lane Bakery", "Resend in 2 min")
}

func TestTheAddressIsFixedInPlace(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	grace, tom := a.sent(c, "Grace Lindqvist"), a.sent(c, "Tom Okafor")
	w.mail(grace, schema.EmailBounced, "no such address")
	path := "/client-users/" + grace.String() + "/address"
	has(t, a.open(path), `value="grace.lindqvist@people.example"`, "Bounced: no such address", "Until now it was")
	for email, why := range map[string]string{
		"":                               "Enter an email address",
		"Grace.Lindqvist@people.example": "That is the address the invitation went to",
		"tom.okafor@people.example":      "Tom Okafor already has an invitation, sent a moment ago.",
	} {
		res := a.post(path, "email", email)
		if res.Status != 422 {
			t.Errorf("%q: status %d", email, res.Status)
		}
		has(t, res, why, `aria-invalid="true" aria-describedby="email-error"`, `value="`+email+`"`)
		if email == "tom.okafor@people.example" {
			has(t, res, `formaction="/client-users/`+tom.String()+`/resends"`)
		}
	}
	active := a.active(c, "Elena Marchetti")
	if res := a.open("/client-users/" + active.String() + "/address"); res.Status != 422 {
		t.Errorf("of an active person: %d", res.Status)
	}
}

func TestClearingAsksFirstAndSendsANewLinkPastTheLists(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	u, sent := a.sent(c, "Stella Ueda"), a.sent(c, "Tom Okafor")
	w.mail(u, schema.EmailSuppressed, "An earlier email to this address bounced, so the email provider no longer sends to it.")
	path := "/client-users/" + u.String() + "/clearing"
	before := w.fingerprint()
	has(t, a.open(path), "Clear and resend?", "stella.ueda@people.example", "An earlier email bounced", "they want this email", "A new link is sent")
	w.exec(`UPDATE emails SET code = 'unsubscribed' WHERE id = (SELECT email_id FROM client_users WHERE id = ?)`, u)
	has(t, a.open(path), "Stella Ueda unsubscribed")
	w.exec(`UPDATE emails SET code = '' WHERE id = (SELECT email_id FROM client_users WHERE id = ?)`, u)
	if w.fingerprint() != before {
		t.Error("asking changed something")
	}
	for _, method := range []string{"GET", "POST"} {
		if res := a.do(method, "/client-users/"+sent.String()+"/clearing"); res.Status != 409 || !strings.Contains(res.Body, "Resend the invitation instead") {
			t.Errorf("%s of a person whose email was sent: %d", method, res.Status)
		}
	}
	if w.fingerprint() != before {
		t.Error("a refusal changed something")
	}
	res := a.post(path)
	if res.Status != 303 || res.Flash != "cleared" {
		t.Fatalf("%+v", res)
	}
	var n int
	w.get(&n, `SELECT COUNT(*) FROM client_users u JOIN emails e ON e.id = u.email_id WHERE u.id = ? AND e.state = 'queued' AND e.unsuppress
		AND e.kind = 'invitation_resend' AND e.generation = u.generation AND u.generation = 2 AND u.resend_after > UTC_TIMESTAMP(6)`, u)
	if n != 1 || len(w.rdb.Keys(t.Context(), "asynq:{critical}:t:invitation:resend:*").Val()) != 1 {
		t.Errorf("%d such emails, rung for: %v", n, w.rdb.Keys(t.Context(), "*").Val())
	}
	if res := a.post(path); res.Status != 409 {
		t.Errorf("twice: %d", res.Status)
	}
}

func TestRemovalAsksFirst(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	u := a.active(c, "Elena Marchetti")
	has(t, a.open("/client-users/"+u.String()+"/removal"), "Remove Elena Marchetti?", "loses access to Orchard Lane Bakery", "Keep access")
	if w.status(u) != schema.StatusActive {
		t.Error("asking removed")
	}
	if res := a.open("/client-users/" + a.sent(c, "Tom").String() + "/removal"); res.Status != 409 {
		t.Errorf("of an invited person: %d", res.Status)
	}
}

func TestDeletingSaysItsNumbersAndItsPeopleCanGoElsewhere(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c, other := a.portal("Orchard Lane Bakery"), a.portal("Kiln Studio")
	elena := a.active(c, "Elena Marchetti")
	a.sent(c, "Tom Okafor")
	a.sent(c, "Hana Sato")
	a.sent(other, "Hana Sato")
	jun := a.sent(c, "Jun Fujita")
	a.active(other, "Jun Fujita")
	w.exec(`UPDATE users SET email = 'jun.fujita@people.example', email_key = 'jun.fujita@people.example' WHERE full_name = 'Jun Fujita'`)
	a.post("/client-users/" + jun.String() + "/revocation")
	w.exec(`UPDATE client_users SET status = 'deactivated' WHERE id = ?`, jun)
	path := "/settings/clients/" + c.String() + "/deletion"
	has(t, a.open(path), "1 person loses access", "Elena Marchetti", "2 invitations are cancelled", "Hana Sato and Tom Okafor", "1 social account stays connected")
	if a.post(path).Status != 303 {
		t.Fatal("not deleted")
	}
	if res := a.post(path); res.Status != 409 || !strings.Contains(res.Body, "Orchard Lane Bakery was deleted") {
		t.Errorf("again: %d", res.Status)
	}
	list := a.open("/settings/clients?filter=deleted&users=" + c.String())
	has(t, list, "Deactivated", "Lost access with this client", "Invitation cancelled with this client", "Still active at Kiln Studio", "by Priya Nair, ", "Invite to another client: Elena Marchetti")
	lacks(t, list, "Remove", "Revoke", "Fix email", "Invite someone to")

	there := "/client-users/" + elena.String() + "/elsewhere"
	form := a.open(there)
	has(t, form, `<option value="`+other.String()+`">Kiln Studio`, "which was deleted")
	lacks(t, form, `value="`+c.String()+`"`)
	if res := a.post(there); res.Status != 422 || !strings.Contains(res.Body, "Choose a client.") {
		t.Errorf("none chosen: %d", res.Status)
	}
	res := a.post(there, "client", other.String())
	if res.Status != 303 || !strings.Contains(res.Location, "users="+other.String()) {
		t.Errorf("%+v", res)
	}
	res = a.post(there, "client", other.String())
	if res.Status != 422 {
		t.Errorf("twice: %d", res.Status)
	}
	has(t, res, "Elena Marchetti is already invited", `aria-describedby="client-error"`, `selected>Kiln Studio`)
}

func TestADeletedClientIsNotChangedAnyMore(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	a.post("/settings/clients/" + c.String() + "/deletion")
	before := w.fingerprint()
	for _, page := range []string{"/edit", "/accounts", "/deletion", "/invitations/new"} {
		res := a.open("/settings/clients/" + c.String() + page)
		if res.Status != 409 {
			t.Errorf("%s: %d", page, res.Status)
		}
		has(t, res, "Orchard Lane Bakery was deleted", `aria-current="true">Deleted`)
	}
	for _, page := range []string{"", "/accounts", "/deletion", "/invitations"} {
		if res := a.post("/settings/clients/"+c.String()+page, "name", "New"); res.Status != 409 {
			t.Errorf("post %s: %d", page, res.Status)
		}
	}
	if w.fingerprint() != before {
		t.Error("something was written")
	}
}
