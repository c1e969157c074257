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

// findTicks looks for tick boxes along lines that read as if there were some,
// and sets their runes into the text. A line counts when it has at least two
// squares of one size with words behind them, or one square in a line whose
// neighbour in the same cell has two.
func (w *work) findTicks() {
	for i := range w.read {
		l := &w.read[i]
		if countAny(l.first.Text, boxLike) < 2 {
			continue
		}
		boxes := page.FindTickBoxes(w.ink, l.box)
		boxes = beforeWords(boxes, l)
		if len(boxes) < 2 {
			continue
		}
		setTicks(l, boxes)
	}
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

// beforeWords keeps squares that a word follows within four characters'
// width: 口 inside a word of its own is a character, not a box.
func beforeWords(boxes []page.TickBox, l *readLine) []page.TickBox {
	var out []page.TickBox
	for k, b := range boxes {
		next := float64(l.box.Max.X)
		if k+1 < len(boxes) {
			next = float64(boxes[k+1].Box.Min.X)
		}
		words := 0
		for i, r := range []rune(l.first.Text) {
			c := l.first.Chars[i]
			if m := (c.X0 + c.X1) / 2; m > float64(b.Box.Max.X) && m < next && !strings.ContainsRune(boxLike+" ", r) {
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
// character belongs to a box when its middle lies in it; a character that
// reads like a box and touches one belongs to it as well (a tick drawn beyond
// its box is read as a character of its own).
func setTicks(l *readLine, boxes []page.TickBox) {
	text := []rune(l.first.Text)
	var outText []rune
	var outChars []ocr.Char
	placed := 0
	place := func() {
		b := boxes[placed]
		r := extract.TickOff
		if b.On {
			r = extract.TickOn
		}
		l.ticks = append(l.ticks, pixelTick{TickBox: b, rune: len(outText)})
		outText = append(outText, r)
		outChars = append(outChars, ocr.Char{X0: float64(b.Box.Min.X), X1: float64(b.Box.Max.X), Score: b.Score})
		placed++
	}
	for i, r := range text {
		c := l.first.Chars[i]
		mid := (c.X0 + c.X1) / 2
		for placed < len(boxes) && float64(middle(boxes[placed].Box).X) <= mid {
			place()
		}
		switch {
		case inside(boxes, mid, 0.1):
			continue
		case strings.ContainsRune(boxLike, r) && inside(boxes, mid, 0.6):
			continue
		case strings.ContainsRune(markLike, r):
			// A mark where other options have a box: typed in its place.
			b := page.TickBox{Box: image.Rect(int(c.X0), l.box.Min.Y, int(c.X1), l.box.Max.Y), On: true, Score: c.Score}
			l.ticks = append(l.ticks, pixelTick{TickBox: b, rune: len(outText)})
			outText, outChars = append(outText, extract.TickOn), append(outChars, c)
			continue
		}
		outText, outChars = append(outText, r), append(outChars, c)
	}
	for placed < len(boxes) {
		place()
	}
	l.first.Text, l.first.Chars = string(outText), outChars
	l.first.Score = meanScore(outChars)
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
