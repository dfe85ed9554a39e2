package media

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/schema"
	"anteroom/web/request"
)

var (
	errLength   = refuse(fiber.StatusBadRequest, schema.Invalid, "upload_length", "Send Upload-Length: the size of the file in bytes.")
	errDefer    = refuse(fiber.StatusBadRequest, schema.Invalid, "upload_length", "The length can’t be told later. Send Upload-Length at once.")
	errMetadata = refuse(fiber.StatusBadRequest, schema.Invalid, "upload_metadata", "Send Upload-Metadata as keys with values in Base64, divided by commas, with the file’s name as filename.")
)

// create begins an upload, and takes its first part along if there is one
// (creation-with-upload).
func (u Uploads) create(c *fiber.Ctx) error {
	owner, err := u.Open(c)
	if err != nil {
		return err
	}
	if err := spoken(c); err != nil {
		return err
	}
	size, name, client, err := u.wanted(c)
	if err != nil {
		return err
	}
	up, err := owner.StartUpload(c.UserContext(), client, name, size, u.Limits)
	if err != nil {
		return asTus(err)
	}
	c.Set(fiber.HeaderLocation, u.Base+"/"+up.ID.String())
	if c.Get(fiber.HeaderContentType) == offsetType {
		if err := u.take(c, owner, &up); err != nil {
			return err
		}
	} else {
		request.Stream(c).Drain(drained)
	}
	tell(c, &up)
	return c.SendStatus(fiber.StatusCreated)
}

// wanted reads what the headers of a creation say.
func (u Uploads) wanted(c *fiber.Ctx) (size int64, name string, client schema.ClientID, err error) {
	if c.Get("Upload-Defer-Length") != "" {
		return 0, "", client, errDefer
	}
	if size, err = number(c.Get("Upload-Length")); err != nil {
		return 0, "", client, errLength
	}
	meta, ok := metadata(c.Get("Upload-Metadata"))
	if !ok {
		return 0, "", client, errMetadata
	}
	if id := meta["client"]; id != "" {
		client, err = schema.Parse[schema.ClientID](id)
	}
	return size, meta["filename"], client, err
}

// metadata reads pairs of a key and a value in Base64, divided by commas.
func metadata(header string) (map[string]string, bool) {
	out := map[string]string{}
	if header == "" {
		return out, true
	}
	for pair := range strings.SplitSeq(header, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
		if _, twice := out[key]; err != nil || key == "" || twice {
			return nil, false
		}
		out[strings.Clone(key)] = string(b)
	}
	return out, true
}

// number reads digits alone: signs and spaces are not a size.
func number(s string) (int64, error) {
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err
}
