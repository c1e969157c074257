package pdf

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dengji/extract"
)

// seeds are small PDFs of every kind that is read differently.
func seeds(t testing.TB) [][]byte {
	text, empty := &builder{}, &builder{}
	form := &builder{}
	x := form.stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << "+form.helvetica()+" >>", []byte("BT /F1 12 Tf 72 600 Td (inside a form) Tj ET"))
	return [][]byte{
		text.pdf(pageSpec{resources: text.helvetica(), content: "BT /F1 12 Tf 72 700 Td (Name: x) Tj 0 -20 Td [(35.) -2000 (2%)] TJ ET 72 650 200 20 re S"},
			pageSpec{resources: text.helvetica(), extra: "/Rotate 90 /CropBox [10 10 500 800]", content: "BT 0 1 -1 0 300 100 Tm /F1 9 Tf (turned) Tj ET"}),
		empty.pdf(pageSpec{}),
		form.pdf(pageSpec{resources: "/XObject << /X " + refTo(x) + " >>", content: "q 2 0 0 2 0 0 cm /X Do Q"}),
		[]byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\ntrailer << /Root 1 0 R /Prev 0 >>\nstartxref\n0\n%%EOF"),
	}
}

// Whatever stands in a file, the reader of text layers gives characters or an
// error in time, and the lines made of them are of this world.
func FuzzTextLayer(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	frame := frame{right: 595, top: 842}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		l := layerReader{data: data}
		start := time.Now()
		for n := 1; n <= 2; n++ {
			chars, err := l.page(context.Background(), n)
			if err != nil {
				continue
			}
			checkLines(t, chars.lines(frame))
			checkLines(t, chars.lines(frame.turned(chars.upright(frame))))
		}
		if took := time.Since(start); took > 10*layerTime {
			t.Errorf("took %v", took)
		}
	})
}

func checkLines(t *testing.T, lines []extract.Line) {
	t.Helper()
	for _, l := range lines {
		if !utf8.ValidString(l.Text) || strings.ContainsAny(l.Text, "\n\x00") || (len(l.Chars) > 0 && len(l.Chars) != utf8.RuneCountInString(l.Text)) {
			t.Fatalf("line %q with %d characters", l.Text, len(l.Chars))
		}
		if v := l.Box.X0 + l.Box.Y0 + l.Box.X1 + l.Box.Y1; math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("line %q at %v", l.Text, l.Box)
		}
	}
}

// Whatever a file says, it is read or refused in words, and its pages stay
// within the limits.
func FuzzPDF(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	lim := extract.DefaultLimits()
	lim.Pages, lim.Pixels = 5, 4_000_000
	dir := f.TempDir()
	engine := testEngine(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		path := filepath.Join(dir, "fuzz.pdf")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, sheets, err := Open(context.Background(), path, lim, Options{Engine: engine})
		if err != nil {
			var r *extract.Refusal
			if !errors.As(err, &r) || r.Message == "" {
				t.Fatalf("error %v is no refusal in words", err)
			}
			return
		}
		for s, err := range sheets {
			if err != nil {
				continue
			}
			if s.Page.Number < 1 || s.Page.Number > lim.Pages {
				t.Errorf("page %d", s.Page.Number)
			}
			if s.Image != nil && int64(s.Image.Bounds().Dx())*int64(s.Image.Bounds().Dy()) > lim.Pixels+20_000 {
				t.Errorf("picture of %v", s.Image.Bounds())
			}
			checkLines(t, s.Lines)
		}
	})
}
