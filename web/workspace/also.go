package workspace

import (
	"bytes"
	"slices"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/request"
)

// choice is the part of a form that chooses clients. Where there are many the
// form is sent to look for some, too, and comes back with what was found.
type choice struct {
	workspace.Choice
	Chosen []schema.ClientID
	Find   string
	Looks  bool // the form was sent to look
}

// Has says that a client is chosen.
func (d choice) Has(id schema.ClientID) bool { return slices.Contains(d.Chosen, id) }

// choiceOf reads what was chosen, each once, and what was looked for. Pressing
// Enter looks if the search is another than the one that was answered.
func choiceOf(c *fiber.Ctx, field string) (d choice, err error) {
	for _, b := range c.Context().PostArgs().PeekMulti(field) {
		if len(b) == 0 {
			continue
		}
		id, err := schema.Parse[schema.ClientID](string(b))
		if err != nil {
			return d, err
		}
		d.Chosen = append(d.Chosen, id)
	}
	slices.SortFunc(d.Chosen, func(a, b schema.ClientID) int { return bytes.Compare(a[:], b[:]) })
	d.Chosen = slices.Compact(d.Chosen)
	d.Find = readable(request.Field(c, "find"))
	switch request.Field(c, "by") {
	case "find":
		d.Looks = true
	case "enter":
		d.Looks = d.Find != readable(request.Field(c, "found"))
	}
	return d, nil
}

// offer reads the clients to choose from, without the one that the form is about.
func (d *choice) offer(c *fiber.Ctx, ws *workspace.Workspace, without schema.ClientID) (err error) {
	d.Choice, err = ws.ChooseClients(c.UserContext(), without, d.Chosen, d.Find)
	return err
}
