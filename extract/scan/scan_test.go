package scan

import (
	"context"
	"image"
	"image/color"
	"reflect"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/page"
)

// markReader reads a line by a mark the test painted: a black square at the
// left end means an upright line, at the right end one on its head.
type markReader struct{ name string }

func (m markReader) Name() string    { return m.name }
func (m markReader) Version() string { return "test" }
func (m markReader) Close() error    { return nil }
func (m markReader) ReadLine(_ context.Context, img image.Image) (ocr.Reading, error) {
	b := img.Bounds()
	left, right := darkness(img, image.Rect(b.Min.X, b.Min.Y, b.Min.X+b.Dx()/3, b.Max.Y)), darkness(img, image.Rect(b.Max.X-b.Dx()/3, b.Min.Y, b.Max.X, b.Max.Y))
	score := 0.9
	if right > left {
		score = 0.3
	}
	return readingOf("行文字", score, float64(b.Dx())), nil
}

func darkness(img image.Image, r image.Rectangle) int {
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if g := color.GrayModel.Convert(img.At(x, y)).(color.Gray); g.Y < 128 {
				n++
			}
		}
	}
	return n
}

// readingOf spreads the characters of a text evenly over a width.
func readingOf(text string, score, width float64) ocr.Reading {
	runes := []rune(text)
	r := ocr.Reading{Text: text, Score: score}
	step := width / float64(max(1, len(runes)))
	for i := range runes {
		r.Chars = append(r.Chars, ocr.Char{X0: float64(i) * step, X1: float64(i+1) * step, Score: score})
	}
	return r
}

func whitePage(w, h int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	return g
}

func fill(g *image.Gray, r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			g.SetGray(x, y, color.Gray{})
		}
	}
}

// markedPage has eight lines, each heavier at its left end.
func markedPage() (*image.Gray, []image.Rectangle) {
	g := whitePage(1240, 1754)
	var boxes []image.Rectangle
	for i := range 8 {
		b := image.Rect(150, 200+i*120, 550, 240+i*120)
		fill(g, image.Rect(b.Min.X+4, b.Min.Y+6, b.Min.X+90, b.Max.Y-6))
		for x := b.Min.X + 100; x < b.Max.X-10; x += 24 {
			fill(g, image.Rect(x, b.Min.Y+6, x+6, b.Max.Y-6))
		}
		boxes = append(boxes, b)
	}
	return g, boxes
}

func TestReadTurnsThePageUpright(t *testing.T) {
	g, boxes := markedPage()
	for quarters := range 4 {
		turned := page.Turn(g, quarters)
		// The detector sees what the page shows: boxes follow the picture.
		detect := func(_ context.Context, img image.Image) ([]image.Rectangle, error) {
			var out []image.Rectangle
			for _, c := range page.Components(page.Binarize(blur(img.(*image.Gray), 14))) {
				out = append(out, c.Box)
			}
			return out, nil
		}
		r := Readers{First: markReader{extract.ReaderPPOCR}, Detect: detect}
		res, err := Read(context.Background(), extract.Sheet{Image: turned, DPI: 150, Page: extract.Page{Number: 1}}, r, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if want := (4 - quarters) % 4 * 90; res.Page.Rotation != want {
			t.Errorf("a page turned by %d° was turned by %d°, want %d°", quarters*90, res.Page.Rotation, want)
		}
		if len(res.Lines) != len(boxes) {
			t.Errorf("turned by %d°: %d lines, want %d", quarters*90, len(res.Lines), len(boxes))
		}
		if w, h := res.Page.Width, res.Page.Height; w < 594 || w > 597 || h < 840 || h > 844 {
			t.Errorf("turned by %d°: the page is %.0f × %.0f points, want A4", quarters*90, w, h)
		}
	}
}

// On a photograph the page is looked for in the picture; where next to nothing was
// read on what was found, the whole picture is the page.
func TestUnframed(t *testing.T) {
	g, _ := markedPage()
	const desk = 120
	photo := image.NewGray(image.Rect(0, 0, g.Rect.Dx()+2*desk, g.Rect.Dy()+2*desk))
	for i := range photo.Pix {
		photo.Pix[i] = 50
	}
	for y := range g.Rect.Dy() {
		copy(photo.Pix[(y+desk)*photo.Stride+desk:], g.Pix[y*g.Stride:][:g.Rect.Dx()])
	}
	sheet := extract.Sheet{Image: photo, Page: extract.Page{Number: 1}}
	for _, unframed := range []bool{false, true} {
		w := &work{timings: extract.Timings{}, unframed: unframed}
		w.prepare(sheet)
		if (w.quad == nil) != unframed {
			t.Errorf("unframed %v: the page was found at %v", unframed, w.quad)
		}
	}
	if n := textLength(&Result{Lines: []extract.Line{{Text: "见附件"}, {Text: "3"}}}); n != 4 {
		t.Errorf("%d characters were counted", n)
	}
}

// blur widens ink sideways and downwards, a crude stand-in for a detector.
func blur(g *image.Gray, n int) *image.Gray {
	out := whitePage(g.Rect.Dx(), g.Rect.Dy())
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			if g.Pix[y*g.Stride+x] < 128 {
				for d := -n; d <= n; d++ {
					for _, p := range []image.Point{{X: x + d, Y: y}, {X: x, Y: y + d}} {
						if p.In(g.Rect) {
							out.Pix[p.Y*out.Stride+p.X] = 0
						}
					}
				}
			}
		}
	}
	return out
}

func TestReadWithoutReaderSaysWhatToDo(t *testing.T) {
	_, err := Read(context.Background(), extract.Sheet{Image: whitePage(100, 140), Page: extract.Page{Number: 3}}, Readers{}, Options{})
	if err == nil || !strings.Contains(err.Error(), "doctor") {
		t.Errorf("error %v does not say what to do", err)
	}
}

func TestReadingOrder(t *testing.T) {
	grid := page.Grid{Rows: 1, Cols: 2, Cells: []page.GridCell{
		{Row: 0, Col: 0, RowSpan: 1, ColSpan: 1, Box: image.Rect(0, 100, 200, 300)},
		{Row: 0, Col: 1, RowSpan: 1, ColSpan: 1, Box: image.Rect(200, 100, 400, 300)},
	}}
	boxes := []image.Rectangle{
		image.Rect(210, 110, 390, 140), // 0: right cell
		image.Rect(10, 210, 190, 240),  // 1: left cell, lower
		image.Rect(10, 400, 390, 430),  // 2: below the table
		image.Rect(100, 108, 190, 142), // 3: left cell, first row, right part
		image.Rect(10, 112, 95, 138),   // 4: left cell, first row, left part
		image.Rect(10, 20, 390, 50),    // 5: above the table
	}
	order, cells := readingOrder(boxes, []page.Grid{grid})
	if want := []int{5, 4, 3, 1, 0, 2}; !reflect.DeepEqual(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	if want := [][]int{{4, 3, 1}, {0}}; !reflect.DeepEqual(cells[0], want) {
		t.Errorf("cells %v, want %v", cells[0], want)
	}
}

func TestPartNeighbours(t *testing.T) {
	ink := page.NewBitmap(300, 60)
	for _, x := range [][2]int{{10, 100}, {150, 250}} { // two texts with a gap from 100 to 150
		for y := 15; y < 45; y++ {
			for i := x[0]; i < x[1]; i++ {
				ink.Pix[y*ink.W+i] = 1
			}
		}
	}
	w := &work{ink: ink}
	got := w.partNeighbours([]image.Rectangle{image.Rect(5, 10, 160, 50), image.Rect(140, 10, 260, 50)})
	if got[0].Max.X > 150 || got[0].Max.X < 100 || got[1].Min.X != got[0].Max.X {
		t.Errorf("boxes %v are not parted in the gap", got)
	}
	apart := []image.Rectangle{image.Rect(5, 10, 120, 50), image.Rect(140, 10, 260, 50)}
	if got := w.partNeighbours(append([]image.Rectangle(nil), apart...)); !reflect.DeepEqual(got, apart) {
		t.Errorf("boxes that do not overlap were moved: %v", got)
	}
}

func charsAt(xs ...float64) []ocr.Char {
	var out []ocr.Char
	for i := 0; i+1 < len(xs); i += 2 {
		out = append(out, ocr.Char{X0: xs[i], X1: xs[i+1], Score: 1})
	}
	return out
}

func TestPointBeside(t *testing.T) {
	line := image.Rect(0, 0, 60, 40)
	tests := []struct {
		name  string
		text  string
		chars []ocr.Char
		ink   image.Rectangle
		want  int
	}{
		{"a point between figures", "33", charsAt(0, 18, 24, 42), image.Rect(19, 30, 23, 34), 0},
		{"a point that was read", "3.3", charsAt(0, 18, 18, 24, 24, 42), image.Rect(19, 30, 23, 34), -1},
		{"a figure's own ink", "33", charsAt(0, 18, 24, 42), image.Rect(24, 4, 41, 34), -1},
		{"a speck too small to be a sign", "33", charsAt(0, 18, 24, 42), image.Rect(20, 30, 21, 31), -1},
		{"a speck above the line's foot", "33", charsAt(0, 18, 24, 42), image.Rect(19, 8, 23, 12), -1},
		{"a point between words", "软件", charsAt(0, 18, 24, 42), image.Rect(19, 30, 23, 34), -1},
	}
	for _, tt := range tests {
		if got := pointBeside([]rune(tt.text), tt.chars, tt.ink, line); got != tt.want {
			t.Errorf("%s: character %d, want %d", tt.name, got, tt.want)
		}
	}
}

// sign draws a stroke from the foot's left to the top, a ring at its upper left
// and rings at its foot.
func sign(rings int) *image.Gray {
	b := white(100, 60)
	fill := func(r image.Rectangle) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				b.Pix[y*b.Stride+x] = 60
			}
		}
	}
	for y := range 40 {
		fill(image.Rect(44-y*24/40, 10+y, 48-y*24/40, 11+y))
	}
	fill(image.Rect(18, 10, 30, 26))
	for k := range rings {
		fill(image.Rect(40+k*16, 32, 54+k*16, 50)) // run into one another
	}
	return b
}

func white(w, h int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix {
		g.Pix[i] = 240
	}
	return g
}

func TestPermille(t *testing.T) {
	read := func(text string, ink *image.Gray) readLine {
		l := readLine{box: image.Rect(0, 0, 100, 60), first: reading{Reading: ocr.Reading{Text: text, Chars: charsAt(0, 16, 20, 60)}}}
		l.settlePermille(ink)
		return l
	}
	if l := read("5%", sign(1)); l.first.Text != "5%" || l.first.Chars[1].Score < 0.9 {
		t.Errorf("a percent sign was read as %q", l.first.Text)
	}
	if l := read("5%", sign(2)); l.first.Text != "5‰" || l.first.Chars[1].Score > extract.UnreadInk {
		t.Errorf("a permille sign was read as %q, score %v", l.first.Text, l.first.Chars[1].Score)
	}
	if l := read("5‰", sign(2)); l.first.Text != "5‰" || l.first.Chars[1].Score < 0.9 {
		t.Errorf("a permille sign read as one became %q, score %v", l.first.Text, l.first.Chars[1].Score)
	}
	if l := read("5‰", sign(1)); l.first.Text != "5%" || l.first.Chars[1].Score > extract.UnreadInk {
		t.Errorf("a percent sign read as permille became %q, score %v", l.first.Text, l.first.Chars[1].Score)
	}
	if l := read("到5%", sign(2)); l.first.Text != "到5%" {
		t.Errorf("the end of a sentence became %q", l.first.Text)
	}
	if l := read("约%", sign(2)); l.first.Text != "约%" {
		t.Errorf("a sign that follows no figure became %q", l.first.Text)
	}
}

// The edge of the figure before a sign is no part of it; a sign that begins at
// the edge stays whole.
func TestSignWithoutItsFigure(t *testing.T) {
	for _, tt := range []struct {
		name            string
		figure, gap, at int // columns of ink, of paper, and where ink begins then
	}{{"a figure's edge", 4, 2, 6}, {"nothing before it", 0, 5, 5}, {"no paper between", 4, 0, 0}} {
		ink := page.NewBitmap(60, 40)
		for y := 10; y < 40; y++ {
			for x := range ink.W {
				if x < tt.figure || x >= tt.figure+tt.gap {
					ink.Pix[y*ink.W+x] = 1
				}
			}
		}
		if got := withoutFigure(ink).Bounds(image.Rect(0, 0, 60, 40)).Min.X; got != tt.at {
			t.Errorf("%s: the sign begins at column %d, want %d", tt.name, got, tt.at)
		}
	}
}

func TestDoubtLostCharacters(t *testing.T) {
	page40 := func(ink ...image.Rectangle) *work {
		w := &work{}
		for _, r := range ink {
			w.comps = append(w.comps, page.Component{Box: r})
		}
		return w
	}
	// Seven characters 40 pixels apart; the fourth was not read.
	read := func() readLine {
		r := ocr.Reading{Text: "烟台市芝区路", Score: 1}
		for _, x := range []float64{0, 40, 80, 120, 200, 240} {
			r.Chars = append(r.Chars, ocr.Char{X0: x + 2, X1: x + 38, Score: 0.99})
		}
		return readLine{box: image.Rect(0, 0, 280, 44), first: reading{Reading: r}}
	}
	lost := page40(image.Rect(163, 6, 196, 40))
	lost.read = []readLine{read()}
	lost.doubtLostCharacters()
	if c := lost.read[0].first.Chars; c[3].Score > extract.UnreadInk || c[4].Score > extract.UnreadInk || c[2].Score < 0.9 {
		t.Errorf("scores beside a lost character: %v", c)
	}
	blank := page40()
	blank.read = []readLine{read()}
	blank.doubtLostCharacters()
	if c := blank.read[0].first.Chars; c[3].Score < 0.9 {
		t.Error("a mere blank was taken for a lost character")
	}
}

func TestAgree(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"济南某某软件有限公司", "济南某某软件有限公司", true},
		{"济南某某软件有限公司", "济南某某 软件有限公司", true},
		{"济南某某软件有限公司", "济南某某轶件有限公司", true},
		{"济南某某软件有限公司", "青岛另一家有限公司", false},
		{"2021-06-15", "2021-08-19", false},
		{"", "一", false},
	}
	for _, tt := range tests {
		if got := agree(tt.a, tt.b); got != tt.want {
			t.Errorf("agree(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}

// tickLine is a line of read characters, 20 pixels each, on a page whose ink
// is blank but for what the test says.
func tickLine(text string) *readLine {
	r := readingOf(text, 0.99, float64(20*len([]rune(text))))
	return &readLine{box: image.Rect(0, 0, 20*len([]rune(text)), 24), first: reading{Reading: r}}
}

func TestSetTicks(t *testing.T) {
	box := func(x int, on bool) page.TickBox {
		return page.TickBox{Box: image.Rect(x, 2, x+20, 22), On: on, Score: 0.95}
	}
	tests := []struct {
		name  string
		text  string
		boxes []page.TickBox
		want  string
	}{
		{"read as 口", "口基础软件口工业软件", []page.TickBox{box(0, false), box(100, true)}, "□基础软件☑工业软件"},
		{"passed over by the reader", " 基础软件 工业软件", []page.TickBox{box(0, true), box(100, false)}, "☑基础软件□工业软件"},
		{"mark typed in place of a box", "√基础软件口工业软件", []page.TickBox{box(100, false)}, "☑基础软件□工业软件"},
		{"mark beside a box", "口√基础软件口工业软件", []page.TickBox{box(0, false), box(120, false)}, "☑基础软件□工业软件"},
		{"box too broken to be found", "口基础软件口工业软件", []page.TickBox{box(100, true)}, "□基础软件☑工业软件"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := tickLine(tt.text)
			w := &work{ink: page.NewBitmap(400, 40)}
			w.setTicks(l, tt.boxes)
			if l.first.Text != tt.want {
				t.Errorf("text %q, want %q", l.first.Text, tt.want)
			}
			if len(l.first.Chars) != len([]rune(l.first.Text)) {
				t.Errorf("%d characters for %d runes", len(l.first.Chars), len([]rune(l.first.Text)))
			}
			for _, tick := range l.ticks {
				want := extract.TickOff
				if tick.On {
					want = extract.TickOn
				}
				if got := []rune(l.first.Text)[tick.rune]; got != want {
					t.Errorf("tick at rune %d says on=%v, the text has %q there", tick.rune, tick.On, got)
				}
			}
		})
	}
}

func TestBeforeWordsSparesCharacters(t *testing.T) {
	l := tickLine("提供标准接口与出口管理")
	boxes := []page.TickBox{
		{Box: image.Rect(0, 2, 20, 22)},    // the reader is sure to see 提
		{Box: image.Rect(200, 2, 220, 22)}, // nothing follows
	}
	if got := beforeWords(boxes, l, true); len(got) != 0 {
		t.Errorf("%d squares in running text taken for tick boxes", len(got))
	}
}

func TestWeakestPassesOverPunctuation(t *testing.T) {
	r := reading{Reading: ocr.Reading{Text: "邮箱：a", Chars: []ocr.Char{{Score: 0.9}, {Score: 0.8}, {Score: 0.1}, {Score: 0.95}}}}
	if got := weakest(r); got != 0.8 {
		t.Errorf("weakest is %v, want 0.8", got)
	}
}
