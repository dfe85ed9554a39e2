package demo

import (
	"strings"
	"time"

	"anteroom/schema"
)

// accounts connects "network handle" accounts to a client.
func (s *seed) accounts(c *schema.Client, names ...string) (ids []schema.AccountID) {
	for _, n := range names {
		network, handle, _ := strings.Cut(n, " ")
		a := schema.SocialAccount{ID: schema.New[schema.AccountID](), AgencyID: s.a.ID, ClientID: c.ID,
			Network: network, Handle: handle, ConnectedAt: s.ago(55 * day), Status: schema.AccountConnected,
			ConnectedByType: schema.ActorUser, ConnectedBy: s.owner.ID}
		s.named(`INSERT INTO social_accounts (id, agency_id, client_id, network, handle, status, connected_by_type, connected_by, connected_at)
			VALUES (:id, :agency_id, :client_id, :network, :handle, :status, :connected_by_type, :connected_by, :connected_at)`, &a)
		ids = append(ids, a.ID)
	}
	return ids
}

// The accounts of the bakery, as posts name them.
const (
	instagram = iota
	facebook
	tiktok
	youtube
)

var bakeryWeek = []struct {
	day, account  int
	at            string
	picture, body string
}{
	{0, instagram, "08:00", "buns.svg", "Saffron buns are back until Sunday. Six to a tray, none left by eleven."},
	{0, tiktok, "17:30", "croissant.svg", "How we fold four hundred croissants before anyone is awake."},
	{1, facebook, "12:00", "pie.svg", "Cherry pie pre-orders close Thursday at noon. Collect Saturday."},
	{2, instagram, "07:30", "coffee.svg", "First coffee of the day is on us if you bring your own cup."},
	{2, youtube, "18:00", "", "Starter diary, day 1,204: what a warm autumn does to dough."},
	{3, instagram, "09:00", "loaf.svg", "The country loaf, 36 hours in the making. Swipe for the crumb."},
	{3, facebook, "12:30", "", "Open late tonight for pie collections, until 19:30."},
	{4, tiktok, "08:15", "wheat.svg", "Three questions for our miller about heritage wheat."},
	{5, instagram, "09:45", "market.svg", "Find us at the Saturday market, under the teal awning."},
	{5, facebook, "16:00", "", "Thank you! Leftover loaves go to the pantry on Mill Road."},
}

// posts fills last week, this one and the next in the bakery's time zone. What
// lies behind is published.
func (s *seed) posts(accounts []schema.AccountID) {
	london, err := time.LoadLocation("Europe/London")
	s.do(func() error { return err })
	if s.err != nil {
		return
	}
	now := s.tx.Now.In(london)
	monday := now.AddDate(0, 0, -(int(now.Weekday())+6)%7)
	for week := -1; week <= 1; week++ {
		for _, p := range bakeryWeek {
			clock, _ := time.Parse("15:04", p.at)
			d := monday.AddDate(0, 0, 7*week+p.day)
			at := time.Date(d.Year(), d.Month(), d.Day(), clock.Hour(), clock.Minute(), 0, 0, london)
			s.post(accounts[p.account], p.body, p.picture, at)
		}
	}
}

func (s *seed) post(account schema.AccountID, body, picture string, at time.Time) {
	state := "scheduled"
	if at.Before(s.tx.Now) {
		state = "published"
	}
	s.named(`INSERT INTO posts (id, agency_id, social_account_id, body, picture, state, publish_at, created_at)
		VALUES (:id, :agency, :account, :body, :picture, :state, :at, :now)`, map[string]any{"id": schema.New[schema.PostID](),
		"agency": s.a.ID, "account": account, "body": body, "picture": picture, "state": state, "at": at.UTC(), "now": s.tx.Now})
}
