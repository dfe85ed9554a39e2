package schema_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"anteroom/schema"
)

// contracts are the schemas of the catalogue, closed: a field that they don't
// know is an error here, for a receiver it is one to come.
var contracts = sync.OnceValue(func() map[schema.EventType]*jsonschema.Resolved {
	out := map[schema.EventType]*jsonschema.Resolved{}
	for _, k := range schema.Catalogue() {
		s := new(jsonschema.Schema)
		err := json.Unmarshal(k.Schema, s)
		if err == nil {
			shut(s)
			out[k.Type], err = s.Resolve(nil)
		}
		if err != nil {
			panic(err)
		}
	}
	return out
})

func shut(s *jsonschema.Schema) {
	if s.Properties != nil {
		s.AdditionalProperties = &jsonschema.Schema{Not: &jsonschema.Schema{}}
	}
	for _, p := range s.Properties {
		shut(p)
	}
}

// keeps says what in a body its type's schema does not allow.
func keeps(body []byte) error {
	var p schema.Payload
	var v any
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	return contracts()[p.Type].Validate(v)
}

func TestTheCatalogueHasEveryTypeOnceInItsGroup(t *testing.T) {
	t.Parallel()
	groups := map[string]string{"client": "Clients", "invitation": "Invitations", "client_user": "People", "media": "Portal", "social_account": "Portal", "endpoint": "Endpoints"}
	seen := map[schema.EventType]bool{}
	for _, k := range schema.Catalogue() {
		family, _, _ := strings.Cut(string(k.Type), ".")
		if seen[k.Type] || golden[k.Type] == nil || k.Group != groups[family] || !strings.HasSuffix(k.Summary, ".") {
			t.Errorf("%s: %s, %q", k.Type, k.Group, k.Summary)
		}
		seen[k.Type] = true
	}
	if len(seen) != len(golden) {
		t.Errorf("it has %d types of %d", len(seen), len(golden))
	}
}

func TestExamplesAndGoldenPayloadsKeepTheirSchemas(t *testing.T) {
	t.Parallel()
	for _, k := range schema.Catalogue() {
		if err := keeps(k.Example); err != nil {
			t.Errorf("the example of %s: %v", k.Type, err)
		}
		if err := keeps(golden[k.Type](k.Type, newScene()).Payload); err != nil {
			t.Errorf("the golden payload of %s: %v", k.Type, err)
		}
	}
}

func TestAnErasedEventKeepsItsSchema(t *testing.T) {
	t.Parallel()
	for name, build := range golden {
		e := build(name, newScene())
		if e.ClientID.IsZero() {
			continue
		}
		if err := e.Scrub(); err != nil {
			t.Fatal(err)
		}
		if err := keeps(e.Payload); err != nil || bytes.Contains(e.Payload, []byte("Ines")) || bytes.Contains(e.Payload, []byte("Orchard")) {
			t.Errorf("%s: %v\n%s", name, err, e.Payload)
		}
	}
}

func TestAnExampleIsTheAgencysAndOfItsMoment(t *testing.T) {
	t.Parallel()
	agency := schema.New[schema.AgencyID]()
	for _, k := range schema.Catalogue() {
		var p schema.Payload
		if err := json.Unmarshal(schema.ExamplePayload(k.Type, agency, halfPast.In(time.FixedZone("", 3600))), &p); err != nil {
			t.Fatal(err)
		}
		if p.Data.Agency.ID != agency || p.Timestamp != halfPast || p.Type != k.Type {
			t.Errorf("the example of %s is %+v", k.Type, p)
		}
	}
	if b := schema.ExamplePayload("post.published", agency, halfPast); b != nil {
		t.Errorf("a type that there is not has the example %s", b)
	}
}

// Without this the schemas could allow anything.
func TestASchemaRefusesWhatMustNotBe(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]struct {
		of   schema.EventType
		with func(body, data map[string]any)
	}{
		"no sequence":          {schema.InvitationCreated, func(_, d map[string]any) { delete(d, "sequence") }},
		"a sequence of 0":      {schema.InvitationCreated, func(_, d map[string]any) { d["sequence"] = 0 }},
		"a sequence in words":  {schema.InvitationCreated, func(_, d map[string]any) { d["sequence"] = "7" }},
		"no client":            {schema.InvitationCreated, func(_, d map[string]any) { delete(d, "client") }},
		"no external_id":       {schema.InvitationCreated, func(_, d map[string]any) { delete(at(d, "client"), "external_id") }},
		"no person":            {schema.ClientUserActivated, func(_, d map[string]any) { delete(d, "client_user") }},
		"no actor":             {schema.ClientCreated, func(_, d map[string]any) { delete(d, "actor") }},
		"no email":             {schema.InvitationBounced, func(_, d map[string]any) { delete(d, "email") }},
		"a person in client.*": {schema.ClientCreated, func(_, d map[string]any) { d["client_user"] = map[string]any{"id": "cu_01000000000000000000000003"} }},
		"an email elsewhere":   {schema.InvitationRevoked, func(_, d map[string]any) { d["email"] = map[string]any{"id": "em_01000000000000000000000003"} }},
		"a link": {schema.InvitationCreated, func(_, d map[string]any) {
			at(d, "client_user")["link"] = "https://anteroom.example/invitations/k1.AbC"
		}},
		"a token":                {schema.InvitationSent, func(_, d map[string]any) { at(d, "email")["token"] = "k1.AbC" }},
		"a URL":                  {schema.EndpointDisabledEvent, func(_, d map[string]any) { at(d, "endpoint")["url"] = "https://hooks.example.com/secret" }},
		"another type":           {schema.InvitationCreated, func(b, _ map[string]any) { b["type"] = "invitation.accepted" }},
		"another version":        {schema.ClientUpdated, func(_, d map[string]any) { d["api_version"] = "2020-01-01" }},
		"no time":                {schema.ClientUpdated, func(b, _ map[string]any) { delete(b, "timestamp") }},
		"a time with an offset":  {schema.ClientUpdated, func(b, _ map[string]any) { b["timestamp"] = "2026-11-01T10:30:00+01:00" }},
		"the ID of another kind": {schema.ClientUserActivated, func(_, d map[string]any) { at(d, "client_user")["id"] = "cl_01000000000000000000000003" }},
		"an unknown status":      {schema.InvitationCreated, func(_, d map[string]any) { at(d, "client_user")["status"] = "pending" }},
		"a wrong status":         {schema.InvitationAccepted, func(_, d map[string]any) { at(d, "client_user")["status"] = "invited" }},
		"no previous status":     {schema.InvitationAccepted, func(_, d map[string]any) { delete(at(d, "client_user"), "previous_status") }},
		"an active client":       {schema.ClientDeleted, func(_, d map[string]any) { at(d, "client")["status"] = "active" }},
		"an expiry of null":      {schema.InvitationCreated, func(_, d map[string]any) { at(d, "client_user")["expires_at"] = nil }},
	} {
		var body map[string]any
		if err := json.Unmarshal(golden[edit.of](edit.of, newScene()).Payload, &body); err != nil {
			t.Fatal(err)
		}
		edit.with(body, at(body, "data"))
		if err := contracts()[edit.of].Validate(body); err == nil {
			t.Errorf("%s: it takes one with %s", edit.of, name)
		}
	}
}

func at(m map[string]any, name string) map[string]any { return m[name].(map[string]any) }

func TestAReceiversSchemaTakesFieldsToCome(t *testing.T) {
	t.Parallel()
	for _, k := range schema.Catalogue() {
		s := new(jsonschema.Schema)
		if err := json.Unmarshal(k.Schema, s); err != nil {
			t.Fatal(err)
		}
		open, err := s.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		var body map[string]any
		if err := json.Unmarshal(k.Example, &body); err != nil {
			t.Fatal(err)
		}
		body["later"], at(body, "data")["later"] = 1, map[string]any{}
		if err := open.Validate(body); err != nil {
			t.Errorf("%s: %v", k.Type, err)
		}
		for _, part := range []string{`"$schema": "https://json-schema.org/draft/2020-12/schema"`, `"title": "` + string(k.Type) + `"`} {
			if !bytes.Contains(k.Schema, []byte(part)) {
				t.Errorf("%s: %s is missing", k.Type, part)
			}
		}
	}
}

func TestTheCataloguesListIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	mine := schema.Catalogue()
	slices.Reverse(mine)
	if schema.Catalogue()[0].Type != schema.ClientCreated {
		t.Error("whoever sorts it sorts it for all")
	}
}
