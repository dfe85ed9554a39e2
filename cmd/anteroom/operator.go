package main

import (
	"context"
	"fmt"
	"strings"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/demo"
	"anteroom/schema/system"
)

// withDB checks the settings, opens the database and hands it to fn.
func (s Settings) withDB(ctx context.Context, fn func(*schema.DB) error) error {
	var f faults
	s.check(&f)
	if err := f.err(); err != nil {
		return err
	}
	db, err := s.openDB(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return fn(db)
}

// withSchema is withDB for what needs the tables.
func (s Settings) withSchema(ctx context.Context, fn func(*schema.DB) error) error {
	return s.withDB(ctx, func(db *schema.DB) error {
		if err := migrated(ctx, db); err != nil {
			return err
		}
		return fn(db)
	})
}

type migrateCmd struct {
	Settings `embed:""`
}

// Run brings the database to the newest schema.
func (c *migrateCmd) Run(ctx context.Context) error {
	return c.withDB(ctx, func(db *schema.DB) error {
		if err := schema.Migrate(ctx, db); err != nil {
			return err
		}
		fmt.Println("The database has the newest schema.")
		return nil
	})
}

type seedCmd struct {
	Settings   `embed:""`
	SecretKeys string `env:"SECRET_KEYS" placeholder:"KEYS" help:"With them a webhook endpoint is written too; they seal its secret."`
}

// Run writes the demo data.
func (c *seedCmd) Run(ctx context.Context) error {
	var f faults
	var keys *keyring.Ring
	if strings.TrimSpace(c.SecretKeys) != "" {
		var err error
		if keys, err = keyring.Parse(c.SecretKeys); err != nil {
			f.add("SECRET_KEYS", err.Error(), "k1:$(openssl rand -base64 32)")
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	return c.withSchema(ctx, func(db *schema.DB) error {
		seeded, err := demo.Seed(ctx, db)
		if err == nil && seeded && keys != nil {
			_, err = demo.SeedWebhooks(ctx, db, keys, demo.CRM{})
		}
		if err != nil {
			return err
		}
		if !seeded {
			fmt.Println("There is data already; nothing was changed.")
			return nil
		}
		fmt.Printf("Sign in as %s or %s, password %q.\n", demo.Owner, demo.Client, demo.Password)
		return nil
	})
}

type agencyCmd struct {
	Create    createCmd    `cmd:"" help:"Create an agency; its owner gets a mail to set a password."`
	SetPlan   setPlanCmd   `cmd:"" help:"Change an agency's plan."`
	AddMember addMemberCmd `cmd:"" help:"Give a person a role in an agency; somebody new gets a mail to set a password."`
}

type createCmd struct {
	Settings   `embed:""`
	Name       string `required:"" help:"Name of the agency."`
	OwnerName  string `required:"" help:"Full name of its owner."`
	OwnerEmail string `required:"" help:"Email address of its owner."`
	Plan       string `default:"agency" help:"solo or agency."`
}

// Run creates the agency. The owner's mail is a row; a worker's relay finds it.
func (c *createCmd) Run(ctx context.Context) error {
	plan, err := schema.ParsePlan(c.Plan)
	if err != nil {
		return err
	}
	return c.withSchema(ctx, func(db *schema.DB) error {
		a, _, err := system.New(db, 0).CreateAgency(ctx, c.Name, plan, c.OwnerName, c.OwnerEmail)
		if err != nil {
			return err
		}
		fmt.Println(a.ID)
		return nil
	})
}

type setPlanCmd struct {
	Settings `embed:""`
	Agency   string `arg:"" help:"The agency's ID, ag_…"`
	Plan     string `arg:"" help:"solo or agency."`
}

// Run changes the plan.
func (c *setPlanCmd) Run(ctx context.Context) error {
	plan, err := schema.ParsePlan(c.Plan)
	if err != nil {
		return err
	}
	return c.withAgency(ctx, c.Agency, func(s *system.System, id schema.AgencyID) error {
		return s.SetPlan(ctx, id, plan)
	})
}

type addMemberCmd struct {
	Settings `embed:""`
	Agency   string `arg:"" help:"The agency's ID, ag_…"`
	Name     string `required:"" help:"Full name."`
	Email    string `required:"" help:"Email address."`
	Role     string `default:"member" help:"owner, admin or member."`
}

// Run adds the member.
func (c *addMemberCmd) Run(ctx context.Context) error {
	role, err := schema.ParseRole(c.Role)
	if err != nil {
		return err
	}
	return c.withAgency(ctx, c.Agency, func(s *system.System, id schema.AgencyID) error {
		_, err := s.AddMember(ctx, id, c.Name, c.Email, role)
		return err
	})
}

// withAgency hands fn the machine's verbs and the ID of the agency that the
// command line names.
func (s Settings) withAgency(ctx context.Context, agency string, fn func(*system.System, schema.AgencyID) error) error {
	id, err := schema.Parse[schema.AgencyID](agency)
	if err != nil {
		return named(agency, err)
	}
	return s.withSchema(ctx, func(db *schema.DB) error { return named(agency, fn(system.New(db, 0), id)) })
}

// named says which agency there is not: on the command line "there is nothing
// here" would be too little.
func named(agency string, err error) error {
	if schema.KindOf(err) == schema.NotFound {
		return &schema.Error{Kind: schema.NotFound, Message: "there is no agency " + agency}
	}
	return err
}
