package worker

import (
	"context"

	"anteroom/internal/live"
	"anteroom/schema"
	"anteroom/schema/system"
)

// tell has open pages read the rows of these clients again.
func (w *Worker) tell(ctx context.Context, clients []schema.Client) {
	changes := make([]live.Change, len(clients))
	for i, c := range clients {
		changes[i] = live.Change{Agency: c.AgencyID.String(), Row: c.ID.String()}
	}
	w.o.Bus.Tell(ctx, changes...)
}

// tellOf does so for the client whose list shows an email, if there is one.
func (w *Worker) tellOf(ctx context.Context, claim system.EmailClaim) {
	if !claim.Client.IsZero() {
		w.o.Bus.Tell(ctx, live.Change{Agency: claim.Email.AgencyID.String(), Row: claim.Client.String()})
	}
}
