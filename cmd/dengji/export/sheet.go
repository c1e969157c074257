package export

import (
	"fmt"
	"math"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"
)

// cell is a value with its look.
type cell struct {
	value any // string, int, float64, time.Time; nil for an empty cell
	kind  kind
}

// col is one column of a sheet.
type col struct {
	head   string
	note   string  // what a person should know of it, shown at its head
	width  float64 // characters; 0 fits it to its content, up to most
	most   float64
	hidden bool
}

// sheet is a table with one row of heads.
type sheet struct {
	name     string
	cols     []col
	rows     [][]any // cells, each as wide as cols; nil for an empty one
	heights  []float64
	pictures []picture // by row; nil where the sheet has none
	frozen   int       // columns that stay in sight
	inputs   []input   // cells to fill in
	links    []link
	across   int // pages it may take side by side in print
}

// link leads from a cell to another sheet.
type link struct {
	at, to string // A1, 'sheet'!A1
}

const (
	rowHeight  = 19.0 // points, of one line
	lineHeight = 14.5
	maxHeight  = 200.0
	maxText    = 32000 // characters a cell shows; Excel's limit is 32,767 UTF-16 units
)

// at is the index of a column.
func (s *sheet) at(head string) int {
	for i, c := range s.cols {
		if c.head == head {
			return i
		}
	}
	return -1
}

// add appends a row.
func (s *sheet) add(row ...any) {
	s.rows = append(s.rows, row)
	s.heights = append(s.heights, 0)
}

// name of a cell; row -1 is the row of heads.
func name(column, row int) string {
	at, err := excelize.CoordinatesToCellName(column+1, row+2)
	if err != nil { // beyond the 16,384th column
		return "A1"
	}
	return at
}

// put writes a sheet, which must be there and empty. What the stream writer
// does not know is set before it ends.
func (b *Book) put(s *sheet) error {
	fit, orientation, paper, tall := true, "landscape", 9, 0 // A4; as many pages down as needed
	if err := b.file.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	w, err := b.file.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	widths := s.widths()
	for i, c := range s.cols {
		if err := w.SetColWidth(i+1, i+1, widths[i]); err != nil {
			return err
		}
		if c.hidden {
			if err := w.SetColVisible(i+1, i+1, false); err != nil {
				return err
			}
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, XSplit: s.frozen, YSplit: 1, TopLeftCell: name(s.frozen, 0), ActivePane: "bottomRight"}); err != nil {
		return err
	}
	if err := b.putRows(w, s, widths); err != nil {
		return err
	}
	if err := b.file.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &s.across, FitToHeight: &tall}); err != nil {
		return err
	}
	side, ends := 0.4, 0.6 // inches
	if err := b.file.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &ends, Bottom: &ends}); err != nil {
		return err
	}
	if err := b.furnish(s); err != nil {
		return err
	}
	return w.Flush()
}

func (b *Book) putRows(w *excelize.StreamWriter, s *sheet, widths []float64) error {
	heads := make([]any, len(s.cols))
	for i, c := range s.cols {
		heads[i] = excelize.Cell{StyleID: b.style[head], Value: c.head}
		if s.isInput(i) {
			heads[i] = excelize.Cell{StyleID: b.style[headIn], Value: c.head}
		}
	}
	if err := w.SetRow("A1", heads, excelize.RowOpts{Height: s.headHeight(widths)}); err != nil {
		return err
	}
	for i, row := range s.rows {
		out := make([]any, len(row))
		for j, v := range row {
			c, ok := v.(cell)
			if !ok {
				c = cell{v, plain}
			}
			if text, ok := c.value.(string); ok {
				c.value = shown(text)
			}
			out[j] = excelize.Cell{StyleID: b.style[c.kind], Value: c.value}
		}
		s.heights[i] = max(s.heights[i], s.height(row, widths))
		if err := w.SetRow(name(0, i), out, excelize.RowOpts{Height: s.heights[i]}); err != nil {
			return fmt.Errorf("row %d: %w", i+2, err)
		}
	}
	return nil
}

// isInput says whether a column has cells to fill in.
func (s *sheet) isInput(column int) bool {
	if len(s.inputs) == 0 {
		return false
	}
	return s.cols[column].head == HeadCorrection || s.cols[column].head == HeadWhy
}

// furnish adds filters, links, notes, lists of choices and pictures.
func (b *Book) furnish(s *sheet) error {
	f := b.file
	all := "A1:" + name(len(s.cols)-1, len(s.rows)-1)
	if err := f.AutoFilter(s.name, all, nil); err != nil {
		return err
	}
	if err := f.AddIgnoredErrors(s.name, all, excelize.IgnoredErrorsNumberStoredAsText); err != nil {
		return err
	}
	repeated := "'" + s.name + "'!$1:$1"
	if s.across > 1 {
		repeated = "'" + s.name + "'!$A:" + strings.TrimSuffix(absolute(name(s.frozen-1, -1)), "$1") + "," + repeated
	}
	if err := f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: repeated, Scope: s.name}); err != nil {
		return err
	}
	if err := f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddHeader: "&L&A", OddFooter: "&C&P / &N"}); err != nil {
		return err
	}
	for _, l := range s.links {
		if err := f.SetCellHyperLink(s.name, l.at, l.to, "Location"); err != nil {
			return err
		}
	}
	for i, c := range s.cols {
		if c.note == "" {
			continue
		}
		if err := f.AddComment(s.name, excelize.Comment{Cell: name(i, -1), Author: "dengji", Width: 360, Height: 190,
			Paragraph: []excelize.RichTextRun{{Text: c.note}}}); err != nil {
			return err
		}
	}
	if err := b.choices(s); err != nil {
		return err
	}
	return b.draw(s)
}

// shown is a text as a cell can hold it.
func shown(s string) string {
	if len(s) <= maxText {
		return s
	}
	if r := []rune(s); len(r) > maxText/2 {
		return string(r[:maxText/2]) + "……（未完，见记录）"
	}
	return s
}

// widths fits columns to their content.
func (s *sheet) widths() []float64 {
	out := make([]float64, len(s.cols))
	for i, c := range s.cols {
		if out[i] = c.width; c.width > 0 {
			continue
		}
		w := 6 + min(16, float64(runewidth.StringWidth(c.head))) // with room for the filter's arrow
		for _, row := range s.rows {
			if v := valueOf(row[i]); v != nil {
				w = max(w, 2.5+1.1*float64(longest(v)))
			}
		}
		most := c.most
		if most == 0 {
			most = 36
		}
		out[i] = math.Ceil(min(most, w))
	}
	return out
}

func valueOf(v any) any {
	if c, ok := v.(cell); ok {
		return c.value
	}
	return v
}

// longest is the width of a value's longest line.
func longest(v any) int {
	text, ok := v.(string)
	if !ok {
		return min(12, len(fmt.Sprint(v)))
	}
	w := 0
	for line := range strings.Lines(text) {
		w = max(w, runewidth.StringWidth(strings.TrimRight(line, "\n")))
	}
	return w
}

// height is what a row's wrapped cells need.
func (s *sheet) height(row []any, widths []float64) float64 {
	n := 1
	for i, v := range row {
		if c, ok := v.(cell); ok && (c.kind == wrap || c.kind == muted) && !s.cols[i].hidden {
			n = max(n, linesIn(c.value, widths[i]))
		}
	}
	return min(maxHeight, max(rowHeight, 5+lineHeight*float64(n)))
}

func (s *sheet) headHeight(widths []float64) float64 {
	n := 1
	for i, c := range s.cols {
		if !c.hidden {
			n = max(n, linesIn(c.head, widths[i]-3))
		}
	}
	return 9 + lineHeight*float64(n)
}

// linesIn is how many lines a text takes in a column.
func linesIn(v any, width float64) int {
	text, ok := v.(string)
	if !ok {
		return 1
	}
	n := 0
	for line := range strings.SplitSeq(shown(text), "\n") {
		n += max(1, int(math.Ceil(1.12*float64(runewidth.StringWidth(line))/max(4, width-1))))
	}
	return n
}
