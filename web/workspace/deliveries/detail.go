package deliveries

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/workspace/desk"
)

// detailPart is the selected delivery. Without one its ID is zero.
type detailPart struct {
	workspace.DeliveryDetail
	View     view
	Happened stamp
	Progress string
	Next     *stamp // when it is tried again
	Refusal  string // why it can't be replayed now
	Tries    []attempt
	Shown    *shown
	Waiting  []span // the body, before the first attempt
}

// attempt is a line of the attempts.
type attempt struct {
	schema.Attempt
	Badge badge
	When  stamp
	Took  string
	Words string
	URL   string
	Here  bool
}

// shown is the attempt whose request and response stand on the page.
type shown struct {
	attempt
	Timing   []timing
	Response content
	Headers  []span // of the response
	Request  []span
	Curl     string
}

// timing is how long a step took.
type timing struct{ Name, Took string }

// Version is what the page shows of the delivery: with the same one it has
// nothing to read again.
func (d detailPart) Version() string {
	if d.ID.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s-%d-%d-%t", d.State, d.StateAt.UnixMicro(), d.Attempt, d.Refusal == "")
}

// Part is where the page reads it again.
func (d detailPart) Part() string { return d.View.DetailPart(d.Version()) }

func detailOf(c *fiber.Ctx, ws *workspace.Workspace, plan schema.DeliveryPlan, v view) (d detailPart, err error) {
	d.View = v
	if v.Delivery.IsZero() {
		return d, nil
	}
	if d.DeliveryDetail, err = ws.Delivery(c.UserContext(), v.Endpoint, v.Delivery, v.Attempt); err != nil {
		return d, err
	}
	at := clock{d.Now, desk.Zone(ws), plan}
	d.Happened, d.Refusal = at.exact(d.CreatedAt), unreplayable(&d.DeliveryDetail)
	for i := range d.Attempts {
		d.Tries = append(d.Tries, newAttempt(&d.Attempts[i], at, v))
	}
	d.show(at)
	if d.State == schema.DeliveryQueued && d.DueAt.After(d.Now) {
		if !strings.Contains(d.Progress, "next") {
			d.Progress += ", next " + at.in(*d.DueAt)
		}
		next := at.exact(*d.DueAt)
		d.Next = &next
	}
	return d, nil
}

// show words the attempt that is looked at.
func (d *detailPart) show(at clock) {
	a := d.DeliveryDetail.Shown
	if a == nil {
		d.Progress = progress(&d.Delivery, 0, at)
		if d.Body != nil {
			d.Waiting = highlight(d.Body)
		}
		return
	}
	var newest int64
	if len(d.Attempts) > 0 && d.Attempts[0].Number == d.Attempt {
		newest = d.Attempts[0].TotalMicros
	}
	d.Progress = progress(&d.Delivery, micros(newest), at)
	headers := headersOf(a.RequestHeaders)
	d.Shown = &shown{attempt: newAttempt(a, at, d.View), Timing: timings(a), Response: newContent(a.ResponseBody),
		Headers: fields(headersOf(a.ResponseHeaders)), Request: sent(a.URL, headers, d.Body)}
	if d.Body != nil && !d.Erased {
		d.Shown.Curl = curl(a.URL, headers, d.Body)
	}
	for i := range d.Tries {
		d.Tries[i].Here = d.Tries[i].Number == a.Number
	}
}

// unreplayable says why a delivery can't be replayed, as the verb would.
func unreplayable(d *workspace.DeliveryDetail) string {
	switch {
	case d.Erased:
		return "The client was erased, so this event can’t be sent again."
	case d.State == schema.DeliveryCancelled:
		return "It was cancelled and can’t be sent again."
	case d.OnItsWay():
		return "It is on its way."
	case d.Disabled:
		return "Enable the endpoint to replay it."
	case d.Body == nil:
		return "The event is no longer kept, so it can’t be sent again."
	}
	return ""
}

func newAttempt(a *schema.Attempt, at clock, v view) attempt {
	return attempt{Attempt: *a, Badge: badgeOf(a.StatusCode, a.ErrorClass), When: at.exact(a.StartedAt),
		Took: took(micros(a.TotalMicros)), Words: words(a), URL: v.Try(a.Number).URL()}
}

// words says in a few what an attempt came to.
func words(a *schema.Attempt) string {
	var text string
	switch a.ErrorClass {
	case "", schema.ErrorStatus:
		text = cmp.Or(http.StatusText(a.StatusCode), failures[a.ErrorClass])
	case schema.ErrorTimeout:
		text = "No answer within " + took(micros(a.TotalMicros))
	default:
		text = failures[a.ErrorClass]
	}
	if a.Ambiguous {
		text += ". Sent in full, no answer: the receiver may have it"
	}
	return text
}

// timings are the steps that an attempt came through.
func timings(a *schema.Attempt) (out []timing) {
	for _, t := range []struct {
		name string
		us   int64
	}{{"DNS", a.DNSMicros}, {"Connect", a.ConnectMicros}, {"TLS", a.TLSMicros}, {"First byte", a.FirstByteMicros}, {"Total", a.TotalMicros}} {
		if t.us > 0 {
			out = append(out, timing{t.name, took(micros(t.us))})
		}
	}
	return out
}

// header is one of a request or response.
type header struct{ Name, Value string }

// headersOf reads what the log holds, by name.
func headersOf(b []byte) (out []header) {
	var m map[string]string
	if json.Unmarshal(b, &m) != nil {
		return nil // none are kept of what never got that far
	}
	for name, value := range m {
		out = append(out, header{name, value})
	}
	slices.SortFunc(out, func(a, b header) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return out
}

// fields writes headers, one a line.
func fields(headers []header) []span {
	var b strings.Builder
	for _, h := range headers {
		fmt.Fprintf(&b, "%s: %s\n", h.Name, h.Value)
	}
	return plain(strings.TrimSuffix(b.String(), "\n"))
}

// sent writes what was sent: the line, the headers and the body.
func sent(to string, headers []header, body []byte) []span {
	path := to
	if u, err := url.Parse(to); err == nil {
		path = u.RequestURI()
	}
	out := plain("POST " + path + "\n")
	if len(headers) > 0 {
		out = append(out, fields(headers)...)
		out = append(out, span{Text: "\n"})
	}
	if body == nil {
		return append(out, span{Text: "\nThe body is no longer kept."})
	}
	out = append(out, span{Text: "\n"})
	return append(out, highlight(body)...)
}
