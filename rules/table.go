package rules

import (
	"fmt"
	"slices"
	"strings"

	"dengji/extract"
	"dengji/normalize"
)

// column is one column of a table of rows.
type column struct {
	ref     *fieldRef
	hit     *hit // nil where the label was not read and its place follows from its neighbours
	cell    *extract.Cell
	box     extract.Box // of the label
	found   bool
	guessed bool
}

// tableRow is one row: the text and the empty cell of each column.
type tableRow struct {
	pieces    [][]piece
	empty     []*block
	stretched []bool
}

// mapTable finds the rows under a table's row of labels. If there is no row
// with anything in it, and no 无 either, one row without values stands for
// what is missing.
func (s *sheet) mapTable(path string) []RawField {
	cols := s.columns(path)
	var rows []tableRow
	t, ruled := s.headerTable(cols)
	if ruled {
		s.guessColumns(cols, t)
		rows = s.rowInHeader(cols)
		for _, r := range s.gridRows(cols, t) {
			rows = append(rows, s.partFused(cols, r)...)
		}
		if s.strayBeside(cols, rows) {
			for _, r := range rows {
				for i := range r.stretched {
					r.stretched[i] = true
				}
			}
		}
	} else {
		rows = s.freeRows(cols)
	}
	kept := rows[:0]
	declared := false
	for _, r := range rows {
		switch s.rowState(r) {
		case normalize.StateValue:
			kept = append(kept, r)
		case normalize.StateNone:
			declared = true
		}
	}
	if len(kept) == 0 {
		if declared {
			return nil
		}
		kept = []tableRow{{make([][]piece, len(cols)), make([]*block, len(cols)), make([]bool, len(cols))}}
	}
	var out []RawField
	for n, r := range kept {
		for i, c := range cols {
			f := s.raw(c.ref, fmt.Sprintf("%s[%d].%s", path, n, c.ref.def.Path), r.pieces[i], r.empty[i])
			f.row = n
			f.Label = c.found && (len(r.pieces[i]) > 0 || r.empty[i] != nil)
			f.Stretched = f.Stretched || c.guessed || r.stretched[i]
			f.inferred = ruled && (c.guessed || r.stretched[i])
			if c.hit != nil {
				f.Exact = 1 - c.hit.cost/float64(max(1, c.hit.to-c.hit.from))
			}
			out = append(out, f)
		}
	}
	return out
}

// fusedTables lists tables whose grid was found in part only: a cell of
// theirs holds the labels of several columns.
func (s *sheet) fusedTables() []int {
	var out []int
	for _, b := range s.blocks {
		if b.free() || b.box.Empty() || slices.Contains(out, b.table) {
			continue
		}
		columns := map[int]bool{}
		hits, _ := s.form.findExact(b.fold)
		for _, h := range hits {
			at := b.at[b.foldAt[h.from]]
			if s.form.labels[h.label].kind == labelColumn && at.rune == 0 {
				columns[h.label] = true
			}
		}
		if len(columns) > 1 {
			out = append(out, b.table)
		}
	}
	return out
}

// columns lists the columns of a table with the labels that were found.
func (s *sheet) columns(path string) []column {
	var cols []column
	for i := range s.form.fields {
		ref := &s.form.fields[i]
		if ref.table != path {
			continue
		}
		c := column{ref: ref}
		if h := s.hits[ref.label]; h != nil {
			c.hit, c.cell, c.found = h, h.block.cell, true
			c.box = s.hitBox(h)
		}
		cols = append(cols, c)
	}
	return cols
}

// hitBox is the box of a label's characters, or of its line.
func (s *sheet) hitBox(h *hit) extract.Box {
	var box extract.Box
	for _, seg := range (piece{h.block, h.start, max(h.start+1, h.value)}).lines(s.part.Doc) {
		l := &s.part.Doc.Lines[seg.line]
		b := l.Box
		if seg.to <= len(l.Chars) {
			b.X0, b.X1 = l.Chars[seg.from].X0, l.Chars[seg.to-1].X1
		}
		box = box.Union(b)
	}
	return box
}

// headerTable is the ruled table that most of the labels stand in; ok is
// false where most stand in none.
func (s *sheet) headerTable(cols []column) (table int, ok bool) {
	count := map[int]int{}
	for _, c := range cols {
		if c.hit != nil {
			count[c.hit.block.table]++
		}
	}
	best, n := -1, 0
	for t, k := range count {
		if k > n || k == n && t > best {
			best, n = t, k
		}
	}
	return best, best >= 0
}

// guessColumns gives columns whose label was not read the header cells that
// are left between their neighbours, where their number agrees.
func (s *sheet) guessColumns(cols []column, table int) {
	row := -1
	for i := range cols {
		if cols[i].hit != nil && cols[i].hit.block.table != table {
			cols[i] = column{ref: cols[i].ref}
		}
		if cols[i].cell != nil && row < 0 {
			row = cols[i].cell.Row
		}
	}
	for i := 0; i < len(cols); i++ {
		if cols[i].found {
			continue
		}
		j := i
		for j < len(cols) && !cols[j].found {
			j++
		}
		from, to := 0, s.part.Doc.Tables[table].Cols
		if i > 0 {
			from = cols[i-1].cell.Col + max(1, cols[i-1].cell.ColSpan)
		}
		if j < len(cols) {
			to = cols[j].cell.Col
		}
		if cells := s.cellsBetween(table, row, from, to); len(cells) == j-i {
			for k, b := range cells {
				cols[i+k].cell, cols[i+k].box = b.cell, b.box
				cols[i+k].found, cols[i+k].guessed = true, true
			}
		}
		i = j
	}
}

// cellsBetween lists the distinct cells of a row from column from up to to.
func (s *sheet) cellsBetween(table, row, from, to int) []*block {
	var out []*block
	for k := from; k < to; k++ {
		if b := s.at(table, row, k); b != nil && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

// gridRows reads the rows beneath the header row, to the next label; a table
// that goes on as another table on a later page is followed.
func (s *sheet) gridRows(cols []column, table int) []tableRow {
	end := 0
	for _, c := range cols {
		if c.cell != nil && c.hit != nil {
			end = max(end, c.cell.Row+max(1, c.cell.RowSpan))
		}
	}
	rows, closed := s.rowsFrom(cols, table, end)
	for t := table + 1; !closed && t < len(s.part.Doc.Tables); t++ {
		if s.grid[t] == nil {
			continue
		}
		if s.part.Doc.Tables[t].Cols != s.part.Doc.Tables[table].Cols {
			break
		}
		var more []tableRow
		more, closed = s.rowsFrom(cols, t, 0)
		rows = append(rows, more...)
	}
	return rows
}

// rowsFrom reads the rows of one table from a row on. closed says that a
// label ended them.
func (s *sheet) rowsFrom(cols []column, table, from int) (rows []tableRow, closed bool) {
	used := map[*block]bool{}
	for r := from; r < len(s.grid[table]); r++ {
		if s.spansAll(cols, table, r) {
			return rows, true
		}
		header := 0
		for k := range s.grid[table][r] {
			b := s.grid[table][r][k]
			if b == nil || k > 0 && b == s.grid[table][r][k-1] {
				continue
			}
			if s.endsTable(b, cols) {
				return rows, true
			}
			if s.repeatsHeader(b, cols) {
				header++
			}
		}
		if header >= 2 {
			continue
		}
		if b := s.halfCell(table, r, used); b != nil && len(rows) > 0 {
			used[b] = true
			s.extendRow(&rows[len(rows)-1], cols, b)
			continue
		}
		rows = append(rows, s.gridRow(cols, table, r, used))
	}
	return rows, false
}

// halfCell is the only cell that begins in a row of a table, where all others reach
// into it from the row above: a fold's shadow, or a stroke, parted that one. nil
// for a row of its own.
func (s *sheet) halfCell(table, r int, used map[*block]bool) *block {
	const least = 3 // cells that reach into it
	var half *block
	others := map[*block]bool{}
	for _, b := range s.grid[table][r] {
		switch {
		case b == nil:
			return nil
		case used[b]:
			others[b] = true
		case half != nil && half != b:
			return nil
		default:
			half = b
		}
	}
	if len(others) < least {
		return nil
	}
	return half
}

// extendRow adds the text of a cell's lower half to the row it belongs to, in
// doubt.
func (s *sheet) extendRow(row *tableRow, cols []column, b *block) {
	for i, c := range cols {
		if c.cell != nil && columnsOverlap(c.cell, b.cell) && !b.blank() {
			row.pieces[i] = append(row.pieces[i], s.run(b, 0)...)
			row.stretched[i] = true
		}
	}
}

// spansAll says whether one cell of a row covers most of the columns: no row
// of values does, whatever its label was read as.
func (s *sheet) spansAll(cols []column, table, r int) bool {
	for k := range s.grid[table][r] {
		b, n := s.grid[table][r][k], 0
		for _, c := range cols {
			if b != nil && c.cell != nil && columnsOverlap(c.cell, b.cell) {
				n++
			}
		}
		if n > 2 && 2*n > len(cols) {
			return true
		}
	}
	return false
}

// endsTable says whether a label that is not one of the columns begins the
// block.
func (s *sheet) endsTable(b *block, cols []column) bool {
	for _, h := range b.hits {
		if h.begins && !slices.ContainsFunc(cols, func(c column) bool { return c.hit == h }) {
			return true
		}
	}
	return false
}

// repeatsHeader says whether a cell is a column's label printed again, as on
// the second page of a table.
func (s *sheet) repeatsHeader(b *block, cols []column) bool {
	for _, c := range cols {
		for _, t := range s.form.labels[c.ref.label].texts {
			if len(b.fold) < len(t.core) || len(b.fold) > len(t.core)+len(t.hint)+6 {
				continue
			}
			if end, cost := prefixEnd(t.core, b.fold); end > 0 && cost <= maxEdits(len(t.core))/2 {
				rest := b.fold[end:]
				if len(rest) < 3 || len(t.hint) > 0 && rest[0] == t.hint[0] {
					return true
				}
			}
		}
	}
	return false
}

// gridRow gives each column the text of its cells in a row. A cell that two
// columns share, because a ruling line was not found, is divided by place.
func (s *sheet) gridRow(cols []column, table, r int, used map[*block]bool) tableRow {
	row := tableRow{make([][]piece, len(cols)), make([]*block, len(cols)), make([]bool, len(cols))}
	owners := map[*block][]int{}
	var order []*block
	for k := range s.grid[table][r] {
		b := s.grid[table][r][k]
		if b == nil || used[b] {
			continue
		}
		used[b] = true
		for i, c := range cols {
			if c.cell != nil && columnsOverlap(c.cell, b.cell) {
				owners[b] = append(owners[b], i)
			}
		}
		order = append(order, b)
	}
	for _, b := range order {
		who := owners[b]
		for _, i := range who {
			row.empty[i] = b
			if len(who) > 1 || len(row.pieces[i]) > 0 && !b.blank() {
				row.stretched[i] = true
			}
		}
		switch {
		case len(who) == 1:
			row.pieces[who[0]] = append(row.pieces[who[0]], s.run(b, 0)...)
		case len(who) > 1:
			s.divide(b, cols, who, &row)
		}
	}
	return row
}

// divide gives the lines of a shared cell, cut where the columns part, to the
// columns they stand under.
func (s *sheet) divide(b *block, cols []column, who []int, row *tableRow) {
	for _, seg := range (piece{b, 0, len(b.runes)}).lines(s.part.Doc) {
		l := &s.part.Doc.Lines[seg.line]
		first := slices.Index(b.at, pos{seg.line, seg.from})
		from := seg.from
		for _, to := range cutBetween(l, seg.from, seg.to, cols, who) {
			box := l.Box
			if len(l.Chars) >= to {
				box.X0, box.X1 = l.Chars[from].X0, l.Chars[to-1].X1
			}
			best := who[0]
			for _, i := range who {
				if !box.Empty() && apart(box, cols[i].box) < apart(box, cols[best].box) {
					best = i
				}
			}
			row.pieces[best] = append(row.pieces[best], piece{b, first + from - seg.from, first + to - seg.from})
			from = to
		}
	}
}

// apart is the distance between the centres of two boxes along x.
func apart(a, b extract.Box) float64 {
	d := (a.X0 + a.X1 - b.X0 - b.X1) / 2
	return max(d, -d)
}

// rowState says whether a row holds anything: value, none where its cells
// only say 无, blank.
func (s *sheet) rowState(r tableRow) normalize.State {
	state := normalize.StateBlank
	strokes := 0 // read from pixels a / is taken for 1, l or |
	for _, ps := range r.pieces {
		var lines []string
		for _, p := range ps {
			lines = append(lines, string(p.block.runes[p.from:p.to]))
		}
		text := normalize.JoinLines(lines)
		if len(ps) > 0 && !ps[0].block.box.Empty() && isStroke(text) {
			strokes++
			continue
		}
		switch {
		case len(ps) == 0 || normalize.IsBlank(text), !ps[0].block.box.Empty() && len(letters(text)) == 0 && !normalize.IsNone(text):
		case normalize.IsNone(text):
			state = normalize.StateNone
		default:
			return normalize.StateValue
		}
	}
	if strokes > 0 {
		return normalize.StateNone // no row of values has single strokes only
	}
	return state
}

// isStroke says whether a text is a single character of one stroke.
func isStroke(text string) bool {
	switch strings.TrimSpace(text) {
	case "1", "l", "I", "i", "|", "丨", "!", "/", "\\", "-", "一", "—", "J", "j", "7":
		return true
	}
	return false
}
