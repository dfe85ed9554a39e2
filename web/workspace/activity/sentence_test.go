package activity

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"anteroom/schema"
	"anteroom/schema/workspace"
)

// types are those that schema declares.
func types(t *testing.T) (out []schema.EventType) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../../schema/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "EventType" {
			s, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, schema.EventType(s))
		}
		return true
	})
	if len(out) < 13 {
		t.Fatalf("found %d types only", len(out))
	}
	return out
}

// sample is an event of a type with the golden payload.
func sample(t *testing.T, typ schema.EventType) *workspace.ActivityEvent {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../../schema/testdata/events", string(typ)+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var p schema.Payload
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	e := &workspace.ActivityEvent{Data: p.Data}
	e.Type, e.ActorType = typ, p.Data.Actor.Type
	if e.ActorType == schema.ActorUser {
		e.ActorName = "Priya Nair"
	}
	return e
}

func words(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Name {
			b.WriteString("*" + p.Text + "*")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestEveryTypeOfEventHasASentence(t *testing.T) {
	want := map[schema.EventType]string{
		schema.ClientCreated:            "*Priya Nair* added the client *Orchard Lane <Bakery> & “Sons”*",
		schema.ClientUpdated:            "*Priya Nair* changed the client *Orchard Lane <Bakery> & “Sons”*",
		schema.ClientDeleted:            "*Priya Nair* deleted the client *Orchard Lane <Bakery> & “Sons”*",
		schema.InvitationCreated:        "*Priya Nair* invited *Ines Duarte*",
		schema.InvitationSent:           "Invitation to *Ines Duarte* was sent",
		schema.InvitationFailed:         "Invitation to *Ines Duarte* could not be sent: the provider refused the message",
		schema.InvitationDelivered:      "Invitation to *Ines Duarte* was delivered",
		schema.InvitationDelayed:        "Invitation to *Ines Duarte* is delayed: the mailbox is over its quota",
		schema.InvitationBounced:        "Invitation to *Ines Duarte* bounced: there is no such address",
		schema.InvitationComplained:     "*Ines Duarte* marked the invitation as spam",
		schema.InvitationResent:         "*Ines Duarte* asked for a new link",
		schema.InvitationAddressChanged: "*Priya Nair* changed the address of *Ines Duarte*",
		schema.InvitationRevoked:        "*Priya Nair* revoked the invitation to *Ines Duarte*",
		schema.InvitationExpired:        "Invitation to *Ines Duarte* expired",
		schema.InvitationAccepted:       "*Ines Duarte* accepted the invitation",
		schema.EndpointDisabledEvent:    "Webhook endpoint *Studio board* was disabled: three days of nothing but failures",
		schema.MediaUploaded:            "*Somebody at the client* uploaded *Ines at the Orchard.heic* for *Orchard Lane <Bakery> & “Sons”*",
		schema.SocialAccountConnected:   "*Orchard.Lane* was connected for *Orchard Lane <Bakery> & “Sons”* by its connect link",
		schema.SocialAccountRemoved:     "*Somebody at the client* removed *Orchard.Lane* of *Orchard Lane <Bakery> & “Sons”*",
		schema.ClientUserActivated:      "*Ines Duarte* got access to *Orchard Lane <Bakery> & “Sons”*",
		schema.ClientUserDeactivated:    "Access of *Ines Duarte* ended: removed by *Priya Nair*",
	}
	for _, typ := range types(t) {
		if _, ok := sentences[typ]; !ok {
			t.Errorf("nobody has words for %s", typ)
			continue
		}
		e := sample(t, typ)
		if got := words(fill(tell(e).says, e)); got != want[typ] {
			t.Errorf("%s: %q, want %q", typ, got, want[typ])
		}
		if brief := words(fill(tell(e).brief, e)); brief == "" || strings.ContainsAny(brief, "{}") {
			t.Errorf("%s in a history: %q", typ, brief)
		}
	}
}

func TestASuppressedEmailDidNotBounce(t *testing.T) {
	e := sample(t, schema.InvitationBounced)
	e.Data.Email.State = schema.EmailSuppressed
	for code, want := range map[string]string{
		"605":                   "Invitation to *Ines Duarte* was not delivered: there is no such address",
		schema.CodeUnsubscribed: "*Ines Duarte* unsubscribed from invitations",
	} {
		e.Data.Email.Code = code
		if got := words(fill(tell(e).says, e)); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

func TestThereIsMoreThanOneWayToEnd(t *testing.T) {
	deleted := time.Now()
	for _, c := range []struct {
		typ  schema.EventType
		by   schema.ActorType
		name string
		prev schema.Status
		gone bool
		want string
	}{
		{schema.InvitationResent, schema.ActorUser, "Jonas Weber", schema.StatusInvited, false, "*Jonas Weber* sent *Ines Duarte* a new link"},
		{schema.InvitationRevoked, schema.ActorUser, "Jonas Weber", schema.StatusExpired, false, "*Jonas Weber* dismissed the expired invitation to *Ines Duarte*"},
		{schema.ClientUserDeactivated, schema.ActorUser, "Jonas Weber", schema.StatusActive, true, "Access of *Ines Duarte* ended: *Jonas Weber* deleted the client"},
		{schema.ClientUserDeactivated, schema.ActorUser, "Jonas Weber", schema.StatusInvited, true, "Invitation to *Ines Duarte* ended: *Jonas Weber* deleted the client"},
		{schema.ClientUserDeactivated, schema.ActorUser, "", schema.StatusActive, false, "Access of *Ines Duarte* ended: removed by *A former colleague*"},
		{schema.ClientUserDeactivated, schema.ActorSystem, "", schema.StatusActive, false, "Access of *Ines Duarte* ended: removed by *Anteroom*"},
	} {
		e := sample(t, c.typ)
		e.ActorType, e.ActorName, e.Data.ClientUser.PreviousStatus = c.by, c.name, c.prev
		if c.gone {
			e.Data.Client.DeletedAt = &deleted
		}
		if got := words(fill(tell(e).says, e)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestATypeOfALaterIssueIsToldByItsName(t *testing.T) {
	e := &workspace.ActivityEvent{}
	e.Type = "post.published"
	if got := words(fill(tell(e).says, e)); got != "post.published" {
		t.Errorf("%q", got)
	}
}

func TestTheDaysAreTheReaders(t *testing.T) {
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) // 1 in the night of the 24th in Auckland
	at := func(h float64) time.Time { return now.Add(-time.Duration(h * float64(time.Hour))) }
	for zone, want := range map[*time.Location]string{
		time.UTC: "Today, Monday 23 November: just now, 30 min ago, 11 hours ago; Yesterday, Sunday 22 November: 23:00; Saturday 21 November: 12:00; Sunday 23 November 2025: 12:00",
		auckland: "Today, Tuesday 24 November: just now, 30 min ago; Yesterday, Monday 23 November: 14:00, 12:00; Sunday 22 November: 01:00; Monday 24 November 2025: 01:00",
	} {
		var events []workspace.ActivityEvent
		for _, h := range []float64{0, 0.5, 11, 13, 48, 365 * 24} {
			e := sample(t, schema.InvitationSent)
			e.OccurredAt = at(h)
			events = append(events, *e)
		}
		var out []string
		for _, d := range days(events, clock{now, zone}, view{}, nil) {
			var times []string
			for _, l := range d.Lines {
				times = append(times, l.When.Text)
			}
			out = append(out, d.Label+": "+strings.Join(times, ", "))
		}
		if got := strings.Join(out, "; "); got != want {
			t.Errorf("%s: %q, want %q", zone, got, want)
		}
	}
}

func TestAnEventFromAClockThatRunsAheadStaysWithItsDay(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 5, 0, 0, time.UTC)
	var events []workspace.ActivityEvent
	for _, m := range []int{1, 7, 3, 9} { // before now; the day began 5 minutes ago
		e := sample(t, schema.InvitationSent)
		e.OccurredAt = now.Add(-time.Duration(m) * time.Minute)
		events = append(events, *e)
	}
	if got := days(events, clock{now, time.UTC}, view{}, nil); len(got) != 2 || len(got[1].Lines) != 3 {
		t.Errorf("the days are %+v", got)
	}
}

func TestOrdinals(t *testing.T) {
	for n, want := range map[uint32]string{1: "First", 2: "Second", 3: "Third", 4: "4th", 11: "11th", 12: "12th", 21: "21st", 22: "22nd", 103: "103rd", 111: "111th"} {
		if got := ordinal(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
