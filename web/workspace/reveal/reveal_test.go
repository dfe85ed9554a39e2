package reveal_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/keyring"
	"anteroom/internal/testkit"
	"anteroom/internal/testkit/fixture"
	"anteroom/schema"
	"anteroom/schema/visitor"
	"anteroom/web/session"
	"anteroom/web/workspace/reveal"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// gate is an app that grants the permission and says who has it.
type gate struct {
	t   *testing.T
	app *fiber.App
}

func newGate(w *fixture.World, keys *keyring.Ring, secure bool) *gate {
	g := &gate{w.T.(*testing.T), fiber.New()}
	id := func(c *fiber.Ctx) schema.EndpointID {
		id, err := schema.Parse[schema.EndpointID](c.Params("id"))
		if err != nil {
			g.t.Error(err)
		}
		return id
	}
	g.app.Use(session.Middleware(w.Visitor, secure))
	g.app.Post("/:id", func(c *fiber.Ctx) error { reveal.Grant(c, keys, id(c)); return nil })
	g.app.Get("/:id", func(c *fiber.Ctx) error {
		if reveal.MayReveal(c, keys, id(c)) {
			return c.SendString("yes")
		}
		return c.SendString("no")
	})
	return g
}

func (g *gate) send(method string, id schema.EndpointID, token visitor.SessionToken, name, permission string) *http.Response {
	g.t.Helper()
	r := httptest.NewRequest(method, "/"+id.String(), nil)
	r.AddCookie(&http.Cookie{Name: name, Value: string(token)})
	if permission != "" {
		r.AddCookie(&http.Cookie{Name: "secret-reveal", Value: permission})
	}
	res, err := g.app.Test(r, -1)
	if err != nil {
		g.t.Fatal(err)
	}
	return res
}

func (g *gate) grant(id schema.EndpointID, token visitor.SessionToken) string {
	g.t.Helper()
	for _, c := range g.send(http.MethodPost, id, token, "session", "").Cookies() {
		if c.Name == "secret-reveal" {
			return c.Value
		}
	}
	return ""
}

func (g *gate) may(id schema.EndpointID, token visitor.SessionToken, permission string) bool {
	g.t.Helper()
	res := g.send(http.MethodGet, id, token, "session", permission)
	b := make([]byte, 3)
	n, _ := res.Body.Read(b)
	return string(b[:n]) == "yes"
}

func TestThePermissionHoldsForItsSessionAndEndpointAndFiveMinutes(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	g := newGate(w, w.Keys, false)
	p, other := w.Person("Ines Duarte", "ines@example.com"), w.Person("Tom Okafor", "tom@example.com")
	second := w.SignedIn(p.ID)
	id, another := schema.New[schema.EndpointID](), schema.New[schema.EndpointID]()
	clock := w.StopClock()
	permission := g.grant(id, p.Session)
	if permission == "" || !g.may(id, p.Session, permission) {
		t.Fatalf("%q permits nothing", permission)
	}
	parts := strings.Split(permission, ".")
	tampered := parts[0] + ".9999999999." + parts[2]
	elsewhere, err := keyring.Parse(keyring.Generate("k1"))
	if err != nil {
		t.Fatal(err)
	}
	for name, passes := range map[string]bool{
		"another endpoint":              g.may(another, p.Session, permission),
		"another session of the person": g.may(id, second, permission),
		"somebody else":                 g.may(id, other.Session, permission),
		"somebody signed out":           g.may(id, "rubbish", permission),
		"no permission":                 g.may(id, p.Session, ""),
		"rubbish":                       g.may(id, p.Session, "x") || g.may(id, p.Session, "..") || g.may(id, p.Session, permission+"."),
		"a longer life":                 g.may(id, p.Session, tampered),
		"another ring":                  g.may(id, p.Session, newGate(w, elsewhere, false).grant(id, p.Session)),
		"a grant to nobody":             g.grant(id, "rubbish") != "",
	} {
		if passes {
			t.Errorf("%s passes", name)
		}
	}
	clock.Forward(reveal.Life - time.Second)
	if !g.may(id, p.Session, permission) {
		t.Error("it ends early")
	}
	clock.Forward(time.Second)
	if g.may(id, p.Session, permission) {
		t.Error("it outlasts its time")
	}
	clock.Back()
	if err := w.Visitor.SignOut(t.Context(), p.Session); err != nil || g.may(id, p.Session, permission) {
		t.Errorf("it outlasts its session (%v)", err)
	}
}

func TestTheCookieIsForTheServerAndTheEndpointsPagesAlone(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	p, id := w.Person("Ines Duarte", "ines@example.com"), schema.New[schema.EndpointID]()
	for _, secure := range []bool{false, true} {
		name := map[bool]string{false: "session", true: "__Host-session"}[secure]
		set := newGate(w, w.Keys, secure).send(http.MethodPost, id, p.Session, name, "").Cookies()
		if len(set) != 1 {
			t.Fatalf("it sets %+v", set)
		}
		c := set[0]
		if c.Path != "/settings/webhooks/"+id.String() || !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 300 {
			t.Errorf("it sets %+v", c)
		}
		if strings.Contains(c.Value, string(p.Session)) || strings.Contains(c.Value, string(p.Session.ID())) {
			t.Errorf("it holds the session: %s", c.Value)
		}
	}
}
