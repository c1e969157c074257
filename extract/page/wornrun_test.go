package page

import (
	"image"
	"math/rand/v2"
	"testing"
)

// productRows is a table of three low rows with figures in its cells; columns
// are left out.
func productRows(rng *rand.Rand) paper {
	p := newPaper(1240, 1754)
	for _, y := range []int{400, 450, 500, 560} {
		p.horizontal(y, 100, 1140, 2, 0)
	}
	p.vertical(100, 400, 561, 2, 0)
	p.vertical(1140, 400, 562, 2, 0)
	for _, y := range []int{413, 463, 518} {
		for _, x := range []int{120, 380, 650, 900} {
			p.words(x, y, 22, 6, rng)
		}
	}
	return p
}

// Columns of which a sixth is left show over several rows, too little for one.
func TestWornColumnsOverSeveralRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	p := productRows(rng)
	for _, x := range []int{360, 620, 880} {
		p.vertical(x, 403, 560, 1, 0)
		for _, rows := range [][2]int{{403, 450}, {453, 500}, {503, 560}} {
			wear(p, []image.Rectangle{image.Rect(x, rows[0], x+1, rows[1])}, 0.17, rng)
		}
	}
	g := Grids(FindRulings(p.Gray, 150), 150)
	if len(g) != 1 || len(g[0].Cells) != 12 {
		t.Errorf("found %+v, want one table of 3 rows and 4 columns", g)
	}
}

// Strokes of figures that stand beneath one another in every row are no column.
func TestStrokesOfSeveralRowsAreNoColumn(t *testing.T) {
	p := productRows(rand.New(rand.NewPCG(23, 24)))
	for _, y := range []int{413, 463, 518} {
		p.vertical(620, y, y+24, 2, 0)
	}
	g := Grids(FindRulings(p.Gray, 150), 150)
	if len(g) != 1 || len(g[0].Cells) != 3 {
		t.Errorf("found %+v, want one table of 3 rows and 1 column", g)
	}
}
