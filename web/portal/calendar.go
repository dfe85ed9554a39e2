package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema/portal"
	"anteroom/web/page"
)

type calendarPage struct {
	week
	Total int
	// Clients says whose posts they are, where there may be more than one.
	Clients bool
}

// Picture is the file that stands for a post's picture, empty without one.
func (calendarPage) Picture(p portal.Post) string {
	if name := "img/" + p.Picture; p.Picture != "" && page.HasAsset(name) {
		return name
	}
	return ""
}

// calendar is the read-only week.
func (o Options) calendar(c *fiber.Ctx) error {
	p, frame, err := o.open(c)
	if err != nil {
		return err
	}
	w := weekOf(c.Query("week"), time.Now().In(frame.Zone))
	posts, err := p.Posts(c.UserContext(), w.Monday.UTC(), w.End().UTC())
	if err != nil {
		return err
	}
	w.fill(posts)
	frame.Current = "calendar"
	return pages.Render(c, fiber.StatusOK, "calendar", frame, calendarPage{week: w, Total: len(posts), Clients: len(p.Clients) > 1})
}
