package schema_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"anteroom/schema"
)

// kept are the texts in the payload of a client's event that say nothing of who a
// person is. Whoever adds a text to a payload decides here.
var kept = []string{
	"data.actor.type", "data.api_version", "data.client.external_id", "data.client.previous_status", "data.client.status",
	"data.client_user.previous_status", "data.client_user.status", "data.email.code", "data.email.state", "type",
}

const trace = "Zebulon"

// fill puts a trace into every text of a value.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(trace)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[time.Time]() && v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	}
}

// texts are the paths at which a trace stands.
func texts(at string, v any) (out []string) {
	switch x := v.(type) {
	case map[string]any:
		for k, v := range x {
			path := k
			if at != "" {
				path = at + "." + k
			}
			out = append(out, texts(path, v)...)
		}
	case string:
		if x == trace {
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return out
}

func TestOfAnErasedEventEachTextIsKeptOrGone(t *testing.T) {
	t.Parallel()
	var left []string
	for name, data := range map[string]any{"client": &schema.Webhook[schema.ClientData]{}, "client user": &schema.Webhook[schema.ClientUserData]{},
		"email": &schema.Webhook[schema.EmailData]{}} {
		fill(reflect.ValueOf(data).Elem())
		before, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		e := schema.Event{Payload: before}
		if err := e.Scrub(); err != nil {
			t.Fatal(err)
		}
		var was, is map[string]any
		if err := json.Unmarshal(before, &was); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(e.Payload, &is); err != nil {
			t.Fatal(err)
		}
		if a, b := fields("", was), fields("", is); !within(b, a) {
			t.Errorf("%s: it has %v, had %v", name, b, a)
		}
		left = append(left, texts("", is)...)
	}
	slices.Sort(left)
	if left = slices.Compact(left); !slices.Equal(left, kept) {
		t.Errorf("left are %v, want %v", left, kept)
	}
}

func fields(at string, v any) (out []string) {
	if m, ok := v.(map[string]any); ok {
		for k, v := range m {
			out = append(out, fields(at+"."+k, v)...)
		}
		return out
	}
	return []string{at}
}

func within(a, b []string) bool {
	for _, s := range a {
		if !slices.Contains(b, s) {
			return false
		}
	}
	return true
}

func TestARecipientsAccountIsErasedAndAMembersIsNot(t *testing.T) {
	t.Parallel()
	id := schema.New[schema.UserID]()
	for by, want := range map[schema.ActorType]bool{schema.ActorRecipient: false, schema.ActorUser: true} {
		c, u := schema.Client{ID: schema.New[schema.ClientID]()}, schema.ClientUser{ID: schema.New[schema.ClientUserID]()}
		e := schema.NewClientUserEvent(schema.InvitationAccepted, time.Now(), &c, &u, schema.StatusInvited, schema.Actor{Type: by, ID: id})
		if err := e.Scrub(); err != nil {
			t.Fatal(err)
		}
		var p schema.Payload
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			t.Fatal(err)
		}
		if (p.Data.Actor.ID != nil) != want || e.ActorID.IsZero() == want {
			t.Errorf("%s: %s", by, fmt.Sprint(p.Data.Actor))
		}
	}
}
