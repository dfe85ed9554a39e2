package workspace_test

import (
	"strings"
	"testing"

	"anteroom/schema"
)

func TestAnInvitationGoesFromTheFormToTheList(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	path := "/settings/clients/" + c.String() + "/invitations"
	has(t, a.open(path+"/new"), "Invite to Orchard Lane Bakery", "Full Name", "Email Address", "Send Invitation",
		"for 7 days", "1 social account", `action="`+path+`"`)
	res := a.post(path, "full_name", "Tom Okafor", "email", "Tom@Orchardlane.example")
	if res.Status != 303 || res.Flash != "invited" {
		t.Fatalf("%+v", res)
	}
	list := a.open(strings.Split(res.Location, "#")[0])
	has(t, list, "Tom Okafor", "Tom<wbr>@Orchardlane", "Invited", "Sending email…", `aria-label="Revoke the invitation to Tom Okafor"`)
	lacks(t, list, "Resend", "Fix email")
	var mail schema.EmailID
	w.get(&mail, `SELECT id FROM emails`)
	if w.rdb.Exists(t.Context(), "asynq:{critical}:t:invitation:send:"+mail.String()+":0").Val() != 1 {
		t.Errorf("the email was not rung for: %v", w.rdb.Keys(t.Context(), "*").Val())
	}
}

func TestAnAddressThatIsLiveAtTheClientIsRefusedUnderItsField(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	path := "/settings/clients/" + c.String() + "/invitations"
	u := a.sent(c, "Tom Okafor")
	again := []string{"full_name", "Tom O.", "email", "TOM.okafor@people.example"}
	refused := `aria-invalid="true" aria-describedby="email-error"`

	for _, state := range []string{"invited", "expired"} {
		if state == "expired" {
			w.exec(`UPDATE client_users SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR WHERE id = ?`, u)
		}
		res := a.post(path, again...)
		if res.Status != 422 {
			t.Errorf("%s: status %d", state, res.Status)
		}
		has(t, res, refused, `value="Tom O."`, `value="TOM.okafor@people.example"`,
			`formaction="/client-users/`+u.String()+`/resends"`, "Resend it")
	}
	active := a.active(c, "Elena Marchetti")
	res := a.post(path, "full_name", "Elena", "email", "elena.marchetti@people.example")
	if res.Status != 422 || w.status(active) != schema.StatusActive {
		t.Errorf("status %d", res.Status)
	}
	has(t, res, refused, "Elena Marchetti already has access.")
	lacks(t, res, "Resend it")
	for _, bad := range []string{"", "nobody", "ü@x.example", "a b@x.example"} {
		if res := a.post(path, "full_name", "X", "email", bad); res.Status != 422 || !strings.Contains(res.Body, refused) {
			t.Errorf("%q: %d", bad, res.Status)
		}
	}
}

func TestWhatIsMissingIsSaidBeforeTheFormIsFilledIn(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.client("Orchard Lane Bakery")
	w.exec(`UPDATE agencies SET plan = 'solo'`)
	w.exec(`UPDATE users SET email_confirmed_at = NULL`)
	path := "/settings/clients/" + c.String() + "/invitations"
	form := a.open(path + "/new")
	has(t, form, "Your plan has no client portal", "Confirm your own email address first", `action="/email-confirmations"`,
		"Assign a social account", `href="/settings/clients/`+c.String()+`/accounts"`, "<fieldset class=\"field\" disabled>", `type="submit" disabled>`, "required readonly")

	before := w.fingerprint()
	res := a.post(path, "full_name", "Tom", "email", "tom@people.example")
	if res.Status != 403 || strings.Count(res.Body, "Your plan has no client portal") != 1 || w.fingerprint() != before {
		t.Errorf("status %d", res.Status)
	}
	has(t, res, `value="Tom"`, `value="tom@people.example"`)

	w.exec(`UPDATE agencies SET plan = 'agency'`)
	res = a.post("/email-confirmations", "client", c.String())
	if res.Status != 303 || res.Location != path+"/new" || res.Flash != "confirmation-asked" {
		t.Errorf("%+v", res)
	}
	res = a.post("/email-confirmations", "client", c.String())
	if res.Status != 429 {
		t.Errorf("the second press: %d", res.Status)
	}
	has(t, res, "An email went out a moment ago")
	w.exec(`UPDATE users SET email_confirmed_at = UTC_TIMESTAMP(6)`)
	if res = a.post("/email-confirmations"); res.Status != 409 {
		t.Errorf("confirmed already: %d", res.Status)
	}
	form = a.open(path + "/new")
	has(t, form, "Assign a social account")
	lacks(t, form, "Your plan", "Confirm your own")
}

func TestPreconditionsHoldForResendAndInviteAgainToo(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.portal("Orchard Lane Bakery")
	sent, dead := a.sent(c, "Tom Okafor"), a.active(c, "Elena Marchetti")
	a.post("/client-users/" + dead.String() + "/removal")
	w.exec(`UPDATE social_accounts SET client_id = NULL`)
	before := w.fingerprint()
	for _, path := range []string{"/client-users/" + sent.String() + "/resends", "/client-users/" + dead.String() + "/invitations"} {
		res := a.post(path)
		if res.Status != 403 {
			t.Errorf("%s: %d", path, res.Status)
		}
		has(t, res, "Assign a social account", `href="/settings/clients/`+c.String()+`/accounts"`, "Tom Okafor", `aria-expanded="true"`)
	}
	if w.fingerprint() != before {
		t.Error("something was written")
	}
}

func TestAccountsAreAssignedAndMove(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	bakery, kiln := a.client("Orchard Lane Bakery"), a.client("Kiln Studio")
	has(t, a.open("/settings/clients/"+bakery.String()+"/accounts"), "No social accounts yet")
	one, two := a.account("instagram").String(), a.account("facebook").String()
	path := "/settings/clients/" + bakery.String() + "/accounts"
	has(t, a.open(path), "@handle1", "Instagram, not assigned", "@handle2")
	a.post(path, "accounts", one, "accounts", two, "accounts", two)
	has(t, a.open(path), `value="`+one+`" checked`, `value="`+two+`" checked`)
	has(t, a.open("/settings/clients"), "2 accounts")

	other := "/settings/clients/" + kiln.String() + "/accounts"
	has(t, a.open(other), "Facebook, now with Orchard Lane Bakery: assigning moves it here")
	if res := a.post(other, "accounts", two); res.Status != 303 {
		t.Fatalf("%+v", res)
	}
	if res := a.open(path); strings.Count(res.Body, " checked") != 1 {
		t.Error("the account did not move")
	}
	a.post(path)
	if res := a.open(path); strings.Contains(res.Body, " checked") {
		t.Error("no box ticked assigns no account")
	}
}
