package week

import (
	"strings"
	"time"

	"golang.org/x/text/language"
)

// The regions whose weeks don't begin on a Monday, from the weekData of CLDR as
// Chromium 156 has it.
var first = map[string]time.Weekday{}

func init() {
	for day, regions := range map[time.Weekday]string{
		time.Friday:   "MV",
		time.Saturday: "AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY",
		time.Sunday: `AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN IS JM JP KE KH KR LA MH MM MO MT MX MZ
			NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW`,
	} {
		for _, r := range strings.Fields(regions) {
			first[r] = day
		}
	}
}

// First is the first day of the week where the reader is at home, by the languages
// that their browser asks for (Accept-Language, RFC 9110). A language without a region
// stands for the region where most of its speakers are. Without any it is Monday.
func First(acceptLanguage string) time.Weekday {
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 || tags[0] == language.Und {
		return time.Monday
	}
	region, _ := tags[0].Region()
	if day, ok := first[region.String()]; ok {
		return day
	}
	return time.Monday
}
