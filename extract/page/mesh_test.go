package page

import (
	"fmt"
	"slices"
	"testing"
)

// lattice is a table of three columns 60 wide and three rows 30 high with some
// unit edges left out: "h r c" is the line above row r at column c, "v r c" the
// one left of column c at row r.
func lattice(without ...string) Rulings {
	var r Rulings
	for i := range 4 {
		for k := range 3 {
			if !slices.Contains(without, fmt.Sprintf("h %d %d", i, k)) {
				y := float64(100 + 30*i)
				r.Horizontal = append(r.Horizontal, Segment{At: y, Till: y, From: float64(100 + 60*k), To: float64(160 + 60*k)})
			}
			if !slices.Contains(without, fmt.Sprintf("v %d %d", k, i)) {
				x := float64(100 + 60*i)
				r.Vertical = append(r.Vertical, Segment{At: x, Till: x, From: float64(100 + 30*k), To: float64(130 + 30*k)})
			}
		}
	}
	return r
}

func TestNoCellIsAnL(t *testing.T) {
	for _, c := range []struct {
		name    string
		without []string
		want    []string // row col rowspan colspan
	}{
		{"whole", nil, []string{"0 0 1 1", "0 1 1 1", "0 2 1 1", "1 0 1 1", "1 1 1 1", "1 2 1 1", "2 0 1 1", "2 1 1 1", "2 2 1 1"}},
		{"a wide cell below, its upper line broken at the end", []string{"v 2 1", "v 2 2", "h 2 2"},
			[]string{"0 0 1 1", "0 1 1 1", "0 2 1 1", "1 0 1 1", "1 1 1 1", "1 2 1 1", "2 0 1 3"}},
		{"broken at the start", []string{"v 2 1", "v 2 2", "h 2 0"},
			[]string{"0 0 1 1", "0 1 1 1", "0 2 1 1", "1 0 1 1", "1 1 1 1", "1 2 1 1", "2 0 1 3"}},
		{"broken in the middle", []string{"v 2 1", "v 2 2", "h 2 1"},
			[]string{"0 0 1 1", "0 1 1 1", "0 2 1 1", "1 0 1 1", "1 1 1 1", "1 2 1 1", "2 0 1 3"}},
		{"a high cell at the left, its side broken", []string{"h 1 0", "h 2 0", "v 1 1"},
			[]string{"0 0 3 1", "0 1 1 1", "0 2 1 1", "1 1 1 1", "1 2 1 1", "2 1 1 1", "2 2 1 1"}},
		{"real spans stay", []string{"v 0 1", "h 2 2"},
			[]string{"0 0 1 2", "0 2 1 1", "1 0 1 1", "1 1 1 1", "1 2 2 1", "2 0 1 1", "2 1 1 1"}},
	} {
		g := Grids(lattice(c.without...), 200)
		if len(g) != 1 {
			t.Fatalf("%s: %d tables", c.name, len(g))
		}
		var got []string
		for _, cell := range g[0].Cells {
			got = append(got, fmt.Sprintf("%d %d %d %d", cell.Row, cell.Col, cell.RowSpan, cell.ColSpan))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: cells %q, want %q", c.name, got, c.want)
		}
	}
}
