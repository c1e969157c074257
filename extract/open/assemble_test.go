package open

import (
	"testing"

	"dengji/extract"
	"dengji/extract/scan"
)

func box(x0, y0, x1, y1 float64) extract.Box { return extract.Box{X0: x0, Y0: y0, X1: x1, Y1: y1} }

// cell is a cell that holds the line of the same index.
func cell(row, col, line int, b extract.Box) extract.Cell {
	return extract.Cell{Row: row, Col: col, RowSpan: 1, ColSpan: 1, Box: b, Lines: []int{line}}
}

// twoPages has a table at the foot of page 1 and one at the head of page 2.
func twoPages(shift float64, free ...extract.Line) *extract.Document {
	doc := &extract.Document{Timings: extract.Timings{}}
	first := &scan.Result{
		Page:  extract.Page{Number: 1, Width: 595, Height: 842},
		Lines: []extract.Line{{Text: "a", Box: box(60, 700, 100, 720)}, {Text: "b", Box: box(310, 700, 400, 720)}},
		Tables: []extract.Table{{Rows: 1, Cols: 2, Cells: []extract.Cell{
			cell(0, 0, 0, box(50, 600, 300, 780)), cell(0, 1, 1, box(300, 600, 550, 780)),
		}}},
	}
	second := &scan.Result{
		Page:  extract.Page{Number: 2, Width: 595, Height: 842},
		Lines: []extract.Line{{Text: "c", Box: box(60, 80, 100, 95)}},
		Tables: []extract.Table{{Rows: 1, Cols: 1, Cells: []extract.Cell{
			cell(0, 0, 0, box(50+shift, 70, 550+shift, 300)),
		}}},
	}
	for _, l := range free {
		if l.Page == 0 {
			first.Lines = append(first.Lines, l)
		} else {
			second.Lines = append(second.Lines, l)
		}
	}
	appendPage(doc, first.Page, first, nil)
	appendPage(doc, second.Page, second, nil)
	return doc
}

func TestJoinTables(t *testing.T) {
	line := func(page int, y0, y1 float64) extract.Line {
		return extract.Line{Page: page, Text: "x", Box: box(60, y0, 200, y1)}
	}
	low := twoPages(0)
	for i := range low.Tables[1].Cells {
		low.Tables[1].Cells[i].Box = box(50, 400, 550, 600)
	}
	tests := []struct {
		name string
		doc  *extract.Document
		want int
	}{
		{"cut by the page break", twoPages(0), 1},
		{"paper fed a little off", twoPages(8), 1},
		{"another width", twoPages(40), 2},
		{"page number below the first", twoPages(0, line(0, 800, 812)), 1},
		{"running head above the second", twoPages(0, line(1, 30, 42)), 1},
		{"second table in the middle of its page", low, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			joinTables(tt.doc)
			if got := len(tt.doc.Tables); got != tt.want {
				t.Fatalf("%d tables, want %d", got, tt.want)
			}
		})
	}
	heading := twoPages(0, line(1, 72, 84))
	for i := range heading.Tables[1].Cells {
		heading.Tables[1].Cells[i].Box.Y0 = 100
	}
	if joinTables(heading); len(heading.Tables) != 2 {
		t.Error("a table under a heading of its own was joined")
	}
}

func TestJoinedTableKeepsCellsAndLines(t *testing.T) {
	doc := twoPages(6)
	joinTables(doc)
	got := doc.Tables[0]
	if got.Rows != 2 || got.Cols != 2 || len(got.Cells) != 3 {
		t.Fatalf("%d rows, %d columns, %d cells", got.Rows, got.Cols, len(got.Cells))
	}
	last := got.Cells[2]
	if last.Row != 1 || last.Col != 0 || last.ColSpan != 2 || last.Page != 1 {
		t.Errorf("the second page's cell is %+v", last)
	}
	if text := doc.Lines[last.Lines[0]].Text; text != "c" {
		t.Errorf("the second page's cell holds %q", text)
	}
}
