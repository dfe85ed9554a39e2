package hooks_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// effects are what becomes of a sent email by each payload: state, code, reason,
// the provider's moment and its next try; and the event that is written.
var effects = map[string]struct {
	fate string
	news schema.EventType
}{
	"delivered":                     {"delivered|||10:15:02.908181|-", schema.InvitationDelivered},
	"delivered-account-level":       {"delivered|||10:15:05|-", schema.InvitationDelivered},
	"delivered-sub-account":         {"delivered|||10:15:03.5|-", schema.InvitationDelivered},
	"failed-temporary-quota":        {"delayed|452|The mailbox is full.|10:00:00.659519|10:10:00.659519", schema.InvitationDelayed},
	"failed-temporary-greylisted":   {"delayed|451|Their mail server wants the email to come again later.|10:10:00.000001|10:25:00.000001", schema.InvitationDelayed},
	"failed-temporary-no-mx":        {"delayed|498|The address’s domain has no mail server.|09:51:40.25|10:21:40.25", schema.InvitationDelayed},
	"failed-permanent-no-such-user": {"bounced|550|There is no such address.|10:18:20.521233|-", schema.InvitationBounced},
	"failed-permanent-late":         {"bounced|554|Their mail server said: “Local policy: we don’t take this today”.|11:06:40.75|-", schema.InvitationBounced},
	"failed-permanent-too-old":      {"bounced|602|Their mail server could not be reached for hours, so the email provider gave up.|18:03:20.1|-", schema.InvitationBounced},
	"failed-permanent-bare":         {"bounced|||-|-", schema.InvitationBounced},
	"failed-suppressed-bounce":      {"suppressed|605|An earlier email to this address bounced, so the email provider no longer sends to it.|10:16:40.123456|-", schema.InvitationBounced},
	"failed-suppressed-code-only":   {"suppressed|605|An earlier email to this address bounced, so the email provider no longer sends to it.|10:16:40.123457|-", schema.InvitationBounced},
	"failed-suppressed-complaint":   {"suppressed|607|They marked an earlier email as spam, so the email provider no longer sends to this address.|10:17:30|-", schema.InvitationBounced},
	"complained":                    {"complained|||10:33:20.987654|-", schema.InvitationComplained},
	"unsubscribed":                  {"suppressed|unsubscribed|They unsubscribed, so the email provider no longer sends to this address.|10:41:40.243339|-", schema.InvitationBounced},
}

func TestEveryPayloadSaysWhatBecameOfTheEmail(t *testing.T) {
	h := newHook(t)
	for _, name := range payloads(t, true) {
		want, ok := effects[name]
		if !ok {
			t.Errorf("%s is in no table", name)
			continue
		}
		u := h.sent()
		h.take(name, u.EmailID)
		e := h.Email(u.EmailID)
		if got := fate(e); got != want.fate {
			t.Errorf("%s: %s\nwant %s", name, got, want.fate)
		}
		if name != "failed-permanent-bare" && e.ProviderID != "20261123101500.1a2b3c4d5e6f7081@"+strings.Split(e.ProviderID, "@")[1] {
			t.Errorf("%s: the message is %q", name, e.ProviderID)
		}
		if events := h.Events(u.ID); len(events) != 3 || events[2] != want.news {
			t.Errorf("%s: the events are %v, want %s", name, events, want.news)
		}
		h.tells(u, e)
	}
	h.CheckSequences()
}

// tells checks that the last event says what the row says, to a CRM.
func (h *hook) tells(u schema.ClientUser, e schema.Email) {
	h.T.Helper()
	var p schema.Payload
	b := fixture.Read[[]byte](h.World, `SELECT payload FROM events WHERE subject_id = ? ORDER BY sequence DESC LIMIT 1`, u.ID)
	if err := json.Unmarshal(b, &p); err != nil {
		h.T.Fatal(err)
	}
	if m := p.Data.Email; m == nil || m.ID != e.ID || m.State != e.State || m.Code != e.Code || m.Reason != e.Reason || p.Data.Actor.Type != schema.ActorSystem {
		h.T.Errorf("the event says %s", b)
	}
}

func TestAPayloadThatSaysNothingToUsIsTakenAndHasNoEffect(t *testing.T) {
	h := newHook(t)
	u := h.sent()
	before := h.Snapshot()
	for name, why := range map[string]string{
		"none-variables-empty": "unknown message", "none-variables-lost": "unknown message", "none-variables-foreign": "unknown message",
		"none-domain-foreign": "foreign domain", "none-message-foreign": "foreign domain",
		"none-opened": "", "none-accepted": "", "none-unknown-kind": "",
	} {
		read := len(h.log.String())
		h.take(name, u.EmailID)
		logged := h.log.String()[read:]
		if said := strings.Contains(logged, "had no effect"); said != (why != "") || !strings.Contains(logged, why) {
			t.Errorf("%s: the log says %s", name, logged)
		}
	}
	if names := payloads(t, false); len(names) != 8 {
		t.Errorf("not all of %q were posted", names)
	}
	h.take("delivered", schema.New[schema.EmailID]())
	if !strings.Contains(h.log.String(), `"why":"unknown message","event":"delivered","email_id":"em_`) {
		t.Errorf("of an email that is not there the log says %s", h.log)
	}
	h.Exec(`DELETE FROM mailgun_tokens`)
	if h.Snapshot() != before {
		t.Error("something has changed")
	}
	if strings.Contains(h.log.String(), "client.example") {
		t.Errorf("an address stands in the log: %s", h.log)
	}
}

// Of the emails that are no invitation only the row tells.
func TestEveryKindOfEmailIsHeardOf(t *testing.T) {
	h := newHook(t)
	i := h.InviteMemberSent(schema.RoleMember, "noor@halden-street.example")
	if _, err := h.Visitor.ForgotPassword(t.Context(), h.Owner.Email); err != nil {
		t.Fatal(err)
	}
	reset := fixture.Read[schema.EmailID](h.World, `SELECT id FROM emails WHERE kind = 'reset_password'`)
	h.Send(reset)
	before := fixture.Read[int](h.World, `SELECT COUNT(*) FROM events`)
	for _, id := range []schema.EmailID{i.EmailID, reset} {
		h.take("failed-permanent-no-such-user", id)
		if e := h.Email(id); e.State != schema.EmailBounced || e.Reason != "There is no such address." {
			t.Errorf("%s: %s", e.Kind, fate(e))
		}
	}
	if after := fixture.Read[int](h.World, `SELECT COUNT(*) FROM events`); after != before {
		t.Errorf("%d events", after-before)
	}
}

func TestOfAReminderOnlyTroubleIsTold(t *testing.T) {
	h := newHook(t)
	u := h.sent()
	h.Exec(`UPDATE emails SET kind = 'invitation_reminder' WHERE id = ?`, u.EmailID)
	before := h.Events(u.ID)
	h.take("failed-temporary-quota", u.EmailID)
	h.take("delivered", u.EmailID)
	if got := h.Events(u.ID); !slices.Equal(got, before) || h.Email(u.EmailID).State != schema.EmailDelivered {
		t.Errorf("delivered, the events are %v", got)
	}
	h.take("complained", u.EmailID)
	if got := h.Events(u.ID); !slices.Equal(got, append(before, schema.InvitationComplained)) {
		t.Errorf("complained, the events are %v", got)
	}
}

// It may have gone to an address that is another's now.
func TestWhatBecomesOfAnOlderLinksEmailStandsOnItsRowAlone(t *testing.T) {
	h := newHook(t)
	u := h.sent()
	h.Cool(u.ID)
	if _, err := h.Workspace().FixEmail(t.Context(), u.ID, h.address()); err != nil {
		t.Fatal(err)
	}
	before := h.Events(u.ID)
	h.take("failed-permanent-no-such-user", u.EmailID)
	if e := h.Email(u.EmailID); e.State != schema.EmailBounced {
		t.Errorf("the email is %s", e.State)
	}
	row, err := h.Workspace().ClientUser(t.Context(), u.ID)
	if got := h.Events(u.ID); err != nil || !slices.Equal(got, before) || row.EmailState != schema.EmailQueued {
		t.Errorf("the events are %v, the row says %s (%v)", got, row.EmailState, err)
	}
}
