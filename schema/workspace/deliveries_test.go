package workspace_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// in makes a delivery of a state, tried so often.
func in(state schema.DeliveryState, tries int) func(*schema.Delivery) {
	return func(d *schema.Delivery) {
		d.State, d.Tries, d.Attempt = state, tries, uint32(tries)
		if state != schema.DeliverySucceeded && tries > 0 {
			d.StatusCode, d.ErrorClass = 500, schema.ErrorStatus
		}
		if state == schema.DeliveryQueued && tries > 0 {
			at := d.CreatedAt.Add(time.Hour)
			d.DueAt = &at
		}
	}
}

func TestTheLogIsNarrowedByStatusAndTypeNewestFirst(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	other, _ := a.Endpoint("https://other.example/hooks")
	good := a.Delivery(e, nil)
	a.Attempt(good, nil)
	fresh := a.Delivery(e, in(schema.DeliveryQueued, 0))
	again := a.Delivery(e, in(schema.DeliveryQueued, 3))
	lane := a.Delivery(e, in(schema.DeliveryWaiting, 1))
	failed := a.Delivery(e, in(schema.DeliveryFailed, 10))
	media := a.Delivery(e, func(d *schema.Delivery) { in(schema.DeliveryFailed, 10)(d); d.Type = schema.ClientCreated })
	held := a.Delivery(e, in(schema.DeliveryHeld, 0))
	a.Delivery(other, in(schema.DeliveryFailed, 10))
	for name, c := range map[string]struct {
		filter workspace.DeliveryFilter
		want   []schema.Delivery
		counts workspace.DeliveryCounts
	}{
		"all":              {workspace.DeliveryFilter{}, []schema.Delivery{held, media, failed, lane, again, fresh, good}, workspace.DeliveryCounts{All: 7, Retrying: 2, Failed: 2, Held: 1}},
		"retrying":         {workspace.DeliveryFilter{Status: "retrying"}, []schema.Delivery{lane, again}, workspace.DeliveryCounts{All: 7, Retrying: 2, Failed: 2, Held: 1}},
		"failed":           {workspace.DeliveryFilter{Status: "failed"}, []schema.Delivery{media, failed}, workspace.DeliveryCounts{All: 7, Retrying: 2, Failed: 2, Held: 1}},
		"held":             {workspace.DeliveryFilter{Status: "held"}, []schema.Delivery{held}, workspace.DeliveryCounts{All: 7, Retrying: 2, Failed: 2, Held: 1}},
		"failed of a type": {workspace.DeliveryFilter{Status: "failed", Type: schema.ClientCreated}, []schema.Delivery{media}, workspace.DeliveryCounts{All: 1, Failed: 1}},
		"before":           {workspace.DeliveryFilter{Before: again.EventID}, []schema.Delivery{fresh, good}, workspace.DeliveryCounts{All: 7, Retrying: 2, Failed: 2, Held: 1}},
	} {
		p, err := a.Workspace().Deliveries(t.Context(), e.ID, c.filter)
		if err != nil {
			t.Fatal(name, err)
		}
		var got, want []string
		for _, r := range p.Rows {
			got = append(got, r.ID.String())
		}
		for _, d := range c.want {
			want = append(want, d.ID.String())
		}
		if strings.Join(got, " ") != strings.Join(want, " ") || p.Counts != c.counts || !p.Older.IsZero() {
			t.Errorf("%s: %v %+v, want %v %+v", name, got, p.Counts, want, c.counts)
		}
	}
	p, err := a.Workspace().Deliveries(t.Context(), e.ID, workspace.DeliveryFilter{Before: fresh.EventID})
	if err != nil || p.Rows[0].TookMicros != 212_000 {
		t.Errorf("the newest attempt's time is missing: %+v (%v)", p.Rows, err)
	}
	if _, err := a.Workspace().Deliveries(t.Context(), e.ID, workspace.DeliveryFilter{Status: "rubbish"}); schema.KindOf(err) != schema.NotFound {
		t.Errorf("a status that does not exist: %v", err)
	}
}

func TestPagesOfTheLogShowEachDeliveryOnce(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	for range 2*workspace.DeliveriesSize + 3 {
		a.Delivery(e, in(schema.DeliveryFailed, 10))
	}
	for _, status := range []workspace.DeliveryStatus{"", "failed"} {
		seen, f, pages := map[schema.DeliveryID]bool{}, workspace.DeliveryFilter{Status: status}, 0
		for {
			p, err := a.Workspace().Deliveries(t.Context(), e.ID, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Rows {
				if seen[r.ID] {
					t.Errorf("%s stands on two pages", r.ID)
				}
				seen[r.ID] = true
			}
			if pages++; p.Older.IsZero() {
				break
			}
			f.Before = p.Older
		}
		if len(seen) != 2*workspace.DeliveriesSize+3 || pages != 3 {
			t.Errorf("%d deliveries on %d pages", len(seen), pages)
		}
	}
}

func TestADeliveryIsShownWithItsBodyAndTheAttemptAskedFor(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	d := a.Delivery(e, in(schema.DeliveryFailed, 2))
	a.Attempt(d, func(x *schema.Attempt) { x.Number, x.ResponseBody = 1, []byte("first") })
	a.Attempt(d, func(x *schema.Attempt) { x.Number, x.ResponseBody = 2, []byte("second") })
	w := a.Workspace()
	got, err := w.Delivery(t.Context(), e.ID, d.ID, 0)
	if err != nil || len(got.Attempts) != 2 || got.Attempts[0].Number != 2 || string(got.Shown.ResponseBody) != "second" || !strings.Contains(string(got.Body), `"sequence":1`) {
		t.Fatalf("%+v (%v)", got, err)
	}
	if got, err = w.Delivery(t.Context(), e.ID, d.ID, 1); err != nil || string(got.Shown.ResponseBody) != "first" {
		t.Errorf("%+v (%v)", got.Shown, err)
	}
	if _, err = w.Delivery(t.Context(), e.ID, d.ID, 3); schema.KindOf(err) != schema.NotFound {
		t.Errorf("an attempt that does not exist: %v", err)
	}
	a.Exec(`DELETE FROM events WHERE id = ?`, d.EventID)
	if got, err = w.Delivery(t.Context(), e.ID, d.ID, 0); err != nil || got.Body != nil {
		t.Errorf("of a pruned event: %s (%v)", got.Body, err)
	}
	test := a.Delivery(e, func(d *schema.Delivery) {
		d.Test, d.State, d.Tries, d.Attempt, d.StatusCode = true, schema.DeliveryQueued, 0, 0, 0
	})
	if got, err = w.Delivery(t.Context(), e.ID, test.ID, 0); err != nil || got.Shown != nil || got.Body == nil {
		t.Errorf("of a test not yet sent: %+v (%v)", got, err)
	}
}

func TestAnotherEndpointsDeliveryIsNotFound(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	a := w.Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	other, _ := a.Endpoint("https://other.example/hooks")
	d := a.Delivery(other, in(schema.DeliveryFailed, 10))
	if _, err := a.Workspace().Delivery(t.Context(), e.ID, d.ID, 0); schema.KindOf(err) != schema.NotFound {
		t.Errorf("it is shown: %v", err)
	}
	if err := a.Workspace().ReplayDelivery(t.Context(), e.ID, d.ID); schema.KindOf(err) != schema.NotFound {
		t.Errorf("it is replayed: %v", err)
	}
	b := w.Agency("Mill Road")
	for _, id := range []schema.EndpointID{other.ID, schema.New[schema.EndpointID]()} {
		_, listed := b.Workspace().Deliveries(t.Context(), id, workspace.DeliveryFilter{})
		_, shown := b.Workspace().Delivery(t.Context(), id, d.ID, 0)
		_, health := b.Workspace().EndpointHealth(t.Context(), id, "")
		_, stats := b.Workspace().EndpointStats(t.Context(), id)
		_, counted := b.Workspace().CountFailed(t.Context(), id, a.Now().Add(-time.Hour), a.Now())
		_, many := b.Workspace().ReplayMany(t.Context(), id, a.Now().Add(-time.Hour), a.Now())
		one := b.Workspace().ReplayDelivery(t.Context(), id, d.ID)
		for i, err := range []error{listed, shown, health, stats, counted, many, one} {
			if schema.KindOf(err) != schema.NotFound {
				t.Errorf("%d: %v", i, err)
			}
		}
	}
	a.Exec(`UPDATE webhook_endpoints SET status = 'deleted' WHERE id = ?`, other.ID)
	if _, err := a.Workspace().Delivery(t.Context(), other.ID, d.ID, 0); schema.KindOf(err) != schema.NotFound {
		t.Errorf("a deleted endpoint's is shown: %v", err)
	}
}

func TestStatsCountTheLastDayByTheHour(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	quiet, _ := a.Endpoint("https://quiet.example/hooks")
	now := a.Now()
	for i, one := range []struct {
		ago  time.Duration
		ok   bool
		took int64
	}{{time.Minute, true, 100_000}, {2 * time.Minute, true, 300_000}, {3 * time.Minute, false, 15_000_000}, {90 * time.Minute, true, 200_000},
		{23*time.Hour + 50*time.Minute, false, 1}, {25 * time.Hour, true, 9_000_000}} {
		d := a.Delivery(e, nil)
		a.Attempt(d, func(x *schema.Attempt) {
			x.Number, x.StartedAt, x.Succeeded, x.TotalMicros = uint32(i+1), now.Add(-one.ago), one.ok, one.took
		})
	}
	all, err := a.Workspace().EndpointStats(t.Context(), e.ID, quiet.ID)
	if err != nil {
		t.Fatal(err)
	}
	var hours [24]workspace.HourCount
	hours[23], hours[22], hours[0] = workspace.HourCount{OK: 2, Bad: 1}, workspace.HourCount{OK: 1}, workspace.HourCount{Bad: 1}
	want := workspace.EndpointStats{Delivered: 3, Failed: 2, Hours: hours, P50: 200 * time.Millisecond, P95: 300 * time.Millisecond}
	if all[e.ID] != want || all[quiet.ID] != (workspace.EndpointStats{}) || len(all) != 2 {
		t.Errorf("%+v", all)
	}
}

func TestHealthSaysWhatWasMissedAndWhatRuns(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	for i := range 3 {
		d := a.Delivery(e, in(schema.DeliveryFailed, 10))
		if i == 0 {
			a.Exec(`UPDATE events SET erased_at = UTC_TIMESTAMP(6) WHERE id = ?`, d.EventID)
		}
	}
	a.Delivery(e, func(d *schema.Delivery) { in(schema.DeliveryFailed, 1)(d); d.Test = true })
	a.Delivery(e, in(schema.DeliveryHeld, 0))
	h, err := a.Workspace().EndpointHealth(t.Context(), e.ID, schema.ClientCreated)
	if err != nil || h.Failed != 2 || h.Missed != 1 || h.Counts != (workspace.DeliveryCounts{}) || h.Replay != nil {
		t.Fatalf("%+v (%v)", h, err)
	}
	if _, err := a.Workspace().ReplayMany(t.Context(), e.ID, a.Now().Add(-time.Hour), a.Now()); err != nil {
		t.Fatal(err)
	}
	h, err = a.Workspace().EndpointHealth(t.Context(), e.ID, "")
	if err != nil || h.Replay == nil || h.Replay.Total != 2 || h.Replay.By != "Priya Nair" || h.Counts.Failed != 4 {
		t.Errorf("%+v (%v)", h, err)
	}
}

func TestMembersSeeNothingOfTheLog(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	d := a.Delivery(e, in(schema.DeliveryFailed, 10))
	w := a.WorkspaceOf(a.Member(schema.RoleMember, "Jonas Weber", "jonas@example.com"))
	_, listed := w.Deliveries(t.Context(), e.ID, workspace.DeliveryFilter{})
	_, shown := w.Delivery(t.Context(), e.ID, d.ID, 0)
	_, health := w.EndpointHealth(t.Context(), e.ID, "")
	_, stats := w.EndpointStats(t.Context())
	_, many := w.ReplayMany(t.Context(), e.ID, a.Now(), a.Now())
	for i, err := range []error{listed, shown, health, stats, many, w.ReplayDelivery(t.Context(), e.ID, d.ID)} {
		if schema.KindOf(err) != schema.Forbidden {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// Of a log of 30,000 rows a page reads what it shows and what it counts, no more,
// and a replay what it takes.
func TestALongLogIsReadByItsIndexes(t *testing.T) {
	t.Parallel()
	a := fixture.New(t).Agency("Halden Street")
	e, _ := a.Endpoint("https://crm.example/hooks")
	const n, batch = 30_000, 3000
	for from := 0; from < n; from += batch {
		var rows []string
		var args []any
		for i := range batch {
			state, code := "succeeded", 200
			if (from+i)%1000 == 0 {
				state, code = "failed", 500
			}
			rows = append(rows, `(?,?,?,?,'client.created',?,UTC_TIMESTAMP(6),1,1,?,UTC_TIMESTAMP(6))`)
			args = append(args, schema.New[schema.DeliveryID](), a.ID, e.ID, schema.New[schema.EventID](), state, code)
		}
		a.Exec(`INSERT INTO webhook_deliveries (id, agency_id, endpoint_id, event_id, type, state, state_at, attempt, tries, status_code, created_at)
			VALUES `+strings.Join(rows, `,`), args...)
	}
	w := a.Workspace()
	a.DB.SetMaxOpenConns(1) // what is counted is counted by connection
	read := func() int {
		var rows []struct {
			Name  string `db:"Variable_name"`
			Value int    `db:"Value"`
		}
		if err := a.DB.SelectContext(t.Context(), &rows, `SHOW SESSION STATUS LIKE 'Handler\\_read\\_%'`); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, r := range rows {
			n += r.Value
		}
		return n
	}
	for _, f := range []workspace.DeliveryFilter{{}, {Status: "failed"}, {Status: "retrying"}} {
		before := read()
		p, err := w.Deliveries(t.Context(), e.ID, f)
		if err != nil || p.Counts.All != workspace.CountMost+1 || p.Counts.Failed != n/1000 {
			t.Fatalf("%+v %+v (%v)", f, p.Counts, err)
		}
		// What is counted is read twice: from the index, and as it was gathered.
		if rows := read() - before; rows > 2*workspace.CountMost+1000 {
			t.Errorf("%+v reads %d rows", f, rows)
		}
	}
	if _, err := w.ReplayMany(t.Context(), e.ID, a.Now().Add(-time.Hour), a.Now()); err != nil {
		t.Fatal(err)
	}
	id := fixture.Read[schema.ReplayID](a.World, `SELECT id FROM webhook_replays`)
	claim, err := a.System.ClaimReplay(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	before := read()
	if done, _, err := a.System.ReplayBatch(t.Context(), id, claim.Attempt); !done || err != nil {
		t.Fatal(done, err)
	}
	if rows := read() - before; rows > 1000 {
		t.Errorf("the replay of %d reads %d rows", n/1000, rows)
	}
}
