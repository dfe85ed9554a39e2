package workspace_test

import (
	"strings"
	"testing"

	"anteroom/schema"
)

// gone is a client that was deleted, with somebody who had access.
func (a *tenant) gone(name string) schema.ClientID {
	a.t.Helper()
	c := a.portal(name)
	a.active(c, "Elena Marchetti")
	a.post("/settings/clients/" + c.String() + "/deletion")
	a.exec(`UPDATE clients SET cascade_state = 'done', cascade_due_at = NULL, cascade_ring_at = NULL WHERE id = ?`, c)
	return c
}

func TestAnOwnerPlansAnErasingAndCallsItOff(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.gone("Orchard Lane Bakery")
	at := "/settings/clients/" + c.String()
	const list = "/settings/clients?filter=deleted"
	has(t, a.open(list), "Erase…", at+"/erasure")
	has(t, a.open(at+"/erasure"), "Erase Orchard Lane Bakery?", "1 person loses name and address", "events and 1 email lose", "No webhook delivery is open",
		"Until then you can call it off.", `value="later" checked`, `action="`+at+`/erasures"`)

	res := a.post(at+"/erasures?filter=deleted", "when", "later")
	if res.Status != 303 || res.Location != list || res.Flash != "client-erase-planned" {
		t.Errorf("%+v", res)
	}
	if n := w.rdb.Exists(t.Context(), "asynq:{bulk}:t:client:erase:"+c.String()+":0").Val(); n != 0 {
		t.Error("it was rung for at once")
	}
	page := a.open(list)
	has(t, page, "Will be erased on", "Call off", at+"/erasures/cancellation")
	lacks(t, page, "Erase…")
	has(t, a.open(list+"&users="+c.String()), "Erase…", "Elena Marchetti")
	admin, member := a.colleague("Jonas Weber", schema.RoleAdmin), a.colleague("Amara Diallo", schema.RoleMember)
	for _, b := range []*browser{admin, member} {
		page := b.open(list)
		has(t, page, "Will be erased on")
		lacks(t, page, "Call off", "Erase…")
	}

	for range 2 { // pressed twice
		if res := a.post(at + "/erasures/cancellation?filter=deleted"); res.Status != 303 || res.Location != list || res.Flash != "client-erase-called-off" {
			t.Errorf("%+v", res)
		}
	}
	has(t, a.open(list), "Erase…")
}

func TestAnErasingAtOnceIsRungForAndCantBeCalledOff(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c := a.gone("Orchard Lane Bakery")
	at := "/settings/clients/" + c.String()
	for range 2 { // pressed twice
		if res := a.post(at+"/erasures", "when", "now"); res.Status != 303 || res.Flash != "client-erasing" {
			t.Errorf("%+v", res)
		}
	}
	if n := w.rdb.Exists(t.Context(), "asynq:{bulk}:t:client:erase:"+c.String()+":0").Val(); n != 1 {
		t.Error("it was not rung for")
	}
	page := a.open("/settings/clients?filter=deleted")
	has(t, page, "Being erased…", `load delay:3s`)
	lacks(t, page, "Call off", "Erase…")
	if res := a.post(at + "/erasures/cancellation"); res.Status != 409 {
		t.Errorf("calling it off: %d", res.Status)
	} else {
		has(t, res, "That can’t be called off.")
	}
	w.exec(`UPDATE clients SET erase_state = 'done', erase_attempt = 1, erase_due_at = NULL, erased_at = UTC_TIMESTAMP(6), name = 'Erased client' WHERE id = ?`, c)
	page = a.open("/settings/clients?filter=deleted&users=" + c.String())
	has(t, page, "Erased client", "Erased <time", "No one is left here", "/settings/activity?client="+c.String())
	lacks(t, page, "Erase…", "Elena", "Invite to another client")
	if res := a.open(at + "/erasure"); res.Status != 409 || !strings.Contains(res.Body, "nothing left to decide") {
		t.Errorf("asking again: %d", res.Status)
	}
}

func TestAnErasingIsRefusedWithTheReasonAndChangesNothing(t *testing.T) {
	w := newWorld(t)
	a := w.tenant("Halden Street")
	c, present := a.gone("Orchard Lane Bakery"), a.portal("Alder Row")
	admin := a.colleague("Jonas Weber", schema.RoleAdmin)
	before := w.fingerprint()
	for _, one := range []struct {
		who    *browser
		client schema.ClientID
		when   string
		status int
		says   string
	}{
		{admin, c, "now", 403, "Only an owner can erase a client."},
		{a.browser, present, "now", 409, "Delete it first"},
		{a.browser, c, "", 422, "Choose when the client is erased."},
		{a.browser, c, "someday", 422, "Choose when the client is erased."},
	} {
		res := one.who.post("/settings/clients/"+one.client.String()+"/erasures", "when", one.when)
		if res.Status != one.status {
			t.Errorf("%q: %d", one.when, res.Status)
		}
		has(t, res, one.says)
	}
	if res := admin.open("/settings/clients/" + c.String() + "/erasure"); res.Status != 403 {
		t.Errorf("an admin is asked: %d", res.Status)
	}
	if w.fingerprint() != before {
		t.Error("something was written")
	}
	w.exec(`UPDATE clients SET deleted_at = deleted_at - INTERVAL 30 DAY WHERE id = ?`, c)
	lacks(t, a.open("/settings/clients/"+c.String()+"/erasure"), `value="later"`)
	res := a.post("/settings/clients/"+c.String()+"/erasures", "when", "later")
	if res.Status != 409 {
		t.Errorf("later than that: %d", res.Status)
	}
}
