package schema

import (
	_ "embed"
	"strings"
)

//go:embed time_zones.txt
var timeZoneList string

// TimeZones are the time zones to choose from, by their IANA names: those of
// zone.tab in the tz database (release 2025b, public domain), and UTC.
var TimeZones = strings.Fields(timeZoneList)

// timeZones finds a zone by its name and by its city, both in lower case.
var timeZones = func() map[string]string {
	m := make(map[string]string, 2*len(TimeZones))
	for _, name := range TimeZones {
		lower := strings.ToLower(name)
		m[lower], m[lower[strings.LastIndexByte(lower, '/')+1:]] = name, name
	}
	return m
}()

// ParseTimeZone takes the name of a time zone, or the city at its end, in any
// case and with spaces for underscores. Any other is an Invalid error on the
// field "time_zone".
func ParseTimeZone(s string) (string, error) {
	name := strings.ToLower(strings.Join(strings.Fields(s), "_"))
	if zone, ok := timeZones[name]; ok {
		return zone, nil
	}
	return "", invalid("time_zone", "time_zone", "There is no such time zone. Choose one from the list, such as Europe/London.")
}
