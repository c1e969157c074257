package scan

import (
	"context"
	"image"
	"sort"
	"strings"
	"unicode"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/page"
)

// readLine is one line box and what was read in it.
type readLine struct {
	box    image.Rectangle
	seal   bool
	first  reading   // what stands in the Document
	others []reading // everything else that was seen there
	ticks  []pixelTick

	strengthened bool // pale print was read darker than it is
	asPrinted    bool // and must not be
}

// reading is a reader's view of a line, characters in pixels of the page.
type reading struct {
	reader    string
	treatment string
	ocr.Reading
}

// findLines cuts the detector's boxes at ruling lines and adds boxes for ink
// that the detector passed over: a lone 无 or a figure in a cell is easily
// missed, and a value that nobody read is an error that nobody sees.
func (w *work) findLines() {
	var boxes []image.Rectangle
	for _, b := range w.boxes {
		boxes = append(boxes, page.CutAtRulings(b, w.rulings)...)
	}
	kept := boxes[:0]
	for _, b := range boxes {
		if w.ink.Count(b)*100 >= b.Dx()*b.Dy() { // what is left beside a ruling line may be blank
			kept = append(kept, b)
		}
	}
	boxes = w.partNeighbours(mergeDoubles(kept))
	w.takeSigns(boxes)
	w.takeBars(boxes)
	missed := page.Missed(w.comps, boxes)
	for _, region := range regions(w.grids, missed) {
		for _, b := range page.TextLines(region, w.dpi) {
			if w.worthReading(b) && !joinNeighbour(boxes, b) {
				boxes = append(boxes, b.Inset(-max(2, b.Dy()/8)))
			}
		}
	}
	w.boxes = boxes
	w.findPale()
	w.findStrokes()
}

// takeSigns widens lines of text to the comma, full stop or slash that the detector
// cut off at their ends, or left at the box's very edge, where readers pass over
// it. Such a sign is too small to be worth a box of its own, and nobody would miss
// it in a text of four hundred characters.
func (w *work) takeSigns(boxes []image.Rectangle) {
	for _, c := range w.comps {
		for i, o := range boxes {
			h := o.Dy()
			size, y := max(c.Box.Dx(), c.Box.Dy()), middle(c.Box).Y
			gap := c.Box.Min.X - o.Max.X
			sign := size*10 >= h && size*5 <= h*2 && y >= o.Min.Y+h*2/5 && y <= o.Max.Y
			stroke := slash(c) && c.Box.Dx()*5 <= h*3 && c.Box.Dy()*2 >= h && c.Box.Dy()*4 <= h*5 && y >= o.Min.Y+h/4 && y <= o.Max.Y-h/4
			if o.Dx() < 5*h/2 || c.Box.Max.X+h/4 <= o.Max.X || gap < -h/2 || gap*5 > h*2 || !sign && !stroke {
				continue
			}
			widened := o
			widened.Max.X = c.Box.Max.X + h/4
			if w.inked(c.Box) < sealShare && !overlapsOther(boxes, i, widened) {
				boxes[i] = widened.Intersect(w.planes.Gray.Rect)
			}
			break
		}
	}
}

// takeBars widens lines of text to a 一 at their ends that the detector cut off, as it
// does where there is no more of a character than a stroke.
func (w *work) takeBars(boxes []image.Rectangle) {
	for _, c := range w.comps {
		for i, o := range boxes {
			h := o.Dy()
			y := middle(c.Box).Y
			bar := c.Box.Dx()*20 >= h*7 && c.Box.Dx() <= h && c.Box.Dy()*4 <= c.Box.Dx() && c.Box.Dy()*5 <= h && y >= o.Min.Y+h/4 && y <= o.Max.Y-h/4
			before, behind := o.Min.X-c.Box.Max.X, c.Box.Min.X-o.Max.X
			standsOut := c.Box.Min.X+h/8 < o.Min.X || c.Box.Max.X-h/8 > o.Max.X
			if !bar || !standsOut || o.Dx() < 5*h/2 || max(before, behind)*5 > h*2 || w.inked(c.Box) >= sealShare {
				continue
			}
			widened := o.Union(image.Rect(c.Box.Min.X-h/8, o.Min.Y, c.Box.Max.X+h/8, o.Max.Y)).Intersect(w.planes.Gray.Rect)
			if !overlapsOther(boxes, i, widened) {
				boxes[i] = widened
			}
			break
		}
	}
}

// overlapsOther reports whether a box reaches into another one than box i.
func overlapsOther(boxes []image.Rectangle, i int, b image.Rectangle) bool {
	for k, o := range boxes {
		if k != i && o.Overlaps(b) && !o.Overlaps(boxes[i]) {
			return true
		}
	}
	return false
}

// joinNeighbour widens a box that ends just beside a missed sign, a colon or a
// bracket the detector cut off: alone it reads as anything.
func joinNeighbour(boxes []image.Rectangle, b image.Rectangle) bool {
	for i, o := range boxes {
		gap := max(b.Min.X-o.Max.X, o.Min.X-b.Max.X)
		common := min(o.Max.Y, b.Max.Y) - max(o.Min.Y, b.Min.Y)
		if b.Dx()*10 < o.Dy()*7 && gap*10 < o.Dy()*6 && common*2 >= b.Dy() {
			boxes[i].Min.X, boxes[i].Max.X = min(o.Min.X, b.Min.X-2), max(o.Max.X, b.Max.X+2)
			return true
		}
	}
	return false
}

// worthReading leaves out what is surely no text among the missed ink: the
// seal's own strokes, thin marks along the page's edge, specks.
func (w *work) worthReading(b image.Rectangle) bool {
	mm := w.dpi / 25.4
	if float64(b.Dy()) < 1.5*mm || float64(b.Dx()) < 0.8*mm {
		return false
	}
	if b.Dy() > b.Dx()*3 { // an upright stroke: a stray line, a bracket
		return false
	}
	edge := int(2 * mm)
	if !b.In(w.planes.Gray.Rect.Inset(edge)) {
		return false
	}
	return w.inked(b) < 0.35
}

// mergeDoubles drops boxes that lie inside another one.
func mergeDoubles(boxes []image.Rectangle) []image.Rectangle {
	sort.SliceStable(boxes, func(i, j int) bool { return area(boxes[i]) > area(boxes[j]) })
	var out []image.Rectangle
next:
	for _, b := range boxes {
		for _, o := range out {
			if area(b.Intersect(o))*10 >= area(b)*8 {
				continue next
			}
		}
		out = append(out, b)
	}
	return out
}

// partNeighbours cuts boxes that overlap within one row apart, at the widest
// gap between their texts: a detector's boxes are wider than the text, and half
// of the neighbour's first character reads as a character of its own.
func (w *work) partNeighbours(boxes []image.Rectangle) []image.Rectangle {
	for i := range boxes {
		for j := range boxes {
			a, b := boxes[i], boxes[j]
			common := min(a.Max.Y, b.Max.Y) - max(a.Min.Y, b.Min.Y)
			if i == j || a.Min.X >= b.Min.X || a.Max.X <= b.Min.X || a.Max.X >= b.Max.X || common*2 < min(a.Dy(), b.Dy()) {
				continue
			}
			half := min(a.Dy(), b.Dy()) / 2
			from, to := w.widestGap(image.Rect(max(a.Min.X, b.Min.X-half), max(a.Min.Y, b.Min.Y), min(b.Max.X, a.Max.X+half), min(a.Max.Y, b.Max.Y)))
			if to > from {
				boxes[i].Max.X, boxes[j].Min.X = from+(to-from)/2, from+(to-from)/2
			}
		}
	}
	return boxes
}

// widestGap is the widest run of columns without ink in a box, empty where
// there is none.
func (w *work) widestGap(r image.Rectangle) (from, to int) {
	start := r.Min.X
	for x := r.Min.X; x <= r.Max.X; x++ {
		if x < r.Max.X && w.ink.Count(image.Rect(x, r.Min.Y, x+1, r.Max.Y)) == 0 {
			continue
		}
		if x-start > to-from {
			from, to = start, x
		}
		start = x + 1
	}
	return from, to
}

func area(r image.Rectangle) int { return r.Dx() * r.Dy() }

// recognize reads every line: as scanned, and where coloured ink lies over it
// once more without that ink. The surer reading leads, the other is kept.
func (w *work) recognize(ctx context.Context) error {
	var err error
	w.timed("recognize", func() {
		for _, b := range w.boxes {
			if w.sealStrokes(b) {
				continue
			}
			var l readLine
			if l, err = w.readBox(ctx, b); err != nil {
				return
			}
			w.read = append(w.read, l)
		}
	})
	return err
}

// sealShare is the share of coloured ink from which a line counts as lying
// under a seal.
const sealShare = 0.02

// readBox reads a line. One of tick boxes is read as it is printed: strengthened,
// a mark in a box is read as a character.
func (w *work) readBox(ctx context.Context, b image.Rectangle) (readLine, error) {
	l := readLine{box: b.Intersect(w.planes.Gray.Rect)}
	l.seal = w.underSeal(l.box)
	err := w.readTreatments(ctx, &l)
	if err == nil && l.strengthened && hasBoxes(l.first.Text) {
		l.strengthened, l.asPrinted = false, true
		err = w.readTreatments(ctx, &l)
	}
	if err != nil {
		return l, err
	}
	return l, w.restoreLetters(ctx, &l)
}

// readTreatments reads a line that a seal lies over or that is in doubt after
// several treatments, which are put to the vote; the third only where the first
// two are not of one mind.
func (w *work) readTreatments(ctx context.Context, l *readLine) error {
	var read []reading
	for i, t := range w.treatments(*l) {
		if i == 1 && !l.seal && weakestBut(read[0], boxes) >= w.opt.Doubt || i == 2 && read[0].Text == read[1].Text && (weakest(read[0]) >= w.opt.Doubt || !l.seal) {
			break
		}
		r, err := w.readTreated(ctx, t, l)
		if err != nil {
			return err
		}
		read = append(read, r)
	}
	l.first, l.others = consensus(read), nil
	if len(read) > 1 {
		l.others = read
	}
	return nil
}

// hasBoxes reports whether a text has tick boxes: one at its beginning, or two.
func hasBoxes(text string) bool {
	n := 0
	for i, r := range text {
		if strings.ContainsRune(boxes, r) {
			if n++; i == 0 || n > 1 {
				return true
			}
		}
	}
	return false
}

// restoreLetters reads an address of which a letter was lost once more, in a
// wider picture: narrow letters that are alike then fall into time steps of
// their own.
func (w *work) restoreLetters(ctx context.Context, l *readLine) error {
	if _, _, lost := w.lostLetters(l); !lost {
		return nil
	}
	wide, err := w.readTreated(ctx, widened, l)
	if err != nil {
		return err
	}
	l.others = append(l.others, wide)
	l.first = consensus([]reading{l.first, wide})
	if from, to, lost := w.lostLetters(l); lost {
		for k := from; k < to; k++ {
			l.first.Chars[k].Score = min(l.first.Chars[k].Score, extract.UnreadInk)
		}
	}
	return nil
}

// readTreated reads the picture a treatment makes of a box, which may have
// another width.
func (w *work) readTreated(ctx context.Context, t treatment, l *readLine) (reading, error) {
	b := l.box
	img := t.picture(w, b)
	if t.print && !l.asPrinted {
		l.strengthened = strengthen(img) || l.strengthened
	}
	r, err := w.readPicture(ctx, w.readers.First, img, b, t.name)
	f := float64(b.Dx()) / float64(max(img.Rect.Dx(), 1))
	for i := range r.Chars {
		r.Chars[i].X0 = float64(b.Min.X) + (r.Chars[i].X0-float64(b.Min.X))*f
		r.Chars[i].X1 = float64(b.Min.X) + (r.Chars[i].X1-float64(b.Min.X))*f
	}
	return r, err
}

// readPicture reads a picture of the box b and moves the characters to their
// place on the page.
func (w *work) readPicture(ctx context.Context, r ocr.Reader, img *image.Gray, b image.Rectangle, treatment string) (reading, error) {
	got, err := r.ReadLine(ctx, img)
	if err != nil {
		return reading{}, err
	}
	for i := range got.Chars {
		got.Chars[i].X0 += float64(b.Min.X)
		got.Chars[i].X1 += float64(b.Min.X)
	}
	return reading{reader: r.Name(), treatment: treatment, Reading: got}, nil
}

// secondLength is the most characters a line has that the second reader is
// asked about: of doubtful lines Tesseract reads three in ten right, so over a
// long one it always differs somewhere and says nothing.
const secondLength = 24

// readAgain lets the second reader see lines whose weakest character is in
// doubt. It only adds witnesses: what they mean is for the rules to say.
func (w *work) readAgain(ctx context.Context) error {
	if w.readers.Second == nil {
		return nil
	}
	var err error
	w.timed("second", func() {
		for i := range w.read {
			l := &w.read[i]
			if n := len(l.first.Chars); n == 0 || n > secondLength || weakest(l.first) >= w.opt.Doubt {
				continue
			}
			img := crop(w.planes.Clean, l.box, 4)
			if l.seal {
				img = w.withoutInk(l.box)
			}
			var r reading
			if r, err = w.readPicture(ctx, w.readers.Second, img, l.box, ""); err != nil {
				return
			}
			if r.Text != "" {
				l.others = append(l.others, r)
			}
		}
	})
	return err
}

// weakest is the score of a reading's least sure character. Spaces and
// punctuation do not count: readers are rarely of one mind about them, and
// hearing another one changes nothing.
func weakest(r reading) float64 { return weakestBut(r, "") }

// boxes are what a tick box is read as. A doubtful one is no reason to read a
// line again: boxes are found by their shape.
const boxes = "口囗□■√☑✓"

// weakestBut is weakest without some characters.
func weakestBut(r reading, but string) float64 {
	m := 1.0
	for i, c := range []rune(r.Text) {
		if !unicode.IsSpace(c) && !strings.ContainsRune("：:；;，,。、（）()“”\""+but, c) {
			m = min(m, r.Chars[i].Score)
		}
	}
	return m
}

// line turns a read line into the Document's form. Page is set when the pages
// are put together.
func (w *work) line(l readLine) extract.Line {
	out := extract.Line{Box: w.points(l.box), Text: l.first.Text, Score: l.first.Score, Reader: l.first.reader, Seal: l.seal, Chars: w.chars(l.first.Chars)}
	for _, o := range l.others {
		out.Other = append(out.Other, extract.Reading{Reader: o.reader, Treatment: o.treatment, Text: o.Text, Score: o.Score, Chars: w.chars(o.Chars)})
	}
	return out
}

func (w *work) chars(in []ocr.Char) []extract.Char {
	f := 72 / w.dpi
	out := make([]extract.Char, len(in))
	for i, c := range in {
		out[i] = extract.Char{X0: c.X0 * f, X1: c.X1 * f, Score: c.Score, Rivals: c.Rivals}
	}
	return out
}
