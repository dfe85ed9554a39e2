package web

import (
	"embed"
	"encoding/json"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"anteroom/web/page"
)

//go:embed templates/*.html
var templates embed.FS

var problems = page.Parse(page.Card, templates, "problem.html")

// problem is an error as it is shown: a page, or JSON as RFC 9457 has it.
type problem struct {
	Status    int    `json:"status"`
	Title     string `json:"title"`
	Code      string `json:"code,omitempty"`
	Field     string `json:"field,omitempty"`
	Detail    string `json:"detail,omitempty"`
	RequestID string `json:"request_id"`
}

// wording is what a page says about a status, above the refusal's own words.
type wording struct{ title, text string }

var wordings = map[int]wording{
	fiber.StatusNotFound:              {"There is nothing here", "The page doesn’t exist, or it isn’t yours to see. If you typed the address, check it once more."},
	fiber.StatusMethodNotAllowed:      {"That doesn’t work here", "This address doesn’t take what was sent to it. Go back and use the buttons on the page."},
	fiber.StatusForbidden:             {"You can’t do that", "Your account doesn’t allow it."},
	fiber.StatusUnauthorized:          {"Sign in first", "Your session has ended. Sign in, then try again."},
	fiber.StatusConflict:              {"That can’t be done now", "Something changed in the meantime. Go back and look again."},
	fiber.StatusUnprocessableEntity:   {"That can’t be taken as it is", "Go back and check what you entered."},
	fiber.StatusTooManyRequests:       {"Slow down a little", "That was tried too often in a short time. Wait a few minutes, then try again."},
	fiber.StatusRequestEntityTooLarge: {"That is too much at once", "What was sent is larger than this page takes: a picture may have 1 MB, a list 5,000 lines. Go back and send less."},
	fiber.StatusServiceUnavailable:    {"Busy for a moment", "It took too long to answer. Nothing is lost: wait a moment, then try again."},
}

func (p problem) words() wording {
	w, ok := wordings[p.Status]
	if !ok && p.Status >= fiber.StatusInternalServerError {
		w = wording{"Something went wrong", "The fault is ours, and it has been noted. Try again in a moment."}
	} else if !ok {
		w = wording{"That didn’t work", "The request can’t be answered as it was sent. Go back and try again."}
	}
	// What is not found says the same to everybody, whatever refused it.
	if p.Detail != "" && p.Status != fiber.StatusNotFound {
		w.text = p.Detail
	}
	return w
}

// shown is a problem as a page says it.
type shown struct {
	problem
	Text string
}

func (p problem) shown() shown {
	w := p.words()
	return shown{problem{Status: p.Status, Title: w.title, RequestID: p.RequestID}, w.text}
}

func (p problem) sendPage(c *fiber.Ctx) error {
	return problems.Render(c, p.Status, "problem", page.Frame{}, p.shown())
}

// sendPart says it in a dialog over the page that is open, whichever part of it
// was asked for. A script that finds itself signed out loads the page again.
func (p problem) sendPart(c *fiber.Ctx) error {
	page.IntoDialog(c)
	return problems.Part(c, p.Status, "problem", "dialog-box", page.Frame{Dialog: true}, p.shown())
}

func (p problem) sendJSON(c *fiber.Ctx) error {
	p.Title = http.StatusText(p.Status)
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(p.Status).Send(b)
}
