package system

import (
	"strings"

	"anteroom/schema"
	"anteroom/schema/internal/store"
)

// erasePeople takes the names and addresses out of one batch of a client's people,
// and what leads to their sign-ins. Each step says how many rows it wrote.
func erasePeople(tx *store.Tx, id schema.ClientID, n int) (int, error) {
	var people []schema.ClientUserID
	err := tx.Select(&people, `SELECT id FROM client_users WHERE client_id = ? AND (full_name <> ? OR user_id IS NOT NULL
		OR email_key NOT LIKE ? OR email <> email_key) ORDER BY id LIMIT ? FOR UPDATE`,
		id, schema.ErasedPerson, schema.ErasedUserAddress("cu\\_%"), n)
	if err != nil || len(people) == 0 {
		return 0, err
	}
	args := make([]any, 0, len(people)*2+1)
	for _, u := range people {
		args = append(args, u, schema.ErasedUserAddress(u.String()))
	}
	_, err = tx.Exec(`UPDATE (SELECT ? AS id, ? AS address`+strings.Repeat(` UNION ALL SELECT ?,?`, len(people)-1)+`) v
		STRAIGHT_JOIN client_users u ON u.id = v.id
		SET u.full_name = ?, u.email = v.address, u.email_key = v.address, u.user_id = NULL`, append(args, schema.ErasedPerson)...)
	return len(people), err
}

// eraseMails does so with the emails to them. What has not gone out is cancelled;
// what is being sent is left to its claim, which sends it to nobody again.
func eraseMails(tx *store.Tx, id schema.ClientID, n int) (int, error) {
	var mails []schema.EmailID
	err := tx.Select(&mails, `SELECT e.id FROM client_users u JOIN emails e ON e.client_user_id = u.id
		WHERE u.client_id = ? AND (e.address <> ? OR e.reason <> '' OR e.state IN ('queued', 'held')) LIMIT ?`,
		id, schema.ErasedAddress, n)
	if err != nil || len(mails) == 0 {
		return 0, err
	}
	if _, err := tx.ExecIn(`SELECT id FROM emails WHERE id IN (?) ORDER BY id FOR UPDATE`, mails); err != nil {
		return 0, err
	}
	_, err = tx.ExecIn(`UPDATE emails SET address = ?, reason = '' WHERE id IN (?)`, schema.ErasedAddress, mails)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecIn(`UPDATE emails SET state = 'cancelled', state_at = ?, due_at = NULL, ring_at = NULL
		WHERE id IN (?) AND state IN ('queued', 'held')`, tx.Now, mails)
	return len(mails), err
}

// eraseLists does so with the lists that the people stood on, draft or sent. The
// reasons go too: they may name the client.
func eraseLists(tx *store.Tx, id schema.ClientID, most int) (total int, err error) {
	var lists []schema.BatchID
	if err := tx.Select(&lists, `SELECT id FROM invitation_batches WHERE client_id = ? ORDER BY id`, id); err != nil {
		return 0, err
	}
	for _, list := range lists {
		n, err := tx.Exec(`UPDATE invitation_batch_lines SET full_name = ?, email = ?, email_key = '', reason = ''
			WHERE batch_id = ? AND (full_name <> ? OR email <> ? OR email_key <> '' OR reason <> '') ORDER BY line LIMIT ?`,
			schema.ErasedPerson, schema.ErasedAddress, list, schema.ErasedPerson, schema.ErasedAddress, most-total)
		if total += int(n); err != nil || total >= most {
			return total, err
		}
	}
	return total, nil
}
