package schema_test

import (
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func deletedClient(now time.Time) schema.Client {
	at := now.Add(-24 * time.Hour)
	return schema.Client{ID: schema.New[schema.ClientID](), Name: "Orchard Lane", DeletedAt: &at,
		CascadeState: schema.CascadeDone, EraseState: schema.EraseNone}
}

func TestAClientIsErasedAtOnceOrThirtyDaysAfterItsDeletion(t *testing.T) {
	t.Parallel()
	now, by := time.Now(), schema.New[schema.UserID]()
	for when, want := range map[schema.EraseWhen]time.Time{schema.EraseAtOnce: now, schema.EraseLater: now.Add(29 * 24 * time.Hour)} {
		c := deletedClient(now)
		if err := c.Erase(now, by, when); err != nil || c.EraseState != schema.EraseQueued || !c.EraseDueAt.Equal(want) || c.EraseBy != by {
			t.Errorf("%s: %+v (%v)", when, c, err)
		}
		if err := c.Erase(now, by, when); err != nil || !c.EraseDueAt.Equal(want) {
			t.Errorf("%s twice: %+v (%v)", when, c, err)
		}
	}
	c := deletedClient(now)
	fixture.Refused(t, c.Erase(now, by, "someday"), schema.Invalid, "required")
	fixture.Refused(t, c.Erase(now.Add(29*24*time.Hour), by, schema.EraseLater), schema.Conflict, "erase_due")
	present := schema.Client{Name: "Orchard Lane"}
	fixture.Refused(t, present.Erase(now, by, schema.EraseAtOnce), schema.Conflict, "client_present")
	fixture.Refused(t, schema.RoleAdmin.MayErase(), schema.Forbidden, "owner_only")
	fixture.Refused(t, schema.RoleMember.MayErase(), schema.Forbidden, "owner_only")
	if err := schema.RoleOwner.MayErase(); err != nil {
		t.Error(err)
	}
}

func TestErasingIsCalledOffUntilItsTimeHasCome(t *testing.T) {
	t.Parallel()
	now, by := time.Now(), schema.New[schema.UserID]()
	c := deletedClient(now)
	if err := c.CallOffErase(now); err != nil {
		t.Errorf("what was never planned: %v", err)
	}
	if err := c.Erase(now, by, schema.EraseLater); err != nil {
		t.Fatal(err)
	}
	fixture.Refused(t, c.CallOffErase(*c.EraseDueAt), schema.Conflict, "erase_begun")
	if err := c.CallOffErase(c.EraseDueAt.Add(-time.Second)); err != nil || c.EraseState != schema.EraseNone || c.EraseDueAt != nil || c.EraseRingAt() != nil {
		t.Errorf("%+v (%v)", c, err)
	}
	if v, _ := c.ClaimErase(now); v != schema.ClaimDone {
		t.Errorf("a bell that was left: verdict %d", v)
	}
	if err := c.Erase(now, by, schema.EraseAtOnce); err != nil {
		t.Fatal(err)
	}
	c.ClaimErase(now)
	c.ReleaseErase(now, time.Hour) // it rests, and there is no way back all the same
	fixture.Refused(t, c.CallOffErase(now), schema.Conflict, "erase_begun")
	fixture.Refused(t, c.Erase(now, by, schema.EraseLater), schema.Conflict, "erase_begun")
	if err := c.Erase(now, by, schema.EraseAtOnce); err != nil {
		t.Errorf("pressed again: %v", err)
	}
}

func TestAnErasingIsClaimedByOneAfterTheCascade(t *testing.T) {
	t.Parallel()
	now := time.Now()
	c := deletedClient(now)
	c.CascadeState = schema.CascadeRunning
	if err := c.Erase(now, schema.UserID{}, schema.EraseAtOnce); err != nil {
		t.Fatal(err)
	}
	if v, wait := c.ClaimErase(now); v != schema.ClaimWait || wait != schema.EraseRest || c.EraseBegun() {
		t.Errorf("beside the cascade: %d, %s", v, wait)
	}
	c.CascadeState = schema.CascadeDone
	if v, _ := c.ClaimErase(now); v != schema.ClaimTaken || c.EraseAttempt != 1 {
		t.Errorf("after it: %d", v)
	}
	if v, wait := c.ClaimErase(now.Add(time.Second)); v != schema.ClaimWait || wait != schema.EraseLease-time.Second {
		t.Errorf("a second one: %d, %s", v, wait)
	}
	if v, _ := c.ClaimErase(now.Add(schema.EraseLease)); v != schema.ClaimTaken {
		t.Errorf("when the lease lapsed: %d", v)
	}
	if c.ContinueErase(now, 1) || !c.ContinueErase(now, 2) {
		t.Error("the older claim goes on, or the newer doesn't")
	}
	c.EndErase(now)
	if v, _ := c.ClaimErase(now); v != schema.ClaimDone || c.ContinueErase(now, 2) || c.EraseRingAt() != nil {
		t.Errorf("after the end: %d", v)
	}
}
