package schema_test

import (
	"testing"
	"time"

	"anteroom/schema"
)

var openStates = map[schema.DeliveryState]bool{schema.DeliveryQueued: true, schema.DeliveryWaiting: true, schema.DeliverySending: true}

var deliveryStates = []schema.DeliveryState{schema.DeliveryQueued, schema.DeliveryWaiting, schema.DeliverySending, schema.DeliverySucceeded,
	schema.DeliveryFailed, schema.DeliveryHeld, schema.DeliverySkipped, schema.DeliveryCancelled}

// in makes a delivery in a state, owing something at a moment if it owes.
func in(s schema.DeliveryState, due time.Time) schema.Delivery {
	d := schema.Delivery{State: s, Attempt: 3, Tries: 1}
	if openStates[s] {
		d.DueAt = &due
	}
	return d
}

func TestAClaimOfADeliveryInEachState(t *testing.T) {
	t.Parallel()
	enabled := &schema.Endpoint{Status: schema.EndpointEnabled}
	disabled := &schema.Endpoint{Status: schema.EndpointDisabled}
	deleted := &schema.Endpoint{Status: schema.EndpointDeleted}
	past, future := noon.Add(-time.Second), noon.Add(time.Minute)
	for name, c := range map[string]struct {
		from    schema.DeliveryState
		due     time.Time
		to      *schema.Endpoint
		room    bool
		test    bool
		verdict schema.ClaimVerdict
		state   schema.DeliveryState
	}{
		"due":                        {schema.DeliveryQueued, past, enabled, true, false, schema.ClaimTaken, schema.DeliverySending},
		"early":                      {schema.DeliveryQueued, future, enabled, true, false, schema.ClaimWait, schema.DeliveryQueued},
		"due, no room":               {schema.DeliveryQueued, past, enabled, false, false, schema.ClaimLane, schema.DeliveryWaiting},
		"in the lane":                {schema.DeliveryWaiting, past, enabled, false, false, schema.ClaimLane, schema.DeliveryWaiting},
		"in the lane, room":          {schema.DeliveryWaiting, past, enabled, true, false, schema.ClaimTaken, schema.DeliverySending},
		"another's lease":            {schema.DeliverySending, future, enabled, true, false, schema.ClaimWait, schema.DeliverySending},
		"a lapsed lease":             {schema.DeliverySending, past, enabled, true, false, schema.ClaimTaken, schema.DeliverySending},
		"another's lease, disabled":  {schema.DeliverySending, future, disabled, true, false, schema.ClaimWait, schema.DeliverySending},
		"disabled":                   {schema.DeliveryQueued, future, disabled, true, false, schema.ClaimDone, schema.DeliveryHeld},
		"a test, disabled":           {schema.DeliveryQueued, past, disabled, true, true, schema.ClaimTaken, schema.DeliverySending},
		"a lapsed lease, disabled":   {schema.DeliverySending, past, disabled, true, false, schema.ClaimDone, schema.DeliveryHeld},
		"deleted":                    {schema.DeliveryQueued, past, deleted, true, false, schema.ClaimDone, schema.DeliveryCancelled},
		"a test of a deleted one":    {schema.DeliveryQueued, past, deleted, true, true, schema.ClaimDone, schema.DeliveryCancelled},
		"the endpoint's row is gone": {schema.DeliveryQueued, past, nil, true, false, schema.ClaimDone, schema.DeliveryCancelled},
		"succeeded stays":            {schema.DeliverySucceeded, past, enabled, true, false, schema.ClaimDone, schema.DeliverySucceeded},
		"failed stays":               {schema.DeliveryFailed, past, enabled, true, false, schema.ClaimDone, schema.DeliveryFailed},
		"held stays":                 {schema.DeliveryHeld, past, enabled, true, false, schema.ClaimDone, schema.DeliveryHeld},
		"skipped stays":              {schema.DeliverySkipped, past, enabled, true, false, schema.ClaimDone, schema.DeliverySkipped},
		"cancelled stays":            {schema.DeliveryCancelled, past, enabled, true, false, schema.ClaimDone, schema.DeliveryCancelled},
	} {
		d := in(c.from, c.due)
		d.Test = c.test
		if v := d.Claim(noon, c.to, c.room, time.Minute); v != c.verdict || d.State != c.state {
			t.Errorf("%s: verdict %d, %s; want %d, %s", name, v, d.State, c.verdict, c.state)
		}
		if (d.DueAt != nil) != openStates[d.State] {
			t.Errorf("%s: %s owes something: %v", name, d.State, d.DueAt)
		}
		if taken := d.Attempt == 4; taken != (c.verdict == schema.ClaimTaken) {
			t.Errorf("%s: the claim has number %d", name, d.Attempt)
		}
	}
}

func TestADeliveryIsTriedTenTimesOverThreeDaysAndThenFailed(t *testing.T) {
	t.Parallel()
	plan := schema.DefaultDeliveryPlan
	for luck, sign := range map[float64]float64{0: -0.2, 0.5: 0, 1: 0.2} {
		d := schema.Delivery{State: schema.DeliveryQueued, DueAt: &noon}
		now := noon
		for try := 1; d.State == schema.DeliveryQueued; try++ {
			now = *d.DueAt
			d.Claim(now, &schema.Endpoint{Status: schema.EndpointEnabled}, true, plan.Lease())
			if !d.Record(now, d.Attempt, schema.AttemptResult{Class: schema.ErrorStatus, StatusCode: 500}, plan, luck) {
				t.Fatal("the result doesn't count")
			}
			if try < 10 {
				want := time.Duration(float64(plan.Waits[try-1]) * (1 + sign))
				if got := d.DueAt.Sub(now); (got - want).Abs() > time.Millisecond {
					t.Errorf("after try %d it waits %s, want %s", try, got, want)
				}
			}
		}
		if d.State != schema.DeliveryFailed || d.Tries != 10 || d.DueAt != nil || d.StatusCode != 500 {
			t.Errorf("%+v", d)
		}
		if span := now.Sub(noon); span < 58*time.Hour || span > 92*time.Hour {
			t.Errorf("it was tried for %s", span)
		}
	}
}

func TestRetryAfterIsTheLeastWaitAndADayTheMost(t *testing.T) {
	t.Parallel()
	for asked, want := range map[time.Duration]time.Duration{
		0: 5 * time.Second, time.Second: 5 * time.Second, time.Hour: time.Hour, 24 * time.Hour: 24 * time.Hour, 90 * 24 * time.Hour: 24 * time.Hour,
	} {
		d := in(schema.DeliverySending, noon)
		d.Tries = 0
		d.Record(noon, 3, schema.AttemptResult{Class: schema.ErrorStatus, StatusCode: 429, RetryAfter: asked}, schema.DefaultDeliveryPlan, 0.5)
		if got := d.DueAt.Sub(noon); got != want {
			t.Errorf("Retry-After %s: it waits %s, want %s", asked, got, want)
		}
	}
}

func TestAResultCountsOnceAndForTheNewestClaimAlone(t *testing.T) {
	t.Parallel()
	ok := schema.AttemptResult{StatusCode: 200}
	d := in(schema.DeliverySending, noon)
	if d.Record(noon, 2, ok, schema.DefaultDeliveryPlan, 0) || d.State != schema.DeliverySending {
		t.Error("an overtaken result counted")
	}
	if !d.Record(noon, 3, ok, schema.DefaultDeliveryPlan, 0) || d.State != schema.DeliverySucceeded || d.Tries != 2 {
		t.Errorf("%+v", d)
	}
	if d.Record(noon, 3, schema.AttemptResult{Class: schema.ErrorTimeout}, schema.DefaultDeliveryPlan, 0) || d.Release(noon, 3, 0) {
		t.Error("a second result counted")
	}
}

func TestAFaultOfOursIsNotCounted(t *testing.T) {
	t.Parallel()
	d := in(schema.DeliverySending, noon.Add(time.Minute))
	if !d.Release(noon, 3, time.Minute) || d.State != schema.DeliveryQueued || d.Tries != 1 || !d.DueAt.Equal(noon.Add(time.Minute)) {
		t.Errorf("%+v", d)
	}
}

func TestATestIsTriedOnce(t *testing.T) {
	t.Parallel()
	d := in(schema.DeliverySending, noon)
	d.Test = true
	if d.Record(noon, 3, schema.AttemptResult{Class: schema.ErrorTimeout}, schema.DefaultDeliveryPlan, 0); d.State != schema.DeliveryFailed {
		t.Errorf("%+v", d)
	}
}

func TestWhatMayBeReplayed(t *testing.T) {
	t.Parallel()
	may := map[schema.DeliveryState]bool{schema.DeliveryQueued: true, schema.DeliverySucceeded: true, schema.DeliveryFailed: true,
		schema.DeliveryHeld: true, schema.DeliverySkipped: true}
	for _, s := range deliveryStates {
		d := in(s, noon.Add(time.Hour))
		if d.Replay(noon) != may[s] {
			t.Errorf("%s: replayed %v", s, !may[s])
		}
		if may[s] && (d.State != schema.DeliveryQueued || d.Tries != 0 || d.Attempt != 3 || !d.DueAt.Equal(noon)) {
			t.Errorf("%s became %+v", s, d)
		}
	}
}

func TestARateLetsThroughThatManyAMinuteAndASecondsWorthAtOnce(t *testing.T) {
	t.Parallel()
	for rate, burst := range map[int]int{6: 1, 60: 1, 600: 10, 60_000: 1000} {
		e := &schema.Endpoint{RatePerMinute: rate}
		if n := e.Room(noon, 5000); n != burst {
			t.Errorf("%d a minute: %d at once, want %d", rate, n, burst)
		}
		total := burst
		for at := noon; at.Before(noon.Add(time.Minute)); {
			if at = e.NextRoom(at); at.Before(noon.Add(time.Minute)) {
				n := e.Room(at, 5000)
				if n == 0 {
					t.Fatalf("%d a minute: there is no room at %s, when there should be", rate, at)
				}
				total += n
			}
		}
		if total < rate || total > rate+burst {
			t.Errorf("%d a minute: %d went in a minute", rate, total)
		}
	}
	e := &schema.Endpoint{RatePerMinute: 60}
	e.Room(noon, 1)
	e.Unused(1)
	if e.Room(noon, 1) != 1 {
		t.Error("room that was given back is not there")
	}
	if free := (&schema.Endpoint{}); free.Room(noon, 7) != 7 || free.FreeAt != nil {
		t.Error("without a limit there is a limit")
	}
}
