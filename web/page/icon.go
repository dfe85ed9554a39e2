package page

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

//go:embed icons/*.svg
var iconFiles embed.FS

//go:embed brands/*.svg
var brandFiles embed.FS

var (
	icons  = drawings(iconFiles, "icons")
	brands = drawings(brandFiles, "brands")
)

// networks are the names as the networks write them.
var networks = map[string]string{
	"instagram": "Instagram", "linkedin": "LinkedIn", "pinterest": "Pinterest", "facebook": "Facebook",
	"tiktok": "TikTok", "youtube": "YouTube", "threads": "Threads",
	"x": "X", "demo": "Bramblepost", // the latter is internal/platformfake
}

func drawings(fsys fs.FS, dir string) map[string]template.HTML {
	out := map[string]template.HTML{}
	files, err := fs.ReadDir(fsys, dir)
	if err != nil {
		panic(err) // embedded: it is there or the program does not compile
	}
	for _, f := range files {
		b, err := fs.ReadFile(fsys, path.Join(dir, f.Name()))
		if err != nil {
			panic(err)
		}
		out[strings.TrimSuffix(f.Name(), ".svg")] = template.HTML(strings.TrimSpace(string(b)))
	}
	return out
}

func icon(name string) (template.HTML, error) {
	h, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("page: there is no icon %q", name)
	}
	return h, nil
}

// brand is a social network's icon; one that is not known gets a chain link.
func brand(network string) template.HTML {
	if h, ok := brands[strings.ToLower(network)]; ok {
		return h
	}
	return icons["link"]
}

func networkName(network string) string {
	if s, ok := networks[strings.ToLower(network)]; ok {
		return s
	}
	return network
}
