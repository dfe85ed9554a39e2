package schema_test

import (
	"testing"
	"time"

	"anteroom/schema"
)

func TestOwnersHearOfFailuresInThreeMailsOnceEach(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	since := func(d time.Duration) *time.Time { at := now.Add(-d); return &at }
	failing, warning, disabled := schema.EmailEndpointFailing, schema.EmailEndpointWarning, schema.EmailEndpointDisabled
	on, off, deleted := schema.EndpointEnabled, schema.EndpointDisabled, schema.EndpointDeleted
	for name, c := range map[string]struct {
		e    schema.Endpoint
		want schema.Health
	}{
		"in health":                    {schema.Endpoint{Status: on}, schema.Health{}},
		"nine failures":                {schema.Endpoint{Status: on, Failures: 9, FailingSince: since(time.Hour)}, schema.Health{}},
		"ten":                          {schema.Endpoint{Status: on, Failures: 10, FailingSince: since(time.Minute)}, schema.Health{Mail: failing, Notices: 1}},
		"eleven":                       {schema.Endpoint{Status: on, Failures: 11, FailingSince: since(time.Hour), Notices: 1}, schema.Health{}},
		"nearly two days":              {schema.Endpoint{Status: on, Failures: 11, FailingSince: since(48*time.Hour - time.Second), Notices: 1}, schema.Health{}},
		"two days":                     {schema.Endpoint{Status: on, Failures: 11, FailingSince: since(48 * time.Hour), Notices: 1}, schema.Health{Mail: warning, Notices: 2}},
		"two days, few failures":       {schema.Endpoint{Status: on, Failures: 5, FailingSince: since(49 * time.Hour)}, schema.Health{Mail: warning, Notices: 2}},
		"two days, warned":             {schema.Endpoint{Status: on, Failures: 30, FailingSince: since(71 * time.Hour), Notices: 2}, schema.Health{}},
		"three days":                   {schema.Endpoint{Status: on, Failures: 30, FailingSince: since(72 * time.Hour), Notices: 2}, schema.Health{Disable: true, Mail: disabled, Notices: 3}},
		"three days, hardly a failure": {schema.Endpoint{Status: on, Failures: 4, FailingSince: since(90 * time.Hour)}, schema.Health{}},
		"three days, nobody looked":    {schema.Endpoint{Status: on, Failures: 5, FailingSince: since(90 * time.Hour)}, schema.Health{Disable: true, Mail: disabled, Notices: 3}},
		"gone":                         {schema.Endpoint{Status: off, DisabledReason: schema.DisabledGone}, schema.Health{Mail: disabled, Notices: 3}},
		"disabled otherwise, untold":   {schema.Endpoint{Status: off, DisabledReason: schema.DisabledFailing, Notices: 2}, schema.Health{Mail: disabled, Notices: 3}},
		"disabled and told":            {schema.Endpoint{Status: off, DisabledReason: schema.DisabledFailing, Notices: 3}, schema.Health{}},
		"disabled by hand":             {schema.Endpoint{Status: off, DisabledReason: schema.DisabledManual, Failures: 50, FailingSince: since(90 * time.Hour)}, schema.Health{}},
		"deleted while it was failing": {schema.Endpoint{Status: deleted, Failures: 50, FailingSince: since(90 * time.Hour)}, schema.Health{}},
	} {
		if got := c.e.Check(now); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestAMailAboutAnEndpointIsTrueWhenItGoesOrDoesNotGo(t *testing.T) {
	t.Parallel()
	now := time.Now()
	failing := schema.Endpoint{Status: schema.EndpointEnabled, FailingSince: &now}
	well := schema.Endpoint{Status: schema.EndpointEnabled}
	off := schema.Endpoint{Status: schema.EndpointDisabled, DisabledReason: schema.DisabledFailing, FailingSince: &now}
	byHand := schema.Endpoint{Status: schema.EndpointDisabled, DisabledReason: schema.DisabledManual, FailingSince: &now}
	deleted := schema.Endpoint{Status: schema.EndpointDeleted, FailingSince: &now}
	for name, c := range map[string]struct {
		e                  schema.Endpoint
		failing, warn, off bool
	}{
		"failing": {failing, true, true, false}, "well again": {well, false, false, false}, "disabled": {off, false, false, true},
		"disabled by hand": {byHand, false, false, false}, "deleted": {deleted, false, false, false},
	} {
		for kind, want := range map[schema.EmailKind]bool{schema.EmailEndpointFailing: c.failing, schema.EmailEndpointWarning: c.warn, schema.EmailEndpointDisabled: c.off} {
			if c.e.StillTrue(kind) != want {
				t.Errorf("%s: %s is still true: %v", name, kind, !want)
			}
		}
	}
}
