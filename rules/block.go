package rules

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"dengji/extract"
)

// block is text that belongs together on the paper: a table cell, or a line
// that is in none.
type block struct {
	page  int // index into Document.Pages
	box   extract.Box
	table int           // index into Document.Tables, -1 for a free line
	cell  *extract.Cell // nil for a free line
	lines []int

	runes  []rune // the lines' text, '\n' between lines
	at     []pos  // where each rune stands
	fold   []rune
	foldAt []int // index into runes of each folded rune

	hits  []*hit // labels chosen in this block, by place
	taken bool   // a free line that is already somebody's value
	key   orderKey
}

// pos is a rune of a document's line; rune is -1 for the break between lines.
type pos struct{ line, rune int }

// orderKey sorts blocks into reading order.
type orderKey struct {
	page     int
	anchor   float64 // index of the first line of the table, or of the line itself
	row, col int
}

func (k orderKey) compare(o orderKey) int {
	return cmp.Or(cmp.Compare(k.page, o.page), cmp.Compare(k.anchor, o.anchor), cmp.Compare(k.row, o.row), cmp.Compare(k.col, o.col))
}

// sheet is a part laid out for mapping.
type sheet struct {
	part   Part
	form   *Form
	blocks []*block // in reading order
	grid   map[int][][]*block
	// without lists the tables whose grid is not to be believed.
	without []int
	hits    []*hit   // by label, nil where the label was not found
	colons  []*hit   // every place where a label stands word for word with a colon
	wraps   []*block // free lines whose value took a line beneath them that may be another's

	quality map[int]float64 // by page, once asked for
}

// newSheet lays out a part: one block per cell and per line outside of cells.
// A line that lies in a cell but is not listed in it goes to that cell. Tables
// whose grid is not to be believed are left out: their lines count as free.
func newSheet(part Part, form *Form, without ...int) *sheet {
	s := &sheet{part: part, form: form, grid: map[int][][]*block{}, quality: map[int]float64{}, without: without}
	pages := map[int]bool{}
	for _, p := range part.Pages {
		pages[p] = true
	}
	doc := part.Doc
	inCell := make([]bool, len(doc.Lines))
	for t := range doc.Tables {
		if !form.Framed && !slices.Contains(without, t) {
			s.addTable(t, pages, inCell)
		}
	}
	beside := map[int]bool{}
	for p := range pages {
		maps.Copy(beside, besidePage(doc, p))
	}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if inCell[i] || !pages[l.Page] || beside[i] {
			continue
		}
		if b := s.cellAround(l); b != nil {
			b.lines = append(b.lines, i)
			continue
		}
		b := &block{page: l.Page, box: l.Box, table: -1, lines: []int{i}, key: orderKey{page: l.Page, anchor: float64(i)}}
		s.placeStray(b)
		s.blocks = append(s.blocks, b)
	}
	if !form.Framed { // a certificate's values, close beneath one another, are no header cell
		s.blocks = mergeNarrow(s.blocks, doc, len(without) > 0)
	}
	for _, b := range s.blocks {
		b.lines = distinct(b.lines, doc)
		b.read(doc)
	}
	if len(without) > 0 {
		s.orderByPlace()
	}
	slices.SortStableFunc(s.blocks, func(a, b *block) int { return a.key.compare(b.key) })
	return s
}

// orderByPlace gives free lines the reading order of their places: rows from
// top to bottom, each from left to right. The document's own order followed a
// grid that is not to be believed.
func (s *sheet) orderByPlace() {
	for _, page := range s.part.Pages {
		var free []*block
		for _, b := range s.blocks {
			if b.free() && b.page == page && !b.box.Empty() {
				free = append(free, b)
			}
		}
		for _, row := range visualRows(free) {
			top := row[0].box.Y0
			for _, b := range row {
				b.key = orderKey{page: page, anchor: top, row: int(b.box.X0)}
			}
		}
		for t := range s.grid {
			top := math.Inf(1)
			for _, b := range s.blocks {
				if b.table == t && b.page == page {
					top = min(top, b.box.Y0)
				}
			}
			for _, b := range s.blocks {
				if b.table == t && b.key.page == page {
					b.key.anchor = top
				}
			}
		}
	}
}

// addTable makes the blocks of a table's cells on the part's pages.
func (s *sheet) addTable(t int, pages map[int]bool, inCell []bool) {
	doc := s.part.Doc
	table := &doc.Tables[t]
	anchor, first := math.Inf(1), math.MaxInt
	for _, c := range table.Cells {
		if !pages[c.Page] {
			continue
		}
		first = min(first, c.Page)
		for _, l := range c.Lines {
			if l >= 0 && l < len(doc.Lines) {
				anchor = min(anchor, float64(l))
			}
		}
	}
	if first == math.MaxInt || table.Rows <= 0 || table.Cols <= 0 || table.Rows*table.Cols > 1_000_000 {
		return
	}
	grid := make([][]*block, table.Rows)
	for r := range grid {
		grid[r] = make([]*block, table.Cols)
	}
	for i := range table.Cells {
		c := &table.Cells[i]
		if !pages[c.Page] {
			continue
		}
		b := &block{page: c.Page, box: c.Box, table: t, cell: c, key: orderKey{first, anchor, c.Row, c.Col}}
		for _, l := range c.Lines {
			if l >= 0 && l < len(doc.Lines) && !inCell[l] {
				inCell[l] = true
				b.lines = append(b.lines, l)
			}
		}
		for r := max(0, c.Row); r < min(table.Rows, c.Row+max(1, c.RowSpan)); r++ {
			for k := max(0, c.Col); k < min(table.Cols, c.Col+max(1, c.ColSpan)); k++ {
				if grid[r][k] == nil {
					grid[r][k] = b
				}
			}
		}
		s.blocks = append(s.blocks, b)
	}
	s.grid[t] = grid
}

// cellAround finds the cell that holds most of a line's box.
func (s *sheet) cellAround(l *extract.Line) *block {
	if l.Box.Empty() {
		return nil
	}
	for _, b := range s.blocks {
		if b.cell != nil && b.page == l.Page && b.box.Intersect(l.Box).Area() > 0.6*l.Box.Area() {
			return b
		}
	}
	return nil
}

// placeStray gives a free line that lies beside a table's row, within the
// table's height, a place after that row in reading order.
func (s *sheet) placeStray(b *block) {
	if b.box.Empty() {
		return
	}
	mid := (b.box.Y0 + b.box.Y1) / 2
	for _, c := range s.blocks {
		if c.cell != nil && c.page == b.page && !c.box.Empty() && c.box.Y0 <= mid && mid <= c.box.Y1 {
			b.key = c.key
			b.key.col = math.MaxInt
			return
		}
	}
}

// mergeNarrow joins free lines that stand closely beneath one another in a
// narrow column to one block: a header cell whose ruling was not found wraps
// into such lines. Pages with a grid are left alone, unless a part of it was
// not to be believed.
func mergeNarrow(blocks []*block, doc *extract.Document, always bool) []*block {
	ruled := map[int]bool{}
	for _, b := range blocks {
		ruled[b.page] = ruled[b.page] || b.table >= 0
	}
	var out []*block
	for _, b := range blocks {
		if b.table >= 0 || ruled[b.page] && !always || b.box.Empty() || !narrow(b.box, doc.Pages[b.page].Width) {
			out = append(out, b)
			continue
		}
		joined := false
		for i := len(out) - 1; i >= 0 && i >= len(out)-16 && !joined; i-- {
			o := out[i]
			if o.table < 0 && o.page == b.page && !o.box.Empty() && narrow(o.box, doc.Pages[b.page].Width) && beneath(o, b, doc) {
				o.lines = append(o.lines, b.lines...)
				o.box = o.box.Union(b.box)
				joined = true
			}
		}
		if !joined {
			out = append(out, b)
		}
	}
	return out
}

func narrow(b extract.Box, pageWidth float64) bool { return pageWidth > 0 && b.Width() < pageWidth/6 }

// beneath says whether b's line stands closely under the last line of o, in
// the same column.
func beneath(o, b *block, doc *extract.Document) bool {
	last := doc.Lines[o.lines[len(o.lines)-1]].Box
	gap := b.box.Y0 - last.Y1
	h := min(last.Height(), b.box.Height())
	overlap := min(o.box.X1, b.box.X1) - max(o.box.X0, b.box.X0)
	return gap > -0.5*h && gap < 0.45*h && overlap > 0.6*min(o.box.Width(), b.box.Width())
}

// distinct leaves out lines that say again, in the same place, what another
// line of the block says: the reader took the same ink twice.
func distinct(lines []int, doc *extract.Document) []int {
	return slices.DeleteFunc(slices.Clone(lines), func(i int) bool {
		a := &doc.Lines[i]
		return slices.ContainsFunc(lines, func(j int) bool {
			b := &doc.Lines[j]
			if i == j || a.Box.Empty() || a.Page != b.Page || !samePlace(a.Box, b.Box) {
				return false
			}
			x, y := string(letters(a.Text)), string(letters(b.Text))
			return x != "" && strings.Contains(y, x) && (len(x) < len(y) || i > j)
		})
	})
}

// samePlace says whether two boxes frame the same ink: one lies mostly in the
// other, or they share a line's height and most of the narrower one's width.
func samePlace(a, b extract.Box) bool {
	if a.Intersect(b).Area() >= 0.5*min(a.Area(), b.Area()) {
		return true
	}
	overlap := min(a.X1, b.X1) - max(a.X0, b.X0)
	ma, mb := (a.Y0+a.Y1)/2, (b.Y0+b.Y1)/2
	return overlap > 0.6*min(a.Width(), b.Width()) && (b.Y0 <= ma && ma <= b.Y1 || a.Y0 <= mb && mb <= a.Y1)
}

// read fills the block's text.
func (b *block) read(doc *extract.Document) {
	for n, l := range b.lines {
		if n > 0 {
			b.runes = append(b.runes, '\n')
			b.at = append(b.at, pos{l, -1})
		}
		i := 0
		for _, r := range doc.Lines[l].Text {
			b.runes = append(b.runes, r)
			b.at = append(b.at, pos{l, i})
			i++
		}
		if b.box.Empty() {
			b.box = b.box.Union(doc.Lines[l].Box)
		}
	}
	b.fold, b.foldAt = foldRunes(b.runes)
}

// free says whether the block is in no table.
func (b *block) free() bool { return b.table < 0 }

// blank says whether the block holds no text.
func (b *block) blank() bool { return len(b.fold) == 0 }

// at returns the block that covers a grid position, nil outside.
func (s *sheet) at(table, row, col int) *block {
	grid := s.grid[table]
	if row < 0 || row >= len(grid) || col < 0 || col >= len(grid[row]) {
		return nil
	}
	return grid[row][col]
}

// columnsOverlap says whether two cells share a column.
func columnsOverlap(a, b *extract.Cell) bool {
	return a.Col < b.Col+max(1, b.ColSpan) && b.Col < a.Col+max(1, a.ColSpan)
}
