package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
)

// How long a probe waits for each engine.
const (
	databaseProbe = 2 * time.Second
	redisProbe    = 300 * time.Millisecond
)

func (o Options) healthz(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) }

// readyz says whether requests can be answered. Without Redis they can: what
// should have been rung is rung by the relay.
func (o Options) readyz(c *fiber.Ctx) error {
	database, redis := o.database(c.UserContext()), o.redis(c.UserContext())
	status, code := "ok", fiber.StatusOK
	switch {
	case database != "ok":
		status, code = "unready", fiber.StatusServiceUnavailable
	case redis != "ok":
		status = "degraded"
	}
	return c.Status(code).JSON(fiber.Map{"status": status, "database": database, "redis": redis})
}

func (o Options) database(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, databaseProbe)
	defer cancel()
	current, err := schema.Current(ctx, o.DB)
	switch {
	case err != nil:
		o.Log.WarnContext(ctx, "readiness", "database", err)
		return "away"
	case !current:
		return "migrations missing"
	}
	return "ok"
}

func (o Options) redis(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, redisProbe)
	defer cancel()
	if err := o.Redis.Ping(ctx).Err(); err != nil {
		o.Log.WarnContext(ctx, "readiness", "redis", err)
		return "degraded"
	}
	return "ok"
}
