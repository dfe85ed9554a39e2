package mailgunfake_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"anteroom/internal/mailgunfake"
)

func subjects(mails []mailgunfake.Mail) (s []string) {
	for _, m := range mails {
		s = append(s, m.Subject)
	}
	return s
}

func TestMailsSurviveARestartNewestFirstAndWithinTheCapacity(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	fake, base := start(t, mailgunfake.Options{Dir: dir, Capacity: 3})
	for i := range 5 {
		if _, _, err := client(base).Send(t.Context(), message(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	want := "4 3 2"
	if got := strings.Join(subjects(fake.Mails()), " "); got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
	again, _ := start(t, mailgunfake.Options{Dir: dir, Capacity: 3})
	if got := strings.Join(subjects(again.Mails()), " "); got != want {
		t.Errorf("after a restart %s, want %s", got, want)
	}
	if a, b := fake.Mails()[0], again.Mails()[0]; fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("a mail came back changed:\n%+v\n%+v", a, b)
	}
	smaller, _ := start(t, mailgunfake.Options{Dir: dir, Capacity: 1})
	if got := subjects(smaller.Mails()); len(got) != 1 || got[0] != "4" {
		t.Errorf("with a smaller capacity %v", got)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%d files are left for 1 mail", len(files))
	}
}

func TestAFileThatIsNoMailIsNamedInTheError(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "broken.json"), []byte("{"), 0o600)
	if _, err := mailgunfake.New(mailgunfake.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "broken.json") {
		t.Errorf("%v", err)
	}
}

func TestManySendersAtOnceLoseNothing(t *testing.T) {
	fake, base := start(t, mailgunfake.Options{Dir: t.TempDir()})
	const senders, each = 8, 10
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			for range each {
				if _, _, err := client(base).Send(t.Context(), message("m")); err != nil {
					t.Error(err)
				}
				fake.Mails()
			}
		})
	}
	wg.Wait()
	ids := map[string]bool{}
	mails := fake.Mails()
	for i, m := range mails {
		ids[m.ID] = true
		if i > 0 && !m.ReceivedAt.Before(mails[i-1].ReceivedAt) {
			t.Error("two mails share a moment")
		}
	}
	if len(ids) != senders*each {
		t.Errorf("%d of %d mails", len(ids), senders*each)
	}
}
