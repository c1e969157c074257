package scan

import (
	"context"
	"fmt"
	"image"
	"slices"
	"strings"
	"unicode"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/page"
	"dengji/extract/tick"
)

// textPage takes the text from the page's own text layer, the cells from its
// picture, and what is on seals by the reader where there is one.
func (w *work) textPage(ctx context.Context, sheet extract.Sheet) (*Result, error) {
	w.timed("split", func() {
		w.planes, _ = page.Split(sheet.Image, maxSide)
		w.dpi = float64(w.planes.Gray.Rect.Dx()) / sheet.Page.Width * 72
	})
	w.timed("grid", w.findGrid)
	w.timed("seals", w.findSeals)
	for _, l := range sheet.Lines {
		w.read = append(w.read, w.layerLines(l)...)
	}
	w.canonicalTicks()
	if w.readers.First != nil {
		if err := w.readSeals(ctx); err != nil {
			return nil, fmt.Errorf("read seals of page %d: %w", sheet.Page.Number, err)
		}
	}
	res := w.result(sheet)
	res.Page.Source = extract.SourceText
	res.Page.DPI = 0
	res.Page.Width, res.Page.Height = sheet.Page.Width, sheet.Page.Height
	if w.opt.Picture {
		res.Picture = sheet.Image
	}
	res.Timings = w.timings
	return res, nil
}

// flow is a page without a picture: its lines are all there is.
func (w *work) flow(sheet extract.Sheet) *Result {
	res := &Result{Page: sheet.Page, Timings: w.timings}
	res.Page.Source = extract.SourceText
	res.Lines = append(res.Lines, sheet.Lines...)
	return res
}

// layerLines cuts a line of the text layer at ruling lines.
func (w *work) layerLines(l extract.Line) []readLine {
	f := w.dpi / 72
	whole := readLine{box: w.pixels(l.Box), first: reading{reader: l.Reader, Reading: ocr.Reading{Text: l.Text, Score: l.Score}}}
	for _, c := range l.Chars {
		whole.first.Chars = append(whole.first.Chars, ocr.Char{X0: c.X0 * f, X1: c.X1 * f, Score: c.Score})
	}
	var out []readLine
	for _, piece := range apart(whole, page.CutAtRulings(whole.box, w.rulings)) {
		if strings.TrimSpace(piece.first.Text) == "" {
			continue
		}
		piece.seal = w.underSeal(piece.box)
		out = append(out, piece)
	}
	return out
}

func (w *work) pixels(b extract.Box) image.Rectangle {
	f := w.dpi / 72
	return image.Rect(int(b.X0*f), int(b.Y0*f), int(b.X1*f+0.5), int(b.Y1*f+0.5))
}

// apart deals a line's characters out to the boxes it was cut into, each to the
// nearest: none is lost, whatever the cut took away. A line without characters
// of its own stays whole.
func apart(l readLine, boxes []image.Rectangle) []readLine {
	text := []rune(l.first.Text)
	if len(l.first.Chars) != len(text) || len(boxes) == 0 {
		return []readLine{l}
	}
	var print []ocr.Char // a space may well reach from one cell into the next
	for i, c := range l.first.Chars {
		if !unicode.IsSpace(text[i]) {
			print = append(print, c)
		}
	}
	boxes = betweenCharacters(print, boxes)
	out := make([]readLine, len(boxes))
	for i, b := range boxes {
		out[i] = readLine{box: b, first: reading{reader: l.first.reader, Reading: ocr.Reading{Score: l.first.Score}}}
	}
	for i, c := range l.first.Chars {
		m := (c.X0 + c.X1) / 2
		far := func(b image.Rectangle) float64 { return max(float64(b.Min.X)-m, m-float64(b.Max.X), 0) }
		k := 0
		for j := range boxes {
			if far(boxes[j]) < far(boxes[k]) {
				k = j
			}
		}
		out[k].first.Text += string(text[i])
		out[k].first.Chars = append(out[k].first.Chars, c)
	}
	return out
}

// betweenCharacters joins boxes again, left to right, where the cut between
// them runs through a character: a ruling line of the cells above that reaches
// a little into the line is no border of it.
func betweenCharacters(chars []ocr.Char, boxes []image.Rectangle) []image.Rectangle {
	boxes = slices.Clone(boxes)
	slices.SortStableFunc(boxes, func(a, b image.Rectangle) int { return a.Min.X - b.Min.X })
	out := boxes[:1]
	for _, b := range boxes[1:] {
		last := &out[len(out)-1]
		cut := float64(last.Max.X+b.Min.X) / 2
		through := slices.ContainsFunc(chars, func(c ocr.Char) bool {
			rim := (c.X1 - c.X0) / 8
			return c.X0+rim < cut && cut < c.X1-rim
		})
		if through || b.Min.X < last.Max.X {
			*last = last.Union(b)
			continue
		}
		out = append(out, b)
	}
	return out
}

// canonicalTicks brings tick glyphs of a text layer to TickOn and TickOff, the
// lines of one cell together: a line with a lone √ is a tick where its
// neighbours have boxes.
func (w *work) canonicalTicks() {
	groups := map[[2]int][]int{}
	var order [][2]int
	for i := range w.read {
		key := [2]int{-1, -1 - i}
		if g, c, ok := cellOf(w.read[i].box, w.grids); ok {
			key = [2]int{g, c}
		}
		if _, ok := groups[key]; !ok {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	for _, key := range order {
		lines := make([]string, len(groups[key]))
		for k, i := range groups[key] {
			lines[k] = w.read[i].first.Text
		}
		for k, t := range tick.Block(lines) {
			w.read[groups[key][k]].setText(t)
		}
	}
}

// setText gives a line its canonical text, characters and ticks kept in step.
func (l *readLine) setText(t tick.Text) {
	var chars []ocr.Char
	if len(l.first.Chars) == runeCount(l.first.Text) {
		for _, from := range t.Source {
			chars = append(chars, l.first.Chars[from])
		}
	}
	l.first.Text, l.first.Chars = t.Text, chars
	for _, m := range t.Marks {
		p := pixelTick{rune: m.Rune}
		p.On, p.Score, p.Box = m.On, m.Score, l.box
		if m.Rune < len(chars) {
			p.Box.Min.X, p.Box.Max.X = int(chars[m.Rune].X0), int(chars[m.Rune].X1)
		}
		l.ticks = append(l.ticks, p)
	}
}

// trustLayer lets an untrusted text layer speak: where a page is a picture
// with text over it, a layer's line that nearly says what was read there is
// the better spelling of it (it has no recogniser's slips), and the reading
// stays beside it. A layer's line that says something else, or that lacks a
// character which was surely read, is an old OCR, or text that only machines
// see: it is kept as another reading and no more.
func (w *work) trustLayer(sheet extract.Sheet) {
	if len(sheet.Lines) == 0 || w.turned != 0 || w.skew != 0 || w.quad != nil {
		return
	}
	for _, l := range sheet.Lines {
		box := w.pixels(l.Box)
		k := nearest(w.read, box)
		if k < 0 {
			continue
		}
		layer := reading{reader: l.Reader, Reading: ocr.Reading{Text: l.Text, Score: l.Score}}
		f := w.dpi / 72
		for _, c := range l.Chars {
			layer.Chars = append(layer.Chars, ocr.Char{X0: c.X0 * f, X1: c.X1 * f, Score: c.Score})
		}
		t := &w.read[k]
		if agree(layer.Text, t.first.Text) && !deniesSure(layer.Text, t.first) && len(t.ticks) == 0 && len(layer.Chars) == runeCount(layer.Text) {
			t.others = append(t.others, t.first)
			t.first = layer
			continue
		}
		t.others = append(t.others, layer)
	}
}

// nearest finds the read line that a box mostly covers and that mostly covers
// the box.
func nearest(lines []readLine, box image.Rectangle) int {
	best, at := 0, -1
	for i, l := range lines {
		common := area(l.box.Intersect(box))
		if common*2 > min(area(l.box), area(box)) && common > best && l.box.Dx() < box.Dx()*3/2 && box.Dx() < l.box.Dx()*3/2 {
			best, at = common, i
		}
	}
	return at
}

// agree reports whether two texts differ in at most one rune in eight, spaces
// aside.
func agree(a, b string) bool {
	x, y := []rune(strings.ReplaceAll(a, " ", "")), []rune(strings.ReplaceAll(b, " ", ""))
	return edits(x, y, func(int) int { return 1 }, 1)*8 <= max(len(x), len(y))
}

// deniesSure reports whether a text has something else in the place of a character
// that was surely read, or nothing. What it has besides may be what the reader lost.
func deniesSure(text string, r reading) bool {
	var read []rune
	var sure []bool
	for i, c := range []rune(r.Text) {
		if !unicode.IsSpace(c) && i < len(r.Chars) {
			read, sure = append(read, halfWidth(c)), append(sure, r.Chars[i].Score >= sureScore)
		}
	}
	cost := func(i int) int {
		if sure[i] {
			return 1
		}
		return 0
	}
	return edits(read, []rune(strings.Map(halfWidth, strings.ReplaceAll(text, " ", ""))), cost, 0) > 0
}

// halfWidth is the ASCII sign of a full-width one: readers take one for the other.
func halfWidth(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// edits is the least cost of turning x into y: lost is that of losing or changing
// a rune of x, added that of a rune more in y.
func edits(x, y []rune, lost func(i int) int, added int) int {
	prev := make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j * added
	}
	for i := range x {
		last := prev[0]
		prev[0] += lost(i)
		for j := range y {
			cost := last
			if x[i] != y[j] {
				cost += lost(i)
			}
			last = prev[j+1]
			prev[j+1] = min(cost, prev[j]+added, prev[j+1]+lost(i))
		}
	}
	return prev[len(y)]
}
