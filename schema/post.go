package schema

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// PostState says what has become of a post.
type PostState string

// The states of a post. Failed is shown as “not published”.
const (
	PostScheduled PostState = "scheduled"
	PostPublished PostState = "published"
	PostFailed    PostState = "failed"
)

const (
	// MaxPostText is how many characters a post has at most. It is Instagram's and
	// TikTok's limit for a caption.
	MaxPostText = 2200
	// MaxPostMedia is how many files a post has at most, as a Facebook carousel.
	MaxPostMedia = 10
	maxPostLink  = 500 // characters, as the column has room for
)

// Post is what goes out through one social account.
type Post struct {
	ID        PostID    `db:"id"`
	AgencyID  AgencyID  `db:"agency_id"`
	AccountID AccountID `db:"social_account_id"`
	Body      string    `db:"body"`
	State     PostState `db:"state"`
	PublishAt time.Time `db:"publish_at"`
	Link      string    `db:"link"` // to the live post; empty while there is none
	// Version is when it was last changed. Whoever saves it says which one they saw.
	Version time.Time `db:"version"`
}

// PostDraft is what somebody wants a post to be.
type PostDraft struct {
	Account   AccountID
	Body      string
	State     PostState
	PublishAt time.Time
	Link      string
	Media     []MediaID // in the order they are shown
}

// Check holds a draft against the rules, at a moment, and trims it. was is the post
// as it stands, nil for a new one: a scheduled post whose time has passed can still
// be mended in its text.
func (d *PostDraft) Check(now time.Time, was *Post) error {
	d.Body, d.Link = strings.TrimSpace(strings.ReplaceAll(d.Body, "\r\n", "\n")), strings.TrimSpace(d.Link)
	switch n := utf8.RuneCountInString(d.Body); {
	case d.Account.IsZero():
		return invalid("account", "account_missing", "Choose the account that the post goes out through.")
	case n == 0 || !utf8.ValidString(d.Body):
		return invalid("text", "text_missing", "Write the text of the post.")
	case n > MaxPostText:
		return invalid("text", "text_long", "The text is longer than 2,200 characters. Shorten it.")
	case len(d.Media) > MaxPostMedia:
		return invalid("media", "media_many", "A post has up to 10 files. Take some away.")
	}
	if err := d.checkTime(now, was); err != nil {
		return err
	}
	return d.checkLink()
}

func (d *PostDraft) checkTime(now time.Time, was *Post) error {
	same := was != nil && was.State == d.State && was.PublishAt.Equal(d.PublishAt)
	switch {
	case d.State != PostScheduled && d.State != PostPublished && d.State != PostFailed:
		return invalid("state", "state", "Say whether the post is scheduled, published or not published.")
	case d.State == PostScheduled && d.PublishAt.Before(now) && !same:
		return invalid("time", "time_past", "That time has passed. Choose a later one, or say that the post is published.")
	case d.State != PostScheduled && d.PublishAt.After(now):
		return invalid("state", "state_early", "Its time has not come yet. Choose “Scheduled”, or an earlier time.")
	}
	return nil
}

// checkLink takes links that a browser opens without running anything.
func (d *PostDraft) checkLink() error {
	if d.Link == "" {
		return nil
	}
	u, err := url.Parse(d.Link)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil:
		return invalid("link", "link", "Give the whole address of the live post, with https:// in front.")
	case utf8.RuneCountInString(d.Link) > maxPostLink:
		return invalid("link", "link_long", "The address is longer than 500 characters. Use the short one.")
	case d.State != PostPublished:
		return invalid("link", "link_early", "Only a published post has a link. Take it away, or choose “Published”.")
	}
	return nil
}
