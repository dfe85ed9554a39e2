package workspace_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// The best of several is measured: what the machine does besides is not ours.
// On two cores that were busy besides, the best of forty took 18 to 48 ms.
func TestTheListOfFiveThousandClientsIsQuick(t *testing.T) {
	w := newWorld(t)
	agency := fixture.Over(t, w.db).Agency("Halden Street")
	ids := agency.Town(5000, 4)
	crowd := agency.Client("Crowded House")
	agency.Crowd(crowd, 5000, schema.StatusInvited)
	many := "?users=" + crowd.ID.String()
	b := w.signIn(agency.Owner.ID, agency.ID)
	for _, view := range []string{"", "?page=90", "?sort=newest", "?sort=people", "?filter=attention", "?filter=attention&sort=people", "?filter=deleted",
		"?filter=deleted&sort=newest", "?q=bakery", "?q=hana+sato", "?q=%40client4711", "?q=e", "?q=zzzz", "?q=weber&filter=attention&sort=people",
		"?users=" + ids[4000].String(), many + "&people=40", many + "&who=person4999%40"} {
		best := time.Hour
		for try := 0; try < 40 && (try < 5 || best > within); try++ {
			r := httptest.NewRequest(http.MethodGet, "/settings/clients"+view, nil)
			r.AddCookie(&http.Cookie{Name: "session", Value: b.token})
			start := time.Now()
			res, err := w.app.Test(r, -1)
			best = min(best, time.Since(start))
			if err != nil || res.StatusCode != 200 {
				t.Fatalf("%s: %+v (%v)", view, res, err)
			}
		}
		t.Logf("%-48s %s", view, best.Round(100*time.Microsecond))
		if best > within {
			t.Errorf("%s takes %s", view, best)
		}
	}
}
