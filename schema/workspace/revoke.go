package workspace

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/internal/access"
	"anteroom/schema/internal/lock"
	"anteroom/schema/internal/store"
)

// Revoke takes an open invitation back; its link is dead.
func (w *Workspace) Revoke(ctx context.Context, id schema.ClientUserID) error {
	return w.end(ctx, id, schema.VerbRevoke, w.takeBack)
}

// Dismiss takes an expired invitation off the list.
func (w *Workspace) Dismiss(ctx context.Context, id schema.ClientUserID) error {
	return w.end(ctx, id, schema.VerbDismiss, w.takeBack)
}

// Remove ends a person's access to the client. What else that person has is
// left alone.
func (w *Workspace) Remove(ctx context.Context, id schema.ClientUserID) error {
	return w.end(ctx, id, schema.VerbRemove, w.remove)
}

func (w *Workspace) end(ctx context.Context, id schema.ClientUserID, v schema.Verb, do func(*store.Tx, *lock.Seat) error) error {
	return w.change(ctx, func(tx *store.Tx) error {
		s, err := w.seat(tx, id)
		if err != nil {
			return err
		}
		if s.Client.Deleted() {
			return errDeleted(s.Client)
		}
		if err := s.User.May(v); err != nil {
			return err
		}
		return do(tx, s)
	})
}

func (w *Workspace) remove(tx *store.Tx, s *lock.Seat) error {
	// Before the row is written: its foreign key would share-lock the user, and
	// two removals of one person would then wait for each other.
	if _, err := lock.User(tx, s.User.UserID); err != nil {
		return err
	}
	prev := s.User.Status
	if err := s.User.Remove(tx.Now, w.User.ID); err != nil {
		return err
	}
	if err := s.Save(tx, s.Event(schema.ClientUserDeactivated, tx, prev, w.actor())); err != nil {
		return err
	}
	return access.EndSessions(tx, s.User.UserID)
}
