package page

import (
	"image"
	"math/rand/v2"
	"testing"
)

// greyPaper is a table with a black frame on grey paper, its inner lines a
// little darker than that and a pixel wide.
func greyPaper(rng *rand.Rand, inner uint8) paper {
	p := newPaper(1240, 1754)
	p.fill(p.Rect, 225)
	for _, y := range []int{450, 500, 560} {
		p.horizontal(y, 100, 1140, 1, inner)
	}
	for _, x := range []int{360, 620, 880} {
		p.vertical(x, 400, 640, 1, inner)
	}
	for _, y := range []int{400, 640} {
		p.horizontal(y, 100, 1140, 3, 20)
	}
	p.vertical(100, 400, 640, 3, 20)
	p.vertical(1140, 400, 643, 3, 20)
	for _, y := range []int{410, 460, 510, 580} {
		for _, x := range []int{120, 380, 650, 900} {
			p.words(x, y, 22, 6, rng)
		}
	}
	return p
}

// grain adds normal noise, as the sensor of a poor copier does.
func grain(p paper, sigma float64, rng *rand.Rand) {
	for i, v := range p.Pix {
		p.Pix[i] = uint8(max(0, min(255, float64(v)+sigma*rng.NormFloat64())))
	}
}

// No pixel of the inner lines stands out of the noise.
func TestPaleLinesOnNoisyPaper(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(31, seed))
		p := greyPaper(rng, 195)
		grain(p, 10, rng)
		g := Grids(FindRulings(p.Gray, 150), 150)
		if len(g) != 1 || g[0].Rows != 4 || g[0].Cols != 4 || len(g[0].Cells) != 16 {
			t.Errorf("seed %d: found %+v, want one table of 4 rows and 4 columns", seed, g)
		}
	}
}

// On the same paper without lines, words that stand beneath one another are no
// column, and neither is the noise.
func TestNoiseIsNoPaleLine(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(33, seed))
		p := greyPaper(rng, 225)
		for _, y := range []int{410, 460, 510, 580} { // strokes in line with one another
			p.vertical(650, y, y+24, 2, 40)
		}
		grain(p, 10, rng)
		g := Grids(FindRulings(p.Gray, 150), 150)
		if len(g) != 1 || len(g[0].Cells) != 1 {
			t.Errorf("seed %d: found %+v, want one cell", seed, g)
		}
	}
}

// On a photographed page that was not flat a line's last piece runs a little
// beside the rest of it.
func TestBentLineStaysWhole(t *testing.T) {
	p := formPage(2, 60)
	bent := image.Rect(881, 390, 1140, 410)
	p.fill(bent, 255)
	for x := 881; x < 1140; x++ {
		y := 400 - min(6, (x-881)/30)
		p.vertical(x, y, y+2, 1, 60)
	}
	p.vertical(1140, 390, 412, 2, 60)
	g := Grids(FindRulings(p.Gray, 150), 150)
	if len(g) != 1 || len(g[0].Cells) != 8 {
		t.Errorf("found %+v, want one table of 8 cells", g)
	}
}
