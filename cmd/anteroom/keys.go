package main

import (
	"context"
	"fmt"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/system"
)

type keysCmd struct {
	Reseal resealCmd `cmd:"" help:"Encrypt stored secrets under the first of SECRET_KEYS, so that older keys can be dropped."`
}

type resealCmd struct {
	Settings   `embed:""`
	SecretKeys string `env:"SECRET_KEYS" placeholder:"KEYS" help:"id:base64 of 32 bytes, several separated by commas; the first encrypts."`
}

// Run encrypts the secrets of webhook endpoints and the tokens of social accounts anew. It can be run at any time,
// beside servers, and again.
func (c *resealCmd) Run(ctx context.Context) error {
	var f faults
	c.check(&f)
	keys := parseKeys(&f, c.SecretKeys)
	if err := f.err(); err != nil {
		return err
	}
	return c.withSchema(ctx, func(db *schema.DB) error { return reseal(ctx, system.New(db, 0), keys) })
}

func reseal(ctx context.Context, s *system.System, keys *keyring.Ring) error {
	done := 0
	var broken []schema.EndpointID
	for after := (schema.EndpointID{}); ; {
		out, err := s.Reseal(ctx, keys, after, system.ResealBatch)
		if err != nil {
			return err
		}
		done += out.Done
		broken = append(broken, out.Broken...)
		if after = out.After; after.IsZero() {
			break
		}
	}
	var stuck []schema.AccountID
	for after := (schema.AccountID{}); ; {
		out, err := s.ResealAccounts(ctx, keys, after, system.ResealBatch)
		if err != nil {
			return err
		}
		done += out.Done
		stuck = append(stuck, out.Broken...)
		if after = out.After; after.IsZero() {
			break
		}
	}
	fmt.Printf("Secrets encrypted under the first key: %d.\n", done)
	if len(broken) > 0 {
		return fmt.Errorf("%d endpoints have a secret that no key in SECRET_KEYS opens, put back the key it needs or rotate it: %s", len(broken), broken)
	}
	if len(stuck) > 0 {
		return fmt.Errorf("%d social accounts have a token that no key in SECRET_KEYS opens, put back the key it needs or have them connected again: %s", len(stuck), stuck)
	}
	return nil
}
