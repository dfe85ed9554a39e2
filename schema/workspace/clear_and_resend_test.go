package workspace_test

import (
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestOnlyAnAddressThatTheProviderHoldsBackIsCleared(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for state, code := range map[schema.EmailState]string{
		schema.EmailQueued: "email_in_flight", schema.EmailSending: "email_in_flight", schema.EmailHeld: "not_suppressed", schema.EmailSent: "not_suppressed",
		schema.EmailDelayed: "not_suppressed", schema.EmailDelivered: "not_suppressed", schema.EmailBounced: "not_suppressed",
		schema.EmailFailed: "not_suppressed", schema.EmailCancelled: "not_suppressed", schema.EmailSuppressed: "", schema.EmailComplained: "",
	} {
		u := s.InviteSent(s.client, string(state)+"@example.com")
		s.Cool(u.ID)
		s.Exec(`UPDATE emails SET state = ?, due_at = IF(?, UTC_TIMESTAMP(6), NULL) WHERE id = ?`, state, state.Owes(), u.EmailID)
		out, err := s.Workspace().ClearAndResend(t.Context(), u.ID)
		if code != "" {
			fixture.Refused(t, err, schema.Conflict, code)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		after := s.ClientUser(u.ID)
		m := s.Email(after.EmailID)
		if !m.Unsuppress || m.State != schema.EmailQueued || m.Generation != u.Generation+1 || len(out.Due) != 1 || out.Due[0].Row != m.ID.String() {
			t.Errorf("%s: the email is %+v, due %+v", state, m, out.Due)
		}
		if claim := s.Claim(m.ID); !claim.Email.Unsuppress {
			t.Errorf("%s: the worker doesn't hear of it", state)
		}
		_, err = s.Workspace().ClearAndResend(t.Context(), u.ID)
		fixture.Refused(t, err, schema.Conflict, "email_in_flight")
	}
	_, err := s.Workspace().ClearAndResend(t.Context(), s.active.ID)
	fixture.Refused(t, err, schema.Conflict, "already_active")
	_, err = s.Workspace().Resend(t.Context(), s.barred.ID) // may be: somebody cleared it at the provider's
	if m := s.Email(s.ClientUser(s.barred.ID).EmailID); err != nil || m.Unsuppress {
		t.Errorf("a resend clears: %+v (%v)", m, err)
	}
	s.CheckSequences()
}
