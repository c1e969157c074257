package scan

import (
	"image"
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
	pale := w.allInk()
	for _, group := range w.cellLines() {
		if characters(w.read, group) > optionsLength {
			continue
		}
		for _, i := range group {
			doubtedBoxes(&w.read[i])
		}
		seeds := append(w.paleSquares(pale, group), seeds...)
		least, most := w.tickSides(seeds, group)
		if most == 0 {
			w.tickUnseen(group)
			continue
		}
		best, total := w.boxesOf(w.ink, group, least, most)
		if found, n := w.boxesOf(pale, group, least, most); n > total {
			best, total = found, n
			w.judgeInInk(found)
		}
		w.tickGroup(group, best, total)
	}
}

// tickGroup sets the ticks of a group of lines, if the boxes found in it make
// it a row of options: two at least, or one beside marks that stand in place
// of boxes.
func (w *work) tickGroup(group []int, best map[int][]page.TickBox, total int) {
	marks := 0
	for _, i := range group {
		marks += countAny(w.read[i].first.Text, markLike)
	}
	r := optionRow{pitch: w.groupPitch(group), side: commonDx(best), ink: w.ink}
	options := total
	if r.pitch > 0 && r.side > 0 && total+marks >= 2 {
		options = max(options, w.filledSlots(group, r))
	}
	if total < 1 || options < 2 || total < 2 && marks == 0 || characters(w.read, group) > options*optionLength || w.allRead(best) {
		return
	}
	for _, i := range group {
		takeForBoxes(&w.read[i], best[i])
	}
	if r.pitch > 0 {
		if length, alike, words := w.wordLength(group, r.pitch); alike >= unseenOptions && alike*3 >= words*2 {
			w.remainsOfBoxes(group, length, r.pitch, lackingScore)
		}
	}
	rows := map[int][]page.TickBox{}
	var all []*page.TickBox
	for _, i := range group { // lines without a box may have a mark typed in its place
		l := &w.read[i]
		rows[i] = best[i]
		if r.pitch > 0 {
			rows[i] = w.fillSlots(l, r, rows[i])
		}
		for k := range rows[i] {
			all = append(all, &rows[i][k])
		}
	}
	w.judgeHidden(all)
	for _, i := range group {
		w.setTicks(&w.read[i], rows[i])
	}
}

// commonDx is the median width of the boxes found.
func commonDx(found map[int][]page.TickBox) int {
	var all []int
	for _, boxes := range found {
		for _, b := range boxes {
			all = append(all, b.Box.Dx())
		}
	}
	if len(all) == 0 {
		return 0
	}
	sort.Ints(all)
	return all[len(all)/2]
}

// filledSlots counts the slots of a group's lines that hold ink of a box's
// height.
func (w *work) filledSlots(group []int, r optionRow) int {
	n := 0
	for _, i := range group {
		for _, s := range w.slotsOf(&w.read[i], r.pitch) {
			if w.inkIn(s.area).Dy()*20 >= r.side*9 {
				n++
			}
		}
	}
	return n
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
	for i, boxes := range found {
		for k, b := range boxes {
			t := page.Judge(w.ink, b.Box)
			if !t.On && b.Fill >= paleMark {
				t.On, t.Score = !w.residue(&w.read[i], b.Box), 0.6
			}
			boxes[k] = t
		}
	}
}

// boxesOf finds the tick boxes of a group of lines in one bitmap.
func (w *work) boxesOf(ink *page.Bitmap, group []int, least, most int) (map[int][]page.TickBox, int) {
	found, total := map[int][]page.TickBox{}, 0
	for _, i := range group {
		found[i] = page.FindTickBoxes(ink, w.read[i].box, least, most)
		for k, b := range found[i] {
			found[i][k].Solid = page.Judge(w.ink, b.Box).Fill >= solidFill
		}
		total += len(beforeWords(found[i], &w.read[i], false))
	}
	for i := range found {
		found[i] = beforeWords(found[i], &w.read[i], total >= 2)
	}
	total = 0
	for _, boxes := range found {
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
			put(w.judgeAt(image.Rect(int(c.X0), l.box.Min.Y, int(c.X1), l.box.Max.Y), boxes))
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
}

// judgeAt tells the state of a box of which only the rough place is known. It is
// never sure but where an outline like that of the line's other boxes stands there:
// a box that only one character follows before the line ends.
func (w *work) judgeAt(r image.Rectangle, others []page.TickBox) page.TickBox {
	if len(others) > 0 {
		side := others[0].Box.Dx()
		if q, ok := page.BestSquare(w.ink, r.Inset(-side/4), side); ok && page.Apart(w.ink, q) && middle(q).In(others[0].Box.Inset(side/3).Add(image.Pt(q.Min.X-others[0].Box.Min.X, 0))) {
			t := page.Judge(w.ink, q)
			t.Score = min(t.Score, 0.9)
			return t
		}
	}
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
	if t.On { // which is not what the reader saw
		t.Score = min(t.Score, placeScore)
	}
	t.Score = min(t.Score, heavyScore)
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
