package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"dengji/extract"
)

// builder writes small PDFs by hand, so that a test shows what is in its file.
type builder struct {
	objs []string
}

// add appends an object and returns its number.
func (b *builder) add(body string) int {
	b.objs = append(b.objs, body)
	return len(b.objs)
}

// stream appends a stream object; dict is what stands beside its length.
func (b *builder) stream(dict string, data []byte) int {
	return b.add(fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data))
}

// refTo is a reference to object n.
func refTo(n int) string { return fmt.Sprintf("%d 0 R", n) }

func (b *builder) set(n int, body string) { b.objs[n-1] = body }

// bytes writes the file; root is the catalog's number.
func (b *builder) bytes(root int) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(b.objs))
	for i, o := range b.objs {
		at[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(b.objs)+1)
	for _, o := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(b.objs)+1, root, start)
	return out.Bytes()
}

// pageSpec is one page: its dictionary's extra entries and its content stream.
type pageSpec struct {
	box       string // MediaBox, "" for A4
	extra     string // /Rotate 90, /CropBox […]
	resources string
	content   string
}

// pdf makes a file of pages. Objects added to b before are at hand by number.
func (b *builder) pdf(pages ...pageSpec) []byte {
	tree := b.add("")
	kids := ""
	for _, p := range pages {
		c := b.stream("", []byte(p.content))
		if p.box == "" {
			p.box = "[0 0 595 842]"
		}
		n := b.add(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox %s %s /Resources << %s >> /Contents %d 0 R >>",
			tree, p.box, p.extra, p.resources, c))
		kids += fmt.Sprintf("%d 0 R ", n)
	}
	b.set(tree, fmt.Sprintf("<< /Type /Pages /Kids [ %s] /Count %d >>", kids, len(pages)))
	return b.bytes(b.add(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", tree)))
}

// helvetica is a simple font with widths, as a resource named F1. Every
// character is 600/1000 em wide.
func (b *builder) helvetica() string {
	widths := bytes.Repeat([]byte("600 "), 95)
	n := b.add(fmt.Sprintf("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 126 /Widths [%s] >>", widths))
	return fmt.Sprintf("/Font << /F1 %d 0 R >>", n)
}

func deflate(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// engine is PDFium, compiled once for all tests of the package.
var engine = sync.OnceValues(func() (*Engine, error) {
	return NewEngine(context.Background(), filepath.Join(os.TempDir(), "dengji-test-pdfium"))
})

func testEngine(t testing.TB) *Engine {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// read opens a PDF's bytes and collects its sheets and page errors.
func read(t testing.TB, data []byte, lim extract.Limits) (sheets []extract.Sheet, errs []error, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	_, seq, err := Open(context.Background(), path, lim, Options{Engine: testEngine(t)})
	if err != nil {
		return nil, nil, err
	}
	for s, err := range seq {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		sheets = append(sheets, s)
	}
	return sheets, errs, nil
}
