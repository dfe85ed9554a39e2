package schema_test

import (
	"slices"
	"time"

	"anteroom/schema"
)

// model is the design in memory, to compare the database with: what each verb
// does, and every reason for which it may refuse.
type model struct {
	now     time.Time
	plan    bool // lets the agency invite
	clients []*mClient
	rows    []*mRow
	mails   []*mMail
	known   map[string]schema.UserID // by address
}

type mClient struct {
	id      schema.ClientID
	deleted bool
	cascade schema.CascadeState
	attempt uint32
	lease   time.Time
}

type mRow struct {
	id              schema.ClientUserID
	client          *mClient
	email           string
	status          schema.Status
	gen, address    uint32 // address: the first generation that went to the present one
	expires, resend time.Time
	mail            *mMail // the newest
	events          []schema.EventType
	links           []mLink
}

// mLink is a link that was mailed, and where to.
type mLink struct {
	gen            uint32
	address, token string
}

type mMail struct {
	id     schema.EmailID
	row    *mRow
	gen    uint32
	to     string
	state  schema.EmailState
	due    time.Time
	tries  int
	claims []*mClaim // the last one is the newest
}

// mClaim is a worker with a claim, however late it comes back.
type mClaim struct {
	mail     *mMail
	attempt  uint32 // its fencing number
	released bool
}

const (
	mLife     = 7 * 24 * time.Hour
	mCooldown = 2 * time.Minute
	mLease    = 20 * time.Second
	mTries    = 10
)

var mWaits = []time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour}

// standing is what a refusal says of a row that does not allow a verb.
var standing = map[schema.Status]string{schema.StatusInvited: "already_invited", schema.StatusActive: "already_active",
	schema.StatusExpired: "invitation_expired", schema.StatusRevoked: "invitation_revoked", schema.StatusDeactivated: "deactivated"}

func (m *model) statusOf(r *mRow) schema.Status {
	if r.status == schema.StatusInvited && !r.expires.After(m.now) {
		return schema.StatusExpired
	}
	return r.status
}

// touch writes the expiry that whoever changes a stale row, or notes something
// about it, writes first.
func (m *model) touch(r *mRow) {
	if m.statusOf(r) != r.status {
		r.status = schema.StatusExpired
		r.events = append(r.events, schema.InvitationExpired)
	}
}

func (m *model) happened(r *mRow, events ...schema.EventType) {
	m.touch(r)
	r.events = append(r.events, events...)
}

func (m *model) rowAt(c *mClient, email string) *mRow {
	for _, r := range m.rows {
		if r.client == c && r.email == email {
			return r
		}
	}
	return nil
}

// unless gives the reason if the condition does not hold.
func unless(ok bool, reason string) []string {
	if ok {
		return nil
	}
	return []string{reason}
}

func (m *model) statusRefuses(r *mRow, from ...schema.Status) []string {
	return unless(slices.Contains(from, m.statusOf(r)), standing[m.statusOf(r)])
}

func (m *model) inviteRefusals(c *mClient, email string) []string {
	out := append(unless(!c.deleted, "client_deleted"), unless(m.plan, "plan")...)
	if r := m.rowAt(c, email); r != nil {
		out = append(out, m.statusRefuses(r, schema.StatusRevoked, schema.StatusDeactivated)...)
	}
	return out
}

func (m *model) renewRefusals(r *mRow) []string {
	inFlight := m.statusOf(r) == schema.StatusInvited && (r.mail.state == schema.EmailQueued || r.mail.state == schema.EmailSending)
	return slices.Concat(unless(!r.client.deleted, "client_deleted"), unless(m.plan, "plan"), unless(!inFlight, "email_in_flight"),
		m.statusRefuses(r, schema.StatusInvited, schema.StatusExpired))
}

func (m *model) fixRefusals(r *mRow, email string) []string {
	out := append(m.renewRefusals(r), unless(r.email != email, "same_address")...)
	if other := m.rowAt(r.client, email); other != nil && other != r {
		out = append(out, m.statusRefuses(other, schema.StatusRevoked, schema.StatusDeactivated)...)
	}
	return out
}

func (m *model) endRefusals(r *mRow, from schema.Status) []string {
	return append(unless(!r.client.deleted, "client_deleted"), m.statusRefuses(r, from)...)
}

// linkSays is what a link of that generation is good for.
func (m *model) linkSays(r *mRow, gen uint32) string {
	switch status := m.statusOf(r); {
	case gen < r.address || gen > r.gen:
		return "not_found"
	case r.client.deleted, status == schema.StatusRevoked, status == schema.StatusDeactivated:
		return "link_revoked"
	case status == schema.StatusActive:
		return "link_used"
	case status == schema.StatusExpired:
		return "link_expired"
	case gen < r.gen:
		return "link_superseded"
	}
	return "link_open"
}

func (m *model) acceptRefusals(r *mRow, gen uint32) []string {
	says := m.linkSays(r, gen)
	return unless(says == "link_open", says)
}

func (m *model) freshRefusals(r *mRow, gen uint32) []string {
	says := m.linkSays(r, gen)
	out := append(unless(says == "link_expired" || says == "link_superseded", says), unless(!r.resend.After(m.now), "cooldown")...)
	return append(out, unless(m.plan || says != "link_expired", "agency_cannot_invite")...)
}

// renew gives a row a new link and a new term, with that event.
func (m *model) renew(r *mRow, t schema.EventType) {
	m.happened(r, t)
	r.status, r.expires, r.resend = schema.StatusInvited, m.now.Add(mLife), m.now.Add(mCooldown)
	r.gen++
	if r.address == 0 || t == schema.InvitationAddressChanged {
		r.address = r.gen
	}
}

// queue replaces what has not gone out by a mail with the present link.
func (m *model) queue(r *mRow, id schema.EmailID, token string) {
	m.cancel(r)
	r.mail = &mMail{id: id, row: r, gen: r.gen, to: r.email, state: schema.EmailQueued, due: m.now}
	m.mails = append(m.mails, r.mail)
	r.links = append(r.links, mLink{r.gen, r.email, token})
}

func (m *model) cancel(r *mRow) {
	for _, e := range m.mails {
		if e.row == r && (e.state == schema.EmailQueued || e.state == schema.EmailHeld) {
			e.end(schema.EmailCancelled)
		}
	}
}

func (m *model) end(r *mRow, to schema.Status, t schema.EventType) {
	m.happened(r, t)
	r.status = to
	if t != schema.ClientUserDeactivated || r.client.deleted {
		m.cancel(r)
	}
}

func (e *mMail) end(to schema.EmailState) { e.state, e.due = to, time.Time{} }

// claim is what a worker that comes for the mail is told.
func (m *model) claim(e *mMail) schema.ClaimVerdict {
	wanted := m.statusOf(e.row) == schema.StatusInvited && e.row.gen == e.gen && !e.row.client.deleted
	switch due := !e.due.After(m.now); {
	case e.due.IsZero():
		return schema.ClaimDone
	case e.state == schema.EmailSending && !due:
		return schema.ClaimWait
	case e.state == schema.EmailSending:
		m.result(e, schema.MailAmbiguous)
		if e.state == schema.EmailFailed {
			return schema.ClaimDone
		}
		return schema.ClaimWait
	case !wanted:
		e.end(schema.EmailCancelled)
		return schema.ClaimDone
	case !due:
		return schema.ClaimWait
	}
	e.state, e.due = schema.EmailSending, m.now.Add(mLease)
	e.tries++
	return schema.ClaimTaken
}

// counts says whether a result or a release of that claim does.
func (c *mClaim) counts(release bool) bool {
	e := c.mail
	newest := c == e.claims[len(e.claims)-1] && !c.released
	return newest && (e.state == schema.EmailSending || e.state == schema.EmailHeld && !release)
}

func (m *model) result(e *mMail, o schema.MailOutcome) {
	last := e.tries >= mTries
	switch {
	case o == schema.MailAccepted:
		e.end(schema.EmailSent)
		m.happened(e.row, schema.InvitationSent)
	case o == schema.MailRejected, last:
		e.end(schema.EmailFailed)
		m.happened(e.row, schema.InvitationFailed)
	case o == schema.MailRetry:
		e.state, e.due = schema.EmailQueued, m.now.Add(mWaits[e.tries-1])
	default:
		e.state, e.due = schema.EmailHeld, m.now.Add(settle)
	}
}

func (c *mClaim) release(now time.Time) {
	c.released, c.mail.state, c.mail.due = true, schema.EmailQueued, now
}
