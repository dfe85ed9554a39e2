package worker_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"anteroom/internal/blobs"
	"anteroom/internal/testkit"
	"anteroom/schema"
	"anteroom/schema/system"
)

// media gives the stage a bucket, which is a folder.
func (s *stage) media() (dir string) {
	s.t.Helper()
	dir = s.t.TempDir()
	var err error
	s.bucket, err = blobs.Open(s.t.Context(), "file://"+dir)
	s.check(err)
	s.t.Cleanup(func() { s.bucket.Close() })
	return dir
}

// upload takes a file in as the web tier does.
func (s *stage) upload(name, mediaType string, b []byte) (schema.Media, []schema.Due) {
	s.t.Helper()
	ctx := s.t.Context()
	u, err := s.ws.StartUpload(ctx, s.client.ID, name, int64(len(b)), schema.DefaultMediaLimits)
	s.check(err)
	part := blobs.NewKey(blobs.PartPrefix)
	s.put(part, b)
	_, err = s.ws.AddPart(ctx, u.ID, schema.UploadPart{Size: int64(len(b)), BlobKey: part})
	s.check(err)
	whole := blobs.NewKey(blobs.MediaPrefix)
	s.put(whole, b)
	m, due, err := s.ws.FinishUpload(ctx, u.ID, whole, mediaType)
	s.check(err)
	return m, due
}

func (s *stage) put(key string, b []byte) {
	s.t.Helper()
	_, err := s.bucket.Write(s.t.Context(), key, bytes.NewReader(b))
	s.check(err)
}

func (s *stage) mediaRow(id schema.MediaID) (m schema.Media) {
	s.t.Helper()
	s.check(s.db.Unsafe().Get(&m, `SELECT * FROM media WHERE id = ?`, id))
	return m
}

func (s *stage) waitForThumb(id schema.MediaID, state schema.ThumbState) (m schema.Media) {
	s.t.Helper()
	s.eventually(20*time.Second, func() bool { m = s.mediaRow(id); return m.ThumbState == state },
		func() string { return "the thumbnail is " + string(m.ThumbState) + ", want " + string(state) })
	return m
}

// turned is a JPEG of 80 by 40, red on its left, that says it lies on its side (EXIF
// orientation 6), with a place behind it.
func turned(t *testing.T) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 80, 40))
	for y := range 40 {
		for x := range 80 {
			picture.Set(x, y, color.RGBA{R: 255 * uint8(1-x/40), B: 255 * uint8(x/40), A: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPS: here")
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(head, exif...), b.Bytes()[2:]...)
}

// bomb is a PNG of few bytes that says it is 60,000 pixels wide and high.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	out := b.Bytes()
	binary.BigEndian.PutUint32(out[16:], 60_000)
	binary.BigEndian.PutUint32(out[20:], 60_000)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

// webp is a picture of one pixel, lossless.
const webp = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="

func TestThumbnailsAreMadeOfWhatCanBeShownAndCarryNoPlace(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.media()
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	tiny, err := base64.StdEncoding.DecodeString(webp)
	s.check(err)
	photo := turned(t)
	for name, tc := range map[string]struct {
		mediaType string
		file      []byte
		state     schema.ThumbState
	}{
		"photo.jpg":  {"image/jpeg", photo, schema.ThumbDone},
		"tiny.webp":  {"image/webp", tiny, schema.ThumbDone},
		"bomb.png":   {"image/png", bomb(t), schema.ThumbFailed},
		"broken.jpg": {"image/jpeg", photo[:200], schema.ThumbFailed},
	} {
		m, due := s.upload(name, tc.mediaType, tc.file)
		bell.Ring(t.Context(), due...)
		m = s.waitForThumb(m.ID, tc.state)
		if tc.state != schema.ThumbDone {
			if m.ThumbKey != "" || m.ThumbDueAt != nil {
				t.Errorf("%s: of what failed there is %q, owed at %v", name, m.ThumbKey, m.ThumbDueAt)
			}
			continue
		}
		r, err := s.bucket.Read(t.Context(), m.ThumbKey, 0, -1)
		s.check(err)
		b, err := io.ReadAll(r)
		s.check(err)
		r.Close()
		made, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil || made.Bounds().Dx() != m.ThumbWidth || made.Bounds().Dy() != m.ThumbHeight {
			t.Errorf("%s: the thumbnail is %d by %d in its row (%v)", name, m.ThumbWidth, m.ThumbHeight, err)
			continue
		}
		if bytes.Contains(b, []byte("Exif")) || bytes.Contains(b, []byte("GPS")) {
			t.Errorf("%s: the thumbnail says where it was taken", name)
		}
		if name == "photo.jpg" {
			if m.ThumbHeight <= m.ThumbWidth {
				t.Errorf("a picture on its side is %d by %d", m.ThumbWidth, m.ThumbHeight)
			}
			if red, _, blue, _ := made.At(m.ThumbWidth/2, m.ThumbHeight/8).RGBA(); red < blue {
				t.Error("the picture is turned the wrong way")
			}
		}
	}
}

func TestAThumbnailWhoseWorkerDiedIsMadeByAnother(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.media()
	m, _ := s.upload("photo.jpg", "image/jpeg", turned(t))
	sys := system.New(s.db, 0)
	dead, err := sys.ClaimThumbnail(t.Context(), m.ID)
	s.check(err)
	if dead.Media.ThumbState != schema.ThumbRunning {
		t.Fatalf("the claim is %+v", dead)
	}
	// Its lease is over; nobody rang: the relay finds it.
	s.exec(`UPDATE media SET thumb_due_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND, thumb_ring_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = ?`, m.ID)
	s.work(testkit.Redis(t), time.Minute)
	done := s.waitForThumb(m.ID, schema.ThumbDone)
	if done.ThumbAttempt <= dead.Media.ThumbAttempt {
		t.Errorf("it is attempt %d after %d", done.ThumbAttempt, dead.Media.ThumbAttempt)
	}
	// The dead one comes back: what it made is nobody's.
	if _, _, err := sys.RecordThumbnail(t.Context(), system.ThumbResult{ID: m.ID, Attempt: dead.Media.ThumbAttempt, Key: "thumbs/late", Width: 1, Height: 1}); err != system.ErrOvertaken {
		t.Errorf("the late one is told %v", err)
	}
	if now := s.mediaRow(m.ID); now.ThumbKey != done.ThumbKey {
		t.Errorf("the thumbnail is %s, not %s", now.ThumbKey, done.ThumbKey)
	}
}

// blobsIn are the files of a bucket, as keys.
func blobsIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".attrs") {
			out[strings.TrimPrefix(path, dir+"/")] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheSweepRemovesWhatHasNoRowAndWhatWasNeverFinished(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	dir := s.media()
	m, _ := s.upload("photo.jpg", "image/jpeg", turned(t))
	stale, err := s.ws.StartUpload(t.Context(), s.client.ID, "half.mp4", 10, schema.DefaultMediaLimits)
	s.check(err)
	open, err := s.ws.StartUpload(t.Context(), s.client.ID, "other.mp4", 10, schema.DefaultMediaLimits)
	s.check(err)
	for key, id := range map[string]schema.UploadID{"parts/stale": stale.ID, "parts/open": open.ID} {
		s.put(key, []byte("half"))
		_, err := s.ws.AddPart(t.Context(), id, schema.UploadPart{Size: 4, BlobKey: key})
		s.check(err)
	}
	for _, key := range []string{"parts/orphan", "media/orphan", "thumbs/orphan", "parts/young", "media/young"} {
		s.put(key, []byte("nobody’s"))
	}
	yesterday := time.Now().Add(-schema.UploadLife - time.Hour)
	for key := range blobsIn(t, dir) {
		if !strings.HasSuffix(key, "young") {
			s.check(os.Chtimes(filepath.Join(dir, key), yesterday, yesterday))
		}
	}
	s.exec(`UPDATE uploads SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE WHERE id = ?`, stale.ID)
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	s.check(bell.SweepMedia(t.Context(), time.Now()))
	s.eventually(20*time.Second, func() bool { left := blobsIn(t, dir); return !left["thumbs/orphan"] && !left["parts/stale"] },
		func() string { return "the sweep leaves what is nobody’s" })
	left := blobsIn(t, dir)
	for _, gone := range []string{"parts/orphan", "media/orphan", "thumbs/orphan", "parts/stale"} {
		if left[gone] {
			t.Errorf("%s is left", gone)
		}
	}
	for _, kept := range []string{m.BlobKey, "parts/open", "parts/young", "media/young"} {
		if !left[kept] {
			t.Errorf("%s is gone", kept)
		}
	}
	if n := s.count(`SELECT COUNT(*) FROM uploads WHERE id IN (?, ?)`, stale.ID, open.ID); n != 1 {
		t.Errorf("%d uploads are left", n)
	}
}

func TestAnErasedClientsFilesGoFromTheRowsAndThenFromTheBucket(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	dir := s.media()
	m, _ := s.upload("photo.jpg", "image/jpeg", turned(t))
	due, err := s.ws.DeleteClient(t.Context(), s.client.ID)
	s.check(err)
	erase, err := s.ws.EraseClient(t.Context(), s.client.ID, schema.EraseAtOnce)
	s.check(err)
	bell, _ := s.work(testkit.Redis(t), time.Minute)
	bell.Ring(t.Context(), append(erase, due...)...)
	s.eventually(20*time.Second, func() bool { return s.count(`SELECT COUNT(*) FROM clients WHERE erase_state = 'done'`) == 1 },
		func() string { return "the client is not erased" })
	if n := s.count(`SELECT (SELECT COUNT(*) FROM media) + (SELECT COUNT(*) FROM uploads)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	yesterday := time.Now().Add(-schema.UploadLife - time.Hour)
	s.check(os.Chtimes(filepath.Join(dir, m.BlobKey), yesterday, yesterday))
	s.check(bell.SweepMedia(t.Context(), time.Now()))
	s.eventually(20*time.Second, func() bool { return !blobsIn(t, dir)[m.BlobKey] }, func() string { return "the file is left in the bucket" })
}
