package rules

import (
	"cmp"
	"math"
	"slices"
	"unicode"

	"dengji/extract"
	"dengji/normalize"
)

// partFused parts a row of a scanned table in which the rows of several
// products stand: the ruling line between them was not found. Columns whose
// values take one line (dates, percentages, categories) tell how many there
// are and where one ends.
func (s *sheet) partFused(cols []column, r tableRow) []tableRow {
	return s.partAt(cols, r, s.stacked(cols, r))
}

// partAt parts a row at heights of the paper, from top to bottom.
func (s *sheet) partAt(cols []column, r tableRow, cuts []float64) []tableRow {
	if len(cuts) == 0 {
		return []tableRow{r}
	}
	out := make([]tableRow, len(cuts)+1)
	for k := range out {
		out[k] = tableRow{make([][]piece, len(cols)), slices.Clone(r.empty), make([]bool, len(cols))}
		for i := range cols {
			out[k].stretched[i] = true
		}
	}
	for i := range r.pieces {
		for _, l := range s.linesOf(r.pieces[i]) {
			mid := (l.box.Y0 + l.box.Y1) / 2
			k := 0
			for k < len(cuts) && mid > cuts[k] {
				k++
			}
			out[k].pieces[i] = append(out[k].pieces[i], l.piece)
		}
	}
	return out
}

// placedLine is a line of a value with its place on the paper.
type placedLine struct {
	piece
	box  extract.Box
	text string
}

// linesOf cuts pieces into their lines; lines without a place are left out.
func (s *sheet) linesOf(pieces []piece) []placedLine {
	var out []placedLine
	for _, p := range pieces {
		for _, seg := range p.lines(s.part.Doc) {
			from := slices.Index(p.block.at, pos{seg.line, seg.from})
			if box := s.part.Doc.Lines[seg.line].Box; !box.Empty() && from >= 0 {
				out = append(out, placedLine{piece{p.block, from, from + seg.to - seg.from}, box, seg.text})
			}
		}
	}
	return out
}

// stacked lists the heights that part the rows standing in one; none where too
// little speaks for several. A date beneath a date is enough; of percentages and
// categories two columns must agree.
func (s *sheet) stacked(cols []column, r tableRow) []float64 {
	weight := map[int]int{} // by number of values beneath one another
	views := make([][]placedLine, len(cols))
	for i, c := range cols {
		w := rowWitness[c.ref.def.Type]
		if w == 0 {
			continue
		}
		lines := s.linesOf(r.pieces[i])
		if len(lines) < 2 || slices.ContainsFunc(lines, func(l placedLine) bool { return !completeValue(c.ref, l.text) }) {
			continue
		}
		slices.SortFunc(lines, func(a, b placedLine) int { return cmp.Compare(a.box.Y0, b.box.Y0) })
		if besideOneAnother(lines) {
			continue
		}
		views[i] = lines
		weight[len(lines)] += w
	}
	n := 0
	for k, w := range weight {
		switch {
		case n == 0 || w > weight[n]:
			n = k
		case w == weight[n]:
			return nil // no more speaks for one number than for another
		}
	}
	if n == 0 || weight[n] < 2 {
		return nil
	}
	cuts := make([]float64, n-1)
	for k := range cuts {
		above, below := math.Inf(-1), math.Inf(1) // the gap that all columns leave
		for _, lines := range views {
			if len(lines) == n {
				above, below = max(above, lines[k].box.Y1), min(below, lines[k+1].box.Y0)
			}
		}
		cuts[k] = (above + below) / 2
	}
	return cuts
}

// besideOneAnother says whether two of the lines, sorted from top to bottom,
// share a height.
func besideOneAnother(lines []placedLine) bool {
	for k := 0; k+1 < len(lines); k++ {
		if lines[k+1].box.Y0 < lines[k].box.Y1-lines[k].box.Height()/2 {
			return true
		}
	}
	return false
}

// rowWitness is what a column of a type says about the number of rows that
// stand in one: its values take one line of a cell each.
var rowWitness = map[string]int{"date": 2, "percent": 1, "category": 1}

// completeValue says whether a line is a value of its field by itself.
func completeValue(ref *fieldRef, text string) bool {
	if ref.def.Type == "category" {
		return slices.Contains(ref.def.Vocabulary, text)
	}
	norm, ok := normalize.Lookup(ref.def.Type)
	if !ok {
		return false
	}
	if ref.def.Type == "percent" && normalize.IsNone(text) {
		return true
	}
	got := norm(text, normalize.Options{OCR: true})
	return got.State == normalize.StateValue && got.Value != nil && len(got.Doubts) == 0
}

// strayBeside says whether text that is in no cell lies between the labels and
// the end of the rows: a row or a part of one may have been lost. A seal's own
// letters do not count.
func (s *sheet) strayBeside(cols []column, rows []tableRow) bool {
	page := -1
	var header, area extract.Box
	for _, c := range cols {
		if c.hit != nil && c.cell != nil {
			page = c.hit.block.page
			header = header.Union(c.cell.Box)
		}
	}
	for _, r := range rows {
		for _, b := range r.empty {
			if b != nil && b.page == page {
				area = area.Union(b.box)
			}
		}
	}
	if page < 0 || header.Empty() || area.Empty() {
		return false
	}
	for _, b := range s.blocks {
		x, y := (b.box.X0+b.box.X1)/2, (b.box.Y0+b.box.Y1)/2
		if !b.free() || b.page != page || b.taken || len(b.hits) > 0 || len(letters(string(b.runes))) < 2 ||
			y < header.Y1 || y > area.Y1 || x < header.X0-strayReach || x > header.X1 || s.underSeal(page, b.box) {
			continue
		}
		if !slices.ContainsFunc(b.lines, func(l int) bool { return s.part.Doc.Lines[l].Seal }) {
			return true
		}
	}
	return false
}

// strayReach is how far to the left of a table's labels a lost first column
// may lie, in points: 40 mm.
const strayReach = 113

// cutBetween cuts a line that runs through several columns at the blanks
// between them: the ruling line there was not found, and the detector saw one
// line of text. It returns the rune indices at which the line's pieces end.
func cutBetween(l *extract.Line, from, to int, cols []column, who []int) []int {
	runes := []rune(l.Text)
	if len(l.Chars) != len(runes) || to-from < 2 {
		return []int{to}
	}
	mid := func(k int) float64 { return (l.Chars[k].X0 + l.Chars[k].X1) / 2 }
	var out []int
	for w := 0; w+1 < len(who); w++ {
		border := (cols[who[w]].box.X1 + cols[who[w+1]].box.X0) / 2
		for k := from + 1; k < to; k++ {
			if mid(k-1) > border || mid(k) < border {
				continue
			}
			// Blank at the border: a space, or a hole as wide as the letters.
			hole := l.Chars[k].X0 - l.Chars[k-1].X1
			if unicode.IsSpace(runes[k]) || unicode.IsSpace(runes[k-1]) || hole > l.Box.Height()*0.4 {
				out = append(out, k)
			}
			break
		}
	}
	return append(out, to)
}
