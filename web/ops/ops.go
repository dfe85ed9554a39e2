// Package ops mounts the web UI of the job queue, for operators.
package ops

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/hibiken/asynqmon"
	"github.com/redis/go-redis/v9"

	"anteroom/web/limit"
)

const root = "/ops/queues"

// policy is what asynqmon's pages need: inline script and styles of its own,
// nothing from other hosts.
const policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Options are what the operators' pages need. Without a user and a password
// there are none.
type Options struct {
	Redis          redis.UniversalClient
	User, Password string
	Write          bool
	Limit          *limit.Limiter
}

// shared hands the one client out to what would rather open its own. Nothing
// here ever closes it.
type shared struct{ redis.UniversalClient }

// MakeRedisClient implements asynq.RedisConnOpt.
func (s shared) MakeRedisClient() any { return s.UniversalClient }

// Mount adds the operators' routes.
func Mount(app fiber.Router, o Options) {
	if o.User == "" || o.Password == "" {
		return
	}
	ui := adaptor.HTTPHandler(asynqmon.New(asynqmon.Options{
		RootPath: root, RedisConnOpt: shared{o.Redis}, ReadOnly: !o.Write,
		PayloadFormatter: asynqmon.PayloadFormatterFunc(payload), ResultFormatter: asynqmon.ResultFormatterFunc(result),
	}))
	serve := func(c *fiber.Ctx) error {
		header := c.Get(fiber.HeaderAuthorization)
		if header == "" {
			return ask(c)
		}
		guesses := limit.Client(c, "ops", failures)
		// Looked at before the password is: from a guesser even the right one
		// is refused.
		if err := o.Limit.Look(c, guesses); err != nil {
			return err
		}
		if !o.allowed(header) {
			_ = o.Limit.Check(c, guesses) // counts it
			return ask(c)
		}
		c.Set(fiber.HeaderContentSecurityPolicy, policy)
		return ui(c)
	}
	app.All(root, serve)
	app.All(root+"/*", serve)
}

// failures is how many wrong passwords one client may try in ten minutes.
const failures = 20

func ask(c *fiber.Ctx) error {
	c.Set(fiber.HeaderWWWAuthenticate, `Basic realm="Anteroom operations", charset="UTF-8"`)
	return c.Status(fiber.StatusUnauthorized).SendString("This is for operators. Sign in with the user and password that were set up for them.")
}

// allowed compares hashes, so that neither length nor content shows in the
// time it takes.
func (o Options) allowed(header string) bool {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return false
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return false
	}
	got, want := sha256.Sum256(b), sha256.Sum256([]byte(o.User+":"+o.Password))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}
