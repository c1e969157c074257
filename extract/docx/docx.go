// Package docx reads DOCX packages: forms, as companies fill them in with Word
// and WPS, with their tables, tick boxes and pasted scans.
//
// What a reader of the printed document sees is text; what was deleted with
// tracked changes, hidden, a comment or a field's code is not.
package docx

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"iter"
	"path"
	"strings"

	"github.com/nguyenthenguyen/docx"

	"dengji/extract"
	"dengji/extract/opc"
)

// Format is what Document.Format says of a DOCX package.
const Format = "docx"

const mainPart = "word/document.xml"

var words = opc.Words{Name: "Word 文档", Save: "DOCX", Old: "旧版 Word 文档（.doc）或其他旧版 Office 文件"}

// Open reads a DOCX package. The Document has one page (Number 0, Name "body",
// Source text), lines in reading order (the body, then footnotes and endnotes,
// headers, footers) and tables whose cells refer to lines; a nested table is a
// table of its own, and the cell around it lists its lines as well.
//
// The sequence hands out the embedded pictures that may be scans (Page.Name
// "picture 1", …), in document order, each decoded when it is asked for; an
// error in it belongs to that picture alone. Sheet.DPI is the picture's pixels
// by its size in the document, 0 where that is unknown.
//
// The error is an extract.Refusal. The file is closed when Open returns.
func Open(ctx context.Context, file string, lim extract.Limits) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
	p, err := opc.Open(file, lim, words)
	if err != nil {
		return nil, nil, err
	}
	doc, scans, err := read(ctx, p, lim)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", p.Name, err)
	}
	return doc, p.Sheets(ctx, scans), nil
}

func read(ctx context.Context, p *opc.Package, lim extract.Limits) (*extract.Document, []opc.Picture, error) {
	main, body, err := openBody(p, lim)
	if err != nil {
		return nil, nil, err
	}
	b := newBuilder(ctx, lim)
	b.doc.Name, b.doc.Size = p.Name, int64(len(p.Data))
	links, err := relationships(p, main, lim)
	if err != nil {
		return nil, nil, err
	}
	if err := b.readHiddenStyles(p, links); err != nil {
		return nil, nil, refusal(main, err)
	}
	if err := b.story(links, body); err != nil {
		return nil, nil, refusal(main, err)
	}
	for _, kind := range []string{"footnotes", "endnotes", "header", "footer"} {
		for _, l := range links {
			if l.external || path.Base(l.kind) != kind || !p.Has(l.target) {
				continue
			}
			if err := b.side(p, l.target, lim); err != nil {
				return nil, nil, err
			}
		}
	}
	doc := b.finish()
	scans, problems := p.Pictures(b.pictures)
	doc.Problems = append(doc.Problems, problems...)
	if len(doc.Lines) == 0 && len(scans) == 0 {
		return nil, nil, extract.Refuse(extract.StatusNoText, "Word 文档里没有文字，也没有可读取的图片；请检查文件内容后重新发送", errors.New("no text and no pictures"))
	}
	return doc, scans, nil
}

// openBody hands out the main part. The docx module opens the package; it wants
// the part where Word puts it, so a package that has it elsewhere, or without
// relationships, is read by its own say.
func openBody(p *opc.Package, lim extract.Limits) (name string, body []byte, err error) {
	if p.Has(mainPart) {
		// Counted here before the module reads them without a limit.
		for _, n := range p.Names() {
			if n == mainPart || n == relsOf(mainPart) || strings.Contains(n, "header") || strings.Contains(n, "footer") {
				if _, err := p.Read(n); err != nil {
					return "", nil, err
				}
			}
		}
		pkg, err := docx.ReadDocxFromMemory(bytes.NewReader(p.Data), int64(len(p.Data)))
		if err == nil {
			defer pkg.Close()
			return mainPart, []byte(pkg.Editable().GetContent()), nil
		}
		body, err = p.Read(mainPart)
		return mainPart, body, err
	}
	links, err := relationships(p, "", lim)
	if err != nil {
		return "", nil, err
	}
	for _, l := range links {
		if path.Base(l.kind) == "officeDocument" && !l.external && p.Has(l.target) {
			body, err = p.Read(l.target)
			return l.target, body, err
		}
	}
	return "", nil, extract.Refuse(extract.StatusUnsupported, "压缩包里没有 Word 文档内容；请直接发送 DOCX 或 PDF 文件", errors.New("no main document part"))
}

// side reads a story beside the body.
func (b *builder) side(p *opc.Package, name string, lim extract.Limits) error {
	data, err := p.Read(name)
	if err != nil {
		return err
	}
	links, err := relationships(p, name, lim)
	if err != nil {
		return err
	}
	if err := b.story(links, data); err != nil {
		return refusal(name, err)
	}
	return nil
}

// refusal words what went wrong in one part.
func refusal(part string, err error) error {
	err = fmt.Errorf("%s: %w", part, err)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, errDepth):
		return words.TooLarge(err)
	}
	var r *extract.Refusal
	if errors.As(err, &r) {
		return err
	}
	return words.Damaged(err)
}

// link is one relationship of a part (ECMA-376 part 2, 9.3).
type link struct {
	id, kind string // kind is the type's URI; its last segment names it
	target   string // a part's name, or a URI where external
	external bool
}

func relsOf(part string) string {
	return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
}

// relationships reads the links of a part, or of the package for part "". A
// part without any is fine.
func relationships(p *opc.Package, part string, lim extract.Limits) ([]link, error) {
	name := "_rels/.rels"
	if part != "" {
		name = relsOf(part)
	}
	if !p.Has(name) {
		return nil, nil
	}
	data, err := p.Read(name)
	if err != nil {
		return nil, err
	}
	var links []link
	err = newReader(data, lim.XMLDepth).root(func(name string, attrs []xml.Attr) error {
		if name == "Relationship" {
			l := link{id: attr(attrs, "Id"), kind: attr(attrs, "Type"), target: attr(attrs, "Target"), external: attr(attrs, "TargetMode") == "External"}
			if !l.external {
				l.target = opc.Resolve(part, l.target)
			}
			links = append(links, l)
		}
		return nil
	})
	if err != nil {
		return nil, refusal(name, err)
	}
	return links, nil
}
