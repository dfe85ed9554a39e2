package hooks_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
)

func TestOnlyWhatMailgunSignedIsHeard(t *testing.T) {
	h := newHook(t)
	u := h.sent()
	before := h.Snapshot()
	now := strconv.FormatInt(h.Now().Unix(), 10)
	body := h.read("delivered")
	fill := func(old, new string) []byte {
		if !strings.Contains(body, old) {
			t.Fatalf("%q is not in the payload", old)
		}
		return signed(strings.ReplaceAll(body, old, new), signingKey, now, "t1", u.EmailID)
	}
	for name, b := range map[string][]byte{
		"another key":                signed(body, "key-of-somebody", now, "t1", u.EmailID),
		"an empty key":               signed(body, "", now, "t1", u.EmailID),
		"no signature":               fill(`"SIGNATURE"`, `""`),
		"a signature of null":        fill(`"SIGNATURE"`, `null`),
		"no hexadecimal":             fill(`"SIGNATURE"`, `"zz"`),
		"half a signature":           fill(`"SIGNATURE"`, `"0123456789abcdef"`),
		"another token":              fill(`"TOKEN"`, `"t2"`),
		"another time":               fill(`"TIMESTAMP"`, `"1529006854"`),
		"no time":                    fill(`"TIMESTAMP"`, `"yesterday"`),
		"a time before all":          fill(`"TIMESTAMP"`, `"-1"`),
		"a time after all":           signed(body, signingKey, "253402300800", "t1", u.EmailID),
		"an empty token":             signed(body, signingKey, now, "", u.EmailID),
		"a wrong parent signature":   fill(`"SIGNATURE"`, `"00", "parent-signature": "00"`),
		"the signature is a list":    fill(`"signature": {`, `"x": {`),
		"nothing":                    nil,
		"null":                       []byte("null"),
		"no JSON":                    []byte("event=delivered&token=t1"),
		"half of it":                 h.sign("delivered", u.EmailID)[:500],
		"more behind it":             append(h.sign("delivered", u.EmailID), "{}"...),
		"packed":                     packed(t, h.sign("delivered", u.EmailID)),
		"old, as from a year ago":    signed(body, signingKey, strconv.FormatInt(h.Now().AddDate(-1, 0, 0).Unix(), 10), "t1", u.EmailID),
		"older than its token would": signed(body, signingKey, strconv.FormatInt(h.Now().Add(-8*time.Hour-31*time.Minute).Unix(), 10), "t1", u.EmailID),
	} {
		var headers []string
		if name == "packed" {
			headers = []string{"Content-Encoding", "gzip"}
		}
		read := len(h.log.String())
		if status := h.post(b, headers...); status != http.StatusNotAcceptable {
			t.Errorf("%s: %d", name, status)
		}
		if logged := h.log.String()[read:]; !strings.Contains(logged, "a Mailgun webhook was refused") || !strings.Contains(logged, `"route":"/hooks/mailgun","status":406`) {
			t.Errorf("%s: the log says %s", name, logged)
		}
	}
	if h.Snapshot() != before {
		t.Error("something has changed")
	}
	// What is signed may be late, or early by Mailgun's clock; the timestamp may be
	// a number.
	for i, at := range []time.Time{h.Now().Add(-8*time.Hour - 29*time.Minute), h.Now().Add(time.Hour)} {
		if status := h.post(signed(body, signingKey, strconv.FormatInt(at.Unix(), 10), fmt.Sprint("late", i), u.EmailID)); status != http.StatusOK {
			t.Errorf("%s: %d", at, status)
		}
	}
	if status := h.post(fill(`"TIMESTAMP"`, `TIMESTAMP`)); status != http.StatusOK {
		t.Errorf("a timestamp that is a number: %d", status)
	}
}

func packed(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAWebhookMayBeLongButNotEndless(t *testing.T) {
	h := newHook(t)
	u := h.sent()
	grow := func(to int) []byte {
		b := string(h.sign("delivered", u.EmailID))
		const more = `"more": "", `
		head, rest, _ := strings.Cut(b, `"event-data": {`)
		return []byte(head + `"event-data": {` + `"more": "` + strings.Repeat("x", to-len(b)-len(more)) + `", ` + rest)
	}
	for size, want := range map[int]int{256<<10 + 1: 413, 300 << 10: 413, 1 << 20: 413} {
		b := grow(size)
		if len(b) != size {
			t.Fatalf("%d bytes, want %d", len(b), size)
		}
		if got := h.post(b); got != want || h.Email(u.EmailID).State != schema.EmailSent {
			t.Errorf("%d bytes: %d", size, got)
		}
	}
	if got := h.post(grow(256 << 10)); got != 200 || h.Email(u.EmailID).State != schema.EmailDelivered {
		t.Errorf("256 kB: %d", got)
	}
}

func TestTheHookIsForPostsOnlyAndNotThereWithoutAKey(t *testing.T) {
	h := newHook(t)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		answer, err := h.app.Test(httptest.NewRequest(method, "/hooks/mailgun", nil), -1)
		if err != nil || answer.StatusCode != http.StatusMethodNotAllowed && answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %v %v", method, answer, err)
		}
	}
	// A page of another site has nothing to post here.
	u := h.sent()
	if status := h.post(h.sign("delivered", u.EmailID), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); status != http.StatusForbidden {
		t.Errorf("from another site's page: %d", status)
	}
	h.take("delivered", u.EmailID) // as a server posts
}

func TestATokenCountsOnce(t *testing.T) {
	h := newHook(t)
	u, other := h.sent(), h.sent()
	now := strconv.FormatInt(h.Now().Unix(), 10)
	h.post(signed(h.read("failed-temporary-quota"), signingKey, now, "once", u.EmailID))
	before := h.Snapshot()
	for name, id := range map[string]schema.EmailID{"failed-temporary-quota": u.EmailID, "complained": u.EmailID, "delivered": other.EmailID} {
		if status := h.post(signed(h.read(name), signingKey, now, "once", id)); status != http.StatusOK {
			t.Errorf("%s: %d", name, status)
		}
	}
	if h.Snapshot() != before {
		t.Error("a token had an effect twice")
	}
	if n := fixture.Read[int](h.World, `SELECT COUNT(*) FROM mailgun_tokens WHERE token_hash = UNHEX(SHA2('once', 256))`); n != 1 {
		t.Errorf("%d hashes of it", n)
	}
}

func TestTokensAreForgottenWhenTheirWebhooksAreTooOldToComeAgain(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	clock := w.StopClock()
	h := hookOn(t, w)
	u := h.sent()
	early := signed(h.read("failed-temporary-quota"), signingKey, strconv.FormatInt(clock.Now().Add(time.Hour).Unix(), 10), "early", u.EmailID)
	now := signed(h.read("failed-temporary-quota"), signingKey, strconv.FormatInt(clock.Now().Unix(), 10), "now", u.EmailID)
	tokens := func() int { return fixture.Read[int](w, `SELECT COUNT(*) FROM mailgun_tokens`) }
	prune := func() {
		t.Helper()
		if _, err := w.System.Prune(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
	}
	h.post(early)
	h.post(now)
	for _, step := range []struct {
		forward    time.Duration
		kept       int
		now, early int // the answers
	}{
		{8 * time.Hour, 2, 200, 200}, {59 * time.Minute, 2, 406, 200}, {time.Minute, 1, 406, 200}, {59 * time.Minute, 1, 406, 406}, {time.Minute, 0, 406, 406},
	} {
		clock.Forward(step.forward)
		prune()
		if a, b := h.post(now), h.post(early); tokens() != step.kept || a != step.now || b != step.early {
			t.Errorf("%s later: %d tokens, the answers are %d and %d; want %+v", step.forward, tokens(), a, b, step)
		}
		if got := h.Events(u.ID); len(got) != 3 && len(got) != 4 { // it expires in a week, not before
			t.Errorf("the events are %v", got)
		}
	}
}

func TestOneWebhookThatComesManyTimesAtOnceIsHeardOnce(t *testing.T) {
	h := newHook(t)
	u := h.sent()
	same := h.sign("delivered", u.EmailID)
	for _, err := range fixture.Together(8, func(int) error {
		status, err := h.try(same)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("status %d", status)
		}
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	if n := fixture.Read[int](h.World, `SELECT COUNT(*) FROM mailgun_tokens`); n != 1 {
		t.Errorf("%d tokens", n)
	}
	if got := h.Events(u.ID); !slices.Equal(got, []schema.EventType{schema.InvitationCreated, schema.InvitationSent, schema.InvitationDelivered}) {
		t.Errorf("the events are %v", got)
	}
}

func TestDifferentWebhooksAboutOneEmailAtOnceEndAsOneAfterAnother(t *testing.T) {
	h := newHook(t)
	for range 3 {
		u := h.sent()
		names := payloads(t, true)
		bodies := make([][]byte, len(names))
		for i, name := range names {
			bodies[i] = h.sign(name, u.EmailID)
		}
		for i, err := range fixture.Together(len(names), func(i int) error {
			status, err := h.try(bodies[i])
			if err == nil && status != http.StatusOK {
				err = fmt.Errorf("status %d", status)
			}
			return err
		}) {
			if err != nil {
				t.Errorf("%s: %v", names[i], err)
			}
		}
		if e := h.Email(u.EmailID); e.State != schema.EmailComplained {
			t.Errorf("it is %s", fate(e))
		}
	}
	h.CheckSequences()
}
