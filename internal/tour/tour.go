// Package tour is the one list of the product's pages in all their states: how
// to get to each, as whom, and what has to be seen there. The tests walk it, and
// so does the programme that takes the screenshots. A new page is a new line.
package tour

import (
	"fmt"
	"slices"
	"strings"
)

// Stop is one page in one state.
type Stop struct {
	Name string // also the file name of its picture
	As   string // address of who is signed in; nobody if empty
	// Path is where to go, with {names} of what Prepare made.
	Path string
	// Steps are what is done there to come to the state.
	Steps []Step
	// Status is that of the last answer; 200 if left out.
	Status int
	// Shows is what a person has to see there, so that the state is the one meant.
	Shows string
	// Main pages have a picture in the dark too.
	Main bool
	// Mail is a mail's own HTML: it has no style sheet of ours, no script, no
	// navigation, and one look for both colour schemes.
	Mail bool
}

// Step is one thing a person does on a page: fills a field, or presses what has
// that name.
type Step struct{ Press, Field, Value string }

func press(name string) Step        { return Step{Press: name} }
func fill(label, value string) Step { return Step{Field: label, Value: value} }

// All are the stops, in the order of the story.
func All() []Stop {
	return slices.Concat(front(), signUpStops(), clients(), people(), settings(), webhooks(), content(), links(), memberLinks(), portal(), connectPages(), mails())
}

// Answer is the status that the last answer must have.
func (s Stop) Answer() int {
	if s.Status == 0 {
		return 200
	}
	return s.Status
}

// About says in words what the stop is, from what is done there.
func (s Stop) About() string {
	about := "`" + strings.NewReplacer("{", "‹", "}", "›").Replace(s.Path) + "`"
	for _, step := range s.Steps {
		if step.Press != "" {
			about += ", “" + step.Press + "”"
		}
	}
	if s.As == "" {
		about += ", nobody signed in"
	} else {
		about += ", " + s.As
	}
	if s.Answer() != 200 {
		about += fmt.Sprintf(", answer %d", s.Answer())
	}
	return about
}
