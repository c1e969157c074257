package docx

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengji/extract"
)

// part is one part of a package that a test builds.
type part struct{ name, data string }

const (
	namespaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" ` +
		`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
		`xmlns:wp="wp" xmlns:a="a" xmlns:pic="pic" xmlns:wps="wps" xmlns:v="v" xmlns:o="o" xmlns:m="m"`
	relType = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

func document(body string) part {
	return part{mainPart, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document ` + namespaces + `><w:body>` + body + `<w:sectPr/></w:body></w:document>`}
}

// story is a part with text beside the body: header, footnotes and so on.
func story(name, root, body string) part {
	return part{name, `<w:` + root + ` ` + namespaces + `>` + body + `</w:` + root + `>`}
}

// rels links the body to parts by "id kind target".
func rels(links ...string) part {
	var b strings.Builder
	b.WriteString(`<Relationships>`)
	for _, l := range links {
		f := strings.Fields(l)
		mode := ""
		if strings.Contains(f[2], "://") {
			mode = ` TargetMode="External"`
		}
		fmt.Fprintf(&b, `<Relationship Id="%s" Type="%s%s" Target="%s"%s/>`, f[0], relType, f[1], f[2], mode)
	}
	b.WriteString(`</Relationships>`)
	return part{"word/_rels/document.xml.rels", b.String()}
}

func pack(t testing.TB, parts ...part) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, p := range parts {
		f, err := w.Create(p.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(p.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// docxOf is a whole package around a body.
func docxOf(t testing.TB, body string, more ...part) []byte {
	all := []part{document(body)}
	linked := false
	for _, p := range more {
		linked = linked || p.name == "word/_rels/document.xml.rels"
	}
	if !linked {
		all = append(all, rels())
	}
	return pack(t, append(all, more...)...)
}

func save(t testing.TB, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "form.docx")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func openBytes(t testing.TB, data []byte, lim extract.Limits) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
	return Open(context.Background(), save(t, data), lim)
}

func mustRead(t testing.TB, data []byte) *extract.Document {
	t.Helper()
	doc, _, err := openBytes(t, data, extract.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Short forms of what Word writes.
func p(s string) string  { return `<w:p>` + s + `</w:p>` }
func r(s string) string  { return `<w:r>` + s + `</w:r>` }
func tx(s string) string { return r(`<w:t xml:space="preserve">` + s + `</w:t>`) }
func pt(s string) string { return p(tx(s)) }

func tbl(rows ...string) string { return `<w:tbl>` + strings.Join(rows, "") + `</w:tbl>` }
func tr(cells ...string) string { return `<w:tr>` + strings.Join(cells, "") + `</w:tr>` }
func tc(s string) string        { return `<w:tc>` + pt(s) + `</w:tc>` }

// tcx is a cell with properties.
func tcx(props, content string) string {
	return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + content + `</w:tc>`
}

func gridOf(n int) string {
	return `<w:tblGrid>` + strings.Repeat(`<w:gridCol w:w="100"/>`, n) + `</w:tblGrid>`
}

// dump writes a Document as tests compare it: lines, then tables cell by cell
// as "row,col rows×cols: lines".
func dump(d *extract.Document) string {
	var b strings.Builder
	for _, l := range d.Lines {
		b.WriteString(l.Text + "\n")
	}
	for _, t := range d.Tables {
		fmt.Fprintf(&b, "table %d×%d\n", t.Rows, t.Cols)
		for _, c := range t.Cells {
			var lines []string
			for _, l := range c.Lines {
				lines = append(lines, d.Lines[l].Text)
			}
			fmt.Fprintf(&b, "%d,%d %d×%d: %s\n", c.Row, c.Col, c.RowSpan, c.ColSpan, strings.Join(lines, "/"))
		}
	}
	for _, k := range d.Ticks {
		if k.Score < 1 {
			fmt.Fprintf(&b, "doubt %d:%d\n", k.Line, k.Rune)
		}
	}
	for _, p := range d.Problems {
		fmt.Fprintf(&b, "! %s\n", p.Code)
	}
	return b.String()
}

func pngOf(t testing.TB, w, h int, c color.Color) string {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	img.Set(w/2, h/2, c)
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}
