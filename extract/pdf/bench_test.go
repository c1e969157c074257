package pdf

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengji/extract"
)

// densePage is a page of 50 lines of 60 characters.
func densePage(font string) pageSpec {
	var c strings.Builder
	c.WriteString("BT /F1 10 Tf 14 TL 60 800 Td ")
	for i := range 50 {
		fmt.Fprintf(&c, "(%s) Tj T* ", strings.Repeat(string(rune('a'+i%26)), 60))
	}
	c.WriteString("ET")
	return pageSpec{content: c.String(), resources: font}
}

// BenchmarkTextPage reads and renders one page of text; the parts are below.
func BenchmarkTextPage(b *testing.B) {
	form, err := os.ReadFile("testdata/form.pdf")
	if err != nil {
		b.Fatal(err)
	}
	var d builder
	for name, data := range map[string][]byte{"form": form, "dense": d.pdf(densePage(d.helvetica()))} {
		b.Run(name, func(b *testing.B) { benchFile(b, data) })
	}
}

// BenchmarkReaders reads a dense page's text alone.
func BenchmarkReaders(b *testing.B) {
	var d builder
	data := d.pdf(densePage(d.helvetica()))
	f := &file{data: data, lim: extract.DefaultLimits(), engine: testEngine(b), layers: layerReader{data: data}}
	if err := f.open(); err != nil {
		b.Fatal(err)
	}
	defer f.close()
	p, err := f.load(1)
	if err != nil {
		b.Fatal(err)
	}
	defer p.close()
	text, err := openText(p.p, p.req)
	if err != nil {
		b.Fatal(err)
	}
	defer text.close()
	b.Run("ledongthuc", func(b *testing.B) {
		for b.Loop() {
			if l, err := f.layers.page(context.Background(), 1); err != nil || l.letters() != 3000 {
				b.Fatal(err, l.letters())
			}
		}
	})
	b.Run("ledongthuc held against PDFium", func(b *testing.B) {
		for b.Loop() {
			if l, err := f.layers.page(context.Background(), 1); err != nil || !l.agree(text) {
				b.Fatal(err, "does not agree")
			}
		}
	})
	b.Run("PDFium", func(b *testing.B) {
		for b.Loop() {
			if l := text.chars(); layer(l).letters() != 3000 {
				b.Fatal("lost characters")
			}
		}
	})
	b.Run("lines", func(b *testing.B) {
		l := layer(text.chars())
		for b.Loop() {
			l.lines(p.frame)
		}
	})
	b.Run("render 144 dpi", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := p.render(textDPI); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkScanPage reads a page of A4 at 300 dpi that is one picture.
func BenchmarkScanPage(b *testing.B) {
	m := image.NewRGBA(image.Rect(0, 0, 2480, 3508))
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = 240 + uint8(rnd.IntN(16))
	}
	const full = "q 595 0 0 842 0 0 cm /Im1 Do Q "
	for _, tt := range []struct {
		name, content string
		picture       func(b *builder) int
	}{
		{"jpeg as it is", full, func(d *builder) int { return d.jpeg(b, m) }},
		{"jpeg rendered", full + "0 0 1 1 re f", func(d *builder) int { return d.jpeg(b, m) }},
		{"bitonal as it is", full, func(d *builder) int { return d.bitonal(b, m, "") }},
		{"bitonal rendered", full + "0 0 1 1 re f", func(d *builder) int { return d.bitonal(b, m, "") }},
	} {
		b.Run(tt.name, func(b *testing.B) {
			var d builder
			im := tt.picture(&d)
			benchFile(b, d.pdf(pageSpec{content: tt.content, resources: fmt.Sprintf("/XObject << /Im1 %d 0 R >>", im)}))
		})
	}
}

// BenchmarkEngine starts PDFium from a warm cache.
func BenchmarkEngine(b *testing.B) {
	dir := b.TempDir()
	start := func() {
		e, err := NewEngine(context.Background(), dir)
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
	start() // compiles
	for b.Loop() {
		start()
	}
}

func benchFile(b *testing.B, data []byte) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "a.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	e := testEngine(b)
	b.ReportAllocs()
	for b.Loop() {
		_, seq, err := Open(context.Background(), path, extract.DefaultLimits(), Options{Engine: e})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range seq {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
