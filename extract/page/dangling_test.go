package page

import (
	"image"
	"testing"
)

func TestTrimDangling(t *testing.T) {
	// A row of two cells above a wide one.
	grids := []Grid{{Cells: []GridCell{
		{Box: image.Rect(0, 0, 300, 100), RowSpan: 1, ColSpan: 1},
		{Box: image.Rect(300, 0, 600, 100), Col: 1, RowSpan: 1, ColSpan: 1},
		{Box: image.Rect(0, 100, 600, 500), Row: 1, RowSpan: 1, ColSpan: 2},
	}}}
	for _, tt := range []struct {
		name     string
		line     Segment
		from, to float64
	}{
		{"goes on into the wide cell", Segment{From: 0, To: 180, At: 300, Till: 300, Width: 2}, 0, 100},
		{"slants", Segment{From: 0, To: 180, At: 299, Till: 303, Width: 2}, 0, 100},
		{"crosses half of it", Segment{From: 0, To: 340, At: 300, Till: 300, Width: 2}, 0, 340},
		{"crosses it", Segment{From: 0, To: 500, At: 300, Till: 300, Width: 2}, 0, 500},
		{"ends upon the edge", Segment{From: 0, To: 101, At: 300, Till: 300, Width: 2}, 0, 100},
		{"the table's side", Segment{From: 0, To: 180, At: 0, Till: 0, Width: 2}, 0, 180},
		{"comes from below", Segment{From: 450, To: 700, At: 200, Till: 200, Width: 2}, 500, 700},
		{"stands inside", Segment{From: 150, To: 250, At: 200, Till: 200, Width: 2}, 150, 250},
	} {
		got := TrimDangling(Rulings{Vertical: []Segment{tt.line}}, grids).Vertical
		if len(got) != 1 || got[0].From != tt.from || got[0].To != tt.to {
			t.Errorf("%s: %+v, want %v to %v", tt.name, got, tt.from, tt.to)
		}
	}
}
