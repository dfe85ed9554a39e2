package blobs_test

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"anteroom/internal/blobs"
)

func open(t *testing.T) (*blobs.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a folder", "media")
	s, err := blobs.Open(t.Context(), (&url.URL{Scheme: "file", Path: dir}).String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir
}

func read(t *testing.T, s *blobs.Store, key string, offset, length int64) string {
	t.Helper()
	r, err := s.Read(t.Context(), key, offset, length)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestABlobIsWrittenReadInPartAndDeletedAndNothingElseLies(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	key := blobs.NewKey(blobs.MediaPrefix)
	if n, err := s.Write(t.Context(), key, strings.NewReader("saffron buns")); n != 12 || err != nil {
		t.Fatal(n, err)
	}
	if got := read(t, s, key, 8, 4) + read(t, s, key, 0, -1); got != "bunssaffron buns" {
		t.Errorf("it reads %q", got)
	}
	if got := files(t, dir); !slices.Equal(got, []string{key}) {
		t.Errorf("there lie %q", got)
	}
	s.Delete(t.Context(), key, "", "media/never")
	if _, err := s.Read(t.Context(), key, 0, -1); !errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("after the deletion it reads with %v", err)
	}
}

func TestWhatCameBeforeABrokenConnectionIsKept(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	cut := errors.New("connection reset")
	n, err := s.Write(t.Context(), "parts/a", io.MultiReader(strings.NewReader("first half"), iotest.ErrReader(cut)))
	if n != 10 || !errors.Is(err, cut) {
		t.Fatal(n, err)
	}
	if got := read(t, s, "parts/a", 0, -1); got != "first half" {
		t.Errorf("it keeps %q", got)
	}
}

func TestPartsAreJoinedInOrderAndAFailedJoinLeavesNothing(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	var want bytes.Buffer
	var keys []string
	for i := range 5 {
		part := bytes.Repeat([]byte{byte('a' + i)}, 100_000*i)
		want.Write(part)
		keys = append(keys, blobs.NewKey(blobs.PartPrefix))
		if _, err := s.Write(t.Context(), keys[i], bytes.NewReader(part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Join(t.Context(), "media/whole", keys); err != nil {
		t.Fatal(err)
	}
	if got := read(t, s, "media/whole", 0, -1); got != want.String() {
		t.Errorf("the whole has %d bytes of %d", len(got), want.Len())
	}
	if err := s.Join(t.Context(), "media/broken", append(keys[1:2], "parts/gone")); !errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("a missing part gives %v", err)
	}
	if slices.Contains(files(t, dir), "media/broken") {
		t.Error("half of it lies there")
	}
}

func TestOnlyWhatIsOldIsNamedForTheSweep(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	for _, k := range []string{"parts/old", "parts/new", "media/old"} {
		if _, err := s.Write(t.Context(), k, strings.NewReader(k)); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	for _, k := range []string{"parts/old", "media/old"} {
		if err := os.Chtimes(filepath.Join(dir, k), yesterday, yesterday); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	err := s.Older(t.Context(), blobs.PartPrefix, time.Now().Add(-24*time.Hour), func(keys []string) error {
		got = append(got, keys...)
		return nil
	})
	if err != nil || !slices.Equal(got, []string{"parts/old"}) {
		t.Errorf("it names %q (%v)", got, err)
	}
}

func TestAURLThatIsNoBucketIsRefused(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"", "/var/media", "file://var/media", "s3://", "http://x/y", "mem://", "file:///a%zz"} {
		if blobs.Check(at) == nil {
			t.Errorf("%q passes", at)
		}
	}
	for _, at := range []string{"file:///var/lib/anteroom/media", "s3://bucket?region=eu-west-1"} {
		if err := blobs.Check(at); err != nil {
			t.Errorf("%q: %v", at, err)
		}
	}
}
