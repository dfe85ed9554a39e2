// Package limit slows down those who try too often. It guards against guessing
// and flooding and decides nothing else: when Redis is away or hangs, it lets
// everybody through.
package limit

import (
	"context"
	"encoding/base64"
	"log/slog"
	"math"
	"strconv"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/web/request"
)

// budget is what all the limits of one request may take together.
const budget = 100 * time.Millisecond

// window is the time over which every limit counts.
const window = 10 * time.Minute

// Limiter counts in Redis.
type Limiter struct {
	rate *redis_rate.Limiter
	keys *keyring.Ring
	log  *slog.Logger
}

// New makes a limiter on a client that stays the caller's. The client must
// obey its contexts (ContextTimeoutEnabled), or a Redis that hangs holds
// requests up for longer than the budget.
func New(rdb redis.UniversalClient, keys *keyring.Ring, log *slog.Logger) *Limiter {
	return &Limiter{redis_rate.NewLimiter(rdb), keys, log}
}

// Rule allows N requests in ten minutes to whoever has the same Who.
type Rule struct {
	Name string
	Who  string
	N    int
}

// Client is a rule by the client's address. An IPv6 network counts as one: its
// owner has 2^64 addresses.
func Client(c *fiber.Ctx, name string, n int) Rule {
	return Rule{Name: name + ":ip", Who: network(c), N: n}
}

func network(c *fiber.Ctx) string {
	a := request.Address(c)
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// worldwide is how many times as often a mailbox may be tried by all clients
// together: enough that a stranger can't lock its owner out with a few tries,
// too few for guessing a password from many places.
const worldwide = 20

// Mailbox is the rules by an email address, however it is written: one for this
// client, and a wider one for all of them.
func Mailbox(c *fiber.Ctx, name, email string, n int) []Rule {
	if a, err := schema.ParseAddress(email); err == nil {
		email = a.Key
	}
	return []Rule{
		{Name: name + ":email_ip", Who: email + "\x00" + network(c), N: n},
		{Name: name + ":email", Who: email, N: n * worldwide},
	}
}

// ownPassword is how often a person who is signed in may type their password in
// ten minutes, on all the pages that ask for it again.
const ownPassword = 10

// OwnPassword is the rule for them. Only somebody with the person's session can
// use it up.
func OwnPassword(u schema.UserID) Rule {
	return Rule{Name: "own_password", Who: u.String(), N: ownPassword}
}

// Check counts the request under all rules. One that is used up is a TooSoon
// error, and the answer says in Retry-After when to come back.
func (l *Limiter) Check(c *fiber.Ctx, rules ...Rule) error { return l.take(c, 1, rules) }

// Look is Check without counting, for limits that count failures only.
func (l *Limiter) Look(c *fiber.Ctx, rules ...Rule) error { return l.take(c, 0, rules) }

func (l *Limiter) take(c *fiber.Ctx, n int, rules []Rule) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), budget)
	defer cancel()
	var wait time.Duration
	for _, r := range rules {
		res, err := l.rate.AllowN(ctx, l.key(r), redis_rate.Limit{Rate: r.N, Burst: r.N, Period: window}, n)
		if err != nil {
			l.log.WarnContext(ctx, "rate limit not counted", "limit", r.Name, "request_id", request.ID(c), "error", err)
			return nil
		}
		if res.Allowed < n || (n == 0 && res.Remaining == 0) {
			wait = max(wait, res.RetryAfter, window/time.Duration(r.N))
		}
	}
	if wait == 0 {
		return nil
	}
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return errTooOften
}

// Forget starts the count of a rule afresh: whoever proved to be right was not
// guessing.
func (l *Limiter) Forget(c *fiber.Ctx, r Rule) {
	ctx, cancel := context.WithTimeout(c.UserContext(), budget)
	defer cancel()
	if err := l.rate.Reset(ctx, l.key(r)); err != nil {
		l.log.WarnContext(ctx, "rate limit not reset", "limit", r.Name, "request_id", request.ID(c), "error", err)
	}
}

var errTooOften = &schema.Error{Kind: schema.TooSoon, Code: "rate_limited",
	Message: "That was tried too often in a short time. Wait a few minutes, then try again."}

// key holds a MAC of who it is: what Redis holds, the ops UI shows.
func (l *Limiter) key(r Rule) string {
	_, mac := l.keys.Sign("rate_limit", []byte(r.Name+"\x00"+r.Who))
	return r.Name + ":" + base64.RawURLEncoding.EncodeToString(mac[:16])
}
