package xlsx

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"dengji/extract"
	"dengji/extract/tick"
)

// book is a workbook while it is read.
type book struct {
	file *excelize.File
	doc  *extract.Document
	lim  extract.Limits
	// cells and characters of all sheets so far
	cells, characters int
}

// sheet reads one sheet into a page and a table. A sheet without a layout is
// no worksheet (a chart) and has no cells.
func (b *book) sheet(name string, l *layout) error {
	if l == nil {
		return nil
	}
	visible, err := b.file.GetSheetVisible(name)
	if err != nil {
		return err
	}
	if !visible {
		b.problem(-1, "hidden_text", fmt.Sprintf("隐藏的工作表“%s”未读取；如其中有申报内容，请取消隐藏后再发送", name))
		return nil
	}
	rows, whole, err := b.values(name)
	if err != nil {
		return err
	}
	page := len(b.doc.Pages)
	b.doc.Pages = append(b.doc.Pages, extract.Page{Name: name, Source: extract.SourceText})
	if !whole {
		b.problem(page, "sheet_truncated", fmt.Sprintf("工作表“%s”超过 %d 行或 %d 列，只读取了前面部分；请只保留登记表后再发送", name, maxRows, maxCols))
	}
	b.hide(page, name, rows, l)
	if l.small() {
		b.controls(name, &rows)
	}
	return b.table(page, rows, l.merges)
}

// values reads the shown values row by row, without trailing empty ones. whole
// is false where the sheet goes on beyond the limits.
func (b *book) values(name string) (rows [][]string, whole bool, err error) {
	it, err := b.file.Rows(name)
	if err != nil {
		return nil, false, err
	}
	defer it.Close()
	whole = true
	for it.Next() {
		if len(rows) == maxRows {
			return rows, false, nil
		}
		row, err := it.Columns()
		if err != nil {
			return nil, false, err
		}
		if len(row) > maxCols {
			row, whole = row[:maxCols], false
		}
		for _, v := range row {
			b.characters += utf8.RuneCountInString(v)
		}
		if err := b.lim.CheckText(len(b.doc.Lines)+b.cells, b.characters); err != nil {
			return nil, false, err
		}
		rows = append(rows, row)
	}
	return rows, whole, it.Error()
}

// hide empties what nobody sees on the sheet: hidden rows and columns.
func (b *book) hide(page int, name string, rows [][]string, l *layout) {
	hidden := 0
	for i, row := range rows {
		for j := range row {
			if !l.hidden(i, j) {
				continue
			}
			if strings.TrimSpace(row[j]) != "" {
				hidden++
			}
			row[j] = ""
		}
	}
	if hidden > 0 {
		b.problem(page, "hidden_text", fmt.Sprintf("工作表“%s”有 %d 个单元格在隐藏的行或列中，未计入；请核对原件", name, hidden))
	}
}

// controls puts check boxes that float over the sheet into the text of the
// cell below their top left corner.
func (b *book) controls(name string, rows *[][]string) {
	list, err := b.file.GetFormControls(name)
	if err != nil {
		return // drawings of another make; cells are read
	}
	for _, c := range list {
		if c.Type != excelize.FormControlCheckBox {
			continue
		}
		col, row, err := excelize.CellNameToCoordinates(c.Cell)
		if err != nil || row > maxRows || col > maxCols {
			continue
		}
		text := string(extract.TickOff)
		if c.Checked {
			text = string(extract.TickOn)
		}
		text += strings.TrimSpace(c.Text)
		for _, p := range c.Paragraph {
			text += strings.TrimSpace(p.Text)
		}
		for len(*rows) < row {
			*rows = append(*rows, nil)
		}
		r := &(*rows)[row-1]
		for len(*r) < col {
			*r = append(*r, "")
		}
		(*r)[col-1] = strings.TrimSpace((*r)[col-1] + " " + text)
	}
}

// table makes lines and cells of the values. A merged range is one cell; one
// that overlaps an earlier range, which Excel would not open, is ignored.
func (b *book) table(page int, rows [][]string, merges []area) error {
	t := extract.Table{}
	for i, row := range rows {
		for j, v := range row {
			if strings.TrimSpace(v) != "" {
				t.Rows, t.Cols = i+1, max(t.Cols, j+1)
			}
		}
	}
	if t.Rows == 0 {
		return nil
	}
	// The table ends with the last text; a merged range that begins there may
	// go further.
	for _, m := range merges {
		if m.row0 < t.Rows && m.col0 < t.Cols {
			t.Rows, t.Cols = max(t.Rows, m.row1+1), max(t.Cols, m.col1+1)
		}
	}
	taken, first := merged(t, merges)
	for i := range t.Rows {
		text := i < len(rows) && slices.ContainsFunc(rows[i], func(v string) bool { return strings.TrimSpace(v) != "" })
		for j := range t.Cols {
			at := i*t.Cols + j
			c := extract.Cell{Row: i, Col: j, RowSpan: 1, ColSpan: 1, Page: page}
			m, spans := first[at]
			switch {
			case spans:
				c.RowSpan, c.ColSpan = m.row1-m.row0+1, m.col1-m.col0+1
			case taken[at] || !text:
				continue
			}
			if i < len(rows) && j < len(rows[i]) {
				c.Lines = b.lines(page, rows[i][j])
			}
			t.Cells = append(t.Cells, c)
		}
		if err := b.lim.CheckText(len(b.doc.Lines)+b.cells+len(t.Cells), b.characters); err != nil {
			return err
		}
	}
	b.cells += len(t.Cells)
	b.doc.Tables = append(b.doc.Tables, t)
	return nil
}

// merged gives the places that merged ranges cover, and the ranges by their
// first place. A place is row × columns + column.
func merged(t extract.Table, merges []area) (taken []bool, first map[int]area) {
	taken, first = make([]bool, t.Rows*t.Cols), map[int]area{}
	for _, m := range merges {
		if m.row1 >= t.Rows || m.col1 >= t.Cols || overlaps(taken, t.Cols, m) {
			continue
		}
		for y := m.row0; y <= m.row1; y++ {
			for x := m.col0; x <= m.col1; x++ {
				taken[y*t.Cols+x] = true
			}
		}
		first[m.row0*t.Cols+m.col0] = m
	}
	return taken, first
}

func overlaps(taken []bool, cols int, m area) bool {
	for y := m.row0; y <= m.row1; y++ {
		for x := m.col0; x <= m.col1; x++ {
			if taken[y*cols+x] {
				return true
			}
		}
	}
	return false
}

// lines makes lines of a cell's text.
func (b *book) lines(page int, text string) (made []int) {
	var parts []string
	for s := range strings.SplitSeq(strings.ReplaceAll(text, "\r", "\n"), "\n") {
		if s = strings.TrimSpace(s); s != "" {
			parts = append(parts, s)
		}
	}
	for _, s := range tick.Block(parts) {
		n := len(b.doc.Lines)
		b.doc.Lines = append(b.doc.Lines, extract.Line{Page: page, Text: strings.TrimRight(s.Text, " "), Score: 1, Reader: extract.ReaderXLSX})
		for _, m := range s.Marks {
			b.doc.Ticks = append(b.doc.Ticks, extract.Tick{Page: page, On: m.On, Score: m.Score, Line: n, Rune: m.Rune})
		}
		made = append(made, n)
	}
	return made
}

func (b *book) problem(page int, code, message string) {
	b.doc.Problems = append(b.doc.Problems, extract.Problem{Page: page, Code: code, Message: message})
}
