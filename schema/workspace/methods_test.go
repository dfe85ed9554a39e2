package workspace_test

import (
	"context"
	"reflect"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// scene is an agency on which every method can succeed.
type scene struct {
	*fixture.Agency
	client, other            schema.Client // other has an account too
	gone                     schema.Client // deleted, and to be erased some day
	account                  schema.AccountID
	invited, active, expired schema.ClientUser // at client; the invited one's mail is out, its cooldown over
	removed                  schema.ClientUser // at client
	barred                   schema.ClientUser // at other; the provider holds the address back
	colleague                fixture.Person    // a member
	asked                    schema.MemberInvitation
	draft                    schema.BatchID  // a list for client
	endpoint, paused         schema.Endpoint // the first has an old secret, the other is disabled
	failed                   schema.Delivery // to the first
	open, whole              schema.UploadID // see prepare
	file                     schema.MediaID
	channel                  schema.AccountID // of client
	post, spare              schema.PostID    // through it
}

func newScene(w *fixture.World, name string) *scene {
	w.T.Helper()
	s := &scene{Agency: w.Agency(name)}
	s.client, s.other = s.Client("Orchard Lane"), s.Client("Alder Row")
	s.account = s.Account(schema.ClientID{}, "loose")
	s.gone = s.BareClient("Kiln Lane")
	s.DeleteClient(s.gone)
	s.invited = s.InviteSent(s.client, "ines@example.com")
	s.Cool(s.invited.ID)
	s.active, _ = s.Admit(s.client, "ada@"+name+".example")
	s.expired = s.InviteSent(s.client, "emil@example.com")
	s.LetGoStale(s.expired.ID)
	if n, err := s.System.Expire(w.T.Context(), 10); n.Done != 1 || err != nil {
		w.T.Fatalf("expired %d (%v)", n.Done, err)
	}
	s.Cool(s.expired.ID)
	s.expired = s.ClientUser(s.expired.ID)
	s.removed, _ = s.Admit(s.client, "rosa@"+name+".example")
	if err := s.Workspace().Remove(w.T.Context(), s.removed.ID); err != nil {
		w.T.Fatal(err)
	}
	s.removed = s.ClientUser(s.removed.ID)
	s.channel = fixture.Read[schema.AccountID](w, `SELECT id FROM social_accounts WHERE client_id = ? LIMIT 1`, s.client.ID)
	s.post, s.spare = schema.New[schema.PostID](), schema.New[schema.PostID]()
	for _, id := range []schema.PostID{s.post, s.spare} {
		s.Exec(`INSERT INTO posts (id, agency_id, social_account_id, body, state, publish_at, created_at)
			VALUES (?, ?, ?, 'Buns', 'scheduled', UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6))`, id, s.ID, s.channel)
	}
	s.barred = s.InviteSent(s.other, "otto@example.com")
	s.Cool(s.barred.ID)
	s.Exec(`UPDATE emails SET state = 'suppressed', code = '605' WHERE id = ?`, s.barred.EmailID)
	s.colleague = s.Member(schema.RoleMember, "Mira Kovac", "mira@"+name+".example")
	s.asked = s.InviteMemberSent(schema.RoleMember, "noor@"+name+".example")
	s.draft = draft(s, "Tom Okafor, tom@example.com", "Beth Ashworth, beth@example,com").ID
	s.endpoint, _ = s.Endpoint("https://crm.example.com/hooks")
	s.paused, _ = s.Endpoint("https://board.example.com/hooks")
	s.failed = s.Delivery(s.endpoint, in(schema.DeliveryFailed, 10))
	s.Exec(`UPDATE webhook_endpoints SET old_secret = secret, old_secret_until = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR WHERE id = ?`, s.endpoint.ID)
	s.Exec(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual', disabled_at = UTC_TIMESTAMP(6) WHERE id = ?`, s.paused.ID)
	return s
}

// method calls one method of a workspace with the IDs of a scene.
type method struct {
	call    func(context.Context, *workspace.Workspace, *scene) error
	changes bool // so only owners and admins may
	own     bool // takes no ID of a row, so it can't reach for another agency's
	owners  bool // only owners may
	members bool // every member may, though it changes something
}

var form = workspace.ClientForm{Name: "Kiln & Clay"}

// methods has every exported method of a workspace.
var methods = map[string]method{
	"AgencySettings": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.AgencySettings(ctx)
		return err
	}},
	"ChangeRole": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.ChangeRole(ctx, s.colleague.ID, "admin")
	}},
	"InviteMember": {own: true, changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.InviteMember(ctx, workspace.MemberForm{FullName: "Tom Okafor", Email: "tom@example.com", Role: "member"})
		return err
	}},
	"Member": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Member(ctx, s.colleague.ID)
		return err
	}},
	"MemberInvitations": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.MemberInvitations(ctx)
		return err
	}},
	"Members": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Members(ctx)
		return err
	}},
	"RemoveLogo": {own: true, changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.RemoveLogo(ctx)
	}},
	"RemoveMember": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.RemoveMember(ctx, s.colleague.ID)
	}},
	"ResendMember": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.ResendMember(ctx, s.asked.ID)
		return err
	}},
	"RevokeMember": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.RevokeMember(ctx, s.asked.ID)
	}},
	"SaveAgency": {own: true, changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.SaveAgency(ctx, workspace.AgencyForm{Name: "Halden & Sons", Days: "14"})
	}},
	"SetLogo": {own: true, changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.SetLogo(ctx, pixel)
	}},
	"ConnectLink": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.ConnectLink(ctx, s.Keys, s.client.ID)
		return err
	}},
	"RegenerateConnectLink": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.RegenerateConnectLink(ctx, s.client.ID)
	}},
	"TurnOffConnectLink": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.TurnOffConnectLink(ctx, s.client.ID)
	}},
	"TurnOnConnectLink": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.TurnOnConnectLink(ctx, s.client.ID)
	}},
	"Accounts": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Accounts(ctx)
		return err
	}},
	"Activity": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Activity(ctx, workspace.ActivityFilter{Client: s.client.ID})
		return err
	}},
	"AddClient": {own: true, changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.AddClient(ctx, form)
		return err
	}},
	"AddEndpoint": {own: true, changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, _, err := w.AddEndpoint(ctx, s.Keys, endpointForm)
		return err
	}},
	"DisableEndpoint": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.DisableEndpoint(ctx, s.endpoint.ID)
		return err
	}},
	"CountFailed": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.CountFailed(ctx, s.endpoint.ID, s.failed.CreatedAt, s.failed.CreatedAt)
		return err
	}},
	"Deliveries": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Deliveries(ctx, s.endpoint.ID, workspace.DeliveryFilter{})
		return err
	}},
	"Delivery": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Delivery(ctx, s.endpoint.ID, s.failed.ID, 0)
		return err
	}},
	"EndpointHealth": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.EndpointHealth(ctx, s.endpoint.ID, "")
		return err
	}},
	"ReplayDelivery": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.ReplayDelivery(ctx, s.endpoint.ID, s.failed.ID)
	}},
	"ReplayMany": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.ReplayMany(ctx, s.endpoint.ID, s.failed.CreatedAt, s.failed.CreatedAt)
		return err
	}},
	"EndpointStats": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.EndpointStats(ctx, s.endpoint.ID)
		return err
	}},
	"EnableEndpoint": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.EnableEndpoint(ctx, s.paused.ID, workspace.ReplayMissed)
		return err
	}},
	"Endpoint": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Endpoint(ctx, s.endpoint.ID)
		return err
	}},
	"EndpointBacklog": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.EndpointBacklog(ctx, s.endpoint.ID)
		return err
	}},
	"Endpoints": {own: true, changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Endpoints(ctx)
		return err
	}},
	"RemoveEndpoint": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.RemoveEndpoint(ctx, s.endpoint.ID)
		return err
	}},
	"RotateSecret": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.RotateSecret(ctx, s.Keys, s.endpoint.ID, schema.DefaultOverlap)
		return err
	}},
	"SaveEndpoint": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.SaveEndpoint(ctx, s.endpoint.ID, endpointForm)
	}},
	"SendTest": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.SendTest(ctx, s.endpoint.ID, schema.ClientCreated)
		return err
	}},
	"StopOldSecret": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.StopOldSecret(ctx, s.endpoint.ID)
	}},
	"AssignAccounts": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return fixture.Error(w.AssignAccounts(ctx, s.client.ID, []schema.AccountID{s.account}))
	}},
	"ChooseClients": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.ChooseClients(ctx, s.client.ID, []schema.ClientID{s.other.ID}, "a")
		return err
	}},
	"ClearAndResend": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.ClearAndResend(ctx, s.barred.ID)
		return err
	}},
	"CallOffErasure": {changes: true, owners: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.CallOffErasure(ctx, s.gone.ID)
	}},
	"EraseClient": {changes: true, owners: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.EraseClient(ctx, s.gone.ID, schema.EraseLater)
		return err
	}},
	"PreviewErasure": {changes: true, owners: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.PreviewErasure(ctx, s.gone.ID)
		return err
	}},
	"Client": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Client(ctx, s.client.ID)
		return err
	}},
	"ClientRow": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.ClientRow(ctx, s.client.ID, "ines")
		return err
	}},
	"ClientUser": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.ClientUser(ctx, s.invited.ID)
		return err
	}},
	"ClientUsers": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.ClientUsers(ctx, s.client.ID, workspace.PeopleFilter{})
		return err
	}},
	"Clients": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Clients(ctx, workspace.ClientFilter{})
		return err
	}},
	"SeveralPages": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.SeveralPages(ctx, s.client.ID)
		return err
	}},
	"DeleteClient": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.DeleteClient(ctx, s.client.ID)
		return err
	}},
	"Dismiss": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.Dismiss(ctx, s.expired.ID)
	}},
	"EditClient": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.EditClient(ctx, s.client.ID, form)
	}},
	"FixEmail": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.FixEmail(ctx, s.invited.ID, "ines.d@example.com")
		return err
	}},
	"History": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.History(ctx, fixture.Read[schema.EventID](s.World, `SELECT id FROM events WHERE subject_id = ? LIMIT 1`, s.invited.ID))
		return err
	}},
	"Invite": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Invite(ctx, s.client.ID, "Tom Okafor", "tom@example.com")
		return err
	}},
	"InviteAgain": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.InviteAgain(ctx, s.removed.ID)
		return err
	}},
	"InviteElsewhere": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.InviteElsewhere(ctx, s.removed.ID, s.other.ID)
		return err
	}},
	"InviteToSeveral": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.InviteToSeveral(ctx, []schema.ClientID{s.client.ID, s.other.ID}, "Tom Okafor", "tom@example.com")
		return err
	}},
	"Preconditions": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Preconditions(ctx, s.client.ID)
		return err
	}},
	"PreviewDeletion": {call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.PreviewDeletion(ctx, s.client.ID)
		return err
	}},
	"Remove": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.Remove(ctx, s.active.ID)
	}},
	"Resend": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		_, err := w.Resend(ctx, s.invited.ID)
		return err
	}},
	"Revoke": {changes: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		return w.Revoke(ctx, s.invited.ID)
	}},
	"SendConfirmation": {own: true, call: func(ctx context.Context, w *workspace.Workspace, s *scene) error {
		s.Exec(`UPDATE users SET email_confirmed_at = NULL, mail_after = NULL WHERE id = ?`, w.User.ID)
		_, err := w.SendConfirmation(ctx)
		return err
	}},
}

func TestEveryMethodOfAWorkspaceIsInTheTable(t *testing.T) {
	t.Parallel()
	set := reflect.TypeFor[*workspace.Workspace]()
	for i := range set.NumMethod() {
		if _, ok := methods[set.Method(i).Name]; !ok {
			t.Errorf("%s is missing: who else's rows can it reach, and who may use it?", set.Method(i).Name)
		}
	}
	if set.NumMethod() != len(methods) {
		t.Errorf("the table has %d methods, a workspace %d", len(methods), set.NumMethod())
	}
}
