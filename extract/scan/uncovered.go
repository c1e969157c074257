package scan

import (
	"image"
	"sort"
	"strings"
	"unicode"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/page"
)

// Sizes of print, in shares of a line's height.
const (
	emShare    = 0.72 // a Chinese character in a detector's box
	signHeight = 0.3  // what is lower is a point, a dash, a speck
)

// doubtUncovered takes the score of characters away that stand beside ink of a
// character's size which no line accounts for: a name's last character that
// lies outside the box (史峰邦 read as 史峰), a first one that a seal's stroke
// hid from the detector. No score of what was read can tell.
func (w *work) doubtUncovered() {
	if len(w.comps) == 0 {
		return
	}
	rows := w.rowIndex()
	for _, c := range w.comps {
		line, k := w.uncoveredBeside(rows, c.Box)
		if line >= 0 {
			chars := w.read[line].first.Chars
			chars[k].Score = min(chars[k].Score, extract.UnreadInk)
		}
	}
}

// rowIndex lists the lines in each band of rowBand pixels of the page.
func (w *work) rowIndex() map[int][]int {
	rows := map[int][]int{}
	for i := range w.read {
		for y := w.read[i].box.Min.Y / rowBand; y <= w.read[i].box.Max.Y/rowBand; y++ {
			rows[y] = append(rows[y], i)
		}
	}
	return rows
}

const rowBand = 32

// uncoveredBeside returns the line and character beside which ink stands that
// no character of any line covers; -1 where all is well.
func (w *work) uncoveredBeside(rows map[int][]int, ink image.Rectangle) (line, char int) {
	line, char = -1, -1
	m := middle(ink)
	for _, i := range rows[m.Y/rowBand] {
		l := &w.read[i]
		if m.Y < l.box.Min.Y || m.Y >= l.box.Max.Y {
			continue
		}
		em := float64(l.box.Dy()) * emShare
		x := float64(m.X)
		if len(l.ticks) > 0 || l.seal && w.planes.Ink == nil { // boxes are no characters; a grey seal's strokes would be taken for some
			if x > float64(l.box.Min.X)-em && x < float64(l.box.Max.X)+em {
				return -1, -1
			}
			continue
		}
		if len(l.first.Chars) == 0 {
			if m.In(l.box) {
				return -1, -1
			}
			continue
		}
		k := nearestChar(l.first.Chars, x)
		gap := middleOf(l.first.Chars[k]) - x
		if gap < 0 {
			gap = -gap
		}
		cover := em * 0.75
		if float64(ink.Dx()) > em { // several characters that touch
			cover += float64(ink.Dx()) / 2
		}
		if gap < cover {
			return -1, -1
		}
		size := float64(max(ink.Dx(), ink.Dy()))
		if gap < em*1.7 && size > em*0.45 && size < em*1.3 && float64(ink.Dy()) > em*signHeight && float64(ink.Dx()) > em*0.12 &&
			unicode.Is(unicode.Han, []rune(l.first.Text)[k]) && w.inked(ink) < sealShare && !w.crossed(middle(ink), middleOf(l.first.Chars[k])) {
			line, char = i, k
		}
	}
	return line, char
}

// crossed reports whether an upright ruling line runs between ink and a
// character: what stands in the next cell is no part of this line.
func (w *work) crossed(ink image.Point, x float64) bool {
	from, to := min(ink.X, int(x)), max(ink.X, int(x))
	for _, v := range w.rulings.Vertical {
		if at := int(v.Pos(float64(ink.Y))); at > from && at < to && v.From <= float64(ink.Y) && v.To >= float64(ink.Y) {
			return true
		}
	}
	return false
}

// nearestChar is the character whose middle is nearest to x.
func nearestChar(chars []ocr.Char, x float64) int {
	k := sort.Search(len(chars), func(i int) bool { return middleOf(chars[i]) >= x })
	if k == len(chars) || k > 0 && x-middleOf(chars[k-1]) < middleOf(chars[k])-x {
		k--
	}
	return k
}

// lostLetters reports whether an address in a line has more letters in ink
// than were read, and the range of its characters. In print of an office
// letters do not touch, and one of two that are alike is easily lost (feiinfo
// read as feinfo). Broken print, which has more small pieces than points and
// dots, says nothing.
func (w *work) lostLetters(l *readLine) (from, to int, lost bool) {
	text := []rune(l.first.Text)
	from, to = address(text)
	if to-from < 6 || l.seal && w.planes.Ink == nil {
		return from, to, false
	}
	em := float64(l.box.Dy()) * emShare
	read := 0
	for _, r := range text[from:to] {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '@' {
			read++
		}
	}
	left, right := middleOf(l.first.Chars[from])-em*0.3, middleOf(l.first.Chars[to-1])+em*0.3
	var letters []image.Rectangle
	small := 0 // points, dots and dashes, or pieces of broken print
	for _, c := range w.comps {
		switch m := middle(c.Box); {
		case !m.In(l.box) || float64(m.X) < left || float64(m.X) > right || slash(c):
		case float64(c.Box.Dy()) > em*signHeight:
			letters = append(letters, c.Box)
		default:
			small++
		}
	}
	for _, r := range text[from:to] {
		small -= strings.Count(".-_,;ij", string(r)) + 2*strings.Count(":", string(r))
	}
	return from, to, small < 2 && outermost(letters) > read
}

// address finds the longest run of characters an address is made of; it must
// hold an @ or two points.
func address(text []rune) (from, to int) {
	start := -1
	for i := range len(text) + 1 {
		if i < len(text) && text[i] > ' ' && text[i] < 0x7f {
			if start < 0 {
				start = i
			}
			continue
		}
		if run := string(text[max(start, 0):i]); start >= 0 && i-start > to-from && (strings.Contains(run, "@") || strings.Count(run, ".") > 1) {
			from, to = start, i
		}
		start = -1
	}
	return from, to
}

// slash is a thin slanting stroke: tall, with little ink in its box.
func slash(c page.Component) bool {
	return c.Box.Dy() > c.Box.Dx() && c.Box.Dx() > 3 && c.Pixels*100 < c.Box.Dx()*c.Box.Dy()*30
}

// outermost counts the boxes that lie in no other: the a of @ is not a letter
// of its own.
func outermost(boxes []image.Rectangle) int {
	n := 0
next:
	for i, b := range boxes {
		for j, o := range boxes {
			if i != j && b.In(o.Inset(-1)) && (b != o || i > j) {
				continue next
			}
		}
		n++
	}
	return n
}
