package request

import "strings"

// Device is what a browser says of itself, in words for its owner. It is what
// the browser claims and no more: nothing may depend on it.
type Device struct {
	Name  string // such as "Firefox on Linux"
	Phone bool
}

// browsers and systems are looked for in this order: most browsers claim to be
// some others too, and name themselves by what stands first here.
var (
	browsers = []word{
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Vivaldi/", "Vivaldi"}, {"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},
		{"Chromium/", "Chromium"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	}
	systems = []word{
		{"iPhone", "an iPhone"}, {"iPad", "an iPad"}, {"Android", "Android"}, {"CrOS", "a Chromebook"},
		{"Windows", "Windows"}, {"Macintosh", "a Mac"}, {"Linux", "Linux"},
	}
)

type word struct{ in, name string }

func find(s string, words []word) string {
	for _, w := range words {
		if strings.Contains(s, w.in) {
			return w.name
		}
	}
	return ""
}

// DeviceOf reads a User-Agent header.
func DeviceOf(userAgent string) Device {
	browser, system := find(userAgent, browsers), find(userAgent, systems)
	d := Device{Phone: system == "an iPhone" || system == "Android" && strings.Contains(userAgent, "Mobile")}
	switch {
	case browser != "" && system != "":
		d.Name = browser + " on " + system
	case browser != "":
		d.Name = browser
	case system != "":
		d.Name = "A browser on " + system
	default:
		d.Name = "An unknown device"
	}
	return d
}
