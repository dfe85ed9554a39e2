package system_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/schema/workspace"
)

// traces are what must stand nowhere once the client is erased, in lower case.
var traces = []string{"zebulon", "quarry"}

// doomed is an agency with a client to erase that has left traces wherever a
// client can.
type doomed struct {
	*fixture.Agency
	client          schema.Client
	crm, gone       schema.Endpoint // gone is deleted
	active, invited schema.ClientUser
}

func newDoomed(w *fixture.World, name string) *doomed {
	w.T.Helper()
	d := &doomed{Agency: w.Agency(name)}
	d.crm, _ = d.Endpoint("https://crm.example/hook")
	d.gone, _ = d.Endpoint("https://old.example/hook")
	ws, ctx := d.Workspace(), w.T.Context()
	d.client = must(ws.AddClient(ctx, workspace.ClientForm{Name: "Quarry & Sons", Email: "office@quarry.example", Website: "quarry.example", ExternalID: "crm-7"}))
	d.Account(d.client.ID, "@sons")
	d.check(ws.EditClient(ctx, d.client.ID, workspace.ClientForm{Name: "Quarry Brothers", Email: "bros@quarry.example", Website: "quarry.example", ExternalID: "crm-7"}))
	d.active, _ = d.Admit(d.client, "zebulon@quarry.example")
	d.invited = d.InviteSent(d.client, "zebulon.fixed@quarry.example")
	d.Cool(d.invited.ID)
	must(ws.FixEmail(ctx, d.invited.ID, "zebulon.right@quarry.example"))
	failed := d.Invite(d.client, "zebulon.bounced@quarry.example")
	claim := d.Claim(failed.EmailID)
	d.Record(failed.EmailID, claim.Email.Attempt, schema.MailResult{Outcome: schema.MailRejected, Code: "550", Reason: "No mailbox zebulon.bounced@quarry.example."})
	held := d.Invite(d.client, "zebulon.held@quarry.example")
	d.Record(held.EmailID, d.Claim(held.EmailID).Email.Attempt, schema.MailResult{Outcome: schema.MailAmbiguous, Reason: "No answer for zebulon.held@quarry.example."})
	d.check(ws.Revoke(ctx, d.Invite(d.client, "zebulon.revoked@quarry.example").ID))
	lines := []workspace.Listed{{FullName: "Zebulon Draft", Email: "zebulon.draft@quarry.example"}, {FullName: "Zebulon", Email: "no address of zebulon"}}
	must(ws.DraftBatch(ctx, d.client.ID, lines, schema.BatchID{}))
	lines[0].Email = "zebulon.listed@quarry.example"
	sentBy(d.Agency, d.Owner, d.client, lines)
	return d
}

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

func (d *doomed) check(err error) {
	d.T.Helper()
	if err != nil {
		d.T.Fatal(err)
	}
}

// delivered gives the deliveries all states in turn, and each some attempts whose
// answers repeat what was sent.
func (d *doomed) delivered() {
	d.T.Helper()
	states := []string{"queued", "waiting", "succeeded", "failed", "held", "skipped", "cancelled"}
	for i, row := range fixture.ReadAll[schema.Delivery](d.World, `SELECT * FROM webhook_deliveries WHERE agency_id = ? ORDER BY endpoint_id, event_id`, d.ID) {
		state, attempts := states[i%len(states)], i%4
		d.Exec(`UPDATE webhook_deliveries SET state = ?, attempt = ?, due_at = IF(? IN ('queued', 'waiting'), state_at, NULL) WHERE id = ?`,
			state, attempts, state, row.ID)
		for n := range attempts {
			d.Exec(`INSERT INTO webhook_attempts (delivery_id, attempt, endpoint_id, started_at, succeeded, error_class, error_text, url,
				request_headers, response_headers, response_body) VALUES (?, ?, ?, ?, FALSE, 'redirect', ?, 'https://crm.example/hook', '{}', ?, ?)`,
				row.ID, n+1, row.EndpointID, row.CreatedAt, "It pointed to https://crm.example/zebulon.", `{"location":"/quarry"}`, "thank you, Zebulon of Quarry")
		}
	}
	d.Exec(`UPDATE webhook_endpoints SET status = 'deleted' WHERE id = ?`, d.gone.ID)
}

// deleted deletes the client, cascade and all, and promises that it is erased now.
func (d *doomed) deleted() {
	d.T.Helper()
	d.DeleteClient(d.client)
	d.Cascade(d.client)
	must(d.Workspace().EraseClient(d.T.Context(), d.client.ID, schema.EraseAtOnce))
}

// left are the columns in which a trace stands, but for people's own sign-ins.
func (d *doomed) left() (out []string) {
	d.T.Helper()
	for _, c := range d.Dump() {
		for _, s := range traces {
			if bytes.Contains(bytes.ToLower(c.Value), []byte(s)) && c.Table != "users" {
				out = append(out, fmt.Sprintf("%s.%s: %.80q", c.Table, c.Column, c.Value))
			}
		}
	}
	return out
}

func (d *doomed) row() schema.Client {
	d.T.Helper()
	return fixture.Read[schema.Client](d.World, `SELECT * FROM clients WHERE id = ?`, d.client.ID)
}

// erase runs the erasing to its end and says how many batches that took. between
// happens after each.
func (d *doomed) erase(s *system.System, between func(system.EraseClaim) system.EraseClaim) (batches int) {
	d.T.Helper()
	claim := must(s.ClaimErase(d.T.Context(), d.client.ID))
	if claim.Verdict != schema.ClaimTaken {
		d.T.Fatalf("the claim is %+v", claim)
	}
	var out system.Erased
	for batches = 1; batches < 5000; batches++ {
		if out = must(s.Erase(d.T.Context(), d.client.ID, claim.Attempt, out.After)); out.Done {
			return batches
		}
		if between != nil {
			claim, out = between(claim), system.Erased{}
		}
	}
	d.T.Fatal("it has no end")
	return 0
}

func TestErasingLeavesNoNameOrAddressAnywhere(t *testing.T) {
	t.Parallel()
	d := newDoomed(fixture.New(t), "Halden Street")
	d.deleted()
	d.delivered()
	if before := d.left(); len(before) < 60 {
		t.Fatalf("there are few traces, so this test shows little: %v", before)
	}
	events := d.shape()
	d.erase(d.System, nil)
	for _, s := range d.left() {
		t.Error(s)
	}
	c := d.row()
	if c.Name != schema.ErasedClient || c.ExternalID != nil || c.ErasedAt == nil || c.EraseState != schema.EraseDone || c.EraseDueAt != nil || c.EraseBy != d.Owner.ID {
		t.Errorf("the client is %+v", c)
	}
	if after := d.shape(); after != events {
		t.Errorf("the log has changed:\n%s\nbefore:\n%s", after, events)
	}
	d.CheckSequences()
	open := fixture.ReadAll[schema.DeliveryState](d.World, `SELECT DISTINCT d.state FROM webhook_deliveries d JOIN events e ON e.id = d.event_id
		WHERE e.client_id = ? ORDER BY d.state`, d.client.ID)
	if want := []schema.DeliveryState{"cancelled", "skipped", "succeeded"}; !slices.Equal(open, want) {
		t.Errorf("deliveries are %v", open)
	}
	mails := fixture.ReadAll[schema.EmailState](d.World, `SELECT DISTINCT e.state FROM emails e JOIN client_users u ON u.id = e.client_user_id
		WHERE e.state IN ('queued', 'held', 'sending')`)
	if len(mails) != 0 {
		t.Errorf("emails are %v", mails)
	}
	if n := fixture.Read[int](d.World, `SELECT COUNT(*) FROM webhook_attempts WHERE url = '' OR started_at IS NULL`); n != 0 {
		t.Errorf("%d attempts lost more than their answers", n)
	}
	if _, err := d.System.Erase(t.Context(), d.client.ID, c.EraseAttempt, schema.EventID{}); !errors.Is(err, system.ErrOvertaken) {
		t.Errorf("a batch after the end: %v", err)
	}
}

// shape is what the events say beside names and addresses.
func (d *doomed) shape() string {
	d.T.Helper()
	var b strings.Builder
	for _, e := range fixture.ReadAll[schema.Event](d.World, `SELECT * FROM events WHERE client_id = ? ORDER BY id`, d.client.ID) {
		var p schema.Payload
		d.check(json.Unmarshal(e.Payload, &p))
		u := schema.ClientUserPayload{}
		if p.Data.ClientUser != nil {
			u = *p.Data.ClientUser
		}
		m := schema.EmailPayload{}
		if p.Data.Email != nil {
			m = *p.Data.Email
		}
		fmt.Fprintln(&b, e.ID, e.SubjectID, e.Sequence, p.Data.Sequence, e.Type, p.Type, p.Timestamp, e.OccurredAt, e.ActorType, p.Data.Actor.Type,
			p.Data.Agency.ID, p.Data.Client.ID, *p.Data.Client.ExternalID, p.Data.Client.Status, u.ID, u.Status, u.PreviousStatus, m.ID, m.State, m.Code)
	}
	return b.String()
}

// A worker dies after each batch, as small as can be; another goes on.
func TestErasingGoesOnWhereverAWorkerDied(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	d := newDoomed(w, "Halden Street")
	d.deleted()
	d.delivered()
	s := system.New(w.DB, 0, system.Erasing(1))
	left := len(d.left())
	batches := d.erase(s, func(dead system.EraseClaim) system.EraseClaim {
		now := len(d.left())
		if now > left {
			t.Errorf("%d traces, %d before", now, left)
		}
		left = now
		if wait := must(s.ClaimErase(t.Context(), d.client.ID)); wait.Verdict != schema.ClaimWait {
			t.Errorf("within the lease: %+v", wait)
		}
		clock.Forward(schema.EraseLease)
		next := must(s.ClaimErase(t.Context(), d.client.ID))
		if _, err := s.Erase(t.Context(), d.client.ID, dead.Attempt, schema.EventID{}); !errors.Is(err, system.ErrOvertaken) {
			t.Errorf("the dead one comes back and gets %v", err)
		}
		return next
	})
	if batches < 30 || len(d.left()) != 0 {
		t.Errorf("after %d batches there are left: %v", batches, d.left())
	}
	d.CheckSequences()
}

func TestErasingTouchesNoOtherRow(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	d, stranger := newDoomed(w, "Halden Street"), newDoomed(w, "Mill Road")
	other := d.Client("Alder Row")
	d.Admit(other, "zebulon@quarry.example")
	d.InviteSent(other, "zebulon.fixed@quarry.example")
	must(d.Workspace().DraftBatch(t.Context(), other.ID, []workspace.Listed{{FullName: "Zebulon", Email: "zebulon@quarry.example"}}, schema.BatchID{}))
	d.deleted()
	stranger.delivered()
	d.delivered()
	others := func() (out []string) {
		for _, from := range []string{`clients WHERE id <> ?`, `client_users WHERE client_id <> ?`, `events WHERE client_id <> ?`,
			`emails WHERE client_user_id IS NULL OR client_user_id NOT IN (SELECT id FROM client_users WHERE client_id = ?)`,
			`invitation_batch_lines WHERE batch_id NOT IN (SELECT id FROM invitation_batches WHERE client_id = ?)`, `invitation_batches WHERE id <> ?`,
			`webhook_deliveries WHERE event_id NOT IN (SELECT id FROM events WHERE client_id = ?)`,
			`webhook_attempts WHERE delivery_id NOT IN (SELECT d.id FROM webhook_deliveries d JOIN events e ON e.id = d.event_id WHERE e.client_id = ?)`,
			`users WHERE id <> ?`, `members WHERE user_id <> ?`, `sessions WHERE user_id <> ?`, `social_accounts WHERE id <> ?`,
			`webhook_endpoints WHERE id <> ?`, `agencies WHERE id <> ?`} {
			out = append(out, w.Rows(`SELECT * FROM `+from, d.client.ID))
		}
		return out
	}
	before := others()
	d.erase(d.System, nil)
	for i, after := range others() {
		if after != before[i] || len(after) == 0 {
			t.Errorf("rows of others have changed:\n%.2000s\nbefore:\n%.2000s", after, before[i])
		}
	}
}

func TestErasingWaitsForTheCascade(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	d := newDoomed(w, "Halden Street")
	d.DeleteClient(d.client)
	must(d.Workspace().EraseClient(t.Context(), d.client.ID, schema.EraseAtOnce))
	claim, err := d.System.ClaimErase(t.Context(), d.client.ID)
	if err != nil || claim.Verdict != schema.ClaimWait || claim.Wait != schema.EraseRest {
		t.Errorf("before the cascade: %+v (%v)", claim, err)
	}
	d.Cascade(d.client)
	d.erase(d.System, nil)
	if got := d.Events(d.active.ID); !slices.Contains(got, schema.ClientUserDeactivated) || len(d.left()) != 0 {
		t.Errorf("the events are %v, left is %v", got, d.left())
	}
}

func TestErasingWaitsForWhatIsBeingSent(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	d := newDoomed(w, "Halden Street")
	mail := d.Invite(d.client, "zebulon.late@quarry.example").EmailID
	attempt := d.Claim(mail).Email.Attempt
	d.deleted()
	all := d.Deliveries(d.crm.ID)
	claimed := must(d.System.ClaimDeliveries(t.Context(), []system.DeliveryAsk{{IDs: []schema.DeliveryID{all[0].ID, all[1].ID}}}))[0].Taken
	if len(claimed) != 2 {
		t.Fatalf("taken: %d", len(claimed))
	}
	busy := func() (out system.Erased, attempt uint32) {
		claim := must(d.System.ClaimErase(t.Context(), d.client.ID))
		for {
			out = must(d.System.Erase(t.Context(), d.client.ID, claim.Attempt, out.After))
			if out.Done || out.Busy {
				return out, claim.Attempt
			}
		}
	}
	out, number := busy()
	sending := fixture.Read[int](w, `SELECT COUNT(*) FROM webhook_deliveries d JOIN events e ON e.id = d.event_id
		WHERE d.state = 'sending' AND e.erased_at IS NULL`)
	if !out.Busy || d.row().ErasedAt != nil || sending != 2 {
		t.Fatalf("with two deliveries under way: %+v", out)
	}
	d.check(d.System.ReleaseErase(t.Context(), d.client.ID, number, schema.EraseRest))
	if wait := must(d.System.ClaimErase(t.Context(), d.client.ID)); wait.Verdict != schema.ClaimWait || wait.Wait != schema.EraseRest {
		t.Errorf("released: %+v", wait)
	}
	// One comes to its end, the other's worker is slow beyond its lease.
	echo := schema.AttemptResult{StatusCode: 500, Class: schema.ErrorStatus, Text: "500 for Zebulon", Body: []byte("Zebulon of Quarry"),
		Response: map[string]string{"X-Echo": "zebulon"}, URL: "https://crm.example/hook"}
	result := func(c system.DeliveryClaim) system.DeliveryResult {
		return system.DeliveryResult{ID: c.ID, Endpoint: c.EndpointID, Agency: c.AgencyID, Attempt: c.Attempt, AttemptResult: echo}
	}
	must(d.System.RecordDeliveries(t.Context(), []system.DeliveryResult{result(claimed[0])}))
	clock.Forward(schema.EraseRest)
	if out, number = busy(); !out.Busy {
		t.Errorf("with one delivery and a mail under way: %+v", out)
	}
	d.check(d.System.ReleaseErase(t.Context(), d.client.ID, number, 0))
	clock.Forward(schema.DefaultDeliveryPlan.Lease())
	if out, number = busy(); !out.Busy {
		t.Errorf("with a mail under way: %+v", out)
	}
	d.check(d.System.ReleaseErase(t.Context(), d.client.ID, number, 0))
	d.Record(mail, attempt, schema.MailResult{Outcome: schema.MailRejected, Code: "550", Reason: "No zebulon.late@quarry.example here."})
	if out, _ = busy(); !out.Done {
		t.Errorf("with nothing under way: %+v", out)
	}
	must(d.System.RecordDeliveries(t.Context(), []system.DeliveryResult{result(claimed[1])})) // too late
	for _, s := range d.left() {
		t.Error(s)
	}
	for _, c := range claimed {
		if got := d.Attempts(c.ID); len(got) != 1 || got[0].StatusCode != 500 || got[0].ResponseBody != nil {
			t.Errorf("the attempts are %+v", got)
		}
		if state := fixture.Read[schema.DeliveryState](w, `SELECT state FROM webhook_deliveries WHERE id = ?`, c.ID); state != schema.DeliveryCancelled {
			t.Errorf("the delivery is %s", state)
		}
	}
}

// What the provider says weeks later of an erased person's mail has no address and
// makes no event.
func TestOfAnErasedPersonNothingMoreIsTold(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	d := newDoomed(w, "Halden Street")
	mail := d.InviteSent(d.client, "zebulon.sent@quarry.example").EmailID
	d.deleted()
	d.erase(d.System, nil)
	events := fixture.Read[int](w, `SELECT COUNT(*) FROM events`)
	out, err := d.System.TakeMailEvent(t.Context(), system.MailEvent{Token: "t", SignedAt: w.Now(), Email: mail,
		Said: schema.ProviderEvent{State: schema.EmailBounced, Code: "550", Reason: "No zebulon.sent@quarry.example here."}})
	if err != nil || !out.Changed || d.Email(mail).State != schema.EmailBounced {
		t.Errorf("%+v (%v)", out, err)
	}
	if n := fixture.Read[int](w, `SELECT COUNT(*) FROM events`); n != events || len(d.left()) != 0 {
		t.Errorf("%d events, %d before; left: %v", n, events, d.left())
	}
}

func TestNobodyIsInvitedUnderAnErasedName(t *testing.T) {
	t.Parallel()
	d := newDoomed(fixture.New(t), "Halden Street")
	other := d.Client("Alder Row")
	d.deleted()
	d.erase(d.System, nil)
	before := d.Snapshot()
	fixture.Refused(t, fixture.Error(d.Workspace().InviteElsewhere(t.Context(), d.active.ID, other.ID)), schema.Conflict, "person_erased")
	fixture.Refused(t, fixture.Error(d.Workspace().EraseClient(t.Context(), d.client.ID, schema.EraseLater)), schema.Conflict, "erase_begun")
	fixture.Refused(t, d.Workspace().CallOffErasure(t.Context(), d.client.ID), schema.Conflict, "erase_begun")
	people, err := d.Workspace().ClientUsers(t.Context(), d.client.ID, workspace.PeopleFilter{})
	if err != nil || len(people.Rows) != 0 || d.Snapshot() != before {
		t.Errorf("%+v (%v)", people, err)
	}
	log, err := d.Workspace().Activity(t.Context(), workspace.ActivityFilter{Client: d.client.ID})
	if err != nil || len(log.Events) < 10 {
		t.Errorf("the log has %d events (%v)", len(log.Events), err)
	}
	for _, e := range log.Events {
		if e.Data.Client.Name != schema.ErasedClient || e.ActorName != "" && e.ActorName != "Priya Nair" {
			t.Errorf("%s of %s by %q", e.Type, e.Data.Client.Name, e.ActorName)
		}
		if _, err := d.Workspace().History(t.Context(), e.ID); err != nil {
			t.Error(err)
		}
	}
	// Its key is free for another one.
	if _, err := d.Workspace().AddClient(t.Context(), workspace.ClientForm{Name: "New", ExternalID: "crm-7"}); err != nil {
		t.Error(err)
	}
}

func TestOfAReplayAndAnErasingAtOnceNothingGoesOut(t *testing.T) {
	t.Parallel()
	d := newDoomed(fixture.New(t), "Halden Street")
	d.deleted()
	d.Exec(`UPDATE webhook_deliveries SET state = ELT(1 + MOD(CRC32(id), 2), 'failed', 'succeeded'), due_at = NULL, ring_at = NULL`)
	all := d.Deliveries(d.crm.ID)
	s := system.New(d.DB, 0, system.Erasing(3))
	race := []func() error{func() error {
		claim, err := s.ClaimErase(t.Context(), d.client.ID)
		for out := (system.Erased{}); err == nil && !out.Done; {
			out, err = s.Erase(t.Context(), d.client.ID, claim.Attempt, out.After)
		}
		return err
	}}
	for i := range 3 {
		ws := d.Workspace()
		race = append(race, func() error {
			for _, row := range all[i*len(all)/3 : (i+1)*len(all)/3] {
				err := ws.ReplayDelivery(t.Context(), d.crm.ID, row.ID)
				if err != nil && schema.KindOf(err) != schema.Conflict {
					return err
				}
			}
			return nil
		})
	}
	for _, err := range fixture.Race(race...) {
		if err != nil {
			t.Error(err)
		}
	}
	if n := fixture.Read[int](d.World, `SELECT COUNT(*) FROM webhook_deliveries d JOIN events e ON e.id = d.event_id
		WHERE e.client_id = ? AND d.state IN ('queued', 'waiting', 'sending', 'failed', 'held')`, d.client.ID); n != 0 || len(d.left()) != 0 {
		t.Errorf("%d deliveries could go out, left: %v", n, d.left())
	}
}

func TestTheRelayRingsForAnErasingWhenItIsDue(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	d := newDoomed(w, "Halden Street")
	d.DeleteClient(d.client)
	d.Cascade(d.client)
	if due, err := d.Workspace().EraseClient(t.Context(), d.client.ID, schema.EraseLater); err != nil || len(due) != 0 {
		t.Fatalf("due at once: %v (%v)", due, err)
	}
	rings := func() (schema.Due, bool) {
		for _, due := range must(w.System.Unrung(t.Context(), 500)) {
			if due.Work == schema.WorkClientErase {
				return due, due.Row == d.client.ID.String()
			}
		}
		return schema.Due{}, false
	}
	clock.Forward(schema.EraseAfter - time.Second)
	if due, ok := rings(); ok {
		t.Errorf("a second before: %+v", due)
	}
	if claim := must(w.System.ClaimErase(t.Context(), d.client.ID)); claim.Verdict != schema.ClaimWait {
		t.Errorf("a bell that came early: %+v", claim)
	}
	clock.Forward(time.Second + schema.RingGrace)
	due, ok := rings()
	if !ok || due.Lapsed {
		t.Fatalf("when it is due: %+v", due)
	}
	if raised, ok, err := w.System.RaiseRing(t.Context(), due); !ok || err != nil || raised.Ring != due.Ring+1 {
		t.Errorf("raised: %+v, %v (%v)", raised, ok, err)
	}
	must(w.System.ClaimErase(t.Context(), d.client.ID))
	clock.Forward(schema.EraseLease)
	if due, ok := rings(); !ok || !due.Lapsed || due.Ring != 1 {
		t.Errorf("when the lease lapses: %+v", due)
	}
	d.erase(w.System, nil)
	clock.Forward(time.Hour)
	if due, ok := rings(); ok {
		t.Errorf("after the end: %+v", due)
	}
}
