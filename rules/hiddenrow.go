package rules

import (
	"slices"

	"dengji/extract"
)

// rowInHeader finds the row of values that stands in the cells of a table's
// labels, because the ruling line beneath them was not found: lines lower than
// all labels, among them a date or two columns of percentages or categories.
func (s *sheet) rowInHeader(cols []column) []tableRow {
	foot := 0.0
	for _, c := range cols {
		if c.hit != nil && c.cell != nil && !c.hit.block.box.Empty() {
			foot = max(foot, c.box.Y1)
		}
	}
	if foot == 0 {
		return nil
	}
	row := tableRow{make([][]piece, len(cols)), make([]*block, len(cols)), make([]bool, len(cols))}
	var seen []*block
	for _, c := range cols {
		if c.hit == nil || c.cell == nil || slices.Contains(seen, c.hit.block) {
			continue
		}
		b := c.hit.block
		seen = append(seen, b)
		for _, l := range s.linesOf([]piece{{b, 0, len(b.runes)}}) {
			if (l.box.Y0+l.box.Y1)/2 > foot {
				i := underLabel(cols, b.cell, l.box)
				row.pieces[i] = append(row.pieces[i], l.piece)
			}
		}
	}
	weight := 0
	for i, c := range cols {
		row.stretched[i] = true
		lines := s.linesOf(row.pieces[i])
		if len(lines) > 0 && !slices.ContainsFunc(lines, func(l placedLine) bool { return !completeValue(c.ref, l.text) }) {
			weight += rowWitness[c.ref.def.Type]
		}
	}
	if weight < 2 {
		return nil
	}
	return s.partFused(cols, row)
}

// underLabel is the column among those that share a cell whose label stands
// nearest over a line.
func underLabel(cols []column, cell *extract.Cell, line extract.Box) int {
	best := -1
	for i, c := range cols {
		if c.cell != nil && columnsOverlap(c.cell, cell) && (best < 0 || apart(line, c.box) < apart(line, cols[best].box)) {
			best = i
		}
	}
	return best
}
