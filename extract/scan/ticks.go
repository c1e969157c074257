package scan

import (
	"image"
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

// findTicks looks for rows of tick boxes and sets their runes into the text.
// Printed squares are the seeds; lines of a cell that has some are searched
// for more squares of that size, ticked ones among them. A cell counts when at
// least two of its squares stand apart before a word: 口 inside a word does
// not.
func (w *work) findTicks() {
	seeds := page.Squares(w.ink, w.comps, w.dpi)
	for _, group := range w.cellLines() {
		side := commonSide(seeds, group, w.read)
		if side == 0 {
			continue
		}
		found := map[int][]page.TickBox{}
		total := 0
		for _, i := range group {
			boxes := beforeWords(page.FindTickBoxes(w.ink, w.read[i].box, side), &w.read[i])
			if len(boxes) > 0 {
				found[i] = boxes
				total += len(boxes)
			}
		}
		if total < 2 || characters(w.read, group) > total*optionLength {
			continue
		}
		for _, i := range group { // lines without a box may have a mark typed in its place
			w.setTicks(&w.read[i], found[i])
		}
	}
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
// none.
func commonSide(seeds []image.Rectangle, lines []int, read []readLine) int {
	votes := map[int]int{}
	for _, s := range seeds {
		for _, i := range lines {
			if middle(s).In(read[i].box.Inset(-3)) {
				for d := -1; d <= 1; d++ {
					votes[(s.Dx()+s.Dy())/2+d]++
				}
			}
		}
	}
	best := 0
	for side, n := range votes {
		if n > votes[best] || (n == votes[best] && side > best) {
			best = side
		}
	}
	return best
}

// sureScore is the score from which a reader's character is believed to be
// one and no tick box.
const sureScore = 0.9

// beforeWords keeps squares that are followed by at least two characters
// before the next one, and in which the reader is not sure to have seen a
// character.
func beforeWords(boxes []page.TickBox, l *readLine) []page.TickBox {
	var out []page.TickBox
	for k, b := range boxes {
		next := float64(l.box.Max.X) + 1
		if k+1 < len(boxes) {
			next = float64(boxes[k+1].Box.Min.X)
		}
		words, character := 0, false
		for i, r := range []rune(l.first.Text) {
			c := l.first.Chars[i]
			m, framed := (c.X0+c.X1)/2, strings.ContainsRune(boxLike+" ", r)
			switch {
			case framed:
			case m > float64(b.Box.Min.X) && m < float64(b.Box.Max.X):
				character = character || c.Score >= sureScore
			case m > float64(b.Box.Max.X) && m < next:
				words++
			}
		}
		if words >= 2 && !character {
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
	w.doubtUnreadMarks(l)
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

// doubtUnreadMarks lowers the score of an empty box when ink that nobody read
// stands between it and its word: a mark beside the box, perhaps.
func (w *work) doubtUnreadMarks(l *readLine) {
	for k := range l.ticks {
		t := &l.ticks[k]
		if t.On || t.rune+1 >= len(l.first.Chars) {
			continue
		}
		next := l.first.Chars[t.rune+1]
		side := t.Box.Dx()
		gap := image.Rect(t.Box.Max.X+max(2, side/8), t.Box.Min.Y, int(next.X0)-side/4, t.Box.Max.Y)
		if gap.Dx()*2 > side && w.ink.Count(gap)*25 > area(gap) {
			t.Score = 0.5
			l.first.Chars[t.rune].Score = 0.5
		}
	}
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
