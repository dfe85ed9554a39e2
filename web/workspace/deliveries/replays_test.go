package deliveries_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestReplayLeadsBackToTheDelivery(t *testing.T) {
	s := newSite(t)
	d := s.failedFor(schema.ErrorStatus, 500, nil)
	replay := s.path + "/deliveries/" + d.ID.String() + "/replays?status=failed"
	if a := s.post(replay); a.Status != http.StatusSeeOther || a.Location != s.path+"?d="+d.ID.String()+"&status=failed#delivery" {
		t.Errorf("%d %s", a.Status, a.Location)
	}
	if now := s.Deliveries(s.to.ID)[0]; now.State != schema.DeliveryQueued {
		t.Errorf("%+v", now)
	}
	s.post(replay).shows(t, http.StatusConflict, "This delivery is on its way already.", "Back to the endpoint")
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual', disabled_at = UTC_TIMESTAMP(6)`)
	s.post(replay).shows(t, http.StatusConflict, "Enable it first, then replay.")
}

func TestHowManyAreReplayedIsSaidBeforeItBegins(t *testing.T) {
	s := newSite(t)
	now := s.Now()
	for _, ago := range []time.Duration{time.Minute, 3 * time.Hour, 26 * time.Hour} {
		d := s.failedFor(schema.ErrorStatus, 500, nil)
		s.Exec(`UPDATE webhook_deliveries SET created_at = ? WHERE id = ?`, now.Add(-ago), d.ID)
	}
	form := s.path + "/replays"
	s.open(form).shows(t, 200, "3 deliveries are sent again.", `value="30d" checked`)
	s.open(form+"?range=1h").shows(t, 200, "1 delivery is sent again.", `value="1h" checked`)
	s.open(form+"?range=24h").shows(t, 200, "2 deliveries are sent again.")
	field := func(ago time.Duration) string { return now.Add(-ago).Format("2006-01-02T15:04") } // her zone is UTC
	s.open(form+"?range=exactly&from="+field(27*time.Hour)+"&until="+field(2*time.Hour)).shows(t, 200, "2 deliveries are sent again.", `value="`+field(27*time.Hour)+`"`)
	s.open(form+"?range=exactly&from=soon&until="+field(0)).shows(t, 422, "Write the beginning as a date", `value="soon"`)
	s.open(form+"?range=exactly&until="+field(5*time.Hour)+"&from="+field(0)).shows(t, 422, "The end has to come after the beginning.")
	s.open(form+"?range=rubbish").shows(t, 422, "Choose one of the times.")
	s.post(form, "range", "exactly", "from", field(20*time.Hour), "until", field(10*time.Hour)).shows(t, 422, "Nothing failed in that time. Choose a longer one.", field(20*time.Hour))

	if a := s.post(form, "range", "24h"); a.Status != http.StatusSeeOther || a.Location != s.path {
		t.Fatalf("%d %s", a.Status, a.main())
	}
	if r := fixture.Read[schema.Replay](s.World, `SELECT * FROM webhook_replays`); r.Total != 2 {
		t.Errorf("%+v", r)
	}
	s.open(s.path).shows(t, 200, `Replaying what failed: <span class="num">0 of 2</span>`, "Started by Priya Nair", `<progress class="progress" max="2" value="0"`)
	s.post(form, "range", "24h").shows(t, http.StatusConflict, "A replay of this endpoint is running.")
	claim, err := s.System.ClaimReplay(t.Context(), fixture.Read[schema.ReplayID](s.World, `SELECT id FROM webhook_replays`))
	if err != nil {
		t.Fatal(err)
	}
	if done, _, err := s.System.ReplayBatch(t.Context(), fixture.Read[schema.ReplayID](s.World, `SELECT id FROM webhook_replays`), claim.Attempt); !done || err != nil {
		t.Fatal(done, err)
	}
	s.open(s.path).shows(t, 200, "-Replaying", "Replay 1 failed")
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual', disabled_at = UTC_TIMESTAMP(6)`)
	s.open(form).shows(t, 200, "This endpoint is disabled.", `type="submit" disabled`)
	if a := s.part(form + "?range=1h"); a.Status != 200 || !strings.Contains(a.Body, `id="replay-count"`) {
		t.Errorf("the count alone: %d", a.Status)
	}
}
