package scan

import (
	"image"
	"slices"
	"sort"
	"strings"
	"unicode"

	"dengji/extract/page"
)

// tickSlot is the place before a word of a row of options where its tick box
// stands, if it has one.
type tickSlot struct {
	area  image.Rectangle // from the word before to the word, as high as the line
	first bool            // no word stands before it on the line
	// bracket tells that a bracket was read right before the word, as in
	// the label's （可多选）: without a box's outline there is none.
	bracket bool
}

// Distances in shares of a row's pitch, the distance of two characters of a
// word: from wordStep on two characters belong to two words; an option's word
// starts halfStep before the middle of its first character.
const (
	wordStep = 1.5
	halfStep = 0.5
)

// junkLike are signs that a reader makes of a mark or of a broken box; before
// a word of a row of options they are no text.
const junkLike = "、，,。.·！!丨|/\\丶ノ'‘’`\"“”“ˇ^~～-—_:：;；[]【】（）()<>《》vVyYxXLJl1"

// closers end a label close behind its last character.
const closers = "：:；;）)】]"

// groupPitch is the median distance of neighbouring Chinese characters in the
// lines of a group, 0 where there are too few.
func (w *work) groupPitch(group []int) float64 {
	var d []float64
	for _, i := range group {
		l := &w.read[i]
		text := []rune(l.first.Text)
		for k := 0; k+1 < len(text); k++ {
			step := middleOf(l.first.Chars[k+1]) - middleOf(l.first.Chars[k])
			if unicode.Is(unicode.Han, text[k]) && unicode.Is(unicode.Han, text[k+1]) && step > 0 {
				d = append(d, step)
			}
		}
	}
	if len(d) < 4 {
		return 0
	}
	sort.Float64s(d)
	return d[len(d)/2]
}

// wordsOf finds the words of a line: spans [from, to) of characters that stand
// close together and are neither boxes nor what a reader makes of them.
func wordsOf(l *readLine, pitch float64) [][2]int {
	text := []rune(l.first.Text)
	var out [][2]int
	start := -1
	end := func(k int) {
		if start >= 0 && k-start >= 2 {
			out = append(out, [2]int{start, k})
		}
		start = -1
	}
	last := 0.0
	for k := range text {
		m := middleOf(l.first.Chars[k])
		if start >= 0 && strings.ContainsRune(closers, text[k]) && m-last < pitch*wordStep {
			last = m
			continue
		}
		if !solid(text, k) {
			// A stop inside a word is part of it, before a word it is junk.
			if start >= 0 && (strings.ContainsRune(boxLike+markLike+" ", text[k]) || k+1 == len(text) || middleOf(l.first.Chars[k+1])-last > pitch*wordStep) {
				end(k)
			}
			continue
		}
		if start >= 0 && m-last > pitch*wordStep {
			end(k)
		}
		if start < 0 {
			start = k
		}
		last = m
	}
	end(len(text))
	return out
}

// solid reports whether a character can be part of an option's word.
func solid(text []rune, k int) bool {
	r := text[k]
	if unicode.IsSpace(r) || strings.ContainsRune(boxLike+markLike, r) {
		return false
	}
	latin := func(i int) bool {
		return i >= 0 && i < len(text) && text[i] < 128 && (unicode.IsLetter(text[i]) || unicode.IsDigit(text[i]))
	}
	if unicode.Is(unicode.Han, r) {
		return !strings.ContainsRune(junkLike, r)
	}
	return unicode.IsLetter(r) && !strings.ContainsRune(junkLike, r) || latin(k) && (latin(k-1) || latin(k+1))
}

// junkLine reports whether a line is what a reader makes of a mark: a sign or
// two, none of which can be part of a word.
func junkLine(l *readLine) bool {
	text := []rune(l.first.Text)
	for k := range text {
		if len(text) > 2 || unicode.Is(unicode.Han, text[k]) && solid(text, k) || unicode.IsDigit(text[k]) {
			return false
		}
	}
	return true
}

// markLine reports whether a line is what a reader makes of a mark before another
// one: signs, or any one character that reaches into that line and stands out of
// it, as a circle round a box does.
func markLine(o, l *readLine) bool {
	return junkLine(o) || runeCount(o.first.Text) == 1 && o.box.Overlaps(l.box) && o.box.Dy()*5 >= l.box.Dy()*7
}

// slotsOf gives the slots of a line. The first one reaches beyond the line's
// box, where a detector often leaves the tick box out, but not into the line
// beside it.
func (w *work) slotsOf(l *readLine, pitch float64) []tickSlot {
	var out []tickSlot
	for i, word := range wordsOf(l, pitch) {
		s := tickSlot{area: l.box, first: i == 0, bracket: opensBracket(l, word[0]-1)}
		s.area.Max.X = int(middleOf(l.first.Chars[word[0]]) - pitch*halfStep)
		if s.first {
			s.area.Min.X = w.freeLeft(l, int(min(float64(l.box.Min.X)-pitch*0.2, float64(s.area.Max.X)-pitch*1.6)))
		} else {
			before := wordsOf(l, pitch)[i-1]
			s.area.Min.X = int(middleOf(l.first.Chars[before[1]-1]) + pitch*halfStep)
		}
		if float64(s.area.Dx()) >= pitch*0.4 {
			out = append(out, s)
		}
	}
	return out
}

// opensBracket reports whether character k of a line was read as an
// opening bracket.
func opensBracket(l *readLine, k int) bool {
	return k >= 0 && l.first.Chars[k].Score >= likelyScore && strings.ContainsRune("（(", []rune(l.first.Text)[k])
}

// freeLeft moves x to the right as far as a line of the same row reaches; what
// a reader made of a mark is no such line.
func (w *work) freeLeft(l *readLine, x int) int {
	for i := range w.read {
		o := w.read[i].box
		common := min(o.Max.Y, l.box.Max.Y) - max(o.Min.Y, l.box.Min.Y)
		if o != l.box && o.Min.X < l.box.Min.X && common*2 > min(o.Dy(), l.box.Dy()) && !markLine(&w.read[i], l) {
			x = max(x, min(o.Max.X, l.box.Min.X))
		}
	}
	return max(0, x)
}

// optionRow is what the boxes of a row of options have in common.
type optionRow struct {
	pitch float64
	side  int
	ink   *page.Bitmap
}

// Scores of states that are not told by the ink inside a clean outline. From 0.7
// on the model of confidence may leave a field without review.
const (
	besideScore = 0.6  // ink beside or around an empty box
	placeScore  = 0.6  // ink where the row's other words have their box
	heavyScore  = 0.75 // such ink, as much as a mark and no outline has, and no seal's; a broken box read as one
	roomScore   = 0.85 // ink of a mark's height in room before the word that an empty box leaves none
	lostScore   = 0.5  // no ink at all there
	markScore   = 0.9  // a mark that both its ink and the reader tell of
)

// heavyFill is the share of ink in the place of a box from which it is a mark: a
// broken outline has next to nothing inside, specks half as much.
const heavyFill = 0.2

// fill tells the state of the box in a slot: of the box found there, of one
// with a broken outline, or of the ink that stands in place of one.
func (w *work) fill(l *readLine, s tickSlot, r optionRow, found []page.TickBox) (page.TickBox, bool) {
	reach := s.area.Inset(-r.side / 3)
	mark := bestMark(l, s.area)
	for _, b := range found {
		if middle(b.Box).In(reach) {
			return w.withBeside(l, s, r, b, mark), true
		}
	}
	if s.bracket {
		return page.TickBox{}, false
	}
	if q, ok := page.BestSquare(r.ink, reach, r.side); ok && mark == 0 {
		t := page.Judge(w.ink, q)
		t.Score = min(t.Score, 0.9)
		return w.withBeside(l, s, r, t, mark), true
	}
	piece := w.inkIn(s.area)
	if piece.Dy()*20 < r.side*9 || piece.Dx()*4 < r.side {
		if mark > 0 { // too pale for w.ink, but the reader saw it
			return w.paleMark(s, r, mark), true
		}
		return page.TickBox{Box: s.area, Score: lostScore}, false
	}
	if mark > 0 {
		return page.TickBox{Box: piece, On: true, Score: max(markScore, mark)}, true
	}
	t := page.Judge(w.ink, piece)
	if t.Fill >= heavyFill && !w.sealed(piece) {
		t.Score = min(t.Score, heavyScore)
	} else {
		t.Score = min(t.Score, placeScore)
	}
	return t, true
}

// paleMark is the mark that the reader saw in a slot where ink dark enough is
// too little for one.
func (w *work) paleMark(s tickSlot, r optionRow, mark float64) page.TickBox {
	t := page.TickBox{Box: s.area, On: true, Score: besideScore}
	if in := w.allInk().Bounds(s.area.Inset(r.side / 8)); in.Dy()*20 >= r.side*9 && in.Dx()*4 >= r.side {
		t.Score = max(t.Score, min(mark, markScore))
	}
	return t
}

// bestMark is the score of the surest tick mark the reader saw in an area.
func bestMark(l *readLine, area image.Rectangle) float64 {
	best := 0.0
	for i, r := range []rune(l.first.Text) {
		c := l.first.Chars[i]
		if m := int(middleOf(c)); strings.ContainsRune(markLike, r) && m >= area.Min.X-area.Dx()/8 && m < area.Max.X {
			best = max(best, c.Score)
		}
	}
	return best
}

// dropMarks empties the lines that are nothing but what a reader made of the
// mark in a slot.
func (w *work) dropMarks(l *readLine, area image.Rectangle) {
	for i := range w.read {
		if o := &w.read[i]; o != l && middle(o.box).In(area) && markLine(o, l) {
			o.first.Text, o.first.Chars, o.first.Score, o.others = "", nil, 0, nil
		}
	}
}

// inkIn is the extent of the pieces of ink whose middle lies in an area, and
// of what longer pieces have in it.
func (w *work) inkIn(area image.Rectangle) image.Rectangle {
	var out image.Rectangle
	for _, c := range w.comps {
		if in := c.Box.Intersect(area); middle(c.Box).In(area) || in.Dx()*2 > area.Dx() {
			out = out.Union(in)
		}
	}
	return out
}

// fillSlots tells the states of all slots of a line, adds the boxes found
// outside of them, and takes what the reader made of the marks out of the
// text. A box that shows no ink where all others of the row have some is empty
// and in doubt.
func (w *work) fillSlots(l *readLine, r optionRow, found []page.TickBox) []page.TickBox {
	var out []page.TickBox
	slots := w.slotsOf(l, r.pitch)
	read := strings.TrimRight(l.first.Text, " ")
	label := len(found) == 0 && (strings.HasSuffix(read, "：") || strings.HasSuffix(read, ":"))
	for _, s := range slots {
		s.bracket = s.bracket || label // ink before a label is no box of its own
		t, ok := w.fill(l, s, r, found)
		if !ok && (s.first || s.bracket) {
			continue
		}
		out = append(out, t)
		w.dropMarks(l, s.area)
		l.first.drop(func(k int, text []rune) bool {
			m := int(middleOf(l.first.Chars[k]))
			return !solid(text, k) && m >= s.area.Min.X && m < s.area.Max.X
		})
	}
	for _, b := range found {
		if !slices.ContainsFunc(out, func(t page.TickBox) bool { return t.Box.Overlaps(b.Box) }) {
			out = append(out, b)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Box.Min.X < out[j].Box.Min.X })
	return out
}

// drop takes characters out of a reading.
func (r *reading) drop(which func(k int, text []rune) bool) {
	text := []rune(r.Text)
	var keep []rune
	chars := r.Chars[:0:0]
	for k := range text {
		if !which(k, text) {
			keep, chars = append(keep, text[k]), append(chars, r.Chars[k])
		}
	}
	r.Text, r.Chars = string(keep), chars
}
