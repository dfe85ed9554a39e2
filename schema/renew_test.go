package schema_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// emailStates are all the states, and none for a row without an email.
var emailStates = []schema.EmailState{"", schema.EmailQueued, schema.EmailSending, schema.EmailHeld, schema.EmailSent,
	schema.EmailDelivered, schema.EmailDelayed, schema.EmailBounced, schema.EmailSuppressed, schema.EmailComplained,
	schema.EmailFailed, schema.EmailCancelled}

// offers lists what a page offers on a row, of what the agency can do.
func offers(u schema.ClientUser, now time.Time, email schema.EmailState) string {
	var out []string
	for _, v := range []schema.Verb{schema.VerbResend, schema.VerbRevoke, schema.VerbFixEmail, schema.VerbDismiss, schema.VerbRemove, schema.VerbInvite} {
		if u.Allows(v, now, email) {
			out = append(out, string(v))
		}
	}
	return strings.Join(out, " ")
}

func TestAPageOffersWhatTheStatusAndTheEmailAllow(t *testing.T) {
	t.Parallel()
	for _, email := range emailStates {
		invited := "resend revoke fix_email"
		if email == schema.EmailQueued || email == schema.EmailSending {
			invited = "revoke"
		}
		for status, want := range map[schema.Status]string{
			schema.StatusInvited:     invited,
			schema.StatusActive:      "remove",
			schema.StatusExpired:     "resend fix_email dismiss",
			schema.StatusRevoked:     "invite",
			schema.StatusDeactivated: "invite",
		} {
			if got := offers(row(status), noon, email); got != want {
				t.Errorf("%s, email %q: offers %q, want %q", status, email, got, want)
			}
		}
		u := row(schema.StatusInvited)
		if got := offers(u, u.ExpiresAt, email); got != "resend fix_email dismiss" {
			t.Errorf("stale, email %q: offers %q", email, got)
		}
	}
}

func TestWhileTheEmailIsOnItsWayARenewalIsRefusedInWords(t *testing.T) {
	t.Parallel()
	for _, email := range emailStates {
		inFlight := email == schema.EmailQueued || email == schema.EmailSending
		for _, v := range []schema.Verb{schema.VerbResend, schema.VerbFixEmail} {
			u := row(schema.StatusInvited)
			err := u.MayRenew(v, noon, email)
			if !inFlight {
				if err != nil {
					t.Errorf("%s, email %q: %v", v, email, err)
				}
				continue
			}
			if e := fixture.Refused(t, err, schema.Conflict, "email_in_flight"); e.ClientUser != u.ID {
				t.Errorf("%s, email %q: the row is not named", v, email)
			}
		}
	}
}

func TestResendHasACooldownAndFixEmailHasNone(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration]string{0: "", time.Microsecond: "in a minute.", time.Minute: "in a minute.",
		time.Minute + time.Second: "in two minutes.", 2 * time.Minute: "in two minutes."} {
		u := row(schema.StatusInvited)
		u.ResendAfter = noon.Add(left)
		err := u.MayRenew(schema.VerbResend, noon, schema.EmailSent)
		if (err != nil) != (want != "") || err != nil && (schema.KindOf(err) != schema.TooSoon || !strings.HasSuffix(err.Error(), want)) {
			t.Errorf("%s before its end: %v", left, err)
		}
		if err := u.MayRenew(schema.VerbFixEmail, noon, schema.EmailSent); err != nil {
			t.Errorf("a typo must be mended at once: %v", err)
		}
		if !u.Allows(schema.VerbResend, noon, schema.EmailSent) {
			t.Errorf("%s before its end the button has gone instead of telling the wait", left)
		}
	}
}

func TestARenewalIsRefusedByTheStatusFirst(t *testing.T) {
	t.Parallel()
	for _, s := range []schema.Status{schema.StatusActive, schema.StatusRevoked, schema.StatusDeactivated} {
		for _, v := range []schema.Verb{schema.VerbResend, schema.VerbFixEmail} {
			u := row(s)
			u.ResendAfter = noon.Add(time.Minute)
			refused(t, u.MayRenew(v, noon, schema.EmailQueued), &u, v)
		}
	}
}
