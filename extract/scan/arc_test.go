package scan

import (
	"image"
	"math/rand/v2"
	"testing"

	"dengji/extract/ocr"
	"dengji/extract/page"
	"dengji/extract/seal"
)

// ringReading is a reading of n characters a hundredth apart, with one score.
func ringReading(text string, score float64) arcReading {
	r := ocr.Reading{Text: text}
	for i := range []rune(text) {
		r.Chars = append(r.Chars, ocr.Char{X0: float64(i*40 + 4), X1: float64(i*40 + 36), Score: score})
	}
	return newArcReading(r, 1000)
}

func TestArcReadingKeepsTheName(t *testing.T) {
	a := ringReading("★大连(星海)软件O司9", 0.9)
	if got := string(a.text); got != "大连（星海）软件司" {
		t.Errorf("kept %q", got)
	}
	if a.even() {
		t.Error("a gap where a character was misread counts as even")
	}
	if !ringReading("大连星海软件有限公司", 0.9).even() {
		t.Error("an even row counts as uneven")
	}
}

func TestVote(t *testing.T) {
	name := "大连星海软件有限公司"
	missing := ringReading(name, 0.99)
	missing.text, missing.at, missing.score = missing.text[1:], missing.at[1:], missing.score[1:]
	for _, tc := range []struct {
		what string
		seen []arcReading
		want string
	}{
		{"all agree", []arcReading{ringReading(name, 0.95), ringReading(name, 0.93)}, name},
		{"the surer two outvote one", []arcReading{ringReading("大连星海软件有眼公司", 0.85), ringReading(name, 0.95), ringReading(name, 0.96)}, name},
		{"one against one is no name", []arcReading{ringReading("大连星海软件有眼公司", 0.9), ringReading("大连星侮软件有限公司", 0.9)}, ""},
		{"faint all over", []arcReading{ringReading(name, 0.5), ringReading(name, 0.5)}, ""},
		{"too short", []arcReading{ringReading("大连星", 0.99)}, ""},
		{"nothing", []arcReading{{}, {}}, ""},
		{"a shorter reading does not shorten", []arcReading{ringReading(name, 0.97), missing}, name},
	} {
		if got, score := vote(tc.seen); got != tc.want {
			t.Errorf("%s: %q (%.2f), want %q", tc.what, got, score, tc.want)
		}
	}
}

func TestAgreedNeedsTwoSureReadings(t *testing.T) {
	name := "大连星海软件有限公司"
	if _, _, ok := agreed([]arcReading{ringReading(name, 0.99)}); ok {
		t.Error("one reading agrees with itself")
	}
	if got, _, ok := agreed([]arcReading{ringReading(name, 0.97), ringReading(name, 0.98)}); !ok || got != name {
		t.Errorf("two sure readings: %q, %v", got, ok)
	}
	if _, _, ok := agreed([]arcReading{ringReading(name, 0.8), ringReading(name, 0.8)}); ok {
		t.Error("two unsure readings are believed without a third")
	}
}

// greySealPage has one ring of 150 pixels' radius at 400, 400 and no colour.
func greySealPage() *work {
	g := image.NewGray(image.Rect(0, 0, 1000, 1000))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	c := seal.Ring{X: 400, Y: 400, R: 150, Round: 1, Seen: 1}
	return &work{dpi: 200, planes: page.Planes{Gray: g, Clean: g, Grey: true}, seals: []sealArea{{box: c.Box(), shape: "round", ring: c}}}
}

func TestUnderGreySeal(t *testing.T) {
	w := greySealPage()
	for _, tc := range []struct {
		what string
		box  image.Rectangle
		want bool
	}{
		{"across the whole seal", image.Rect(200, 390, 700, 420), true},
		{"on the ring's text", image.Rect(380, 270, 420, 300), true},
		{"touching the ring from outside", image.Rect(545, 390, 800, 420), true},
		{"on the star", image.Rect(390, 390, 410, 410), true},
		{"in the corner of the box", image.Rect(246, 246, 270, 265), false},
		{"elsewhere", image.Rect(700, 700, 900, 730), false},
	} {
		if got := w.underSeal(tc.box); got != tc.want {
			t.Errorf("%s: %v", tc.what, got)
		}
	}
}

func TestGreyStrokesAreOnlyDoubtfulScrapsInsideTheRing(t *testing.T) {
	w := greySealPage()
	line := func(box image.Rectangle, text string, score float64) readLine {
		return readLine{box: box, first: reading{Reading: ocr.Reading{Text: text, Score: score}}}
	}
	in, out := image.Rect(380, 270, 420, 300), image.Rect(600, 270, 640, 300)
	if !w.greyStrokes(line(in, "金王", 0.3)) {
		t.Error("a doubtful scrap inside the ring is kept")
	}
	for _, l := range []readLine{line(in, "13901234567", 0.3), line(in, "张", 0.9), line(out, "金王", 0.3), line(image.Rect(300, 390, 700, 420), "大连", 0.3)} {
		if w.greyStrokes(l) {
			t.Errorf("%q at %v is dropped", l.first.Text, l.box)
		}
	}
}

func TestSealStrokesNeedColourAndNoPrint(t *testing.T) {
	w := greySealPage()
	box := image.Rect(360, 265, 440, 300)
	if w.sealStrokes(box) {
		t.Error("without colour nothing tells strokes from print")
	}
	clean := image.NewGray(w.planes.Gray.Rect)
	for i := range clean.Pix {
		clean.Pix[i] = 230
	}
	ink := image.NewGray(image.Rect(0, 0, 250, 250))
	for i := range ink.Pix {
		ink.Pix[i] = 255
	}
	w.planes.Clean, w.planes.Ink = clean, ink
	if !w.sealStrokes(box) {
		t.Error("strokes that vanish without colour count as text")
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 60 { // print under the seal, even a little, stays
		clean.Pix[(box.Min.Y+rnd.IntN(box.Dy()))*clean.Stride+box.Min.X+rnd.IntN(box.Dx())] = 60
	}
	if w.sealStrokes(box) {
		t.Error("print under a seal is dropped")
	}
	if w.sealStrokes(image.Rect(360, 265, 900, 300)) {
		t.Error("a line that runs out of the ring is dropped")
	}
}
