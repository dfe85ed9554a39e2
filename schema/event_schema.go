package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
)

// document is the JSON Schema of a type's body as a file, the head first.
func (k kind) document() []byte {
	head := struct {
		Schema      string `json:"$schema"`
		Title       string `json:"title"`
		Description string `json:"description"`
	}{"https://json-schema.org/draft/2020-12/schema", string(k.Type), k.summary + " Fields may be added: ignore those you don’t know."}
	h, err := json.Marshal(head)
	if err != nil {
		panic(err) // three strings
	}
	b, err := json.Marshal(k.schema())
	if err != nil {
		panic(fmt.Errorf("schema: the schema of %s: %w", k.Type, err)) // made of fixed types
	}
	return indent(slices.Concat(h[:len(h)-1], []byte(","), b[1:]))
}

// schema is the JSON Schema of a type's body: what its Go type says, narrowed by
// the rules. It allows fields it doesn't know, because new ones may come.
func (k kind) schema() *jsonschema.Schema {
	s, err := jsonschema.ForType(k.data, &jsonschema.ForOptions{TypeSchemas: typeSchemas})
	if err != nil {
		panic(fmt.Errorf("schema: no JSON Schema for %s: %w", k.data, err)) // a slip in payload.go
	}
	open(s)
	s.Properties["type"] = &jsonschema.Schema{Const: jsonschema.Ptr[any](k.Type)}
	data := s.Properties["data"]
	data.Properties["api_version"].Const = jsonschema.Ptr[any](APIVersion)
	for _, r := range k.rules {
		r.apply(data)
	}
	return s
}

// open allows unknown fields, and takes null from those that are left out rather
// than null.
func open(s *jsonschema.Schema) {
	s.AdditionalProperties = nil
	for name, p := range s.Properties {
		if len(p.Types) == 2 && p.Types[0] == "null" && !slices.Contains(s.Required, name) {
			p.Type, p.Types = p.Types[1], nil
		}
		open(p)
	}
}

func (r rule) apply(s *jsonschema.Schema) {
	path := strings.Split(r.path, ".")
	for _, name := range path[:len(path)-1] {
		s = s.Properties[name]
	}
	name := path[len(path)-1]
	p := s.Properties[name]
	if p == nil {
		panic("schema: a rule for a field that is not there: " + r.path) // a slip in kinds
	}
	switch {
	case r.never:
		delete(s.Properties, name)
		s.PropertyOrder = slices.DeleteFunc(s.PropertyOrder, func(n string) bool { return n == name })
		return
	case len(r.values) == 1:
		p.Enum, p.Const = nil, &r.values[0]
	case len(r.values) > 1:
		p.Enum = r.values
	}
	if r.always && !slices.Contains(s.Required, name) {
		s.Required = append(s.Required, name)
	}
}

// typeSchemas are those of our types in a payload.
var typeSchemas = map[reflect.Type]*jsonschema.Schema{
	reflect.TypeFor[AgencyID]():     idSchema(AgencyID{}),
	reflect.TypeFor[ClientID]():     idSchema(ClientID{}),
	reflect.TypeFor[ClientUserID](): idSchema(ClientUserID{}),
	reflect.TypeFor[EmailID]():      idSchema(EmailID{}),
	reflect.TypeFor[EndpointID]():   idSchema(EndpointID{}),
	reflect.TypeFor[MediaID]():      idSchema(MediaID{}),
	reflect.TypeFor[AccountID]():    idSchema(AccountID{}),
	reflect.TypeFor[UserID]():       idSchema(UserID{}),

	// RFC 3339 in UTC. The fraction is left out on a whole second.
	reflect.TypeFor[time.Time](): {Type: "string", Format: "date-time", Pattern: `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$`},
	reflect.TypeFor[uint32]():    {Type: "integer", Minimum: jsonschema.Ptr(1.0), Maximum: jsonschema.Ptr(float64(1<<32 - 1))},

	reflect.TypeFor[ActorType]():      oneOf(ActorUser, ActorAPIKey, ActorRecipient, ActorConnectLink, ActorSystem),
	reflect.TypeFor[AccountStatus]():  oneOf(AccountConnected, AccountRemoved),
	reflect.TypeFor[Status]():         oneOf(StatusInvited, StatusActive, StatusExpired, StatusRevoked, StatusDeactivated),
	reflect.TypeFor[ClientStatus]():   oneOf(ClientStatusActive, ClientStatusDeleted),
	reflect.TypeFor[EndpointStatus](): oneOf(EndpointEnabled, EndpointDisabled),
	reflect.TypeFor[DisabledReason](): oneOf(DisabledManual, DisabledFailing, DisabledGone),
	reflect.TypeFor[EmailState](): oneOf(EmailSent, EmailDelivered, EmailDelayed, EmailBounced, EmailSuppressed,
		EmailComplained, EmailFailed),
}

// idSchema is the prefix and 26 characters of Crockford's base32.
func idSchema[P prefix](ID[P]) *jsonschema.Schema {
	var p P
	return &jsonschema.Schema{Type: "string", Pattern: "^" + p.prefix() + "[0-9A-HJKMNP-TV-Z]{26}$"}
}

func oneOf[T ~string](values ...T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, v)
	}
	return s
}
