package tour

import (
	"context"

	"anteroom/schema"
	"anteroom/schema/demo"
	"anteroom/schema/system"
	"anteroom/schema/workspace"
)

// The owners of two more agencies: one that has just begun and has nothing yet,
// and one that meets none of the conditions for inviting.
const (
	Beginner   = "clara@fontaine-landscape.example"
	Unprepared = "lucy@larchlane.example"
)

func (s *Stage) otherAgencies(ctx context.Context) error {
	if _, err := s.agency(ctx, "Fontaine Landscape", schema.PlanAgency, "Clara Fontaine", Beginner); err != nil {
		return err
	}
	id, err := s.agency(ctx, "Larch & Lane Studio", schema.PlanSolo, "Lucy Tran", Unprepared)
	if err != nil {
		return err
	}
	if err := s.exec(ctx, `UPDATE users SET email_confirmed_at = NULL WHERE email_key = ?`, Unprepared); err != nil {
		return err
	}
	lucy, err := s.user(ctx, Unprepared)
	if err != nil {
		return err
	}
	ws, err := workspace.For(ctx, s.db, lucy.ID, id)
	if err != nil {
		return err
	}
	c, err := ws.AddClient(ctx, workspace.ClientForm{Name: "Harbour View"})
	s.names["unprepared"] = c.ID.String()
	return err
}

// agency makes one whose owner has the demo's password.
func (s *Stage) agency(ctx context.Context, name string, plan schema.Plan, ownerName, ownerEmail string) (schema.AgencyID, error) {
	a, _, err := system.New(s.db, 0).CreateAgency(ctx, name, plan, ownerName, ownerEmail)
	if err != nil {
		return a.ID, err
	}
	priya, err := s.user(ctx, demo.Owner)
	if err != nil {
		return a.ID, err
	}
	return a.ID, s.exec(ctx, `UPDATE users SET password_hash = ?, email_confirmed_at = UTC_TIMESTAMP(6) WHERE email_key = ?`,
		priya.PasswordHash, ownerEmail)
}
