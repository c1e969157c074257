package scan

import (
	"context"
	"image"
	"math"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/page"
)

// stripReader reads long pictures as a name and short ones as a purpose.
type stripReader struct{ name, purpose string }

func (stripReader) Name() string    { return "strips" }
func (stripReader) Version() string { return "test" }
func (stripReader) Close() error    { return nil }
func (s stripReader) ReadLine(_ context.Context, img image.Image) (ocr.Reading, error) {
	b := img.Bounds()
	text := s.purpose
	if b.Dx() > 8*b.Dy() {
		text = s.name
	}
	return readingOf(text, 0.99, float64(b.Dx())), nil
}

// redPage is a page of 200 dots an inch with red ink where on tells.
func redPage(on func(x, y float64) bool) *work {
	gray, clean := whitePage(800, 800), whitePage(800, 800)
	ink := image.NewGray(image.Rect(0, 0, 200, 200))
	for y := range 800 {
		for x := range 800 {
			if on(float64(x), float64(y)) {
				gray.Pix[y*gray.Stride+x], clean.Pix[y*clean.Stride+x] = 100, 215
				ink.Pix[y/4*ink.Stride+x/4] = 255
			}
		}
	}
	return &work{dpi: 200, timings: extract.Timings{}, planes: page.Planes{Gray: gray, Clean: clean, Ink: ink}}
}

// ovalInk tells the points of an oval of 45 × 30 mm about (400, 400) with some
// characters, and with a line inside.
func ovalInk(x, y float64) bool {
	const rx, ry = 177.0, 118.0
	u, v := (x-400)/rx, (y-400)/ry
	f := math.Hypot(u, v)
	t := math.Atan2(u, -v)
	return math.Abs(f-1) < 0.035 || f > 0.62 && f < 0.86 && math.Abs(t) < 2 && math.Mod(t+10, 0.3) < 0.2 ||
		math.Abs(x-400) < 60 && y > 436 && y < 460 && math.Mod(x, 24) < 16
}

func TestReadsOvalSeals(t *testing.T) {
	const name = "大连星海软件有限公司"
	for _, tc := range []struct{ what, reads, text string }{
		{"a name", name, name},
		{"a name that breaks off", "大连星海软件有限", ""},
		{"a name of which the beginning was not read", "", ""},
	} {
		w := redPage(ovalInk)
		w.readers.First = stripReader{tc.reads, "发票专用章"}
		w.findSeals()
		if len(w.seals) != 1 {
			t.Fatalf("%s: %d seals, want one: %+v", tc.what, len(w.seals), w.seals)
		}
		if err := w.readSeals(context.Background()); err != nil {
			t.Fatal(err)
		}
		if s := w.seals[0]; s.shape != "oval" || s.text != tc.text || s.inside != "发票专用章" {
			t.Errorf("%s: %s seal, %q, inside %q; want an oval, %q", tc.what, s.shape, s.text, s.inside, tc.text)
		}
	}
}

func TestOvalPlacesUnderPrintAreDoubted(t *testing.T) {
	w := redPage(ovalInk)
	for y := 290; y < 350; y++ { // a black block over the fifth and sixth characters
		for x := 370; x < 430; x++ {
			w.planes.Gray.Pix[y*800+x], w.planes.Clean.Pix[y*800+x] = 10, 10
		}
	}
	w.readers.First = halfSure{stripReader{"大连星海软件有限公司", ""}}
	w.findSeals()
	if err := w.readSeals(context.Background()); err != nil {
		t.Fatal(err)
	}
	if s := w.seals[0]; s.text != "" {
		t.Errorf("%q is believed though print hides a part of it", s.text)
	}
}

// halfSure takes some of the score away: enough for a clear place.
type halfSure struct{ stripReader }

func (h halfSure) ReadLine(ctx context.Context, img image.Image) (ocr.Reading, error) {
	r, err := h.stripReader.ReadLine(ctx, img)
	for i := range r.Chars {
		r.Chars[i].Score = 0.95
	}
	return r, err
}

func TestOneCharacterOffIsAMisreading(t *testing.T) {
	line := linePhrase(lineOf("企业名称：大连星海软件有限公司（盖章）", 0.99))
	faint := linePhrase(lineOf("企业名称：大连星海软件有限公司", 0.5))
	for _, tc := range []struct {
		name    string
		phrases []phrase
		want    bool
	}{
		{"大连星海软件有限公司", []phrase{line}, false},
		{"大连星河软件有限公司", []phrase{line}, true},
		{"大连银河软件有限公司", []phrase{line}, false},
		{"大连星河软件有限公司", []phrase{faint}, false},
		{"大连星海软件公司", []phrase{line}, false},
		{"大连星河软件有限公司", nil, false},
	} {
		if got := oneOff(tc.name, tc.phrases); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

func TestLinePhraseKeepsMarksApart(t *testing.T) {
	p := linePhrase(lineOf("单位：大连 星海（盖章）2022", 0.99))
	if got := string(p.text); got != "单位|大连星海（盖章）||||" {
		t.Errorf("%q", got)
	}
	if strings.ContainsRune(string(p.text), ' ') || len(p.text) != len(p.sure) {
		t.Errorf("%d characters, %d scores", len(p.text), len(p.sure))
	}
}

func TestSealsOfTextPagesAreReadWhereThereIsAReader(t *testing.T) {
	w := redPage(ovalInk)
	img := image.NewRGBA(w.planes.Gray.Rect)
	for i, v := range w.planes.Clean.Pix {
		img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], img.Pix[4*i+3] = v, w.planes.Gray.Pix[i]-w.planes.Gray.Pix[i]%5, w.planes.Gray.Pix[i], 255
		if v == 215 {
			img.Pix[4*i+1], img.Pix[4*i+2] = 40, 50
		}
	}
	sheet := extract.Sheet{Page: extract.Page{Number: 1, Width: 288, Height: 288}, Image: img, Trust: true}
	for _, tc := range []struct {
		first ocr.Reader
		want  string
	}{{nil, ""}, {stripReader{"大连星海软件有限公司", ""}, "大连星海软件有限公司"}} {
		res, err := Read(context.Background(), sheet, Readers{First: tc.first}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Seals) != 1 || res.Seals[0].Text != tc.want {
			t.Errorf("reader %v: seals %+v, want one that says %q", tc.first, res.Seals, tc.want)
		}
	}
}
