package tour

import (
	"context"
	"fmt"
	"strings"
	"time"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// batches makes three lists of people to invite: one that is being checked, one
// that is halfway through, one that is done.
func (s *Stage) batches(ctx context.Context) error {
	_, err := s.list(ctx, "batch.preview", "alder",
		workspace.Listed{FullName: "Nadia Haddad", Email: "nadia@alderrow.example"},
		workspace.Listed{FullName: "Oliver Brandt", Email: "oliver.brandt@alderrow.example"},
		workspace.Listed{FullName: "Ines Duarte", Email: "ines@alderrow.example"},
		workspace.Listed{FullName: "Kwame Mensah", Email: "kwame@alderrow.example"},
		workspace.Listed{FullName: "Beth Ashworth", Email: "beth@alderrow,example"},
		workspace.Listed{FullName: "Nadia Haddad", Email: "nadia@alderrow.example"},
		workspace.Listed{FullName: "Clara Fontaine", Email: "clara@fontaine-landscape.example"})
	if err != nil {
		return err
	}
	if err := s.sentList(ctx, "batch.done", "kiln", "kilnandclay.example", "Marcus Lind", "Sofia Petrou", "Peter Okonkwo"); err != nil {
		return err
	}
	if err := s.sentList(ctx, "batch.running", "brightwater", "brightwater.example", "Yuki Tanabe", "Kwame Mensah", "Beth Ashworth", "Oliver Brandt"); err != nil {
		return err
	}
	return s.halt(ctx)
}

func (s *Stage) list(ctx context.Context, name, client string, people ...workspace.Listed) (schema.Batch, error) {
	id, err := schema.Parse[schema.ClientID](s.names[client])
	if err != nil {
		return schema.Batch{}, err
	}
	ws, err := s.owner(ctx)
	if err != nil {
		return schema.Batch{}, err
	}
	b, err := ws.DraftBatch(ctx, id, people, schema.BatchID{})
	s.names[name] = b.ID.String()
	return b, err
}

// sentList is a list whose people the worker has invited.
func (s *Stage) sentList(ctx context.Context, name, client, domain string, people ...string) error {
	var listed []workspace.Listed
	for _, p := range people {
		first, _, _ := strings.Cut(strings.ToLower(p), " ")
		listed = append(listed, workspace.Listed{FullName: p, Email: first + "@" + domain})
	}
	b, err := s.list(ctx, name, client, listed...)
	if err != nil {
		return err
	}
	ws, err := s.owner(ctx)
	if err != nil {
		return err
	}
	due, err := ws.SendBatch(ctx, b.ID)
	if err != nil {
		return err
	}
	s.bell.Ring(ctx, due...)
	for end := time.Now().Add(mailsWithin); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var done bool
		err := s.db.GetContext(ctx, &done, `SELECT state = 'done' FROM invitation_batches WHERE id = ?`, b.ID)
		if err != nil || done {
			return err
		}
	}
	return fmt.Errorf("the list %s is not done after %s", name, mailsWithin)
}

// halt takes a list back to before its last two lines, and keeps the worker
// away from it.
func (s *Stage) halt(ctx context.Context) error {
	id, err := schema.Parse[schema.BatchID](s.names["batch.running"])
	if err != nil {
		return err
	}
	err = s.exec(ctx, `UPDATE invitation_batches SET state = 'running', finished_at = NULL, due_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY,
		ring_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY WHERE id = ?`, id)
	if err != nil {
		return err
	}
	return s.exec(ctx, `UPDATE invitation_batch_lines SET state = 'pending', client_user_id = NULL, email_id = NULL
		WHERE batch_id = ? AND line > 2`, id)
}
