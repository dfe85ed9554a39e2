package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/internal/blobs"
	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
	"anteroom/worker/thumb"
)

// makeThumbnail claims a picture, makes its thumbnail and records it.
func (w *Worker) makeThumbnail(ctx context.Context, t *asynq.Task) error {
	p, err := jobs.Read[jobs.MediaPayload](t)
	if err != nil {
		return err
	}
	note(ctx, "media_id", p.MediaID.String())
	claim, err := w.system.ClaimThumbnail(ctx, p.MediaID)
	if err != nil {
		return err
	}
	switch claim.Verdict {
	case schema.ClaimDone:
		return nil
	case schema.ClaimWait:
		return early(claim.Wait)
	}
	note(ctx, "attempt", claim.Media.ThumbAttempt)
	r, failure := w.thumbnail(ctx, claim.Media)
	state, wait, err := w.recordThumbnail(ctx, r)
	if errors.Is(err, system.ErrOvertaken) {
		w.o.Blobs.Delete(context.WithoutCancel(ctx), r.Key) // it is another's now, or nobody's
		return nil
	}
	if err != nil {
		return err
	}
	note(ctx, "outcome", string(state))
	w.o.Bus.Tell(ctx, live.Change{Agency: claim.Media.AgencyID.String(), Row: claim.Media.ClientID.String()})
	switch {
	case state == schema.ThumbQueued:
		return &again{wait: wait, failed: true, why: "the bucket is away"}
	case state == schema.ThumbFailed:
		return fmt.Errorf("no thumbnail: %w: %w", failure, asynq.SkipRetry)
	}
	return nil
}

func (w *Worker) recordThumbnail(ctx context.Context, r system.ThumbResult) (schema.ThumbState, time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return w.system.RecordThumbnail(ctx, r)
}

// thumbnail makes it and lays it into the bucket. A file that can't be decoded, or
// is gone from the bucket, is no better the next time.
func (w *Worker) thumbnail(ctx context.Context, m schema.Media) (r system.ThumbResult, err error) {
	r = system.ThumbResult{ID: m.ID, Attempt: m.ThumbAttempt}
	from, err := w.o.Blobs.Read(ctx, m.BlobKey, 0, -1)
	if err != nil {
		r.Final = errors.Is(err, blobs.ErrNotFound)
		return r, err
	}
	defer from.Close()
	made, err := thumb.Make(ctx, from, m.Type)
	if err != nil {
		r.Final = errors.Is(err, thumb.ErrPicture)
		return r, err
	}
	key := blobs.NewKey(blobs.ThumbPrefix)
	if _, err := w.o.Blobs.Write(ctx, key, bytes.NewReader(made.JPEG)); err != nil {
		return r, err
	}
	r.Key, r.Width, r.Height = key, made.Width, made.Height
	return r, nil
}
