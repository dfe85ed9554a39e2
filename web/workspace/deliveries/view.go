package deliveries

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// view is what the page shows. It stands in the URL.
type view struct {
	Endpoint schema.EndpointID
	Status   workspace.DeliveryStatus
	Type     schema.EventType
	Before   schema.EventID
	Delivery schema.DeliveryID
	Attempt  uint32 // 0 is the newest
}

// viewOf reads the view from a request. What can't be read is ErrNotFound. What
// is kept is copied: Fiber uses its buffers again.
func viewOf(c *fiber.Ctx) (v view, err error) {
	if v.Endpoint, err = schema.Parse[schema.EndpointID](c.Params("endpoint")); err != nil {
		return v, err
	}
	v.Status = workspace.DeliveryStatus(strings.Clone(c.Query("status")))
	v.Type = schema.EventType(strings.Clone(strings.ToValidUTF8(c.Query("type"), "")))
	if s := c.Query("before"); s != "" {
		if v.Before, err = schema.Parse[schema.EventID](s); err != nil {
			return v, err
		}
	}
	if s := c.Query("d"); s != "" {
		if v.Delivery, err = schema.Parse[schema.DeliveryID](s); err != nil {
			return v, err
		}
	}
	if s := c.Query("a"); s != "" {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			return v, schema.ErrNotFound
		}
		v.Attempt = uint32(n)
	}
	return v, nil
}

// Path is the endpoint's address.
func (v view) Path() string { return root + "/" + v.Endpoint.String() }

// URL is the page's address in this view. It leads the browser to the delivery:
// on narrow screens that stands below the list.
func (v view) URL() string {
	out := v.at(v.Path(), "")
	if !v.Delivery.IsZero() {
		out += "#delivery"
	}
	return out
}

// Part is the address of a part of the page in this view.
func (v view) Part(name string) string { return v.at(v.Path()+"/"+name, "") }

// DetailPart is the address of the delivery alone; version is what the page shows
// of it now.
func (v view) DetailPart(version string) string {
	path := v.Path() + "/deliveries/" + v.Delivery.String()
	v.Delivery = schema.DeliveryID{}
	return v.at(path, version)
}

func (v view) at(path, version string) string {
	q := url.Values{}
	for name, value := range map[string]string{
		"status": string(v.Status), "type": string(v.Type), "before": text(v.Before), "d": text(v.Delivery), "v": version,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if v.Attempt > 0 {
		q.Set("a", strconv.FormatUint(uint64(v.Attempt), 10))
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

func text(id interface {
	IsZero() bool
	String() string
}) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// Of is the newest page of another part of the log.
func (v view) Of(s workspace.DeliveryStatus) view {
	v.Status, v.Before, v.Delivery, v.Attempt = s, schema.EventID{}, schema.DeliveryID{}, 0
	return v
}

// AnyType is the view without its type, All without any filter.
func (v view) AnyType() view { v = v.Of(v.Status); v.Type = ""; return v }

// All is explained at AnyType.
func (v view) All() view { return view{Endpoint: v.Endpoint} }

// Past is the page before an event, Newest the first one.
func (v view) Past(id schema.EventID) view { v.Before = id; return v }

// Newest is explained at Past.
func (v view) Newest() view { return v.Past(schema.EventID{}) }

// Show is the view with a delivery selected, Try with one of its attempts.
func (v view) Show(id schema.DeliveryID) view { v.Delivery, v.Attempt = id, 0; return v }

// Try is explained at Show.
func (v view) Try(n uint32) view { v.Attempt = n; return v }

// Filtered says that something narrows the log.
func (v view) Filtered() bool { return v.Status != workspace.DeliveriesAll || v.Type != "" }
