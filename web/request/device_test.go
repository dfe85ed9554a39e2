package request

import "testing"

func TestABrowserIsNamedInWords(t *testing.T) {
	for agent, want := range map[string]Device{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                      {"Firefox on Linux", false},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36":                             {"Chrome on Windows", false},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0":               {"Edge on Windows", false},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                       {"Safari on a Mac", false},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1":     {"Safari on an iPhone", true},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/138.0.7204 Mobile/15E148 Safari/604.1": {"Chrome on an iPhone", true},
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36":                             {"Chrome on Android", true},
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36":                {"Samsung Internet on Android", false},
		"curl/8.14.1":            {"curl", false},
		"something of Macintosh": {"A browser on a Mac", false},
		"":                       {"An unknown device", false},
	} {
		if got := DeviceOf(agent); got != want {
			t.Errorf("%q is %+v, want %+v", agent, got, want)
		}
	}
}
