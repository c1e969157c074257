package scan

import (
	"image"
	"testing"

	"dengji/extract/ocr"
	"dengji/extract/page"
	"dengji/extract/seal"
)

// What a seal leaves around a box looks like a mark: where the reader saw an
// empty box, or the seal has no colour, it is none, and in doubt.
func TestSealsResidueIsNoMark(t *testing.T) {
	for _, tt := range []struct {
		name   string
		read   string
		sealed bool
		ink    *image.Gray
		want   rune
	}{
		{"no seal", "口", false, nil, '☑'},
		{"a grey seal", "", true, nil, '□'},
		{"a red seal, read as a box", "口", true, image.NewGray(image.Rect(0, 0, 500, 80)), '□'},
		{"a red seal, not read", "", true, image.NewGray(image.Rect(0, 0, 500, 80)), '☑'},
	} {
		empty := option{"box", "口"}
		w := drawnRow("", empty, empty, option{"circle", tt.read}, empty, empty)
		w.planes.Ink = tt.ink
		if tt.sealed {
			w.seals = []sealArea{{box: image.Rect(200, 0, 500, 160)}}
		}
		w.findTicks()
		l := &w.read[0]
		if len(l.ticks) != 5 || []rune(l.first.Text)[l.ticks[2].rune] != tt.want || l.ticks[2].Score > besideScore {
			t.Errorf("%s: %q, %+v", tt.name, l.first.Text, l.ticks)
		}
	}
}

// A circle's side that lay over a ruling line went with it.
func TestCircleOverRuling(t *testing.T) {
	for _, ruled := range []bool{true, false} {
		empty := option{"box", "口"}
		w := drawnRow("", option{"loop", "口"}, empty, empty, empty, empty)
		w.ink.Erase(image.Rect(0, 0, 9, 160))
		w.comps = page.Components(w.ink)
		if ruled {
			w.rulings.Vertical = []page.Segment{{From: 0, To: 160, At: 4, Till: 4, Width: 3}}
		}
		w.findTicks()
		if l := &w.read[0]; len(l.ticks) != 5 || l.ticks[0].On != ruled {
			t.Errorf("ruled %v: %q, %+v", ruled, l.first.Text, l.ticks)
		}
	}
}

// A circle round a box reads as any character; the line beside it is no such one.
func TestMarkLine(t *testing.T) {
	line := &readLine{box: image.Rect(100, 20, 400, 60)}
	o := func(text string, box image.Rectangle) *readLine {
		return &readLine{box: box, first: reading{Reading: ocr.Reading{Text: text, Chars: make([]ocr.Char, len([]rune(text)))}}}
	}
	for _, tt := range []struct {
		line *readLine
		want bool
	}{
		{o("可", image.Rect(50, 5, 120, 80)), true},
		{o("可", image.Rect(50, 20, 90, 60)), false},  // a value beside it
		{o("可", image.Rect(50, 20, 120, 60)), false}, // no higher
		{o("可以", image.Rect(50, 5, 120, 80)), false},
		{o("。", image.Rect(50, 40, 60, 50)), true},
	} {
		if got := markLine(tt.line, line); got != tt.want {
			t.Errorf("%q at %v: %v", tt.line.first.Text, tt.line.box, got)
		}
	}
}

// Under a grey seal a mark between a box and its word ticks the box, in doubt: the
// room is a mark's, whosever the ink is.
func TestMarkUnderGreySeal(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		empty := option{"box", "口"}
		w := drawnRow("", empty, option{"beside", "口"}, empty, empty, empty)
		if sealed {
			w.seals = []sealArea{{box: image.Rect(44, 40, 304, 300), ring: seal.Ring{X: 174, Y: 170, R: 130}}}
		}
		w.findTicks()
		if l := &w.read[0]; len(l.ticks) != 5 || !l.ticks[1].On || sealed && l.ticks[1].Score > placeScore {
			t.Errorf("sealed %v: %q, %+v", sealed, l.first.Text, l.ticks)
		}
	}
}

// Ink in a box that is coloured and paler than print is a dark seal's; as dark as
// print it is a mark.
func TestSealInABox(t *testing.T) {
	for _, tt := range []struct {
		name  string
		level uint8
		ink   uint8 // of the plane of coloured ink
		want  bool
	}{
		{"a mark", 30, 0, true},
		{"a mark under a seal", 15, 255, true},
		{"a seal", 120, 255, false},
	} {
		empty := option{"box", "口"}
		w := drawnRow("", empty, empty, empty, empty, empty)
		w.planes.Ink = image.NewGray(image.Rect(0, 0, 250, 40))
		box := image.Rect(int(20+2*rowOption), rowTop, int(20+2*rowOption)+rowSide, rowTop+rowSide)
		for y := box.Min.Y + 5; y < box.Max.Y-5; y++ {
			for x := box.Min.X + 5; x < box.Max.X-5; x++ {
				w.planes.Clean.Pix[y*1000+x] = tt.level
				w.planes.Ink.Pix[y/4*250+x/4] = tt.ink
			}
		}
		w.ink = page.Binarize(w.planes.Clean)
		w.comps = page.Components(w.ink)
		w.findTicks()
		if l := &w.read[0]; len(l.ticks) != 5 || l.ticks[2].On != tt.want || !tt.want && l.ticks[2].Score > placeScore {
			t.Errorf("%s: %q, %+v", tt.name, l.first.Text, l.ticks)
		}
	}
}
