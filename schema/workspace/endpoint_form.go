package workspace

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"anteroom/schema"
)

// EndpointForm is what a person enters about an endpoint. Rate is in deliveries a
// minute; empty or 0 is no limit.
type EndpointForm struct {
	Name, URL, Rate string
	All             bool // every type of event, those to come too
	Types           []string
}

// Check refuses what can be told without asking anybody. Whether the URL may be
// called is for the caller to find out, before the verb: it takes the network.
func (f EndpointForm) Check() error { return f.apply(&schema.Endpoint{}) }

func (f EndpointForm) apply(e *schema.Endpoint) (err error) {
	if e.Name, err = schema.ParseName("name", "Name", f.Name); err != nil {
		return err
	}
	if e.URL, err = parseEndpointURL(f.URL); err != nil {
		return err
	}
	if e.Types, err = f.types(); err != nil {
		return err
	}
	rate, err := f.rate()
	if err == nil && rate != e.RatePerMinute {
		e.RatePerMinute, e.FreeAt = rate, nil // what the rate before allowed is void
	}
	return err
}

// maxURL is the width of the column.
const maxURL = 2000

func parseEndpointURL(s string) (string, error) {
	s = strings.TrimSpace(s)
	bad := func(code, message string) (string, error) {
		return "", &schema.Error{Kind: schema.Invalid, Field: "url", Code: code, Message: message}
	}
	switch u, err := url.Parse(s); {
	case s == "":
		return bad("required", "Enter the URL.")
	case len(s) > maxURL:
		return bad("url_long", fmt.Sprintf("The URL is too long. Use %d characters or fewer.", maxURL))
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return bad("url", "That is not the address of an endpoint. It looks like https://crm.example.com/hooks/anteroom.")
	}
	return s, nil
}

func (f EndpointForm) types() (schema.EventTypes, error) {
	if f.All {
		return "", nil
	}
	bad := func(code, message string) (schema.EventTypes, error) {
		return "", &schema.Error{Kind: schema.Invalid, Field: "types", Code: code, Message: message}
	}
	if len(f.Types) == 0 {
		return bad("types_none", "Choose at least one type of event, or all of them.")
	}
	var out []schema.EventType
	for _, t := range f.Types {
		if !known(schema.EventType(t)) {
			return bad("types_unknown", "One of the chosen types doesn’t exist. Load the page again and choose from its list.")
		}
		out = append(out, schema.EventType(t))
	}
	return schema.TypesOf(out), nil
}

func known(t schema.EventType) bool {
	return slices.ContainsFunc(schema.Catalogue(), func(k schema.EventKind) bool { return k.Type == t })
}

func (f EndpointForm) rate() (int, error) {
	s := strings.TrimSpace(f.Rate)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > schema.MaxEndpointRate {
		return 0, &schema.Error{Kind: schema.Invalid, Field: "rate", Code: "rate",
			Message: fmt.Sprintf("Enter a whole number of deliveries a minute, %d at most, or leave it empty for no limit.", schema.MaxEndpointRate)}
	}
	return n, nil
}
