package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
)

//go:embed assets
var assetFiles embed.FS

// AssetPrefix is where the assets are mounted.
const AssetPrefix = "/assets/"

type asset struct {
	plain, zipped []byte // zipped is nil where it would save nothing
	mime          string
}

var assets, assetHash = readAssets()

// readAssets loads the embedded files and one hash over all of them: with one
// folder for all, the stylesheet's relative URLs keep working.
func readAssets() (map[string]asset, string) {
	out, sum := map[string]asset{}, sha256.New()
	err := fs.WalkDir(assetFiles, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := assetFiles.ReadFile(name)
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(name, "assets/")
		fmt.Fprintf(sum, "%s %d\n%s", rel, len(b), b)
		out[rel] = asset{plain: b, zipped: zip(rel, b), mime: typeOf(rel)}
		return nil
	})
	if err != nil {
		panic(err) // embedded files can be read
	}
	return out, hex.EncodeToString(sum.Sum(nil))[:12]
}

func typeOf(name string) string {
	switch path.Ext(name) {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func zip(name string, b []byte) []byte {
	if path.Ext(name) == ".woff2" { // compressed already
		return nil
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a valid one
	}
	w.Write(b) // a bytes.Buffer takes everything
	w.Close()
	if out.Len() >= len(b) {
		return nil
	}
	return out.Bytes()
}

// Asset is the URL of an embedded file, for good: a change of any file changes
// all URLs.
func Asset(name string) (string, error) {
	if _, ok := assets[name]; !ok {
		return "", fmt.Errorf("page: there is no asset %q", name)
	}
	return AssetPrefix + assetHash + "/" + name, nil
}

// ServeAsset answers for the paths under AssetPrefix. An older hash gets the
// present file, uncached: during a deploy a page of the other version may ask.
func ServeAsset(c *fiber.Ctx) error {
	hash, name, _ := strings.Cut(c.Params("*"), "/")
	a, ok := assets[name]
	if !ok {
		return fiber.ErrNotFound
	}
	cache := "no-cache"
	if hash == assetHash {
		cache = "public, max-age=31536000, immutable"
	}
	c.Set(fiber.HeaderCacheControl, cache)
	c.Set(fiber.HeaderContentType, a.mime)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if a.zipped != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(a.zipped)
	}
	return c.Send(a.plain)
}
