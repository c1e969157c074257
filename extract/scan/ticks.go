package scan

import (
	"image"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/page"
)

// boxLike are characters a reader makes of a tick box, ticked or not.
const boxLike = "□■☐☑☒√✓✔口回日曰囗ロ图国四田因困囚区网网"

// markLike are marks that companies type in place of the printed box.
const markLike = "√✓✔■☑☒"

// pixelTick is a tick box with the index of its rune in the line's text.
type pixelTick struct {
	page.TickBox
	rune int
}

// paleInk is the level under which a pixel of an evened page may belong to a
// tick box: its hairlines are paler than print on blurred and faint pages.
const paleInk = 215

// findTicks looks for rows of tick boxes and sets their runes into the text.
// Printed squares are the seeds; lines of a cell that has some are searched
// for more squares of that size, ticked ones among them. A cell without seeds
// is searched when the reader saw boxes in it. Running text with a square
// character here and there is not searched at all: at least a third of the
// boxes of a row must be whole enough to be seeds. A cell counts when at least two
// of its squares stand apart before a word: 口 inside a word does not.
func (w *work) findTicks() {
	seeds := page.Squares(w.ink, w.comps, w.dpi)
	pale := page.Darker(w.planes.Clean, paleInk)
	page.EraseRulings(pale, w.rulings)
	for _, group := range w.cellLines() {
		if characters(w.read, group) > optionsLength {
			continue
		}
		seeds := append(w.paleSquares(pale, group), seeds...)
		least, most := w.tickSides(seeds, group)
		if most == 0 {
			continue
		}
		best, total := w.boxesOf(w.ink, group, least, most)
		if found, n := w.boxesOf(pale, group, least, most); n > total {
			best, total = found, n
			w.judgeInInk(found)
		}
		if total < 2 || characters(w.read, group) > total*optionLength {
			continue
		}
		for _, i := range group { // lines without a box may have a mark typed in its place
			w.setTicks(&w.read[i], best[i])
		}
		w.expectBoxes(group)
	}
}

// expectBoxes looks once more at lines of a row of options in which no box was
// found, at the place where the other lines have theirs: a box broken by a
// stroke or by poor copying still shows as ink before the word. Its state is
// never sure.
func (w *work) expectBoxes(group []int) {
	var gaps, sides []int
	for _, i := range group {
		l := &w.read[i]
		if len(l.ticks) > 0 && l.ticks[0].rune == 0 && len(l.first.Chars) > 1 {
			gaps = append(gaps, int(l.first.Chars[1].X0)-l.ticks[0].Box.Max.X)
			sides = append(sides, l.ticks[0].Box.Dx())
		}
	}
	if len(gaps) < 2 {
		return
	}
	sort.Ints(gaps)
	sort.Ints(sides)
	gap, side := gaps[len(gaps)/2], sides[len(sides)/2]
	for _, i := range group {
		l := &w.read[i]
		if len(l.ticks) > 0 || len(l.first.Chars) < 2 {
			continue
		}
		right := int(l.first.Chars[0].X0) - gap
		mid := middle(l.box).Y
		place := image.Rect(right-side, mid-side/2, right, mid+(side+1)/2)
		if place.Min.X < l.box.Min.X-side/3 || w.ink.Count(place)*20 < area(place) {
			continue
		}
		t := page.Judge(w.ink, place)
		t.Score = min(t.Score, unreadScore)
		l.insertTick(pixelTick{TickBox: t})
	}
}

// optionsLength is the most characters a cell of tick boxes holds.
const optionsLength = 160

// paleSquares finds seeds too pale for w.ink around the lines of a group.
func (w *work) paleSquares(pale *page.Bitmap, group []int) []image.Rectangle {
	var out []image.Rectangle
	for _, i := range group {
		area := w.read[i].box.Inset(-w.read[i].box.Dy() / 4).Intersect(image.Rect(0, 0, pale.W, pale.H))
		piece := pale.Cut(area)
		for _, q := range page.Squares(piece, page.Components(piece), w.dpi) {
			out = append(out, q.Add(area.Min))
		}
	}
	return out
}

// paleMark is the share of pale ink inside a box from which it may be ticked
// though it holds no dark ink: a faint pen.
const paleMark = 0.3

// judgeInInk settles by dark ink the state of boxes whose pale outline was
// found in pale ink, where paper noise inside a box looks like a mark.
func (w *work) judgeInInk(found map[int][]page.TickBox) {
	for _, boxes := range found {
		for k, b := range boxes {
			t := page.Judge(w.ink, b.Box)
			if !t.On && b.Fill >= paleMark {
				t.On, t.Score = true, 0.6
			}
			boxes[k] = t
		}
	}
}

// boxesOf finds the tick boxes of a group of lines in one bitmap.
func (w *work) boxesOf(ink *page.Bitmap, group []int, least, most int) (map[int][]page.TickBox, int) {
	found, total := map[int][]page.TickBox{}, 0
	for _, i := range group {
		boxes := beforeWords(page.FindTickBoxes(ink, w.read[i].box, least, most), &w.read[i])
		found[i] = boxes
		total += len(boxes)
	}
	return found, total
}

// tickSides is the range of sides to look for in a group of lines: around the
// side most seeds share (☒ and □ often come from two fonts), or without seeds
// whatever suits the lines' height; 0 where there is no sign of a box.
func (w *work) tickSides(seeds []image.Rectangle, group []int) (least, most int) {
	n := characters(w.read, group)
	if side, like := commonSide(seeds, group, w.read); side > 0 && n <= like*3*optionLength {
		slack := max(2, side/5)
		return side - slack, side + slack
	}
	framed, height := 0, 0
	for _, i := range group {
		framed += countAny(w.read[i].first.Text, boxLike)
		height = max(height, w.read[i].box.Dy())
	}
	if framed < 2 || n > framed*optionLength {
		return 0, 0
	}
	return height * 2 / 5, height
}

func countAny(s, set string) int {
	n := 0
	for _, r := range s {
		if strings.ContainsRune(set, r) {
			n++
		}
	}
	return n
}

// optionLength is the mean number of characters an option may have, its share
// of the label included: running text has a square-looking character now and
// then, a row of options has a box every few characters.
const optionLength = 14

func characters(read []readLine, lines []int) int {
	n := 0
	for _, i := range lines {
		n += len(read[i].first.Chars)
	}
	return n
}

// cellLines groups read lines by the cell they lie in; a line outside all
// cells is a group of its own.
func (w *work) cellLines() [][]int {
	at := map[[2]int]int{}
	var out [][]int
	for i, l := range w.read {
		g, c, ok := cellOf(l.box, w.grids)
		if !ok {
			out = append(out, []int{i})
			continue
		}
		k, seen := at[[2]int{g, c}]
		if !seen {
			k = len(out)
			at[[2]int{g, c}] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], i)
	}
	return out
}

// commonSide is the side most seeds inside the lines share, 0 where there is
// none, and how many seeds there are.
func commonSide(seeds []image.Rectangle, lines []int, read []readLine) (side, inside int) {
	votes := map[int]int{}
	for _, s := range seeds {
		for _, i := range lines {
			if middle(s).In(read[i].box.Inset(-3)) {
				inside++
				for d := -1; d <= 1; d++ {
					votes[(s.Dx()+s.Dy())/2+d]++
				}
				break
			}
		}
	}
	for v, n := range votes {
		if n > votes[side] || (n == votes[side] && v > side) {
			side = v
		}
	}
	return side, inside
}

// sureScore is the score from which a reader's character is believed to be
// one and no tick box.
const sureScore = 0.9

// beforeWords keeps squares in which the reader is not sure to have seen a
// character, and of these the ones that are followed by at least two
// characters before the next.
func beforeWords(boxes []page.TickBox, l *readLine) []page.TickBox {
	text := []rune(l.first.Text)
	var free []page.TickBox
next:
	for _, b := range boxes {
		rim := float64(b.Box.Dx()) * 0.4 // a reader's character places are that rough
		for i, c := range l.first.Chars {
			in := c.X1 > float64(b.Box.Min.X)+rim && c.X0 < float64(b.Box.Max.X)-rim
			if in && c.Score >= sureScore && !strings.ContainsRune(boxLike+" ", text[i]) {
				continue next
			}
		}
		free = append(free, b)
	}
	var out []page.TickBox
	for k, b := range free {
		end := float64(l.box.Max.X) + 1
		if k+1 < len(free) {
			end = float64(free[k+1].Box.Min.X)
		}
		words := 0
		for i, c := range l.first.Chars {
			if m := (c.X0 + c.X1) / 2; m > float64(b.Box.Max.X) && m < end && !strings.ContainsRune(boxLike+" ", text[i]) {
				words++
			}
		}
		if words >= 2 {
			out = append(out, b)
		}
	}
	return out
}

// setTicks replaces what the reader made of the boxes by tick runes. A
// character belongs to a box when its middle lies in it; one that reads like a
// box and touches one belongs to it as well (a tick drawn beyond its box is
// read as a character of its own). A mark beside a box (□√基础软件) ticks that
// box; a mark on its own stands in place of one.
func (w *work) setTicks(l *readLine, boxes []page.TickBox) {
	in := l.first
	var text []rune
	var chars []ocr.Char
	placed := 0
	put := func(b page.TickBox) {
		r := extract.TickOff
		if b.On {
			r = extract.TickOn
		}
		l.ticks = append(l.ticks, pixelTick{TickBox: b, rune: len(text)})
		text = append(text, r)
		chars = append(chars, ocr.Char{X0: float64(b.Box.Min.X), X1: float64(b.Box.Max.X), Score: b.Score})
	}
	for i, r := range []rune(in.Text) {
		c := in.Chars[i]
		mid := (c.X0 + c.X1) / 2
		for placed < len(boxes) && float64(middle(boxes[placed].Box).X) <= mid {
			put(boxes[placed])
			placed++
		}
		mark := strings.ContainsRune(markLike, r)
		switch {
		case inside(boxes, mid, 0.1), strings.ContainsRune(boxLike, r) && !mark && inside(boxes, mid, 0.6):
		case mark && w.tickBeside(l, c, len(text)):
			text[len(text)-1] = extract.TickOn
		case r == '口' || r == extract.TickOff:
			// Too broken to be found by its outline, but the reader saw it, in
			// a row that has others.
			put(w.judgeAt(image.Rect(int(c.X0), l.box.Min.Y, int(c.X1), l.box.Max.Y)))
		case mark:
			put(page.TickBox{Box: image.Rect(int(c.X0), l.box.Min.Y, int(c.X1), l.box.Max.Y), On: true, Score: c.Score})
		default:
			text, chars = append(text, r), append(chars, c)
		}
	}
	for ; placed < len(boxes); placed++ {
		put(boxes[placed])
	}
	l.first.Text, l.first.Chars = string(text), chars
	l.first.Score = meanScore(chars)
	if len(l.ticks) > 0 {
		w.findUnreadMarks(l)
	}
}

// judgeAt tells the state of a box of which only the rough place is known: it
// is never sure.
func (w *work) judgeAt(r image.Rectangle) page.TickBox {
	var box image.Rectangle
	for _, c := range w.comps {
		if middle(c.Box).In(r) && c.Box.Dy() < r.Dy()*6/5 {
			box = box.Union(c.Box)
		}
	}
	if box.Dx() < 6 || box.Dy() < 6 {
		return page.TickBox{Box: r, Score: 0.5}
	}
	t := page.Judge(w.ink, box)
	t.Score = min(t.Score, 0.7)
	return t
}

// tickBeside ticks the box that ends the text so far if the mark c follows it
// closely.
func (w *work) tickBeside(l *readLine, c ocr.Char, textLen int) bool {
	if len(l.ticks) == 0 {
		return false
	}
	t := &l.ticks[len(l.ticks)-1]
	if t.rune != textLen-1 || c.X0-float64(t.Box.Max.X) > float64(t.Box.Dx())*1.5 {
		return false
	}
	t.On, t.Score = true, max(0.5, c.Score)
	return true
}

// unreadScore is how sure a mark is that only its ink tells of.
const unreadScore = 0.7

// findUnreadMarks looks for marks that the reader passed over: pieces of ink
// of a box's size that stand apart before a word, or just behind an empty box,
// and that no character accounts for.
func (w *work) findUnreadMarks(l *readLine) {
	side := l.ticks[0].Box.Dx()
	for _, c := range w.comps {
		b := c.Box
		if !middle(b).In(l.box) || b.Dy()*2 < side || b.Dx()*5 < side*2 || b.Dx() > side*2 || w.accounted(l, b) {
			continue
		}
		if k := emptyBoxBefore(l, b); k >= 0 {
			t := &l.ticks[k]
			t.On, t.Score = true, unreadScore
			l.first.setRune(t.rune, extract.TickOn, unreadScore)
			continue
		}
		if page.Apart(w.ink, b) {
			// A mark has strokes inside its extent; what has none is an empty
			// box whose outline was too broken to be found.
			t := page.Judge(w.ink, b)
			t.Score = min(t.Score, unreadScore)
			l.insertTick(pixelTick{TickBox: t})
		}
	}
}

// accounted reports whether a tick or a character stands where the ink is.
func (w *work) accounted(l *readLine, b image.Rectangle) bool {
	for _, t := range l.ticks {
		if t.Box.Inset(-2).Overlaps(b) {
			return true
		}
	}
	for i, r := range []rune(l.first.Text) {
		c := l.first.Chars[i]
		if r != ' ' && c.X1 > float64(b.Min.X+b.Dx()/5) && c.X0 < float64(b.Max.X-b.Dx()/5) {
			return true
		}
	}
	return false
}

// emptyBoxBefore is the index of the empty tick box that ends closely before b,
// -1 where there is none.
func emptyBoxBefore(l *readLine, b image.Rectangle) int {
	for k, t := range l.ticks {
		if gap := b.Min.X - t.Box.Max.X; !t.On && gap >= 0 && gap < t.Box.Dx() {
			return k
		}
	}
	return -1
}

func (r *reading) setRune(i int, c rune, score float64) {
	text := []rune(r.Text)
	text[i] = c
	r.Text, r.Chars[i].Score = string(text), score
}

// insertTick sets a tick's rune before the first character behind it.
func (l *readLine) insertTick(t pixelTick) {
	text := []rune(l.first.Text)
	x := float64(middle(t.Box).X)
	at := len(text)
	for i, c := range l.first.Chars {
		if (c.X0+c.X1)/2 > x {
			at = i
			break
		}
	}
	t.rune = at
	for k := range l.ticks {
		if l.ticks[k].rune >= at {
			l.ticks[k].rune++
		}
	}
	l.ticks = append(l.ticks, t)
	r := extract.TickOff
	if t.On {
		r = extract.TickOn
	}
	l.first.Text = string(slices.Insert(text, at, r))
	l.first.Chars = slices.Insert(l.first.Chars, at, ocr.Char{X0: float64(t.Box.Min.X), X1: float64(t.Box.Max.X), Score: t.Score})
}

// inside reports whether x lies in one of the boxes widened by a share of its
// side.
func inside(boxes []page.TickBox, x, share float64) bool {
	for _, b := range boxes {
		m := float64(b.Box.Dx()) * share
		if x >= float64(b.Box.Min.X)-m && x <= float64(b.Box.Max.X)+m {
			return true
		}
	}
	return false
}

func meanScore(chars []ocr.Char) float64 {
	s := 0.0
	for _, c := range chars {
		s += c.Score
	}
	return s / max(1, float64(len(chars)))
}

func runeCount(s string) int { return utf8.RuneCountInString(s) }
