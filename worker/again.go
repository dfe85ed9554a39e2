package worker

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/hibiken/asynq"
)

// again puts a task back until the row is due. The row has the schedule; Asynq
// only repeats it, where operators can see it.
type again struct {
	wait   time.Duration
	failed bool   // an attempt was made and did not do
	why    string // shown in the ops UI: no address, link or name
}

func (a *again) Error() string {
	return fmt.Sprintf("again in %s: %s", a.wait.Round(time.Second), a.why)
}

// early puts a task back that came before its row was due.
func early(wait time.Duration) error { return &again{wait: wait, why: "not due yet"} }

// isFailure tells Asynq which errors count. It must not panic: that would end
// the process.
func isFailure(err error) bool {
	a, ok := errors.AsType[*again](err)
	return !ok || a.failed
}

// A fault of ours, such as a database away, has no row to say when; it is tried
// again after 1 to 30 seconds.
const (
	faultFirst = time.Second
	faultMost  = 30 * time.Second
	soonest    = 100 * time.Millisecond
)

func retryDelay(n int, err error, _ *asynq.Task) time.Duration {
	if a, ok := errors.AsType[*again](err); ok {
		return max(a.wait, soonest)
	}
	d := min(faultFirst<<min(n, 10), faultMost)
	return d/2 + rand.N(d)/2
}
