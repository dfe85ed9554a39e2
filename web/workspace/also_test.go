package workspace_test

import (
	"fmt"
	"strings"
	"testing"

	"anteroom/schema"
)

func TestOneFormInvitesToSeveralClients(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c, kiln, bare := a.portal("Orchard Lane Bakery"), a.portal("Kiln Studio"), a.client("Wren Street")
	path := "/settings/clients/" + c.String() + "/invitations"
	form := a.open(path + "/new")
	has(t, form, "Also invite to other clients", `name="clients" value="`+kiln.String()+`"`, `value="`+bare.String()+`"`)
	lacks(t, form, `value="`+c.String()+`" checked`, "Find a client", "<details class=\"more\" open")

	before := w.fingerprint()
	tom := []string{"full_name", "Tom Okafor", "email", "tom@people.example"}
	res := a.post(path, append(tom, "clients", kiln.String(), "clients", bare.String())...)
	if res.Status != 422 || w.fingerprint() != before {
		t.Errorf("status %d", res.Status)
	}
	has(t, res, "Wren Street has no social account", `aria-describedby="clients-error" autofocus`, `value="`+kiln.String()+`" checked`,
		`value="`+bare.String()+`" checked`, `value="Tom Okafor"`, `<details class="more" open>`)
	if res = a.post(path, append(tom, "clients", kiln.String())...); res.Status != 303 || res.Flash != "invited" {
		t.Fatalf("%+v", res)
	}
	var n int
	w.get(&n, `SELECT COUNT(*) FROM client_users u JOIN emails e ON e.id = u.email_id WHERE u.status = 'invited' AND e.state = 'queued' AND u.client_id IN (?, ?)`, c, kiln)
	if n != 2 || len(w.rdb.Keys(t.Context(), "asynq:{critical}:t:invitation:send:*").Val()) != 2 {
		t.Errorf("%d invited, rung for: %v", n, w.rdb.Keys(t.Context(), "*").Val())
	}
	for _, rubbish := range []string{"rubbish", schema.New[schema.ClientID]().String()} {
		if res = a.post(path, "full_name", "Eve", "email", "eve@people.example", "clients", rubbish); res.Status != 404 {
			t.Errorf("%s: %d", rubbish, res.Status)
		}
	}
}

func TestAmongManyClientsTheFormLooksForThoseToInviteTo(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c, kiln := a.portal("Orchard Lane Bakery"), a.portal("Kiln Studio")
	for i := range 60 {
		w.exec(`INSERT INTO clients (id, agency_id, name, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`, schema.New[schema.ClientID](), a.agency, fmt.Sprintf("Client %03d", i))
	}
	path := "/settings/clients/" + c.String() + "/invitations"
	form := a.open(path + "/new")
	has(t, form, "Find a client", `name="find"`)
	lacks(t, form, "Kiln Studio")
	before := w.fingerprint()
	tom := []string{"full_name", "Tom Okafor", "email", "tom@people.example"}
	for name, by := range map[string][]string{"the button": {"by", "find"}, "Enter": {"by", "enter", "found", ""}} {
		res := a.post(path, append(append(tom, by...), "find", "kiln")...)
		if res.Status != 200 || w.fingerprint() != before {
			t.Fatalf("%s: %+v", name, res)
		}
		has(t, res, "Kiln Studio", `value="Tom Okafor"`, `value="tom@people.example"`, `id="find" name="find" type="search" value="kiln"`, `name="found" value="kiln"`)
		lacks(t, res, "Client 001")
	}
	// What was ticked stays while something else is looked for.
	res := a.post(path, append(tom, "by", "find", "find", "client 00", "clients", kiln.String())...)
	has(t, res, `value="`+kiln.String()+`" checked`, "Client 001")
	has(t, a.post(path, append(tom, "by", "find", "find", "client")...), "There are more.")
	has(t, a.post(path, append(tom, "by", "find", "find", "nobody")...), "No client found for “nobody”")
	// Enter with an answered search sends, and so does the button whatever is in the search.
	if res = a.post(path, append(tom, "by", "enter", "find", "kiln", "found", "kiln", "clients", kiln.String())...); res.Status != 303 {
		t.Errorf("%+v", res)
	}
	if res = a.post(path, "full_name", "Eve", "email", "eve@people.example", "find", "something"); res.Status != 303 {
		t.Errorf("%+v", res)
	}

	u := a.sent(c, "Hana Sato")
	there := "/client-users/" + u.String() + "/elsewhere"
	has(t, a.open(there), "Find a client")
	res = a.post(there, "by", "find", "find", "kiln")
	has(t, res, `type="radio" name="client" value="`+kiln.String()+`"`)
	if res = a.post(there, "find", "kiln"); res.Status != 422 || !strings.Contains(res.Body, "Choose a client.") {
		t.Errorf("%d", res.Status)
	}
	if res = a.post(there, "client", kiln.String()); res.Status != 303 {
		t.Errorf("%+v", res)
	}
}
