package ownaccount

import (
	"sync"
	"time"

	"anteroom/schema"
	"anteroom/web/page"
)

// Zone is a time zone to choose from, with what its clocks show.
type Zone struct{ Name, Now string }

// locations are the time zones, read once: each is a file. One that this machine
// doesn't know is nil.
var locations = sync.OnceValue(func() []*time.Location {
	out := make([]*time.Location, len(schema.TimeZones))
	for i, name := range schema.TimeZones {
		if l, err := time.LoadLocation(name); err == nil {
			out[i] = l
		}
	}
	return out
})

// Zones lists the time zones.
func Zones() []Zone {
	now, out := time.Now(), make([]Zone, len(schema.TimeZones))
	for i, l := range locations() {
		out[i].Name = schema.TimeZones[i]
		if l != nil {
			out[i].Now = page.ZoneName(now.In(l)) + ", now " + now.In(l).Format("15:04")
		}
	}
	return out
}
