package worker

import (
	"context"
	"slices"
	"time"

	"github.com/hibiken/asynq"

	"anteroom/internal/blobs"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/system"
)

// sweepMedia removes uploads that have expired, then what lies in the bucket for
// longer than an upload may take and has no row. It can end at any point.
func (w *Worker) sweepMedia(ctx context.Context, _ *asynq.Task) error {
	ctx, cancel := context.WithTimeout(ctx, jobs.RunFor)
	defer cancel()
	for !w.stops() {
		n, keys, err := w.system.PruneUploads(ctx, system.PruneBatch)
		if err != nil {
			return err
		}
		w.o.Blobs.Delete(ctx, keys...)
		if n == 0 {
			break
		}
	}
	swept := 0
	defer func() { note(ctx, "swept", swept) }()
	for _, prefix := range []string{blobs.PartPrefix, blobs.MediaPrefix, blobs.ThumbPrefix} {
		err := w.o.Blobs.Older(ctx, prefix, time.Now().Add(-schema.UploadLife), func(keys []string) error {
			used, err := w.system.BlobsInUse(ctx, keys)
			if err != nil {
				return err
			}
			keys = slices.DeleteFunc(keys, func(k string) bool { return slices.Contains(used, k) })
			w.o.Blobs.Delete(ctx, keys...)
			swept += len(keys)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
