package scan

import (
	"cmp"
	"image"
	"maps"
	"math"
	"slices"
	"sort"
	"unicode"

	"dengji/extract"
	"dengji/extract/page"
)

// result puts the page together: lines in reading order, cells with the lines
// that lie in them.
func (w *work) result(sheet extract.Sheet) *Result {
	p := sheet.Page
	size := w.planes.Gray.Rect.Size()
	f := 72 / w.dpi
	p.Width, p.Height = float64(size.X)*f, float64(size.Y)*f
	p.Source, p.DPI, p.Grey = extract.SourceScan, w.dpi, w.planes.Grey
	p.Rotation, p.Skew = (sheet.Rotate+w.turned)%360, w.skew
	res := &Result{Page: p, Problems: w.problems}

	var boxes []image.Rectangle
	for _, l := range w.read {
		boxes = append(boxes, l.box)
	}
	order, cells := readingOrder(boxes, w.grids)
	alone := map[int]bool{} // a cell's only content: a lone / or 0 is a value, however faint
	for g := range cells {
		for _, in := range cells[g] {
			if len(in) == 1 {
				alone[in[0]] = true
			}
		}
	}
	at := make([]int, len(w.read)) // index into Result.Lines, -1 for what held nothing
	for i := range at {
		at[i] = -1
	}
	for _, i := range order {
		l := w.read[i]
		if l.first.Text == "" || ((noise(l) || w.greyStrokes(l)) && !alone[i]) {
			w.doubtBeside(l, order, res.Lines, at)
			continue
		}
		at[i] = len(res.Lines)
		for _, t := range l.ticks {
			res.Ticks = append(res.Ticks, extract.Tick{Box: w.points(t.Box), On: t.On, Score: t.Score, Line: at[i], Rune: t.rune, Seal: l.seal})
		}
		res.Lines = append(res.Lines, w.line(l))
	}
	res.Tables = w.tables(w.grids, cells, at)
	for _, c := range w.codes {
		res.Codes = append(res.Codes, extract.Code{Box: w.points(c.box), Format: "QR_CODE", Text: c.text})
	}
	for _, s := range w.seals {
		res.Seals = append(res.Seals, w.seal(s))
	}
	return res
}

// seal is a seal as a document has it.
func (w *work) seal(s sealArea) extract.Seal {
	out := extract.Seal{Box: w.points(s.box), Shape: s.shape, Text: s.text, Inside: s.inside, Score: s.score, Filled: s.filled}
	for _, p := range s.places {
		out.Places = append(out.Places, p.seen())
	}
	if s.inside == "" && s.line.Text != "" {
		out.Line = &extract.Reading{Reader: w.readers.First.Name(), Text: s.line.Text, Score: s.line.Score}
	}
	return out
}

// seen is a place as a document has it.
func (p ringPlace) seen() extract.SealPlace {
	out := extract.SealPlace{Scores: []float64{}, Sure: p.sure, Covered: math.Round(p.Covered*100) / 100}
	share := func(c rune) float64 {
		if p.all == 0 { // whatever was seen had no score at all
			return 0
		}
		return math.Round(1000*p.best[c]*p.votes[c]/p.all) / 1000
	}
	chars := slices.SortedFunc(maps.Keys(p.votes), func(a, b rune) int { return cmp.Or(cmp.Compare(share(b), share(a)), cmp.Compare(a, b)) })
	for _, c := range chars {
		out.Scores = append(out.Scores, share(c))
	}
	out.Chars = string(chars)
	return out
}

// doubtBeside takes the score of the last character of the line above away when
// a line of a character or two is left out that is as high as it: the end of a
// wrapped value, one character alone that no reader knows (追溯 read as 追), looks
// like a speck to the reader but not to the eye.
func (w *work) doubtBeside(l readLine, order []int, lines []extract.Line, at []int) {
	if l.seal || w.sealed(l.box) || w.ink == nil {
		return
	}
	print := w.ink.Bounds(l.box)
	for _, i := range order {
		o := w.read[i]
		if at[i] < 0 || len(lines[at[i]].Chars) == 0 {
			continue
		}
		gap := l.box.Min.Y - o.box.Max.Y
		h := o.box.Dy()
		if gap < -h/2 || gap > h || print.Dy()*2 < h || print.Dy()*10 > h*14 || print.Dx()*2 < h || l.box.Max.X < o.box.Min.X || l.box.Min.X > o.box.Max.X {
			continue
		}
		last := &lines[at[i]].Chars[len(lines[at[i]].Chars)-1]
		last.Score = min(last.Score, extract.UnreadInk)
	}
}

// noise is a short line of which the reader is unsure: specks and strokes of a seal.
// Two ideographs that no seal is near are the end of a value that was wrapped.
func noise(l readLine) bool {
	if l.first.Score >= 0.5 || runeCount(l.first.Text) > 2 {
		return false
	}
	han := 0
	for _, r := range l.first.Text {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	return l.seal || han < 2 || l.box.Dx()*4 < l.box.Dy()*5
}

// tables turns grids into tables; at maps box index to line index.
func (w *work) tables(grids []page.Grid, cells [][][]int, at []int) []extract.Table {
	var out []extract.Table
	for g, grid := range grids {
		t := extract.Table{Rows: grid.Rows, Cols: grid.Cols}
		for c, cell := range grid.Cells {
			ec := extract.Cell{Row: cell.Row, Col: cell.Col, RowSpan: cell.RowSpan, ColSpan: cell.ColSpan, Box: w.points(cell.Box)}
			for _, i := range cells[g][c] {
				if at[i] >= 0 {
					ec.Lines = append(ec.Lines, at[i])
				}
			}
			ec.Clear = w.clearCell(cell.Box, cells[g][c], at)
			t.Cells = append(t.Cells, ec)
		}
		out = append(out, t)
	}
	return out
}

// readingOrder sorts line boxes: free lines and tables from top to bottom, a
// table's cells by row and column, lines inside a cell by rows and then from
// left to right. It returns the order and, per grid and cell, the boxes
// inside in that order.
func readingOrder(boxes []image.Rectangle, grids []page.Grid) (order []int, cells [][][]int) {
	var free []int
	cells = make([][][]int, len(grids))
	for g := range grids {
		cells[g] = make([][]int, len(grids[g].Cells))
	}
	for i, b := range boxes {
		if g, c, ok := cellOf(b, grids); ok {
			cells[g][c] = append(cells[g][c], i)
			continue
		}
		free = append(free, i)
	}
	free = byRows(free, boxes)
	for g, grid := range grids { // grids come from top to bottom
		top := grid.Cells[0].Box.Min.Y
		for len(free) > 0 && middle(boxes[free[0]]).Y < top {
			order, free = append(order, free[0]), free[1:]
		}
		for c := range grid.Cells {
			cells[g][c] = byRows(cells[g][c], boxes)
			order = append(order, cells[g][c]...)
		}
	}
	return append(order, free...), cells
}

// cellOf finds the cell that holds the middle of a box, or most of the box.
func cellOf(b image.Rectangle, grids []page.Grid) (grid, cell int, ok bool) {
	best, bestArea := [2]int{}, 0
	for g := range grids {
		for c := range grids[g].Cells {
			r := grids[g].Cells[c].Box
			if a := area(r.Intersect(b)); a > bestArea {
				best, bestArea = [2]int{g, c}, a
			}
		}
	}
	return best[0], best[1], bestArea*2 > area(b)
}

// byRows sorts boxes into rows that share half their height, rows from the
// top, boxes in a row from the left.
func byRows(idx []int, boxes []image.Rectangle) []int {
	idx = append([]int(nil), idx...)
	sort.SliceStable(idx, func(i, j int) bool { return middle(boxes[idx[i]]).Y < middle(boxes[idx[j]]).Y })
	var out []int
	for len(idx) > 0 {
		head := boxes[idx[0]]
		var row, rest []int
		for _, i := range idx {
			common := min(head.Max.Y, boxes[i].Max.Y) - max(head.Min.Y, boxes[i].Min.Y)
			if common*2 >= min(head.Dy(), boxes[i].Dy()) {
				row = append(row, i)
			} else {
				rest = append(rest, i)
			}
		}
		sort.SliceStable(row, func(i, j int) bool { return boxes[row[i]].Min.X < boxes[row[j]].Min.X })
		out = append(out, row...)
		idx = rest
	}
	return out
}
