package testkit_test

import (
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"

	"anteroom/internal/testkit"
	"anteroom/schema"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			db := testkit.DB(t)
			if ok, err := schema.Current(t.Context(), db); err != nil || !ok {
				t.Fatalf("not migrated: %v", err)
			}
			if _, err := db.ExecContext(t.Context(), "CREATE TABLE mine (n INT)"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestADatabaseURLIsMigratedAndAnEmptyOneIsNot(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{testkit.DatabaseURL(t): true, testkit.EmptyDatabaseURL(t): false} {
		db, err := schema.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if got, err := schema.Current(t.Context(), db); err != nil || got != want {
			t.Errorf("migrated is %v (%v), want %v", got, err, want)
		}
	}
}

func TestEveryTestHasARedisOfItsOwn(t *testing.T) {
	t.Parallel()
	for range 20 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			if alone(t) == 0 {
				t.Error("it is number 0")
			}
		})
	}
}

func TestARedisNumberIsUsedAgainAndComesBackEmpty(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for range 100 {
		again := false
		ok := t.Run("", func(t *testing.T) {
			n := alone(t)
			again = seen[n]
			seen[n] = true
		})
		if again || !ok {
			return
		}
	}
	t.Error("no number came back")
}

// alone checks that nobody else writes into the test's Redis database and
// returns its number.
func alone(t *testing.T) int {
	t.Helper()
	r := testkit.Redis(t)
	if set, err := r.SetNX(t.Context(), "mine", 1, 0).Result(); err != nil || !set {
		t.Errorf("not alone (%v)", err)
	}
	return r.Options().DB
}

func TestAnOwnRedisMayGoAway(t *testing.T) {
	t.Parallel()
	own := testkit.OwnRedis(t)
	o, err := redis.ParseURL(own.URL(0))
	if err != nil {
		t.Fatal(err)
	}
	o.MaxRetries = -1
	c := redis.NewClient(o)
	defer c.Close()
	if err := own.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.Ping(t.Context()).Err() == nil {
		t.Error("a stopped Redis answers")
	}
	if err := own.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Ping(t.Context()).Err(); err != nil {
		t.Error(err)
	}
}

func TestAnOwnSQLServerMayGoAway(t *testing.T) {
	t.Parallel()
	own := testkit.OwnSQL(t)
	if err := own.CreateDatabase(t.Context(), "some"); err != nil {
		t.Fatal(err)
	}
	if err := own.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := own.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := schema.Open(t.Context(), own.URL("some"))
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}
