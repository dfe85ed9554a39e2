package system

import (
	"context"
	"time"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// EmailClaim is what a worker gets that comes for an email.
type EmailClaim struct {
	Verdict schema.ClaimVerdict
	Email   schema.Email
	Client  schema.ClientID // whose person it goes to; zero for other mails
	Letter  Letter          // set when taken
	Wait    time.Duration   // until it is due, when it has to wait
}

// Letter is what an email says beside its link.
type Letter struct {
	FullName, Agency, Client, Inviter, InviterEmail string
	ReplyTo                                         string      // the agency's own; empty: the inviter's
	Logo                                            schema.Logo // of the agency
	Role                                            schema.Role // that a colleague is invited to
	ExpiresAt                                       time.Time
	LastReminder                                    bool // no other will come after this mail
	Endpoint                                        *EndpointNews
}

// ClaimEmails claims a group of emails in one transaction, in the order asked.
// It locks the subjects too: an email whose subject no longer wants it is
// cancelled, so a held email can never carry a live link to a wrong address.
func (s *System) ClaimEmails(ctx context.Context, ids []schema.EmailID) (out []EmailClaim, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		g, err := lockGroup(tx, ids)
		if err != nil {
			return err
		}
		if err := g.claim(tx, s.settle); err != nil {
			return err
		}
		out = make([]EmailClaim, len(ids))
		told := map[schema.EmailID]bool{}
		for i, id := range ids {
			out[i] = g.told(tx, id)
			if told[id] && out[i].Verdict == schema.ClaimTaken {
				// Two bells for one row in one group: the first has it.
				out[i] = EmailClaim{Verdict: schema.ClaimWait, Wait: schema.MailLease}
			}
			told[id] = true
		}
		return nil
	})
	return out, err
}

// group is the rows of a claim or a result under lock.
type group struct {
	clients   map[schema.ClientID]*schema.Client
	seats     map[schema.ClientUserID]*lock.Seat
	users     map[schema.UserID]*schema.User
	members   map[schema.MemberInvitationID]*schema.MemberInvitation
	signUps   map[schema.SignUpID]*schema.SignUp
	emails    []schema.Email
	endpoints map[schema.EmailID]*endpointCase
	verdicts  map[schema.EmailID]schema.ClaimVerdict
	letters   map[schema.EmailID]Letter
}

type subject struct {
	ClientID     schema.ClientID           `db:"client_id"`
	ClientUserID schema.ClientUserID       `db:"client_user_id"`
	UserID       schema.UserID             `db:"user_id"`
	MemberID     schema.MemberInvitationID `db:"member_invitation_id"`
	SignUpID     schema.SignUpID           `db:"sign_up_id"`
}

// lockGroup locks emails and their subjects in the order of the locks. Which
// subject an email has never changes, so it is read before.
func lockGroup(tx *store.Tx, ids []schema.EmailID) (*group, error) {
	var subjects []subject
	err := tx.SelectIn(&subjects, `SELECT u.client_id, e.client_user_id, e.user_id, e.member_invitation_id, e.sign_up_id
		FROM emails e LEFT JOIN client_users u ON u.id = e.client_user_id WHERE e.id IN (?)`, ids)
	if err != nil {
		return nil, err
	}
	g := &group{verdicts: map[schema.EmailID]schema.ClaimVerdict{}, letters: map[schema.EmailID]Letter{}}
	clients, err := lock.ClientsShared(tx, keysOf(subjects, func(s *subject) schema.ClientID { return s.ClientID }))
	if err != nil {
		return nil, err
	}
	g.clients = byKey(clients, func(c *schema.Client) schema.ClientID { return c.ID })
	if err := g.lockSeats(tx, keysOf(subjects, func(s *subject) schema.ClientUserID { return s.ClientUserID })); err != nil {
		return nil, err
	}
	members, err := lock.MemberInvitations(tx, keysOf(subjects, func(s *subject) schema.MemberInvitationID { return s.MemberID }))
	if err != nil {
		return nil, err
	}
	g.members = byKey(members, func(i *schema.MemberInvitation) schema.MemberInvitationID { return i.ID })
	signUps, err := lock.SignUps(tx, keysOf(subjects, func(s *subject) schema.SignUpID { return s.SignUpID }))
	if err != nil {
		return nil, err
	}
	g.signUps = byKey(signUps, func(s *schema.SignUp) schema.SignUpID { return s.ID })
	users, err := lock.Users(tx, keysOf(subjects, func(s *subject) schema.UserID { return s.UserID }))
	if err != nil {
		return nil, err
	}
	g.users = byKey(users, func(u *schema.User) schema.UserID { return u.ID })
	if g.emails, err = lock.Emails(tx, ids); err != nil {
		return nil, err
	}
	return g, g.readEndpoints(tx)
}

func (g *group) lockSeats(tx *store.Tx, ids []schema.ClientUserID) error {
	rows, err := lock.ClientUsers(tx, ids)
	if err != nil {
		return err
	}
	g.seats = make(map[schema.ClientUserID]*lock.Seat, len(rows))
	for _, u := range rows {
		seat := &lock.Seat{Client: *g.clients[u.ClientID], User: u}
		if err := seat.ExpireIfStale(tx); err != nil {
			return err
		}
		g.seats[u.ID] = seat
	}
	return nil
}

func (g *group) claim(tx *store.Tx, settle time.Duration) error {
	var changed []schema.Email
	var events []schema.Event
	for i := range g.emails {
		e := &g.emails[i]
		before := *e
		g.verdicts[e.ID] = e.Claim(tx.Now, g.wanted(e, tx.Now), settle)
		if e.State != before.State || e.Attempt != before.Attempt {
			changed = append(changed, *e)
			events = append(events, g.eventOf(tx, e)...)
		}
	}
	if err := g.save(tx, changed, events); err != nil {
		return err
	}
	return g.write(tx)
}

// wanted says whether the email's link is the present one of an open subject.
func (g *group) wanted(e *schema.Email, now time.Time) bool {
	if seat := g.seats[e.ClientUserID]; seat != nil {
		return seat.User.Status == schema.StatusInvited && seat.User.Generation == e.Generation && !seat.Client.Deleted()
	}
	if i := g.members[e.MemberInvitationID]; i != nil {
		return i.Open(now) && i.Generation == e.Generation
	}
	if s := g.signUps[e.SignUpID]; s != nil {
		return s.Open(now)
	}
	if !e.EndpointID.IsZero() {
		return g.endpoints[e.ID].wants(e.Kind)
	}
	u := g.users[e.UserID]
	return u != nil && u.CredentialVersion == e.Generation && e.LinkExpiry().After(now)
}

// write gathers what the taken emails say.
func (g *group) write(tx *store.Tx) error {
	var taken []schema.ClientUserID
	for i := range g.emails {
		e := &g.emails[i]
		if g.verdicts[e.ID] != schema.ClaimTaken {
			continue
		}
		if e.ClientUserID.IsZero() {
			letter, err := g.otherLetter(tx, e)
			if err != nil {
				return err
			}
			g.letters[e.ID] = letter
			continue
		}
		taken = append(taken, e.ClientUserID)
	}
	if len(taken) == 0 {
		return nil
	}
	var names []struct {
		ID      schema.ClientUserID `db:"id"`
		Agency  string              `db:"agency"`
		Inviter string              `db:"inviter"`
		Email   string              `db:"inviter_email"`
		ReplyTo string              `db:"reply_to"`
		schema.Logo
	}
	err := tx.SelectIn(&names, `SELECT u.id, a.name AS agency, i.full_name AS inviter, i.email AS inviter_email,
		a.reply_to, a.logo_hash, a.logo_width, a.logo_height
		FROM client_users u JOIN agencies a ON a.id = u.agency_id JOIN users i ON i.id = u.invited_by WHERE u.id IN (?)`, taken)
	if err != nil {
		return err
	}
	letters := make(map[schema.ClientUserID]Letter, len(names))
	for _, n := range names {
		seat := g.seats[n.ID]
		letters[n.ID] = Letter{FullName: seat.User.FullName, Agency: n.Agency, Client: seat.Client.Name,
			Inviter: n.Inviter, InviterEmail: n.Email, ReplyTo: n.ReplyTo, Logo: n.Logo, ExpiresAt: seat.User.ExpiresAt,
			LastReminder: seat.User.RemindAt == nil}
	}
	for i := range g.emails {
		if e := &g.emails[i]; g.verdicts[e.ID] == schema.ClaimTaken && !e.ClientUserID.IsZero() {
			g.letters[e.ID] = letters[e.ClientUserID]
		}
	}
	return nil
}

// otherLetter is what an email says that is not about a client user.
func (g *group) otherLetter(tx *store.Tx, e *schema.Email) (Letter, error) {
	if i := g.members[e.MemberInvitationID]; i != nil {
		return memberLetter(tx, i)
	}
	if s := g.signUps[e.SignUpID]; s != nil {
		return Letter{FullName: s.FullName, ExpiresAt: s.ExpiresAt}, nil
	}
	if c := g.endpoints[e.ID]; c != nil {
		return c.letter(tx, g.users[e.UserID])
	}
	return accountLetter(tx, e, g.users[e.UserID])
}

func memberLetter(tx *store.Tx, i *schema.MemberInvitation) (Letter, error) {
	var n struct {
		Agency  string `db:"agency"`
		Inviter string `db:"inviter"`
		Email   string `db:"inviter_email"`
		ReplyTo string `db:"reply_to"`
		schema.Logo
	}
	err := tx.Get(&n, `SELECT a.name AS agency, a.reply_to, a.logo_hash, a.logo_width, a.logo_height, COALESCE(u.full_name, '') AS inviter, COALESCE(u.email, '') AS inviter_email
		FROM agencies a LEFT JOIN users u ON u.id = ? WHERE a.id = ?`, i.InvitedBy, i.AgencyID)
	return Letter{FullName: i.FullName, Agency: n.Agency, Inviter: n.Inviter, InviterEmail: n.Email, ReplyTo: n.ReplyTo,
		Logo: n.Logo, Role: i.Role, ExpiresAt: i.ExpiresAt}, err
}

// accountLetter is what an email to a user's own account says. An email of no
// agency names none.
func accountLetter(tx *store.Tx, e *schema.Email, u *schema.User) (l Letter, err error) {
	l = Letter{FullName: u.FullName, ExpiresAt: e.LinkExpiry()}
	if !e.AgencyID.IsZero() {
		err = tx.Get(&l.Agency, `SELECT name FROM agencies WHERE id = ?`, e.AgencyID)
	}
	return l, err
}

// clientOf is the client whose list shows the email.
func (g *group) clientOf(e *schema.Email) (id schema.ClientID) {
	if seat := g.seats[e.ClientUserID]; seat != nil {
		id = seat.Client.ID
	}
	return id
}

// told is the answer about one email; a row that is gone is done.
func (g *group) told(tx *store.Tx, id schema.EmailID) EmailClaim {
	for i := range g.emails {
		if e := &g.emails[i]; e.ID == id {
			c := EmailClaim{Verdict: g.verdicts[id], Email: *e, Client: g.clientOf(e), Letter: g.letters[id]}
			if c.Verdict == schema.ClaimWait {
				c.Wait = e.DueAt.Sub(tx.Now)
			}
			return c
		}
	}
	return EmailClaim{Verdict: schema.ClaimDone}
}
