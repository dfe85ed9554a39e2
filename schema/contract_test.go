package schema_test

import (
	"regexp"
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestWhatTheVerbsWriteKeepsTheSchemas(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	written := map[schema.EventType]int{}
	for _, e := range fixture.ReadAll[schema.Event](s.World, `SELECT * FROM events`) {
		written[e.Type]++
		if err := keeps(e.Payload); err != nil {
			t.Errorf("%s: %v\n%s", e.Type, err, e.Payload)
		}
	}
	for _, k := range schema.Catalogue() {
		if written[k.Type] == 0 {
			t.Errorf("the story has no %s", k.Type)
		}
	}
}

var anyID = regexp.MustCompile(`\b[a-z]{2,3}_[0-9A-HJKMNP-TV-Z]{26}\b`)

func TestNoPayloadNamesWhatIsAnotherTenants(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	ours, theirs := w.Agency("Halden Street"), w.Agency("Mill Road")
	own := map[schema.AgencyID]string{}
	for _, a := range []*fixture.Agency{ours, theirs} {
		c := a.Client("Orchard Lane")
		a.Admit(c, "ines@example.com") // one account, at both
		a.InviteSent(c, "tom@example.com")
		a.Endpoint("https://crm.example.com/" + a.ID.String())
		a.DeleteClient(c)
		a.Cascade(c)
		var ids []string
		for _, id := range fixture.ReadAll[schema.ClientID](w, `SELECT id FROM clients WHERE agency_id = ?`, a.ID) {
			ids = append(ids, id.String())
		}
		for _, id := range fixture.ReadAll[schema.ClientUserID](w, `SELECT id FROM client_users WHERE agency_id = ?`, a.ID) {
			ids = append(ids, id.String())
		}
		for _, id := range fixture.ReadAll[schema.EmailID](w, `SELECT id FROM emails WHERE agency_id = ?`, a.ID) {
			ids = append(ids, id.String())
		}
		own[a.ID] = strings.Join(append(ids, a.ID.String(), a.Owner.ID.String(), w.UserAt("ines@example.com").ID.String()), " ")
	}
	bodies := fixture.ReadAll[struct {
		Agency  schema.AgencyID `db:"agency_id"`
		Payload []byte          `db:"payload"`
	}](w, `SELECT d.agency_id, e.payload FROM webhook_deliveries d JOIN events e ON e.id = d.event_id`)
	for _, b := range bodies {
		for _, id := range anyID.FindAllString(string(b.Payload), -1) {
			if !strings.Contains(own[b.Agency], id) {
				t.Errorf("%s is sent to %s, which it is not of: %s", id, b.Agency, b.Payload)
			}
		}
		for _, word := range []string{"://", "/invitations/", "whsec_"} {
			if strings.Contains(string(b.Payload), word) {
				t.Errorf("%q stands in %s", word, b.Payload)
			}
		}
	}
	if len(bodies) < 6 {
		t.Errorf("only %d bodies were looked at", len(bodies))
	}
}
