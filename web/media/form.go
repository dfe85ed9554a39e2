package media

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/gofiber/fiber/v2"

	"anteroom/internal/blobs"
	"anteroom/schema"
	"anteroom/web/request"
)

var errNoFiles = &schema.Error{Kind: schema.Invalid, Code: "files_missing", Field: "files", Message: "Choose at least one file."}

// Form takes the files of a plain form (RFC 7578), in the field files, for the
// client in the field client, which comes before them. It stops at the first one
// that can't be taken: those before it are kept and returned beside the error.
func (u Uploads) Form(c *fiber.Ctx) (files []schema.Media, due []schema.Due, err error) {
	_, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || params["boundary"] == "" {
		return nil, nil, fiber.ErrBadRequest
	}
	owner, err := u.Open(c)
	if err != nil {
		return nil, nil, err
	}
	body := request.Stream(c)
	f := &form{Uploads: u, owner: owner, from: multipart.NewReader(body, params["boundary"])}
	err = f.run()
	body.Drain(drained)
	return f.files, f.due, err
}

// form is one form on its way.
type form struct {
	Uploads
	owner  Owner
	from   *multipart.Reader
	client schema.ClientID
	files  []schema.Media
	due    []schema.Due
}

func (f *form) run() error {
	for {
		part, err := f.from.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fiber.ErrBadRequest
		}
		if err := f.part(part); err != nil {
			return err
		}
	}
	if len(f.files) == 0 {
		return errNoFiles
	}
	return nil
}

func (f *form) part(p *multipart.Part) error {
	switch {
	case p.FormName() == "client":
		b, err := io.ReadAll(io.LimitReader(p, 64))
		if err == nil && len(b) > 0 {
			f.client, err = schema.Parse[schema.ClientID](string(b))
		}
		return err
	case p.FormName() == "files" && p.FileName() != "": // it is empty where none was chosen
		if err := f.file(p, p.FileName()); err != nil {
			return f.named(p.FileName(), err)
		}
	}
	return nil
}

// file stores first: a form says no sizes ahead.
func (f *form) file(p io.Reader, name string) error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(p, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return fiber.ErrBadRequest
	}
	head = head[:n]
	kind, ok := schema.MediaType(head)
	if n > 0 && !ok {
		return schema.ErrMediaType
	}
	key := blobs.NewKey(blobs.MediaPrefix)
	size, err := f.Blobs.Write(context.Background(), key, io.LimitReader(io.MultiReader(bytes.NewReader(head), p), f.Limits.File+1))
	if err == nil {
		err = f.save(name, key, kind, size)
	} else if size > 0 {
		err = fiber.ErrBadRequest // the connection broke; a form can't go on later
	}
	if err != nil {
		f.discard(key)
	}
	return err
}

// save writes the row of a file that is stored.
func (f *form) save(name, key, kind string, size int64) error {
	ctx, cancel := own()
	defer cancel()
	up, err := f.owner.StartUpload(ctx, f.client, name, size, f.Limits)
	if err != nil {
		return err
	}
	m, due, err := schema.Media{}, []schema.Due(nil), error(nil)
	if _, err = f.owner.AddPart(ctx, up.ID, schema.UploadPart{Size: size, BlobKey: key}); err == nil {
		m, due, err = f.owner.FinishUpload(ctx, up.ID, key, kind)
	}
	if err != nil {
		_, _ = f.owner.CancelUpload(ctx, up.ID) // else it expires
		return err
	}
	f.files, f.due = append(f.files, m), append(f.due, due...)
	return nil
}

// named says in a refusal which file it is about, and which ones are there.
func (f *form) named(name string, err error) error {
	e, ok := err.(*schema.Error)
	if !ok || e.Kind == schema.NotFound {
		return err
	}
	if shown, err := schema.FileName(name); err == nil {
		name = shown
	}
	out := *e
	out.Message = fmt.Sprintf("“%s” was not taken. %s", name, e.Message)
	if len(f.files) > 0 {
		names := make([]string, len(f.files))
		for i, m := range f.files {
			names[i] = "“" + m.Name + "”"
		}
		out.Message += " What came before it is there: " + strings.Join(names, ", ") + "."
	}
	return &out
}
