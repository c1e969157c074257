package docx

import (
	"encoding/xml"
	"strconv"

	"dengji/extract"
	"dengji/extract/opc"
)

// maxColumns is Word's own limit.
const maxColumns = 63

// grid is a table while it is read.
type grid struct {
	columns int // of w:tblGrid, 0 where it is missing
	row     int
	cells   []extract.Cell
	// open is, by column, the cell that a vertical merge continues.
	open map[int]int
}

// row is a table row while it is read.
type row struct {
	col     int
	open    map[int]int
	deleted bool
	last    int // index of the row's last cell, -1 before the first
}

// cell is an open table cell.
type cell struct {
	lines []int // all lines, those of nested tables too
	own   []int // those without
	span  int
	// vertical and horizontal merges: "", restart or continue
	vmerge, hmerge string
	deleted        bool
}

// table reads a w:tbl. Its place among the tables is before those it holds.
func (b *builder) table() error {
	b.flush()
	at := len(b.doc.Tables)
	b.doc.Tables = append(b.doc.Tables, extract.Table{})
	g := &grid{open: map[int]int{}}
	if err := b.rows(g); err != nil {
		return err
	}
	t := &b.doc.Tables[at]
	t.Cells = g.cells
	for _, c := range g.cells {
		t.Rows, t.Cols = max(t.Rows, c.Row+c.RowSpan), max(t.Cols, c.Col+c.ColSpan)
	}
	if len(g.cells) == 0 && at == len(b.doc.Tables)-1 {
		b.doc.Tables = b.doc.Tables[:at]
	}
	return nil
}

// rows reads a table's children, looking through whatever wraps a row.
func (b *builder) rows(g *grid) error {
	return b.x.Children(func(name string, _ []xml.Attr) error {
		switch name {
		case "tblGrid":
			n := 0
			err := b.x.Children(func(name string, _ []xml.Attr) error {
				if name == "gridCol" {
					n++
				}
				return nil
			})
			g.columns = min(n, maxColumns)
			return err
		case "tr":
			return b.row(g)
		case "sdt":
			return b.contentControl(func() error { return b.rows(g) })
		case "tblPr", "del", "moveFrom":
			return nil
		}
		return b.rows(g)
	})
}

func (b *builder) row(g *grid) error {
	if b.over != nil {
		return b.over
	}
	r := &row{open: map[int]int{}, last: -1}
	if err := b.rowCells(g, r); err != nil {
		return err
	}
	if !r.deleted {
		g.row++
		g.open = r.open
	}
	return nil
}

// rowCells reads a row's children, looking through whatever wraps a cell.
func (b *builder) rowCells(g *grid, r *row) error {
	return b.x.Children(func(name string, _ []xml.Attr) error {
		switch {
		case r.deleted:
			return nil
		case name == "trPr":
			return b.x.Children(func(name string, attrs []xml.Attr) error {
				switch name {
				case "gridBefore":
					r.col = min(number(attrs), maxColumns-1)
				case "del":
					r.deleted = true
				}
				return nil
			})
		case name == "tc":
			return b.cell(g, r)
		case name == "sdt":
			return b.contentControl(func() error { return b.rowCells(g, r) })
		case name == "tblPrEx" || name == "del" || name == "moveFrom":
			return nil
		}
		return b.rowCells(g, r)
	})
}

func (b *builder) cell(g *grid, r *row) error {
	c := &cell{span: 1}
	para, text := b.para, b.run
	b.para, b.cells = nil, append(b.cells, c)
	err := b.x.Children(func(name string, attrs []xml.Attr) error {
		switch {
		case name == "tcPr":
			return b.cellProperties(c)
		case c.deleted:
			return nil
		}
		return b.element(name, attrs)
	})
	b.flush()
	b.para, b.run, b.cells = para, text, b.cells[:len(b.cells)-1]
	if err != nil || c.deleted {
		return err
	}
	b.ticks(c.own)
	g.place(r, c)
	b.gridCells++
	b.count()
	return nil
}

func (b *builder) cellProperties(c *cell) error {
	return b.x.Children(func(name string, attrs []xml.Attr) error {
		switch name {
		case "gridSpan":
			c.span = max(1, number(attrs))
		case "vMerge":
			c.vmerge = merge(attrs)
		case "hMerge":
			c.hmerge = merge(attrs)
		case "cellDel":
			c.deleted = true
		}
		return nil
	})
}

func merge(attrs []xml.Attr) string {
	if opc.Attr(attrs, "val") == "restart" {
		return "restart"
	}
	return "continue"
}

// place puts a cell into the grid, or adds it to the cell it continues. A
// continuation without a beginning, or of another width, is a cell of its own.
func (g *grid) place(r *row, c *cell) {
	span := g.span(r.col, c.span)
	if c.hmerge == "continue" && r.last >= 0 && g.cells[r.last].Row == g.row {
		g.cells[r.last].ColSpan += span
		g.cells[r.last].Lines = append(g.cells[r.last].Lines, c.lines...)
		r.col += span
		return
	}
	i, ok := g.open[r.col]
	if c.vmerge == "continue" && ok && g.cells[i].ColSpan == span {
		g.cells[i].RowSpan++
		g.cells[i].Lines = append(g.cells[i].Lines, c.lines...)
	} else {
		i = len(g.cells)
		g.cells = append(g.cells, extract.Cell{Row: g.row, Col: r.col, RowSpan: 1, ColSpan: span, Lines: c.lines})
	}
	if c.vmerge != "" {
		r.open[r.col] = i
	}
	r.last = i
	r.col += span
}

// span keeps a cell within the table's grid where it has one, else within
// Word's limit.
func (g *grid) span(col, span int) int {
	limit := maxColumns
	if g.columns > 0 {
		limit = g.columns
	}
	return max(1, min(span, limit-col))
}

// number is a val as a count, 0 where it is none.
func number(attrs []xml.Attr) int {
	n, err := strconv.Atoi(opc.Attr(attrs, "val"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
