// Package blobs keeps files in a bucket: a folder by default, or S3 and what
// speaks its protocol (gocloud.dev/blob).
package blobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // file://
	_ "gocloud.dev/blob/s3blob"   // s3://
	"gocloud.dev/gcerrors"
)

// The folders of the bucket. A sweep may empty a folder of what has no row, so
// nothing else is put there.
const (
	PartPrefix  = "parts/"  // pieces of uploads
	MediaPrefix = "media/"  // whole files
	ThumbPrefix = "thumbs/" // thumbnails
)

// ErrNotFound is for a blob that isn't there.
var ErrNotFound = errors.New("blobs: there is no such blob")

// Store is a bucket. It is safe for concurrent use.
type Store struct{ bucket *blob.Bucket }

// Check says what is wrong with a bucket's URL.
func Check(at string) error {
	u, err := url.Parse(at)
	if err != nil || (u.Scheme != "file" && u.Scheme != "s3") {
		return errors.New("it is neither file:// nor s3://")
	}
	if u.Scheme == "file" && (u.Host != "" || !strings.HasPrefix(u.Path, "/")) {
		return errors.New("a folder has three slashes, then its path from the root")
	}
	if u.Scheme == "s3" && u.Host == "" {
		return errors.New("it names no bucket")
	}
	return nil
}

// Open opens a bucket by its URL. A folder is made if it isn't there; a file is
// written under another name in the same folder first, so that it is there whole
// or not at all.
func Open(ctx context.Context, at string) (*Store, error) {
	if err := Check(at); err != nil {
		return nil, fmt.Errorf("blobs: %q: %w", at, err)
	}
	u, _ := url.Parse(at) // checked
	if u.Scheme == "file" {
		if err := os.MkdirAll(u.Path, 0o700); err != nil {
			return nil, fmt.Errorf("blobs: %w", err)
		}
		q := u.Query()
		q.Set("no_tmp_dir", "true")
		q.Set("metadata", "skip")
		u.RawQuery = q.Encode()
	}
	b, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, fmt.Errorf("blobs: open: %w", err)
	}
	return &Store{b}, nil
}

// Close lets go of the bucket.
func (s *Store) Close() error { return s.bucket.Close() }

// NewKey makes a key that nobody can guess and that no name of a file is part of.
func NewKey(prefix string) string { return prefix + strings.ToLower(rand.Text()) }

// Write copies r to a new blob until it ends, and says how much it was. What came
// before an error of r is kept, for a caller that resumes; the error is returned
// beside it. An error of the bucket leaves nothing behind.
func (s *Store) Write(ctx context.Context, key string, r io.Reader) (n int64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // before Close: the blob is dropped
	w, err := s.bucket.NewWriter(ctx, key, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true})
	if err != nil {
		return 0, fmt.Errorf("blobs: write: %w", err)
	}
	from := &source{r: r}
	n, err = io.Copy(w, from)
	if err != nil && from.err == nil {
		cancel()
		_ = w.Close() // the error that counts is the one before
		return 0, fmt.Errorf("blobs: write: %w", err)
	}
	if err := w.Close(); err != nil {
		return 0, fmt.Errorf("blobs: write: %w", err)
	}
	return n, from.err
}

// source remembers the error of what is read, to tell it from the bucket's.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// Read reads a blob from an offset, length bytes of it or, if that is negative, to
// its end. The caller closes it.
func (s *Store) Read(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	r, err := s.bucket.NewRangeReader(ctx, key, offset, length, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("blobs: read: %w", err)
	}
	return r, nil
}

// Join writes blobs behind each other into a new one.
func (s *Store) Join(ctx context.Context, key string, parts []string) error {
	_, err := s.Write(ctx, key, &joined{ctx: ctx, store: s, rest: parts})
	if err != nil {
		s.Delete(context.WithoutCancel(ctx), key)
	}
	return err
}

// joined opens one part after the other.
type joined struct {
	ctx   context.Context
	store *Store
	rest  []string
	now   io.ReadCloser
}

func (j *joined) Read(p []byte) (int, error) {
	for {
		if j.now == nil {
			if len(j.rest) == 0 {
				return 0, io.EOF
			}
			r, err := j.store.Read(j.ctx, j.rest[0], 0, -1)
			if err != nil {
				return 0, err
			}
			j.now, j.rest = r, j.rest[1:]
		}
		n, err := j.now.Read(p)
		if err == io.EOF {
			err = j.now.Close()
			j.now = nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Delete removes blobs; one that isn't there is no error. It never fails: what
// stays is swept.
func (s *Store) Delete(ctx context.Context, keys ...string) {
	for _, k := range keys {
		if k != "" {
			_ = s.bucket.Delete(ctx, k)
		}
	}
}

// Older calls fn with the keys under a prefix that were last written before a
// moment, in groups.
func (s *Store) Older(ctx context.Context, prefix string, before time.Time, fn func(keys []string) error) error {
	const group = 500
	var keys []string
	for list := s.bucket.List(&blob.ListOptions{Prefix: prefix}); ; {
		o, err := list.Next(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("blobs: list: %w", err)
		}
		if !o.ModTime.Before(before) {
			continue
		}
		if keys = append(keys, o.Key); len(keys) == group {
			if err := fn(keys); err != nil {
				return err
			}
			keys = nil
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return fn(keys)
}
