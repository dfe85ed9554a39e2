package tour

import (
	"fmt"
	"strings"

	"anteroom/internal/browser"
)

// Reach takes a tab to a stop, as whoever sees it, and makes sure that it is
// there.
func (s *Stage) Reach(t *browser.Tab, stop Stop) error {
	url, err := s.URL(stop)
	if err != nil {
		return err
	}
	token, err := s.Session(stop)
	if err != nil {
		return err
	}
	if err := t.Be(s.Base, "session", token); err != nil {
		return err
	}
	status, err := s.take(t, url, stop.Steps)
	if err != nil {
		return fmt.Errorf("%s: %w", stop.Name, err)
	}
	if stop.Mail {
		// The inbox lets a mail do nothing at all, which keeps tools out too.
		html, err := browser.Evaluate[string](t, "document.documentElement.outerHTML")
		if err != nil {
			return err
		}
		if err := t.Show("<!doctype html>" + html); err != nil {
			return err
		}
	}
	page, err := t.Says()
	if err != nil {
		return fmt.Errorf("%s: %w", stop.Name, err)
	}
	if status != stop.Answer() || !strings.Contains(strings.ToLower(page), strings.ToLower(stop.Shows)) { // a style may write it in capitals
		return fmt.Errorf("%s: the answer is %d, want %d with %q:\n%s", stop.Name, status, stop.Answer(), stop.Shows, page)
	}
	return nil
}

func (s *Stage) take(t *browser.Tab, url string, steps []Step) (status int, err error) {
	if err := t.Open(url); err != nil {
		return 0, err
	}
	if status, err = t.Status(); err != nil {
		return 0, err
	}
	for _, step := range steps {
		if step.Press != "" {
			status, err = t.Press(step.Press)
		} else {
			err = t.Fill(step.Field, step.Value)
		}
		if err != nil {
			return status, err
		}
	}
	return status, nil
}
