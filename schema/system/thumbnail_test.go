package system_test

import (
	"slices"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/system"
)

func TestAThumbnailWhoseWorkerDiedIsRungForAndMadeByTheNext(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	a := w.Agency("Halden Street")
	c := a.Client("Orchard Lane")
	ws, l := a.Workspace(), schema.DefaultMediaLimits
	u := must(ws.StartUpload(t.Context(), c.ID, "a.png", 3, l))
	must(ws.AddPart(t.Context(), u.ID, schema.UploadPart{Size: 3, BlobKey: "parts/a"}))
	m, _, err := ws.FinishUpload(t.Context(), u.ID, "media/a", "image/png")
	if err != nil {
		t.Fatal(err)
	}
	first := must(w.System.ClaimThumbnail(t.Context(), m.ID))
	if again := must(w.System.ClaimThumbnail(t.Context(), m.ID)); first.Verdict != schema.ClaimTaken || again.Verdict != schema.ClaimWait || again.Wait != schema.ThumbLease {
		t.Errorf("claimed: %+v, then %+v", first, again)
	}
	clock.Forward(schema.ThumbLease)
	due := must(w.System.Unrung(t.Context(), 500))
	if !slices.ContainsFunc(due, func(d schema.Due) bool { return d.Row == m.ID.String() && d.Lapsed }) {
		t.Errorf("after the lease the relay finds %+v", due)
	}
	second := must(w.System.ClaimThumbnail(t.Context(), m.ID))
	if _, _, err := w.System.RecordThumbnail(t.Context(), system.ThumbResult{ID: m.ID, Attempt: first.Media.ThumbAttempt, Key: "thumbs/a"}); err != system.ErrOvertaken {
		t.Errorf("the first attempt gives %v", err)
	}
	state, _, err := w.System.RecordThumbnail(t.Context(), system.ThumbResult{ID: m.ID, Attempt: second.Media.ThumbAttempt, Key: "thumbs/b", Width: 1, Height: 1})
	if err != nil || state != schema.ThumbDone {
		t.Errorf("the second gives %s (%v)", state, err)
	}
	open := must(ws.StartUpload(t.Context(), c.ID, "b.png", 9, l))
	must(ws.AddPart(t.Context(), open.ID, schema.UploadPart{Size: 3, BlobKey: "parts/b"}))
	all := []string{"media/a", "thumbs/b", "parts/b", "parts/a", "thumbs/a"}
	if used := must(w.System.BlobsInUse(t.Context(), all)); len(used) != 3 || slices.Contains(used, "parts/a") || slices.Contains(used, "thumbs/a") {
		t.Errorf("in use: %v", used)
	}
	clock.Forward(schema.UploadLife + time.Second)
	if n, keys, err := w.System.PruneUploads(t.Context(), 10); err != nil || n != 2 || !slices.Equal(keys, []string{"parts/b"}) {
		t.Errorf("%d uploads went, with %v (%v)", n, keys, err)
	}
}
