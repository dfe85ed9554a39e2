// Package password checks, hashes and compares passwords.
package password

import (
	"context"
	_ "embed"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"anteroom/schema"
)

// Cost is what one hash takes.
type Cost struct {
	MemoryKiB  uint32
	Iterations uint32
}

// OWASP is the cheapest of the argon2id settings that OWASP's Password Storage
// Cheat Sheet recommends: 19 MiB, two passes, one lane.
var OWASP = Cost{MemoryKiB: 19 * 1024, Iterations: 2}

// The bounds of a password, in characters. NIST SP 800-63B asks for at least 8
// and for room up to 64 or more; the upper bound keeps hashing cheap to refuse.
const (
	minLength = 12
	maxLength = 1024
)

//go:embed common.txt
var commonList string

var common = func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(commonList) {
		if s := strings.TrimSpace(line); s != "" && !strings.HasPrefix(s, "#") {
			m[s] = true
		}
	}
	return m
}()

// Check refuses a password that is too short, too long, common, or the owner's
// own address or name.
func Check(plain, email, fullName string) error {
	n := utf8.RuneCountInString(plain)
	switch {
	case !utf8.ValidString(plain):
		return refuse("password_characters", "That password holds a character that can’t be read back. Type it again.")
	case n < minLength:
		return refuse("password_short", fmt.Sprintf("Use %d characters or more. Three or four unrelated words make a good password.", minLength))
	case n > maxLength:
		return refuse("password_long", fmt.Sprintf("Use %d characters or fewer.", maxLength))
	case isCommon(plain):
		return refuse("password_common", "That password is on every guesser’s list. Choose one that only you would think of.")
	case isOwn(plain, email, fullName):
		return refuse("password_own", "That is your name or address. Choose something others can’t look up.")
	}
	return nil
}

func refuse(code, message string) error {
	return &schema.Error{Kind: schema.Invalid, Field: "password", Code: code, Message: message}
}

// isCommon also sees through a common password with digits or marks around it,
// repetition ("passwordpassword"), and one character over and over.
func isCommon(plain string) bool {
	s := strings.ToLower(plain)
	const digits, marks = "0123456789", "!?.,-_*#@$ "
	core := strings.Trim(s, digits+marks)
	if core == "" { // digits alone can be as good as any, but not in a row
		core = strings.Map(func(r rune) rune {
			if strings.ContainsRune(marks, r) {
				return -1
			}
			return r
		}, s)
	}
	for _, c := range []string{s, core} {
		if common[c] || common[period(c)] || len(period(c)) < 3 {
			return true
		}
	}
	return false
}

// period is the shortest string that s repeats.
func period(s string) string {
	if s == "" {
		return s
	}
	if i := strings.Index(s[1:]+s, s); i >= 0 && len(s)%(i+1) == 0 {
		return s[:i+1]
	}
	return s
}

func isOwn(plain, email, fullName string) bool {
	s := strings.ToLower(plain)
	local, _, _ := strings.Cut(strings.ToLower(email), "@")
	name := strings.ToLower(fullName)
	return s == strings.ToLower(email) || s == local || s == name || s == strings.ReplaceAll(name, " ", "")
}

// Hasher hashes, on at most as many cores as there are: whoever comes in a
// crowd waits in line instead of filling the memory.
type Hasher struct {
	params argon2id.Params
	slots  chan struct{}
	dummy  string
}

// New makes a hasher.
func New(c Cost) *Hasher {
	h := &Hasher{
		params: argon2id.Params{Memory: c.MemoryKiB, Iterations: c.Iterations, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		slots:  make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	var err error
	if h.dummy, err = argon2id.CreateHash("nobody has this password", &h.params); err != nil {
		panic(err) // only a broken system's random source fails
	}
	return h
}

// Hash hashes a password that passed Check. It fails only when ctx ends in the
// line.
func (h *Hasher) Hash(ctx context.Context, plain string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return argon2id.CreateHash(plain, &h.params)
}

// Matches compares a password with a hash. Without a hash it compares with a
// dummy, so an unknown address takes as long as a wrong password.
func (h *Hasher) Matches(ctx context.Context, plain, hash string) (bool, error) {
	if utf8.RuneCountInString(plain) > maxLength {
		plain = "" // never a password; hash something short instead
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	ok, err := argon2id.ComparePasswordAndHash(plain, hash)
	return ok && known, err
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("password: %w", ctx.Err())
	}
}

func (h *Hasher) leave() { <-h.slots }
