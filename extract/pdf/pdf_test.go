package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dengji/extract"
)

const words = "BT /F1 12 Tf 72 700 Td (Registration form of software) Tj 0 -20 Td (second line) Tj ET"

func texts(s extract.Sheet) []string {
	var out []string
	for _, l := range s.Lines {
		out = append(out, l.Text)
	}
	return out
}

func TestRefusals(t *testing.T) {
	page := func(spec pageSpec) []byte {
		var b builder
		spec.resources = b.helvetica()
		return b.pdf(spec)
	}
	good := page(pageSpec{content: words})
	locked, err := os.ReadFile("testdata/locked.pdf")
	if err != nil {
		t.Fatal(err)
	}
	var none, loop, self builder
	n := none.add("<< /Type /Pages /Kids [] /Count 0 >>")
	nonePDF := none.bytes(none.add(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", n)))
	a := loop.add("<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
	loop.add("<< /Type /Pages /Kids [1 0 R] /Parent 1 0 R /Count 1 >>")
	loopPDF := loop.bytes(loop.add(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", a)))
	s := self.add("<< /Type /Pages /Kids [1 0 R 1 0 R 1 0 R 1 0 R] /Count 400 >>")
	selfPDF := self.bytes(self.add(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", s)))
	var bomb builder
	im := bomb.stream("/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode", deflate(t, make([]byte, 1<<20)))
	bombPDF := bomb.pdf(pageSpec{content: "q 595 0 0 842 0 0 cm /Im1 Do Q", resources: fmt.Sprintf("/XObject << /Im1 %d 0 R >>", im)})
	var many builder
	manyPDF := many.pdf(make([]pageSpec, 501)...)

	tests := []struct {
		name string
		data []byte
		want extract.Status
	}{
		{"no bytes", nil, extract.StatusEmpty},
		{"no PDF", []byte("MZ this is a program"), extract.StatusDamaged},
		{"header alone", []byte("%PDF-1.7\n"), extract.StatusDamaged},
		{"cut in half", good[:len(good)/2], extract.StatusDamaged},
		{"cut before the cross-reference", good[:bytes.Index(good, []byte("xref\n"))], extract.StatusDamaged},
		{"password", locked, extract.StatusEncrypted},
		{"no pages", nonePDF, extract.StatusEmpty},
		{"page tree in a loop", loopPDF, extract.StatusDamaged},
		{"page tree of itself", selfPDF, extract.StatusDamaged},
		{"page of a million points", page(pageSpec{content: words, box: "[0 0 1000000 1000000]"}), extract.StatusTooLarge},
		{"picture bomb", bombPDF, extract.StatusTooLarge},
		{"too many pages", manyPDF, extract.StatusTooLarge},
	}
	lim := extract.DefaultLimits()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			sheets, errs, err := read(t, tt.data, lim)
			if err == nil && len(errs) > 0 && len(sheets) == 0 {
				err = errs[0]
			}
			status, message := extract.StatusOf(err)
			if status != tt.want || message == "" {
				t.Errorf("status %q %q (%v), %d sheets, want %q", status, message, err, len(sheets), tt.want)
			}
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
	lim.FileBytes = 10
	if _, _, err := read(t, good, lim); !isStatus(err, extract.StatusTooLarge) {
		t.Errorf("file beyond the limit: %v", err)
	}
	if _, _, err := Open(context.Background(), filepath.Join(t.TempDir(), "none.pdf"), lim, Options{Engine: testEngine(t)}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func isStatus(err error, s extract.Status) bool {
	got, _ := extract.StatusOf(err)
	return err != nil && got == s
}

func TestTextPage(t *testing.T) {
	tests := []struct {
		name   string
		page   pageSpec
		want   []string
		x, y   float64 // top left of the first line, points
		w, h   float64 // of the page
		rotate int
		turned int
	}{
		{"upright", pageSpec{content: words}, []string{"Registration form of software", "second line"}, 72, 842 - 700 - 0.88*12, 595, 842, 0, 0},
		{"crop box", pageSpec{content: words, extra: "/CropBox [50 100 550 800]"}, []string{"Registration form of software", "second line"}, 22, 100 - 0.88*12, 500, 700, 0, 0},
		{"rotated page, text upright on it", pageSpec{content: "BT /F1 12 Tf 0 1 -1 0 100 72 Tm (Registration form) Tj ET", extra: "/Rotate 90"}, []string{"Registration form"}, 72, 100 - 0.88*12, 842, 595, 90, 0},
		{"text sideways on the page", pageSpec{content: "BT /F1 12 Tf 0 1 -1 0 100 72 Tm (Registration form) Tj ET"}, []string{"Registration form"}, 72, 100 - 0.88*12, 842, 595, 0, 90},
		{"text upside down", pageSpec{content: "BT /F1 12 Tf -1 0 0 -1 500 100 Tm (Registration form) Tj ET"}, []string{"Registration form"}, 95, 100 - 0.88*12, 595, 842, 0, 180},
		{"a sideways margin note", pageSpec{content: words + " BT /F1 12 Tf 0 1 -1 0 40 72 Tm (note) Tj ET"}, []string{"Registration form of software", "second line", "note"}, 72, 842 - 700 - 0.88*12, 595, 842, 0, 0},
		{"word spacing", pageSpec{content: "BT /F1 12 Tf 20 Tw 72 700 Td (Registration form) Tj ET"}, []string{"Registration", "form"}, 72, 842 - 700 - 0.88*12, 595, 842, 0, 0},
		{"inside a form", pageSpec{content: "q 1 0 0 1 10 0 cm /X1 Do Q"}, []string{"Registration form of software", "second line"}, 82, 842 - 700 - 0.88*12, 595, 842, 0, 0},
		{"off the page", pageSpec{content: words + " BT /F1 12 Tf 700 700 Td (hidden) Tj ET"}, []string{"Registration form of software", "second line"}, 72, 842 - 700 - 0.88*12, 595, 842, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b builder
			font := b.helvetica()
			x := b.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %s >>", font), []byte(words))
			tt.page.resources = fmt.Sprintf("%s /XObject << /X1 %d 0 R >>", font, x)
			sheets, errs, err := read(t, b.pdf(tt.page), extract.DefaultLimits())
			if err != nil || len(errs) > 0 || len(sheets) != 1 {
				t.Fatal(err, errs, len(sheets))
			}
			s := sheets[0]
			if got := texts(s); strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			box := s.Lines[0].Box
			if math.Abs(box.X0-tt.x) > 0.5 || math.Abs(box.Y0-tt.y) > 0.5 {
				t.Errorf("line at %.1f, %.1f, want %.1f, %.1f", box.X0, box.Y0, tt.x, tt.y)
			}
			if s.Page.Width != tt.w || s.Page.Height != tt.h || s.Rotate != tt.rotate || s.Page.Rotation != tt.turned {
				t.Errorf("page %+v, rotate %d", s.Page, s.Rotate)
			}
			if !s.Trust || s.Page.Source != extract.SourceText {
				t.Errorf("not taken for a text page: %+v", s.Page)
			}
			inkUnder(t, s)
		})
	}
}

// inkUnder checks that every letter's box has ink on the page's picture: text
// and picture lie alike.
func inkUnder(t *testing.T, s extract.Sheet) {
	t.Helper()
	scale := s.DPI / 72
	for _, l := range s.Lines {
		for i, r := range []rune(l.Text) {
			box := image.Rect(int(l.Chars[i].X0*scale), int(l.Box.Y0*scale), int(l.Chars[i].X1*scale)+1, int(l.Box.Y1*scale)+1)
			if inked(r) && !dark(s.Image, box) {
				t.Errorf("%q: no ink under %q at %v", l.Text, r, box)
			}
		}
	}
}

func dark(m image.Image, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y < 128 {
				return true
			}
		}
	}
	return false
}

// TestAnnotation: form fields and electronic seals are annotations.
func TestAnnotation(t *testing.T) {
	var b builder
	font := b.helvetica()
	ap := b.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << %s >>", font), []byte("BT /F1 12 Tf 2 5 Td (typed value) Tj ET"))
	widget := b.add(fmt.Sprintf("<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (typed value) /F 4 /Rect [100 600 300 620] /AP << /N %d 0 R >> >>", ap))
	sheets, errs, err := read(t, b.pdf(pageSpec{content: words, resources: font, extra: fmt.Sprintf("/Annots [%d 0 R]", widget)}), extract.DefaultLimits())
	if err != nil || len(errs) > 0 || len(sheets) != 1 {
		t.Fatal(err, errs, len(sheets))
	}
	if got := texts(sheets[0]); len(got) != 3 || got[2] != "typed value" {
		t.Errorf("got %q", got)
	}
	inkUnder(t, sheets[0])
}

// TestMeaningless: a composite font without ToUnicode, as some printers write.
func TestMeaningless(t *testing.T) {
	var b builder
	cid := b.add("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Nameless /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>")
	f := b.add(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /Nameless /Encoding /Identity-H /DescendantFonts [%d 0 R] >>", cid))
	sheets, errs, err := read(t, b.pdf(pageSpec{
		resources: fmt.Sprintf("/Font << /F1 %d 0 R >>", f),
		content:   "BT /F1 12 Tf 72 700 Td <" + strings.Repeat("0102F3E4", 20) + "> Tj ET",
	}), extract.DefaultLimits())
	if err != nil || len(errs) > 0 || len(sheets) != 1 {
		t.Fatal(err, errs, len(sheets))
	}
	if s := sheets[0]; s.Trust || s.Page.Source != extract.SourceScan {
		t.Errorf("trusted: %+v %q", s.Page, texts(s))
	}
}

// type3 is a font as browsers write it: drawn glyphs (a filled box each), codes
// 1 to n, their meaning in ToUnicode alone.
func (b *builder) type3(meaning string) string {
	proc := b.stream("", []byte("1000 0 d0 100 0 700 700 re f"))
	var procs, diff, cmap strings.Builder
	for i, r := range []rune(meaning) {
		fmt.Fprintf(&procs, "/g%d %d 0 R ", i+1, proc)
		fmt.Fprintf(&diff, "/g%d ", i+1)
		fmt.Fprintf(&cmap, "<%02X> <%04X>\n", i+1, r)
	}
	n := len([]rune(meaning))
	uni := b.stream("", fmt.Appendf(nil, "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <00> <FF> endcodespacerange\n%d beginbfchar\n%sendbfchar\nendcmap end end", n, cmap.String()))
	f := b.add(fmt.Sprintf("<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs << %s >> /Encoding << /Type /Encoding /Differences [1 %s] >> /FirstChar 1 /LastChar %d /Widths [%s] /ToUnicode %d 0 R >>",
		procs.String(), diff.String(), n, strings.Repeat("1000 ", n), uni))
	return fmt.Sprintf("/T3 %d 0 R", f)
}

// TestHidden: what no one sees on the page is not read; Chinese text that only
// PDFium cannot draw is.
func TestHidden(t *testing.T) {
	const seen = "BT /T3 12 Tf 72 700 Td <0102030405060708090A> Tj ET "
	for _, tt := range []struct{ name, content, want string }{
		{"all seen", seen + "BT /T3 12 Tf 72 600 Td <0A09> Tj ET", "企业名称法人代表产品|品产"},
		{"white on white", seen + "1 1 1 rg BT /T3 12 Tf 72 600 Td <0A09> Tj ET", "企业名称法人代表产品"},
		{"white on black", seen + "50 580 100 50 re f 1 1 1 rg BT /T3 12 Tf 72 600 Td <0A09> Tj ET", "企业名称法人代表产品|品产"},
		{"covered", seen + "BT /T3 12 Tf 72 600 Td <0A09> Tj ET 1 1 1 rg 50 580 100 50 re f", "企业名称法人代表产品"},
		{"invisible", seen + "3 Tr BT /F1 12 Tf 72 600 Td (35.2) Tj ET", "企业名称法人代表产品"},
		{"one digit white", seen + "BT /F1 12 Tf 72 600 Td (35) Tj 1 1 1 rg (9) Tj 0 0 0 rg (.2) Tj ET", "企业名称法人代表产品|35 .2"},
		{"no font to draw it", seen + "BT /F2 12 Tf 72 600 Td <4F014E1A> Tj ET", "企业名称法人代表产品|企业"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b builder
			cid := b.add("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>")
			f2 := b.add(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [%d 0 R] >>", cid))
			fonts := strings.TrimSuffix(b.helvetica(), ">>") + b.type3("企业名称法人代表产品") + fmt.Sprintf(" /F2 %d 0 R >>", f2)
			sheets, errs, err := read(t, b.pdf(pageSpec{content: tt.content, resources: fonts}), extract.DefaultLimits())
			if err != nil || len(errs) > 0 || len(sheets) != 1 {
				t.Fatal(err, errs, len(sheets))
			}
			if got := strings.Join(texts(sheets[0]), "|"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestBadPage: a page that cannot be read costs itself alone.
func TestBadPage(t *testing.T) {
	var b builder
	font := b.helvetica()
	ok := pageSpec{content: words, resources: font}
	sheets, errs, err := read(t, b.pdf(ok, pageSpec{box: "[0 0 99999 10]"}, ok), extract.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if len(sheets) != 2 || len(errs) != 1 || !isStatus(errs[0], extract.StatusTooLarge) || !strings.Contains(errs[0].Error(), "page 2") {
		t.Errorf("%d sheets, %v", len(sheets), errs)
	}
}

// TestOutlined: text drawn as outlines, with a page number that is text.
func TestOutlined(t *testing.T) {
	var b builder
	content := "BT /F1 12 Tf 72 40 Td (page 1 of 1 only) Tj ET " + strings.Repeat("72 700 10 10 re f ", 600)
	sheets, errs, err := read(t, b.pdf(pageSpec{content: content, resources: b.helvetica()}), extract.DefaultLimits())
	if err != nil || len(errs) > 0 || len(sheets) != 1 {
		t.Fatal(err, errs, len(sheets))
	}
	if s := sheets[0]; s.Trust || s.Page.Source != extract.SourceScan || s.DPI < 199 {
		t.Errorf("trusted: %+v, %g dpi", s.Page, s.DPI)
	}
}

// TestReopen: after PDFium broke off, the pages behind are read by a new one.
func TestReopen(t *testing.T) {
	var b builder
	data := b.pdf(pageSpec{}, pageSpec{content: words, resources: b.helvetica()})
	f := &file{data: data, lim: extract.DefaultLimits(), engine: testEngine(t), layers: layerReader{data: data}}
	if err := f.open(); err != nil {
		t.Fatal(err)
	}
	defer f.close()
	if err := f.reopen(); err != nil {
		t.Fatal(err)
	}
	var lines int
	_, err := f.page(context.Background(), 2, func(s extract.Sheet, err error) bool {
		lines = len(s.Lines)
		return true
	})
	if err != nil || lines != 2 || f.pages != 2 {
		t.Errorf("%d lines, %v", lines, err)
	}
}

func TestBlankPage(t *testing.T) {
	var b builder
	sheets, errs, err := read(t, b.pdf(pageSpec{}), extract.DefaultLimits())
	if err != nil || len(errs) > 0 || len(sheets) != 1 || len(sheets[0].Lines) != 0 {
		t.Fatal(err, errs, sheets)
	}
}

// TestStop: whoever stops ranging gets no further page, and PDFium is freed
// for the next file.
func TestStop(t *testing.T) {
	var b builder
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, b.pdf(pageSpec{}, pageSpec{}, pageSpec{}), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for range 3 {
		_, seq, err := Open(ctx, path, extract.DefaultLimits(), Options{Engine: testEngine(t)})
		if err != nil {
			t.Fatal(err)
		}
		for range seq {
			break
		}
	}
	_, seq, err := Open(ctx, path, extract.DefaultLimits(), Options{Engine: testEngine(t)})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range seq {
		if n++; n == 2 && !errors.Is(err, context.Canceled) {
			t.Errorf("after cancel: %v", err)
		}
		cancel()
	}
	if n != 2 {
		t.Errorf("%d pages after cancel", n)
	}
}
