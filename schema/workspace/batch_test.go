package workspace_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/workspace"
)

// fatesOf are the fates of a draft's lines, in their order.
func fatesOf(s *scene, id schema.BatchID) (out []workspace.Fate) {
	s.T.Helper()
	p, err := s.Workspace().DraftLines(s.T.Context(), id, workspace.LineFilter{})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, l := range p.Lines {
		out = append(out, l.Fate)
	}
	return out
}

func revoked(s *scene, email string) {
	s.T.Helper()
	u := s.InviteSent(s.client, email)
	if err := s.Workspace().Revoke(s.T.Context(), u.ID); err != nil {
		s.T.Fatal(err)
	}
}

func TestADraftSaysWhatWouldBecomeOfEachLine(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	revoked(s, "revoked@example.com")
	over := stale(s)
	b := draft(s, "New Person, new@example.com", "Elsewhere, new@other.example", "Ines, "+strings.ToUpper(s.invited.Email), "Ada, "+s.active.Email,
		"Emil, "+s.expired.Email, "Stale, "+over.Email, "Rosa, "+s.removed.Email, "Revoked, revoked@example.com",
		"Beth Ashworth, beth@example,com", ", noname@example.com", "New Again, NEW@example.com", "Beth Again, beth@example,com")
	want := []workspace.Fate{workspace.FateInvite, workspace.FateInvite, workspace.FateInvited, workspace.FateActive,
		workspace.FateExpired, workspace.FateExpired, workspace.FateInvite, workspace.FateInvite,
		workspace.FateMend, workspace.FateMend, workspace.FateDuplicate, workspace.FateMend}
	if got := fatesOf(s, b.ID); !slices.Equal(got, want) {
		t.Errorf("the fates are %v", got)
	}
	counts, err := s.Workspace().Fates(t.Context(), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range want {
		n := 0
		for _, g := range want {
			if f == g {
				n++
			}
		}
		if counts[f] != n {
			t.Errorf("%s is counted %d times, stands there %d times", f, counts[f], n)
		}
	}
	p, err := s.Workspace().DraftLines(t.Context(), b.ID, workspace.LineFilter{Fate: workspace.FateMend})
	if err != nil || p.Total != 3 || p.Lines[0].Number != 9 || p.Lines[0].Code != "email_comma" || p.Lines[1].Code != "name_required" {
		t.Errorf("to mend are %+v (%v)", p, err)
	}
	all, err := s.Workspace().DraftLines(t.Context(), b.ID, workspace.LineFilter{})
	if err != nil || all.Lines[0].NewDomain || !all.Lines[1].NewDomain || all.Lines[2].Person == nil || all.Lines[2].Person.ID != s.invited.ID || all.Lines[10].First != 1 {
		t.Errorf("the lines are %+v (%v)", all.Lines, err)
	}
}

func TestADraftFollowsWhatHappensMeanwhile(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	b := draft(s, "Tom Okafor, tom@example.com", "Tom Again, tom@example.com")
	ws := s.Workspace()
	steps := []struct {
		name string
		do   func() error
		want [2]workspace.Fate
	}{
		{"at first", func() error { return nil }, [2]workspace.Fate{workspace.FateInvite, workspace.FateDuplicate}},
		{"the first is left out", func() error { return ws.OmitLine(t.Context(), b.ID, 1) }, [2]workspace.Fate{workspace.FateOmitted, workspace.FateInvite}},
		{"and taken in again", func() error { return ws.IncludeLine(t.Context(), b.ID, 1) }, [2]workspace.Fate{workspace.FateInvite, workspace.FateDuplicate}},
		{"somebody invites him", func() error { s.Invite(s.client, "tom@example.com"); return nil }, [2]workspace.Fate{workspace.FateInvited, workspace.FateDuplicate}},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got := fatesOf(s, b.ID); !slices.Equal(got, step.want[:]) {
			t.Errorf("%s: %v", step.name, got)
		}
	}
	if err := ws.OmitLine(t.Context(), b.ID, 3); err != error(schema.ErrNotFound) {
		t.Errorf("a line that isn't there: %v", err)
	}
}

func TestMendingALineIsCheckedAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	b := draft(s, "Beth Ashworth, beth@example,com", ", noname@example.com", "Tom Okafor, tom@example.com")
	text := func(s string) *string { return &s }
	bad, err := s.Workspace().MendLines(t.Context(), b.ID, map[int]workspace.Mend{
		1: {Email: text("beth@example")}, 2: {FullName: text("Noor Name")}, 3: {Email: text("tom@example.com")}, 99: {Email: text("x")}, -1: {Email: text("x")}})
	if err != nil || !slices.Equal(bad, []int{1}) {
		t.Errorf("still bad are %v (%v)", bad, err)
	}
	if got := fatesOf(s, b.ID); !slices.Equal(got, []workspace.Fate{workspace.FateMend, workspace.FateInvite, workspace.FateInvite}) {
		t.Errorf("the fates are %v", got)
	}
	list, err := s.Workspace().DraftList(t.Context(), b.ID)
	if err != nil || !slices.Equal(list, listed("Beth Ashworth, beth@example", "Noor Name, noname@example.com", "Tom Okafor, tom@example.com")) {
		t.Errorf("the list is %v (%v)", list, err)
	}
	if bad, err = s.Workspace().MendLines(t.Context(), b.ID, map[int]workspace.Mend{1: {Email: text("beth@example")}}); err != nil || len(bad) != 0 {
		t.Errorf("what was left as it stood counts as changed: %v (%v)", bad, err)
	}
}

func TestTheLengthOfAListIsBounded(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	before := s.Snapshot()
	for code, list := range map[string][]workspace.Listed{"no_lines": nil, "too_many_lines": make([]workspace.Listed, schema.MaxBatchLines+1)} {
		_, err := s.Workspace().DraftBatch(t.Context(), s.client.ID, list, s.draft)
		if e := fixture.Refused(t, err, schema.Invalid, code); e.Field != "lines" {
			t.Errorf("it stands at %q", e.Field)
		}
	}
	if s.Snapshot() != before {
		t.Error("something was written, or the earlier draft is gone")
	}
	long := strings.Repeat("ü", 400)
	b := draft(s, long+", "+long+"@example.com")
	if got := fatesOf(s, b.ID); got[0] != workspace.FateMend {
		t.Errorf("what is too long is to be %s", got[0])
	}
}

func TestANewDraftTakesTheEarlierOnesPlaceAndNobodyElses(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	s, other := newScene(w, "halden"), newScene(w, "mill")
	drafts := func(id schema.BatchID) int {
		return fixture.Read[int](w, `SELECT COUNT(*) FROM invitation_batches b JOIN invitation_batch_lines l ON l.batch_id = b.id WHERE b.id = ?`, id)
	}
	again := func(earlier schema.BatchID) {
		t.Helper()
		if _, err := s.Workspace().DraftBatch(t.Context(), s.client.ID, listed("Tom Okafor, tom@example.com"), earlier); err != nil {
			t.Fatal(err)
		}
	}
	again(s.draft)
	again(other.draft)
	if drafts(s.draft) != 0 || drafts(other.draft) == 0 {
		t.Error("the wrong drafts are gone")
	}
	sent := draft(s, "Tom Okafor, tom@example.com")
	if _, err := s.Workspace().SendBatch(t.Context(), sent.ID); err != nil {
		t.Fatal(err)
	}
	again(sent.ID)
	if drafts(sent.ID) == 0 {
		t.Error("a list that was sent is gone")
	}
}

func TestSendingSettlesWhoIsLeftOutAndPromisesTheRest(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	b := draft(s, "Tom Okafor, tom@example.com", "Ines, "+s.invited.Email, "Beth, beth@example,com", "Tom, tom@example.com", "Ann Bee, ann@example.com",
		"Emil, "+s.expired.Email, "Ada, "+s.active.Email)
	jonas := s.Member(schema.RoleAdmin, "Jonas Weber", "jonas@example.com")
	ws := s.WorkspaceOf(jonas)
	if err := ws.OmitLine(t.Context(), b.ID, 5); err != nil {
		t.Fatal(err)
	}
	due, err := ws.SendBatch(t.Context(), b.ID)
	if err != nil || len(due) != 1 || due[0].Work != schema.WorkInvitationBatch || due[0].Row != b.ID.String() {
		t.Fatalf("due is %+v (%v)", due, err)
	}
	lines := fixture.ReadAll[schema.BatchLine](s.World, `SELECT * FROM invitation_batch_lines WHERE batch_id = ? ORDER BY line`, b.ID)
	var got []string
	for _, l := range lines {
		got = append(got, string(l.State)+" "+l.Code)
	}
	want := []string{"pending ", "skipped already_invited", "refused email_comma", "skipped duplicate", "omitted ", "skipped invitation_expired", "skipped already_active"}
	if !slices.Equal(got, want) {
		t.Errorf("the lines are %q", got)
	}
	p, err := ws.BatchProgress(t.Context(), b.ID)
	if err != nil || p.State != schema.BatchQueued || p.CreatedBy != jonas.ID || p.Total() != 1 || p.Settled() != 0 || p.Left() != 0 {
		t.Errorf("the list is %+v (%v)", p, err)
	}
	left, err := ws.LeftOut(t.Context(), b.ID)
	if err != nil || len(left) != 6 || left[len(left)-1].Reason == "" {
		t.Errorf("left out are %+v (%v)", left, err)
	}
	for name, err := range map[string]error{
		"omit": ws.OmitLine(t.Context(), b.ID, 1), "include": ws.IncludeLine(t.Context(), b.ID, 5),
		"mend": fixture.Error(ws.MendLines(t.Context(), b.ID, map[int]workspace.Mend{3: {}}))} {
		if schema.CodeOf(err) != "batch_sent" {
			t.Errorf("%s after sending: %v", name, err)
		}
	}
}

func TestEightPressesSendOnce(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	for range 5 {
		b := draft(s, "Tom Okafor, tom@example.com")
		workspaces, due := open(s, 8), make([][]schema.Due, 8)
		for _, err := range fixture.Together(8, func(i int) (err error) {
			due[i], err = workspaces[i].SendBatch(t.Context(), b.ID)
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		if n := len(slices.Concat(due...)); n != 1 {
			t.Fatalf("%d presses have sent it", n)
		}
	}
}

func TestAListOfNobodyAndUnmetPreconditionsAreNotSent(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	nobody := draft(s, "Ines, "+s.invited.Email, "Beth, beth@example,com")
	before := s.Snapshot()
	_, err := s.Workspace().SendBatch(t.Context(), nobody.ID)
	fixture.Refused(t, err, schema.Conflict, "nobody")
	if s.Snapshot() != before {
		t.Error("it was refused and has changed something")
	}
	s.SetPlan(schema.PlanSolo)
	_, err = s.Workspace().SendBatch(t.Context(), s.draft)
	fixture.Refused(t, err, schema.Forbidden, "plan")
	_, err = s.Workspace().DraftBatch(t.Context(), s.client.ID, listed("Tom Okafor, tom@example.com"), schema.BatchID{})
	fixture.Refused(t, err, schema.Forbidden, "plan")
	s.SetPlan(schema.PlanAgency)
	s.DeleteClient(s.client)
	_, err = s.Workspace().SendBatch(t.Context(), s.draft)
	fixture.Refused(t, err, schema.Conflict, "client_deleted")
}

func TestADraftThatNobodySendsIsGoneAfterAWeek(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	s.Exec(`UPDATE invitation_batches SET created_at = created_at - INTERVAL 7 DAY WHERE id = ?`, s.draft)
	for name, m := range methods {
		if !strings.Contains(name, "Batch") && !strings.Contains(name, "Draft") && !strings.Contains(name, "Line") && name != "Fates" && name != "LeftOut" || name == "DraftBatch" {
			continue
		}
		if err := m.call(t.Context(), s.Workspace(), s); err != error(schema.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFiveThousandLinesAreDraftedAndCounted(t *testing.T) {
	t.Parallel()
	s := newScene(fixture.New(t), "halden")
	var lines []string
	for i := range schema.MaxBatchLines {
		lines = append(lines, fmt.Sprintf("Person %d, person%d@example.com", i, i%4900))
	}
	b := draft(s, lines...)
	counts, err := s.Workspace().Fates(t.Context(), b.ID)
	if err != nil || counts[workspace.FateInvite] != 4900 || counts[workspace.FateDuplicate] != 100 {
		t.Errorf("%v (%v)", counts, err)
	}
	p, err := s.Workspace().DraftLines(t.Context(), b.ID, workspace.LineFilter{Page: 999})
	if err != nil || p.Page != 50 || p.Pages != 50 || p.Lines[99].Number != 5000 || p.Lines[99].First != 100 {
		t.Errorf("the last page is %+v (%v)", p, err)
	}
}
