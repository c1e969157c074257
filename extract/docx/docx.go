// Package docx reads DOCX packages: forms, as companies fill them in with Word
// and WPS, with their tables, tick boxes and pasted scans.
//
// What a reader of the printed document sees is text; what was deleted with
// tracked changes, hidden, a comment or a field's code is not.
package docx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
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
	main, body, err := openBody(p)
	if err != nil {
		return nil, nil, err
	}
	b := newBuilder(ctx, lim)
	b.doc.Name, b.doc.Size = p.Name, int64(len(p.Data))
	links, err := p.Links(main)
	if err != nil {
		return nil, nil, err
	}
	if err := b.readHiddenStyles(p, links); err != nil {
		return nil, nil, words.Part(main, err)
	}
	if err := b.story(links, body); err != nil {
		return nil, nil, words.Part(main, err)
	}
	for _, kind := range []string{"footnotes", "endnotes", "header", "footer"} {
		for _, l := range links {
			if l.External || l.Kind != kind || !p.Has(l.Target) {
				continue
			}
			if err := b.side(p, l.Target); err != nil {
				return nil, nil, err
			}
		}
	}
	doc := b.finish()
	doc.Problems = append(doc.Problems, p.Problems()...)
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
func openBody(p *opc.Package) (name string, body []byte, err error) {
	if p.Has(mainPart) {
		// Counted here before the module reads them without a limit.
		for _, n := range p.Names() {
			if n == mainPart || n == opc.LinksOf(mainPart) || strings.Contains(n, "header") || strings.Contains(n, "footer") {
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
	links, err := p.Links("")
	if err != nil {
		return "", nil, err
	}
	for _, l := range links {
		if l.Kind == "officeDocument" && !l.External && p.Has(l.Target) {
			body, err = p.Read(l.Target)
			return l.Target, body, err
		}
	}
	return "", nil, extract.Refuse(extract.StatusUnsupported, "压缩包里没有 Word 文档内容；请直接发送 DOCX 或 PDF 文件", errors.New("no main document part"))
}

// side reads a story beside the body.
func (b *builder) side(p *opc.Package, name string) error {
	data, err := p.Read(name)
	if err != nil {
		return err
	}
	links, err := p.Links(name)
	if err != nil {
		return err
	}
	if err := b.story(links, data); err != nil {
		return words.Part(name, err)
	}
	return nil
}
