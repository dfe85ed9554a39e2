package demo

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/store"
)

//go:embed pictures/*.jpg
var pictures embed.FS

// The size of the pictures, in pixels.
const pictureWidth, pictureHeight = 960, 720

// uploads are the demo's files, the newest first, and the days since.
var uploads = []struct {
	client, picture, name string
	days                  int
	ours                  bool
}{
	{"Orchard Lane Bakery", "buns", "saffron-buns-tray.jpg", 0, false},
	{"Alder Row Architects", "house", "slope-house-west.jpg", 0, true},
	{"Kiln & Clay Studio", "vase", "iron-red-glaze.jpg", 1, true},
	{"Orchard Lane Bakery", "coffee", "flat-white-heart.jpg", 1, false},
	{"Orchard Lane Bakery", "croissant", "croissant-plate.jpg", 1, false},
	{"Orchard Lane Bakery", "shopfront", "shopfront-morning.jpg", 3, false},
	{"Orchard Lane Bakery", "loaf", "country-loaf.jpg", 5, false},
	{"Orchard Lane Bakery", "pie", "cherry-pie-lattice.jpg", 6, false},
	{"Orchard Lane Bakery", "wheat", "heritage-wheat.jpg", 7, true},
	{"Orchard Lane Bakery", "market", "market-day-one.jpg", 8, false},
}

// SeedMedia gives the demo's agency files, and its posts their pictures. put keeps a
// file under a key. It reports false, and changes nothing, if there is no demo, or
// if there are files already.
func SeedMedia(ctx context.Context, db *schema.DB, put func(key string, b []byte) error) (bool, error) {
	seeded := false
	err := store.Run(ctx, db, func(tx *store.Tx) error {
		s := &seed{tx: tx, ids: ulid.Monotonic(rand.Reader, 0), users: map[string]schema.User{}}
		there, err := s.find(`SELECT EXISTS (SELECT 1 FROM media WHERE agency_id = ?)`)
		if seeded = err == nil && there; !seeded {
			return err
		}
		var elena schema.User
		s.do(func() error {
			return tx.Get(&elena, `SELECT id, email, full_name FROM users WHERE email_key = ?`, Client)
		})
		for i := range uploads {
			s.upload(i, elena.ID, put)
		}
		return s.err
	})
	if err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	return seeded, nil
}

func (s *seed) upload(i int, elena schema.UserID, put func(string, []byte) error) {
	u := uploads[i]
	if s.err != nil {
		return
	}
	b, err := pictures.ReadFile("pictures/" + u.picture + ".jpg")
	if err != nil {
		s.err = err
		return
	}
	var c schema.Client
	s.do(func() error {
		return s.tx.Get(&c, `SELECT id, agency_id, name, website, external_id FROM clients WHERE agency_id = ? AND name = ? ORDER BY id LIMIT 1`, s.a.ID, u.client)
	})
	at := s.ago(time.Duration(u.days)*day + time.Duration(i+1)*11*time.Minute)
	m := schema.Media{AgencyID: s.a.ID, ClientID: c.ID, UploadedBy: elena, Side: schema.SideClient, Name: u.name, Type: "image/jpeg", Size: int64(len(b)),
		ThumbState: schema.ThumbDone, ThumbWidth: pictureWidth, ThumbHeight: pictureHeight, CreatedAt: at}
	by := schema.Actor{Type: schema.ActorRecipient, ID: elena}
	if u.ours {
		m.Side, m.UploadedBy, by = schema.SideAgency, s.owner.ID, s.by()
	}
	m.ID = schema.MediaID(ulid.MustNew(ulid.Timestamp(at), s.ids))
	m.BlobKey, m.ThumbKey = "media/demo-"+m.ID.String(), "thumbs/demo-"+m.ID.String()
	for _, key := range []string{m.BlobKey, m.ThumbKey} {
		s.do(func() error { return put(key, b) })
	}
	e := s.dated(schema.NewMediaEvent(schema.MediaUploaded, at, &c, &m, by))
	s.named(`INSERT INTO media (id, agency_id, client_id, uploaded_by, side, name, type, size, blob_key, thumb_state, thumb_key,
		thumb_width, thumb_height, event_seq, created_at) VALUES (:id, :agency_id, :client_id, :uploaded_by, :side, :name, :type, :size,
		:blob_key, :thumb_state, :thumb_key, :thumb_width, :thumb_height, :event_seq, :created_at)`, &m)
	s.do(func() error { return event.Append(s.tx, e) })
	s.do(func() error {
		_, err := s.tx.Exec(`INSERT INTO post_media (post_id, position, media_id) SELECT p.id, 1, ? FROM posts p
			JOIN social_accounts a ON a.id = p.social_account_id WHERE p.agency_id = ? AND p.picture = ? AND a.client_id = ?`,
			m.ID, s.a.ID, u.picture+".svg", c.ID)
		return err
	})
}
