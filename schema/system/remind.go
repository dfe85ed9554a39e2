package system

import (
	"context"
	"strings"

	"anteroom/schema"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/outbox"
	"anteroom/schema/internal/store"
)

// RemindBatch is how many due reminders one transaction decides about: with an
// email each that is 1,000 rows.
const RemindBatch = 500

// Reminders is what one batch of reminding did.
type Reminders struct {
	Done int          // rows that were looked at
	Due  []schema.Due // the emails that were written
}

// Remind writes the reminders that are due, of up to n people, with the link
// that they have. It passes over rows that somebody holds, so it is safe beside
// accepts and other sweeps; fewer than n done means that none is left for it.
//
// A client is read, not locked: one that is deleted at this moment has its
// cascade wait for these rows and then cancel what was written here, and no
// claim sends anything for a deleted client.
func (s *System) Remind(ctx context.Context, n int) (out Reminders, err error) {
	err = s.run(ctx, func(tx *store.Tx) error {
		users, err := lock.DueReminders(tx, n)
		out = Reminders{Done: len(users)}
		if err != nil || out.Done == 0 {
			return err
		}
		cases, err := remindCases(tx, users)
		if err != nil {
			return err
		}
		var mails []*schema.Email
		for i := range users {
			u := &users[i]
			c := cases[u.ID]
			if !u.Remind(tx.Now, c.wanted(), c.Email) {
				continue
			}
			mail := schema.NewInvitationEmail(tx.Now, u, schema.EmailInvitationReminder)
			mails = append(mails, &mail)
			out.Due = append(out.Due, mail.Due())
		}
		if err := saveReminded(tx, users); err != nil {
			return err
		}
		return outbox.Insert(tx, mails...)
	})
	return out, err
}

// remindCase is what a reminder hangs on beside its row.
type remindCase struct {
	ID            schema.ClientUserID `db:"id"`
	Plan          schema.Plan         `db:"plan"`
	Reminders     bool                `db:"reminders"`
	ClientDeleted bool                `db:"client_deleted"`
	Email         schema.EmailState   `db:"email_state"` // empty without an email
}

func (c *remindCase) wanted() bool { return c.Reminders && c.Plan.CanInvite() && !c.ClientDeleted }

// remindCases reads them once the rows are locked: only who holds a row changes
// the state of its email.
func remindCases(tx *store.Tx, users []schema.ClientUser) (map[schema.ClientUserID]*remindCase, error) {
	var rows []remindCase
	err := tx.SelectIn(&rows, `SELECT u.id, a.plan, a.reminders, c.deleted_at IS NOT NULL AS client_deleted,
		COALESCE(e.state, '') AS email_state
		FROM client_users u JOIN clients c ON c.id = u.client_id JOIN agencies a ON a.id = c.agency_id
		LEFT JOIN emails e ON e.id = u.email_id WHERE u.id IN (?)`,
		keysOf(users, func(u *schema.ClientUser) schema.ClientUserID { return u.ID }))
	return byKey(rows, func(c *remindCase) schema.ClientUserID { return c.ID }), err
}

func saveReminded(tx *store.Tx, users []schema.ClientUser) error {
	args := make([]any, 0, len(users)*4)
	for i := range users {
		u := &users[i]
		args = append(args, u.ID, u.RemindAt, u.ResendAfter, u.EmailID)
	}
	_, err := tx.Exec(`UPDATE (SELECT ? AS id, ? AS remind_at, ? AS resend_after, ? AS email_id`+
		strings.Repeat(` UNION ALL SELECT ?,?,?,?`, len(users)-1)+`) v STRAIGHT_JOIN client_users u ON u.id = v.id
		SET u.remind_at = v.remind_at, u.resend_after = v.resend_after, u.email_id = v.email_id`, args...)
	return err
}
