package schema

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MediaSide says who uploaded a file.
type MediaSide string

// The sides of an upload.
const (
	SideClient MediaSide = "client"
	SideAgency MediaSide = "agency"
)

// ThumbState is how far a file's thumbnail is.
type ThumbState string

// The states of a thumbnail; a video has none.
const (
	ThumbNone    ThumbState = "none"
	ThumbQueued  ThumbState = "queued"
	ThumbRunning ThumbState = "running"
	ThumbDone    ThumbState = "done"
	ThumbFailed  ThumbState = "failed"
)

// Media is a file that was uploaded for a client and is whole.
type Media struct {
	ID           MediaID    `db:"id"`
	AgencyID     AgencyID   `db:"agency_id"`
	ClientID     ClientID   `db:"client_id"`
	UploadedBy   UserID     `db:"uploaded_by"`
	Side         MediaSide  `db:"side"`
	Name         string     `db:"name"` // as typed, for show; never a path
	Type         string     `db:"type"` // by content, see MediaType
	Size         int64      `db:"size"` // bytes
	BlobKey      string     `db:"blob_key"`
	ThumbState   ThumbState `db:"thumb_state"`
	ThumbKey     string     `db:"thumb_key"`
	ThumbWidth   int        `db:"thumb_width"` // pixels
	ThumbHeight  int        `db:"thumb_height"`
	ThumbAttempt uint32     `db:"thumb_attempt"`
	ThumbDueAt   *time.Time `db:"thumb_due_at"`
	ThumbRing    uint32     `db:"thumb_ring"`
	EventSeq     uint32     `db:"event_seq"`
	CreatedAt    time.Time  `db:"created_at"`
}

// Video says that the file moves.
func (m Media) Video() bool { return strings.HasPrefix(m.Type, "video/") }

// HasThumb says that a thumbnail is made of it: of pictures.
func (m Media) HasThumb() bool { return strings.HasPrefix(m.Type, "image/") }

// Bytes is a size as people read it, in units of a thousand (IEC 80000-13).
func Bytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 999_500:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	v, unit := float64(n)/1e6, "MB"
	if v >= 999.5 {
		v, unit = v/1000, "GB"
	}
	if v < 9.95 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") + " " + unit
	}
	return fmt.Sprintf("%.0f %s", v, unit)
}

// MediaLimits bound what is uploaded, in bytes.
type MediaLimits struct {
	File   int64 // one file
	Client int64 // all files of a client, those on their way included
}

// DefaultMediaLimits are 500 MB a file and 10 GB a client.
var DefaultMediaLimits = MediaLimits{File: 500e6, Client: 10e9}

// UploadLife is how long an upload may take; what is not whole by then is removed.
const UploadLife = 24 * time.Hour

// Upload is a file on its way.
type Upload struct {
	ID        UploadID  `db:"id"`
	AgencyID  AgencyID  `db:"agency_id"`
	ClientID  ClientID  `db:"client_id"`
	UserID    UserID    `db:"user_id"`
	Side      MediaSide `db:"side"`
	Name      string    `db:"name"`
	Size      int64     `db:"size"`     // bytes, as announced
	Received  int64     `db:"received"` // bytes in its parts
	MediaID   MediaID   `db:"media_id"` // once it is a file
	CreatedAt time.Time `db:"created_at"`
	ExpiresAt time.Time `db:"expires_at"`

	Parts []UploadPart `db:"-"` // in order
}

// Whole says that all of it is there.
func (u *Upload) Whole() bool { return u.Received == u.Size }

// UploadPart is a piece of an upload that lies in the bucket.
type UploadPart struct {
	Position int64  `db:"position"` // in the file, bytes
	Size     int64  `db:"size"`
	BlobKey  string `db:"blob_key"`
}

const maxFileName = 255 // runes, as file systems have it

// FileName is a file's name for show: its last part if a browser sent a path,
// without control characters, which includes those that turn the direction of a
// text (they disguise extensions). One without anything left is Invalid.
func FileName(typed string) (string, error) {
	if !utf8.ValidString(typed) {
		return "", errFileName
	}
	name := typed[strings.LastIndexAny(typed, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u200c' || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, name)
	if name = strings.TrimSpace(name); name == "" || name == "." || name == ".." {
		return "", errFileName
	}
	if r := []rune(name); len(r) > maxFileName {
		name = shorten(r)
	}
	return name, nil
}

// shorten keeps the extension.
func shorten(name []rune) string {
	dot := len(name)
	for i := len(name) - 1; i > 0 && len(name)-i <= 10; i-- {
		if name[i] == '.' {
			dot = i
			break
		}
	}
	ext := name[dot:]
	return string(name[:maxFileName-len(ext)]) + string(ext)
}

var errFileName = &Error{Kind: Invalid, Code: "file_name", Field: "name", Message: "The file has no name that can be shown. Give it one and upload it again."}
