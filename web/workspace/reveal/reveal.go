// Package reveal is the permission to see an endpoint's secret: for five minutes
// after it was made, or after the password was asked again. It is a signed cookie
// that holds no secret and works for one session and one endpoint.
package reveal

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/web/page"
	"anteroom/web/session"
)

// Life is how long the permission lasts.
const Life = 5 * time.Minute

const (
	cookie  = "secret-reveal"
	purpose = "secret-reveal"
)

// Path is where an endpoint's page stands; the browser sends the cookie there and
// below only.
func Path(id schema.EndpointID) string { return "/settings/webhooks/" + id.String() }

// Grant permits this session to see the endpoint's secret.
func Grant(c *fiber.Ctx, keys *keyring.Ring, id schema.EndpointID) {
	who, ok := session.Of(c)
	if !ok {
		return
	}
	until := who.Now.Add(Life).Unix()
	key, mac := keys.Sign(purpose, message(c, id, until))
	c.Cookie(&fiber.Cookie{Name: cookie, Path: Path(id), MaxAge: int(Life.Seconds()), HTTPOnly: true, Secure: page.Secure(c),
		SameSite: fiber.CookieSameSiteLaxMode,
		Value:    key + "." + strconv.FormatInt(until, 10) + "." + base64.RawURLEncoding.EncodeToString(mac)})
}

// MayReveal says whether this session may see the endpoint's secret now, by the
// database's clock.
func MayReveal(c *fiber.Ctx, keys *keyring.Ring, id schema.EndpointID) bool {
	who, ok := session.Of(c)
	parts := strings.Split(c.Cookies(cookie), ".")
	if !ok || len(parts) != 3 {
		return false
	}
	until, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || until <= who.Now.Unix() {
		return false
	}
	mac, err := base64.RawURLEncoding.DecodeString(parts[2])
	return err == nil && keys.Verify(purpose, parts[0], message(c, id, until), mac)
}

// message is what is signed. All parts but the first have a fixed length.
func message(c *fiber.Ctx, id schema.EndpointID, until int64) []byte {
	m := append([]byte(session.Token(c).ID()), id[:]...)
	return binary.BigEndian.AppendUint64(m, uint64(until))
}
