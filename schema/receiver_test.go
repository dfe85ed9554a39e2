package schema_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

// receiver is a CRM that knows nothing but what the webhooks say. Each subject,
// and each email, is as the event with the highest sequence says.
type receiver struct {
	clients map[schema.ClientID]seen[schema.ClientSubject]
	people  map[schema.ClientUserID]seen[schema.ClientUserPayload]
	emails  map[schema.EmailID]seen[schema.EmailPayload]
}

type seen[V any] struct {
	sequence uint32
	as       V
}

func keep[K comparable, V any](m map[K]seen[V], id K, sequence uint32, as V) {
	if sequence > m[id].sequence {
		m[id] = seen[V]{sequence, as}
	}
}

func (r *receiver) take(body []byte) error {
	var p schema.Payload
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	d := p.Data
	switch {
	case d.ClientUser == nil:
		keep(r.clients, d.Client.ID, d.Sequence, d.Client)
	default:
		keep(r.people, d.ClientUser.ID, d.Sequence, *d.ClientUser)
		if d.Email != nil {
			keep(r.emails, d.Email.ID, d.Sequence, *d.Email)
		}
	}
	return nil
}

func TestAReceiverThatGoesBySequenceEndsEqualToTheDatabase(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock, agency := w.StopClock(), w.Agency("Halden Street")
	rapid.Check(t, func(rt *rapid.T) {
		k := &walk{T: rt, w: w, agency: agency, clock: clock}
		k.begin()
		actions := k.actions()
		actions[""] = func(rt *rapid.T) { k.T = rt; k.checkRows() } // the rest is the other walk's
		rt.Repeat(actions)
		k.T = rt
		k.compare(k.receive())
	})
}

// receive gives a receiver all that happened, in any order, some of it more
// than once.
func (k *walk) receive() *receiver {
	bodies := fixture.ReadAll[[]byte](k.w, `SELECT payload FROM events`)
	again := rapid.SliceOfN(rapid.SampledFrom(bodies), 0, len(bodies)).Draw(k.T, "again")
	bodies = rapid.Permutation(slices.Concat(bodies, again)).Draw(k.T, "order")
	r := &receiver{map[schema.ClientID]seen[schema.ClientSubject]{}, map[schema.ClientUserID]seen[schema.ClientUserPayload]{}, map[schema.EmailID]seen[schema.EmailPayload]{}}
	for _, b := range bodies {
		if err := r.take(b); err != nil {
			k.Fatal(err)
		}
	}
	return r
}

func (k *walk) compare(r *receiver) {
	people := fixture.ReadAll[schema.ClientUser](k.w, `SELECT * FROM client_users`)
	for _, u := range people {
		got := r.people[u.ID]
		if got.sequence != u.EventSeq || got.as.Status != u.Status || got.as.Email != u.Email || got.as.FullName != u.FullName ||
			got.as.ExpiresAt != nil && !got.as.ExpiresAt.Equal(u.ExpiresAt) {
			k.Fatalf("the receiver has %+v, the database %+v", got, u)
		}
	}
	clients := fixture.ReadAll[schema.Client](k.w, `SELECT * FROM clients`)
	for _, c := range clients {
		got := r.clients[c.ID].as
		if got.Name != c.Name || (got.Status == schema.ClientStatusDeleted) != c.Deleted() || (got.DeletedAt != nil) != c.Deleted() {
			k.Fatalf("the receiver has %+v, the database %+v", got, c)
		}
	}
	emails := 0
	for _, e := range fixture.ReadAll[schema.Email](k.w, `SELECT * FROM emails`) {
		got, told := r.emails[e.ID]
		if told != !e.State.Owes() && e.State != schema.EmailCancelled || told && (got.as.State != e.State || got.as.Address != e.Address) {
			k.Fatalf("the receiver has %+v, the database %+v", got, e)
		}
		if told {
			emails++
		}
	}
	if len(r.people) != len(people) || len(r.clients) != len(clients) || len(r.emails) != emails {
		k.Fatalf("the receiver knows of %v", slices.Collect(maps.Keys(r.people)))
	}
}
