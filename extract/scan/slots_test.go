package scan

import (
	"image"
	"math"
	"strings"
	"testing"

	"dengji/extract/ocr"
	"dengji/extract/page"
)

// Measures of a drawn row of options, pixels at 150 dots an inch.
const (
	rowTop, rowPitch, rowSide = 60, 24, 20
	rowOption                 = 6 * rowPitch // a box, a word of four, a gap
)

// option is one drawn box with its word, and what the reader makes of the box.
type option struct {
	draw string // box, mark, tick, circle, beside, broken, none
	read string
}

// drawnRow draws options side by side, words as blocks, and gives the line a
// reader would make of them.
func drawnRow(label string, options ...option) *work {
	g := whitePage(1000, 160)
	var text []rune
	var chars []ocr.Char
	put := func(r rune, x float64) {
		text = append(text, r)
		chars = append(chars, ocr.Char{X0: x, X1: x + rowPitch - 2, Score: 0.95})
	}
	x := 20.0
	for _, r := range label {
		block(g, x)
		put(r, x)
		x += rowPitch
	}
	if label != "" {
		x += rowPitch / 2
	}
	for k, o := range options {
		drawMark(g, o.draw, x)
		for i, r := range []rune(o.read) {
			put(r, x+float64(i)*rowPitch*0.8)
		}
		wide := 0.0
		if o.draw == "beside" || o.draw == "pale beside" || o.draw == "glued" || o.draw == "room" {
			wide = rowPitch
		}
		for i, r := range []rune([]string{"基础软件", "工业软件", "支撑软件", "应用软件", "其他软件"}[k]) {
			at := x + wide + float64(i+1)*rowPitch
			block(g, at)
			put(r, at)
		}
		x += wide + rowOption
	}
	w := &work{dpi: 150, planes: page.Planes{Gray: g, Clean: g}}
	w.ink = page.Binarize(g)
	w.comps = page.Components(w.ink)
	box := image.Rect(16, rowTop-4, int(x)-rowPitch, rowTop+rowSide+4)
	w.read = []readLine{{box: box, first: reading{Reading: ocr.Reading{Text: string(text), Chars: chars}}}}
	return w
}

// block draws a character: two strokes and a foot, no square.
func block(g *image.Gray, x float64) {
	drawBar(g, x+3, rowTop+1, x+3, rowTop+19, 3)
	drawBar(g, x+14, rowTop+1, x+14, rowTop+19, 3)
	drawBar(g, x+2, rowTop+10, x+18, rowTop+10, 3)
}

func drawMark(g *image.Gray, kind string, x float64) {
	const top, foot = rowTop, rowTop + rowSide
	square := func() {
		drawBar(g, x, top, x+rowSide, top, 2)
		drawBar(g, x, foot, x+rowSide, foot, 2)
		drawBar(g, x, top, x, foot, 2)
		drawBar(g, x+rowSide, top, x+rowSide, foot, 2)
	}
	check := func(x float64) {
		drawBar(g, x, top+10, x+7, foot-1, 3)
		drawBar(g, x+7, foot-1, x+19, top-2, 3)
	}
	switch kind {
	case "box":
		square()
	case "mark":
		check(x)
	case "pale":
		drawPale(g, func() { check(x) })
	case "pale beside":
		square()
		drawPale(g, func() { check(x + rowPitch) })
	case "tick": // begins at the word before and ends over the next one
		square()
		drawBar(g, x-17, top+11, x+8, foot-2, 3)
		drawBar(g, x+8, foot-2, x+30, top-8, 3)
	case "circle":
		square()
		for a := 0.0; a < 2*math.Pi; a += 0.1 {
			drawBar(g, x+10+17*math.Cos(a), top+10+17*math.Sin(a), x+10+17*math.Cos(a+0.15), top+10+17*math.Sin(a+0.15), 3)
		}
	case "loop": // a wide circle whose end runs through the word's first characters
		square()
		for a := 0.0; a < 2*math.Pi; a += 0.1 {
			drawBar(g, x+10+27*math.Cos(a), top+10+17*math.Sin(a), x+10+27*math.Cos(a+0.15), top+10+17*math.Sin(a+0.15), 3)
		}
		drawBar(g, x+36, top+10, x+60, top+10, 3)
	case "beside":
		square()
		check(x + rowPitch)
	case "filled":
		drawBar(g, x, top+rowSide/2, x+rowSide, top+rowSide/2, rowSide)
	case "room":
		square()
	case "glued":
		square()
		check(x + rowPitch)
		drawBar(g, x+rowPitch+15, top+4, x+2*rowPitch+4, top+4, 3)
	case "broken tick":
		drawBar(g, x, foot, x+rowSide, foot, 2)
		check(x)
	case "corner":
		drawBar(g, x, top, x, foot, 2)
		drawBar(g, x, foot, x+rowSide, foot, 2)
	case "broken":
		drawBar(g, x, top, x, foot, 2)
		drawBar(g, x, foot, x+rowSide, foot, 2)
		drawBar(g, x, top, x+6, top, 2)
	}
}

// drawPale draws paler than the threshold of ink, darker than paper.
func drawPale(g *image.Gray, draw func()) {
	drawn := g.Pix
	g.Pix = make([]uint8, len(drawn))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	draw()
	for i, v := range g.Pix {
		if v < 200 {
			drawn[i] = 205
		}
	}
	g.Pix = drawn
}

func TestSlots(t *testing.T) {
	empty := option{"box", "口"}
	tests := []struct {
		name  string
		label string
		row   []option
		want  string // a tick rune for every option
		least float64
		most  float64 // score of the third option's tick
	}{
		{"all printed", "", []option{empty, empty, {"box", ""}, empty, empty}, "□□□□□", 0.9, 1},
		{"tick that spills over its neighbours", "", []option{empty, empty, {"tick", ""}, empty, empty}, "□□☑□□", 0.6, 1},
		{"tick read as a letter", "", []option{empty, empty, {"tick", "V"}, empty, empty}, "□□☑□□", 0.6, 1},
		{"circle round the box", "", []option{empty, empty, {"circle", "口"}, empty, empty}, "□□☑□□", 0.5, 0.7},
		{"circle that touches the words", "", []option{empty, empty, {"loop", "口"}, empty, empty}, "□□☑□□", 0.5, 0.7},
		{"circle read as a sign", "", []option{empty, empty, {"loop", "≤"}, empty, empty}, "□□☑□□", 0.5, 0.7},
		{"mark in place of a box", "", []option{empty, empty, {"mark", "√"}, empty, empty}, "□□☑□□", 0.9, 1},
		{"mark read as a comma", "", []option{empty, empty, {"mark", "、"}, empty, empty}, "□□☑□□", 0.75, 0.75},
		{"mark passed over", "", []option{empty, empty, {"mark", ""}, empty, empty}, "□□☑□□", 0.75, 0.75},
		{"mark beside its box", "", []option{empty, empty, {"beside", "口√"}, empty, empty}, "□□☑□□", 0.9, 1},
		{"mark beside its box, passed over", "", []option{empty, empty, {"beside", "口"}, empty, empty}, "□□☑□□", 0.8, 0.9},
		{"pale mark beside its box, passed over", "", []option{empty, empty, {"pale beside", "口"}, empty, empty}, "□□☑□□", 0.5, 0.6},
		{"mark beside its box that touches the word", "", []option{empty, empty, {"glued", "√"}, empty, empty}, "□□☑□□", 0.9, 1},
		{"room beside an empty box", "", []option{empty, empty, {"room", "口"}, empty, empty}, "□□□□□", 0.9, 1},
		{"bracket in the label", "主营业务（可多选）：", []option{empty, empty, {"mark", "√"}, {"mark", "√"}, {"mark", "√"}}, "□□☑☑☑", 0.9, 1},
		{"mark too pale", "", []option{empty, empty, {"pale", "√"}, empty, empty}, "□□☑□□", 0.85, 0.95},
		{"mark read where nothing is", "", []option{empty, empty, {"none", "√"}, empty, empty}, "□□☑□□", 0.5, 0.6},
		{"filled box read as a character", "", []option{empty, empty, {"filled", "冒"}, {"filled", "昌"}, {"filled", "圆"}}, "□□☑☑☑", 0.95, 1},
		{"broken box", "", []option{empty, empty, {"broken", ""}, empty, empty}, "□□□□□", 0.5, 0.9},
		{"no box is whole", "", []option{{"corner", ""}, {"corner", ""}, {"broken tick", ""}, {"corner", ""}, {"corner", ""}}, "□□☑□□", 0.5, 0.6},
		{"no box is whole, marks read as letters", "", []option{{"corner", ""}, {"corner", ""}, {"broken tick", "V"}, {"mark", "v"}, {"corner", ""}}, "□□☑☑□", 0.5, 0.6},
		{"box lost", "", []option{empty, empty, {"none", ""}, empty, empty}, "□□□□□", 0.4, 0.5},
		{"more marks than boxes, after a label", "主营业务可多选：", []option{empty, empty, {"mark", "√"}, {"mark", "√"}, {"mark", "√"}}, "□□☑☑☑", 0.9, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := drawnRow(tt.label, tt.row...)
			w.findTicks()
			l := w.read[0]
			var got strings.Builder
			for _, r := range l.first.Text {
				if strings.ContainsRune("□☑", r) {
					got.WriteRune(r)
				}
			}
			if got.String() != tt.want || len(l.ticks) != 5 {
				t.Fatalf("%q, %d ticks, want %s", l.first.Text, len(l.ticks), tt.want)
			}
			if words := strings.NewReplacer("□", "", "☑", "").Replace(l.first.Text); words != tt.label+"基础软件工业软件支撑软件应用软件其他软件" {
				t.Errorf("the words became %q", words)
			}
			if s := l.ticks[2].Score; s < tt.least || s > tt.most {
				t.Errorf("score %.2f, want %.2f to %.2f", s, tt.least, tt.most)
			}
			if len(l.first.Chars) != len([]rune(l.first.Text)) {
				t.Errorf("%d characters for %q", len(l.first.Chars), l.first.Text)
			}
		})
	}
}

// Signs that were read between words, however alike the words are, are no boxes.
func TestNoBoxesWhereSignsWereRead(t *testing.T) {
	sign := option{"corner", "，"}
	w := drawnRow("", sign, sign, sign, sign, sign)
	w.findTicks()
	if l := w.read[0]; len(l.ticks) != 0 || strings.ContainsAny(l.first.Text, "□☑") {
		t.Errorf("%d ticks in %q", len(l.ticks), l.first.Text)
	}
}

// A circle before a line's first word that the detector took for a line of its
// own hides neither the box in it nor stays as text.
func TestMarkReadAsALine(t *testing.T) {
	empty := option{"box", "口"}
	w := drawnRow("", option{"circle", ""}, empty, empty, empty, empty)
	w.read = append(w.read, readLine{box: image.Rect(10, rowTop-8, 50, rowTop+rowSide+8), first: reading{Reading: ocr.Reading{Text: "Q", Chars: []ocr.Char{{X0: 20, X1: 40, Score: 0.4}}}}})
	w.read[0].box.Min.X = 44
	w.findTicks()
	if got := w.read[0].first.Text; got != "☑基础软件□工业软件□支撑软件□应用软件□其他软件" {
		t.Errorf("read %q", got)
	}
	if got := w.read[1].first.Text; got != "" {
		t.Errorf("the mark stays as %q", got)
	}
	w.read[1].first = spaced("无")
	if junkLine(&w.read[1]) {
		t.Error("无 is taken for a mark")
	}
}

// A box with a mark in it may be read as a character: what stands apart behind
// another option's word is a box, what stands behind a box is a character.
func TestBoxReadAsACharacter(t *testing.T) {
	for _, tt := range []struct {
		text  string
		score float64
		at    int // the character a square stands around
		gap   int
		want  bool
		solid bool
	}{
		{"口应用软件亿其他软件", .85, 5, 8, true, false},
		{"口应用软件 亿其他软件", .85, 6, 8, true, false},
		{"口应用软件亿其他软件", .85, 5, 4, false, false},
		{"口应用软件口其他软件", .85, 6, 8, false, false},
		{"口应用软件Q其他软件", .85, 6, 8, false, false},
		{"亿其他软件口应用软件", .85, 0, 8, false, false},
		{"口应用软件亿其他软件", .95, 5, 8, false, false},
		{"口应用软件团其他软件", .95, 5, 8, true, false},
		{"口应用软件团其他软件", .95, 5, 4, false, false},
		{"口应用软件冒其他软件", .95, 5, 8, true, true},
		{"口应用软件基其他软件", .99, 5, 8, false, true},
		{"口应用软件基其他软件", .95, 5, 4, false, true},
	} {
		l := &readLine{first: spaced(tt.text), box: image.Rect(0, 0, 120, 10)}
		for i := range l.first.Chars {
			l.first.Chars[i].Score = tt.score
		}
		b := page.TickBox{Box: image.Rect(tt.at*10, 0, tt.at*10+10, 10), Gap: tt.gap, Solid: tt.solid}
		other := page.TickBox{Box: image.Rect(200, 0, 210, 10)}
		if got := beforeWords([]page.TickBox{b, other}, l, true); (len(got) == 1 && got[0].Box == b.Box) != tt.want {
			t.Errorf("%s (%v) at %d, gap %d: %v", tt.text, tt.score, tt.at, tt.gap, got)
		}
	}
}

// Ink before a label on a line of its own, such as a seal's, is no box of it.
func TestNoBoxBeforeALabel(t *testing.T) {
	r := optionRow{pitch: rowPitch, side: rowSide}
	for _, label := range []bool{true, false} {
		w := drawnRow("", option{"mark", ""})
		if label {
			l := &w.read[0]
			l.first.Text += "："
			l.first.Chars = append(l.first.Chars, ocr.Char{X0: 140, X1: 160, Score: 0.95})
		}
		r.ink = w.ink
		if got := w.fillSlots(&w.read[0], r, nil); (len(got) == 0) != label {
			t.Errorf("label %v: %d boxes", label, len(got))
		}
	}
}

// A circle frames a word's first character like a box, and takes from its score.
func TestFramedCharacterIsNoBox(t *testing.T) {
	l := &readLine{first: spaced("口应用软件口其他软件", .9, .84), box: image.Rect(0, 0, 100, 10)}
	box := func(k int) page.TickBox { return page.TickBox{Box: image.Rect(k*10, 0, k*10+10, 10)} }
	if got := beforeWords([]page.TickBox{box(0), box(1), box(5)}, l, false); len(got) != 2 || got[1].Box != box(5).Box {
		t.Errorf("with other boxes: %v", got)
	}
	if got := beforeWords([]page.TickBox{box(1)}, l, false); len(got) != 0 {
		t.Errorf("alone beside one that was read: %v", got)
	}
	l.first = spaced("囟应用软件困其他软件", .5)
	if got := beforeWords([]page.TickBox{box(0), box(5)}, l, false); len(got) != 2 {
		t.Errorf("marked boxes read as characters: %v", got)
	}
}

// TestNoSlotsInText: words far apart make no row of options.
func TestNoSlotsInText(t *testing.T) {
	none := option{"none", ""}
	w := drawnRow("", none, none, none, none, none)
	w.findTicks()
	if l := w.read[0]; len(l.ticks) != 0 || strings.ContainsAny(l.first.Text, "□☑") {
		t.Errorf("%d ticks in %q", len(l.ticks), l.first.Text)
	}
}

// 区 and 国 of an address are square and as large as boxes, but they were read.
func TestReadCharactersAreNoBoxes(t *testing.T) {
	w := &work{read: []readLine{{first: spaced("黄岛区天辰路国际")}}}
	box := func(k int) page.TickBox { return page.TickBox{Box: image.Rect(k*10, 0, k*10+10, 10)} }
	if !w.allRead(map[int][]page.TickBox{0: {box(2), box(6)}}) {
		t.Error("characters read for sure make a row of options")
	}
	w.read[0].first = spaced("口基础软件国工业软件")
	if w.allRead(map[int][]page.TickBox{0: {box(0), box(5)}}) {
		t.Error("a box read as 口 beside one read as 国 makes none")
	}
	w.read[0].first = spaced("国基础软件国工业软件", .6, .99, .99, .99, .99, .6)
	if w.allRead(map[int][]page.TickBox{0: {box(0), box(5)}}) {
		t.Error("boxes read unsurely make none")
	}
}

// A box that one character of its word follows before the line ends is a box
// like the others of its line.
func TestBoxBeforeALinesLastCharacter(t *testing.T) {
	for _, tt := range []struct {
		draw  string
		want  rune
		least float64
	}{{"box", '□', 0.85}, {"tick", '☑', 0.6}} {
		empty := option{"box", "口"}
		w := drawnRow("", empty, empty, empty, empty, option{tt.draw, "口"})
		l := &w.read[0]
		n := len(l.first.Chars) - 3
		l.first.Text, l.first.Chars = string([]rune(l.first.Text)[:n]), l.first.Chars[:n]
		l.box.Max.X = int(l.first.Chars[n-1].X1) + 4
		w.findTicks()
		if len(l.ticks) != 5 || []rune(l.first.Text)[l.ticks[4].rune] != tt.want || l.ticks[4].Score < tt.least {
			t.Errorf("%s: %q, %+v", tt.draw, l.first.Text, l.ticks)
		}
	}
}

// In a row of boxes a square full of ink is ■, close to the word before it too,
// whatever the reader makes of it; a word's first character is no box.
func TestSolidBoxInRow(t *testing.T) {
	for _, tt := range []struct {
		seen  string
		score float64
		gap   int
		solid bool
		row   bool
		want  bool
	}{
		{"冒", 0.99, 8, true, true, false},
		{"圆", 0.99, 8, true, true, false},
		{"基", 0.99, 8, true, true, true},
		{"冒", 0.99, 8, false, true, true},
		{"冒", 0.99, 8, true, false, true},
		{"冒", 0.99, 30, true, false, false},
	} {
		l := &readLine{first: reading{Reading: ocr.Reading{Text: "件" + tt.seen + "应用", Chars: []ocr.Char{
			{X0: 0, X1: 20, Score: 0.99}, {X0: 30, X1: 50, Score: tt.score}, {X0: 52, X1: 72, Score: 0.99}, {X0: 72, X1: 92, Score: 0.99}}}}}
		b := page.TickBox{Box: image.Rect(30, 0, 50, 20), Gap: tt.gap, Solid: tt.solid}
		if got := isCharacter(b, []page.TickBox{b}, l, 1, tt.row); got != tt.want {
			t.Errorf("%+v: a character is %v", tt, got)
		}
	}
}
