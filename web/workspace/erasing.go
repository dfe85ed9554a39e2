package workspace

import (
	"time"

	"anteroom/schema"
)

// EraseOn is when a deleted client will be erased, nil when it won't be or its
// time has come.
func (r row) EraseOn() *time.Time {
	if r.EraseState == schema.EraseQueued && !r.Begun() && r.EraseLater {
		return r.EraseDueAt
	}
	return nil
}

// Begun says that the client is being erased, or was.
func (r row) Begun() bool { return r.EraseBegun() }

// Erased says that nothing is left to erase.
func (r row) Erased() bool { return r.EraseState == schema.EraseDone }

// Erasing says that it is under way, or about to be.
func (r row) Erasing() bool {
	return (r.EraseState == schema.EraseQueued || r.EraseState == schema.EraseRunning) && r.EraseOn() == nil
}

// MayErase says whether the page offers to erase the client.
func (r row) MayErase() bool { return r.Erases && r.Deleted() && !r.Erasing() && !r.Erased() }
