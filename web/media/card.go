package media

import (
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/web/page"
)

// What both sides confirm alike.
var (
	FlashUploaded = page.NewFlash("uploaded", "The files are uploaded.")
	FlashDeleted  = page.NewFlash("media-deleted", "The file is deleted.")
)

// Card is a file as a page shows it.
type Card struct {
	schema.Media
	Path   string // the page of all files, such as /media
	Client string // name; empty where all are of one
	By     string // who uploaded it; empty where it is always the person
	Gone   bool   // its client was deleted
	Now    time.Time
}

// URL is the file's page.
func (c Card) URL() string { return c.Path + "/" + c.ID.String() }

// Thumb is where its thumbnail is; empty without one.
func (c Card) Thumb() string {
	if c.ThumbState != schema.ThumbDone {
		return ""
	}
	return c.URL() + "/thumbnail"
}

// Weight is its size as people read it.
func (c Card) Weight() string { return schema.Bytes(c.Size) }

// Waiting says that its thumbnail is being made.
func (c Card) Waiting() bool {
	return c.ThumbState == schema.ThumbQueued || c.ThumbState == schema.ThumbRunning
}

// Shows says that browsers can show the file itself: all pictures but HEIC.
func (c Card) Shows() bool { return strings.HasPrefix(c.Type, "image/") && c.Type != "image/heic" }

// Kind is the type in a word.
func (c Card) Kind() string {
	return map[string]string{"image/jpeg": "JPEG picture", "image/png": "PNG picture", "image/gif": "GIF picture", "image/webp": "WebP picture",
		"image/heic": "HEIC picture", "video/mp4": "MP4 video", "video/quicktime": "MOV video", "video/webm": "WebM video"}[c.Type]
}

// Recent says that its time is told by the distance from now.
func (c Card) Recent() bool { return c.Now.Sub(c.CreatedAt) < 24*time.Hour }
