package rules

import (
	"cmp"
	"slices"

	"dengji/extract"
)

// freeRows reads rows where no grid was found, or none to be believed: lines
// beneath the labels, by the column whose label stands over them and by height.
// What the grid that was not believed shows of ruling lines parts the rows, else
// the values that stand beneath one another do.
func (s *sheet) freeRows(cols []column) []tableRow {
	var header extract.Box
	page := -1
	for _, c := range cols {
		if c.hit == nil || c.box.Empty() {
			continue
		}
		if page >= 0 && c.hit.block.page != page {
			return nil
		}
		page = c.hit.block.page
		header = header.Union(c.box)
	}
	if page < 0 {
		return nil
	}
	var who []int
	for i, c := range cols {
		if c.found {
			who = append(who, i)
		}
	}
	lines := s.linesBeneath(page, header)
	for _, b := range lines {
		b.taken = true
	}
	if len(lines) == 0 {
		return nil
	}
	all := s.freeRow(cols, who, lines)
	if cuts := s.ruledCuts(page, header); len(cuts) > 0 {
		var rows []tableRow
		for _, r := range s.partAt(cols, all, cuts) {
			rows = append(rows, s.partFused(cols, r)...)
		}
		return rows
	}
	if rows := s.partFused(cols, all); len(rows) > 1 {
		return rows
	}
	var rows []tableRow
	for _, group := range visualRows(lines) {
		rows = append(rows, s.freeRow(cols, who, group))
	}
	return rows
}

// freeRow gives the columns in who the text of blocks that stands under their
// labels.
func (s *sheet) freeRow(cols []column, who []int, blocks []*block) tableRow {
	row := tableRow{make([][]piece, len(cols)), make([]*block, len(cols)), make([]bool, len(cols))}
	for _, b := range blocks {
		s.divide(b, cols, who, &row)
	}
	for i := range cols {
		row.stretched[i] = len(row.pieces[i]) > 0
	}
	return row
}

// edgeShare is the share of a table's width that a line between its rows takes.
const edgeShare = 0.6

// ruledCuts lists the heights beneath a header at which the tables that were
// left out have a line between rows, from top to bottom.
func (s *sheet) ruledCuts(page int, header extract.Box) []float64 {
	var out []float64
	for _, t := range s.without {
		table := &s.part.Doc.Tables[t]
		var width extract.Box
		under := map[int]float64{} // width of the cells that end with each row
		foot := map[int]float64{}
		for _, c := range table.Cells {
			if c.Page != page {
				continue
			}
			width = width.Union(c.Box)
			last := c.Row + max(1, c.RowSpan)
			under[last] += c.Box.Width()
			foot[last] = c.Box.Y1
		}
		for last, w := range under {
			if y := foot[last]; w >= width.Width()*edgeShare && y > header.Y1 && y < width.Y1 {
				out = append(out, y)
			}
		}
	}
	slices.Sort(out)
	return out
}

// linesBeneath lists the free blocks of a page under a box, down to the next
// block that a label begins.
func (s *sheet) linesBeneath(page int, header extract.Box) []*block {
	limit := s.part.Doc.Pages[page].Height
	for _, h := range s.hits {
		if h != nil && h.begins && h.block.page == page && h.block.box.Y0 >= header.Y1-2 && h.block.box.Y0 < limit {
			limit = h.block.box.Y0
		}
	}
	var out []*block
	for _, b := range s.blocks {
		mid := (b.box.Y0 + b.box.Y1) / 2
		if b.free() && b.page == page && len(b.hits) == 0 && !b.taken && mid > header.Y1 && mid < limit {
			out = append(out, b)
		}
	}
	return out
}

// visualRows groups blocks whose heights overlap, from top to bottom.
func visualRows(blocks []*block) [][]*block {
	slices.SortStableFunc(blocks, func(a, b *block) int { return cmp.Compare(a.box.Y0, b.box.Y0) })
	var rows [][]*block
	bottom := 0.0
	for _, b := range blocks {
		if len(rows) == 0 || b.box.Y0 > bottom-0.2*b.box.Height() {
			rows = append(rows, nil)
			bottom = b.box.Y1
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], b)
		bottom = max(bottom, b.box.Y1)
	}
	return rows
}
