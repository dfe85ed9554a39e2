package workspace_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"anteroom/schema"
)

func TestAnAgencyStartsWithAnEmptyListAndOneButton(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	has(t, a.open("/settings/clients"), "No clients yet", `href="/settings/clients/new"`, "Halden Street", "Priya Nair", "Owner")
	has(t, a.open("/settings/clients?filter=deleted"), "No deleted clients")
}

func TestAClientIsAddedChangedAndDeleted(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	has(t, a.open("/settings/clients/new"), `<label for="name">`, `action="/settings/clients"`)
	id := a.client("Orchard Lane Bakery")
	list := a.open("/settings/clients?users=" + id.String())
	has(t, list, "Orchard Lane Bakery", "client.example", "Assign accounts", "No one from Orchard Lane Bakery yet")

	form := a.open("/settings/clients/" + id.String() + "/edit")
	has(t, form, `value="Orchard Lane Bakery"`, `value="client.example"`)
	res := a.post("/settings/clients/"+id.String()+"?page=2", "name", "Orchard & Lane", "email", "hi@orchard.example", "external_id", "crm-1")
	if res.Status != 303 || res.Location != "/settings/clients?page=2&users="+id.String()+"#"+id.String() || res.Flash != "client-saved" {
		t.Errorf("%+v", res)
	}
	has(t, a.open(strings.Split(res.Location, "#")[0]), "Orchard &amp; Lane")
	has(t, a.open("/settings/clients/"+id.String()+"/edit"), `value="hi@orchard.example"`, `value="crm-1"`)

	res = a.post("/settings/clients/" + id.String() + "/deletion")
	if res.Status != 303 || res.Location != "/settings/clients" || res.Flash != "client-deleted" {
		t.Errorf("%+v", res)
	}
	lacks(t, a.open("/settings/clients"), "Orchard")
	has(t, a.open("/settings/clients?filter=deleted"), "Orchard &amp; Lane", "Deleted clients can’t be restored")
	var rung int64
	if rung = w.rdb.Exists(t.Context(), "asynq:{bulk}:t:client:deactivate:"+id.String()+":0").Val(); rung != 1 {
		t.Errorf("the cascade was not rung for: %v", w.rdb.Keys(t.Context(), "*").Val())
	}
}

func TestAFormThatIsRefusedKeepsItsValuesAndSaysWhy(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	res := a.post("/settings/clients", "name", " ", "website", "bakery.example")
	if res.Status != 422 {
		t.Errorf("status %d", res.Status)
	}
	has(t, res, "Enter the name.", `value="bakery.example"`, `aria-invalid="true" aria-describedby="name-error"`)
	res = a.post("/settings/clients", "name", "Bakery", "website", "not a site")
	has(t, res, `id="website-error"`, `value="not a site"`, `name="website" type="text" value="not a site" inputmode="url" autocomplete="off" spellcheck="false" autofocus aria-invalid="true"`)

	id := a.client("Bakery")
	res = a.post("/settings/clients/"+id.String(), "name", "Bakery", "email", "nobody")
	if res.Status != 422 {
		t.Errorf("status %d", res.Status)
	}
	has(t, res, `value="nobody"`, `id="email-error"`, "Edit Bakery")
	a.post("/settings/clients/"+id.String(), "name", "Bakery", "external_id", "x1")
	res = a.post("/settings/clients", "name", "Other", "external_id", "x1")
	has(t, res, "Another client has this ID", `aria-describedby="external_id-error"`)
	for _, rubbish := range []string{"Jos\xe9.example", "a\x00b.example"} {
		for _, field := range []string{"name", "email", "external_id"} {
			if res = a.post("/settings/clients", field, rubbish, "name", "Fine"); res.Status != 422 {
				t.Errorf("%s %q: status %d %s", field, rubbish, res.Status, res.Body)
			}
		}
		if res = a.post("/settings/clients", "name", "Fine", "website", rubbish); res.Status >= 500 {
			t.Errorf("website %q: status %d %s", rubbish, res.Status, res.Body)
		}
	}
}

func TestNamesAreTextAndNotMarkup(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("<b>Halden")
	evil := `<script>alert(1)</script>" onmouseover="x`
	id := a.client(evil)
	a.post("/settings/clients/"+id.String()+"/accounts", "accounts", a.account("instagram").String())
	res := a.post("/settings/clients/"+id.String()+"/invitations", "full_name", evil, "email", "eve@people.example")
	if res.Status != 303 {
		t.Fatalf("%d %s", res.Status, res.Body)
	}
	var u schema.ClientUserID
	w.get(&u, `SELECT id FROM client_users`)
	w.mail(u, schema.EmailBounced, "<img src=x onerror=y>")
	for _, path := range []string{"/settings/clients?users=" + id.String(), "/settings/clients/" + id.String() + "/edit",
		"/settings/clients/" + id.String() + "/accounts", "/settings/clients/" + id.String() + "/deletion",
		"/settings/clients/" + id.String() + "/invitations/new", "/client-users/" + u.String() + "/address",
		"/client-users/" + u.String() + "/elsewhere", "/settings/clients?q=" + url.QueryEscape(evil+"none")} {
		res := a.open(path)
		if res.Status != 200 {
			t.Errorf("%s: %d", path, res.Status)
		}
		lacks(t, res, "<script>alert", `" onmouseover="x"`, "<img src=x", "<b>Halden")
	}
}

func TestTheListIsSearchedAndFilteredAndKeepsItsPlace(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	bakery, gone := a.client("Orchard Lane Bakery"), a.client("Gone Bakery")
	a.client("Kiln Studio")
	a.post("/settings/clients/" + gone.String() + "/deletion")

	res := a.open("/settings/clients?q=bakery")
	has(t, res, "Orchard Lane Bakery", `value="bakery"`, `All <span class="muted num">2</span>`, `Deleted <span class="muted num">1</span>`)
	lacks(t, res, "Kiln Studio", "Gone Bakery")
	has(t, res, `href="/settings/clients?q=bakery&amp;users=`+bakery.String()+"#"+bakery.String()+`"`)
	has(t, a.open("/settings/clients?q=bakery&filter=deleted"), "Gone Bakery", `name="filter" value="deleted"`)
	res = a.open("/settings/clients?q=nothing%25")
	has(t, res, "Nothing found for “nothing%”", "Show all")
	if res = a.open("/settings/clients?q=%ff%00"); res.Status != 200 {
		t.Errorf("rubbish in the search: %d %s", res.Status, res.Body)
	}
	// The open row is shown on the list that it is on, whatever the search.
	has(t, a.open("/settings/clients?q=kiln&users="+gone.String()), "Gone Bakery", `aria-current="true">Deleted`)
	has(t, a.open("/settings/clients?q=kiln&users="+bakery.String()), "Orchard Lane Bakery", "Kiln Studio", `aria-expanded="true"`)
}

func TestALongListHasPages(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	for i := range 120 {
		w.exec(`INSERT INTO clients (id, agency_id, name, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`,
			schema.New[schema.ClientID](), a.agency, fmt.Sprintf("Client %03d", i))
	}
	first, third := a.open("/settings/clients"), a.open("/settings/clients?page=3")
	has(t, first, "Client 000", "Client 049", "1 to 50 of 120", `href="/settings/clients?page=2"`)
	lacks(t, first, "Client 050", "Previous")
	has(t, third, "Client 100", "Client 119", "101 to 120 of 120", "Previous")
	lacks(t, third, "Client 099", ">Next")
	has(t, a.open("/settings/clients?page=99&q=client"), "101 to 120 of 120", `href="/settings/clients?page=2&amp;q=client"`)
	has(t, a.open("/settings/clients?page=rubbish"), "1 to 50 of 120")

	// What was done is seen, whichever page the row is on.
	id := a.client("Client 999")
	has(t, a.open("/settings/clients?users="+id.String()), "Client 999", "Client 000", "No one from Client 999 yet")
}
