package page

import (
	"bytes"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"
)

// wear leaves a share of the dots of every line thinner than a character's
// stroke, as a bitonal copy of a pale copy does, in patches.
func wear(p paper, lines []image.Rectangle, left float64, rng *rand.Rand) {
	for _, r := range lines {
		keep := left
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if rng.IntN(20) == 0 {
					keep = left * (0.4 + 1.2*rng.Float64())
				}
				if rng.Float64() > keep {
					p.SetGray(x, y, color.Gray{Y: 255})
				}
			}
		}
	}
}

// formLines are the lines of formPage, one pixel wide.
func formLines() []image.Rectangle {
	var out []image.Rectangle
	for _, y := range []int{200, 300, 400, 500, 900} {
		out = append(out, image.Rect(100, y, 1140, y+1))
	}
	out = append(out, image.Rect(100, 200, 101, 901), image.Rect(1140, 200, 1141, 901), image.Rect(620, 300, 621, 400))
	for _, x := range []int{360, 620, 880} {
		out = append(out, image.Rect(x, 400, x+1, 500))
	}
	return out
}

func TestWornLinesGiveTheGrid(t *testing.T) {
	for _, tt := range []struct {
		name  string
		left  float64
		lines int // of formLines that are worn, from the first
		skew  float64
	}{
		{"half of it left", 0.5, len(formLines()), 0},
		{"rows and borders worn to two fifths", 0.4, 7, 0},
		{"skewed a little", 0.5, len(formLines()), 0.05},
		{"rows worn to a sixth, columns whole", 0.16, 5, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := formPage(1, 0)
			wear(p, formLines()[:tt.lines], tt.left, rand.New(rand.NewPCG(11, 12)))
			g := Grids(FindRulings(Rotate(p.Gray, tt.skew), 150), 150)
			if len(g) != 1 || g[0].Rows != 4 || g[0].Cols != 4 || len(g[0].Cells) != 8 {
				t.Errorf("found %+v, want one table of 4 rows, 4 columns, 8 cells", g)
			}
		})
	}
}

// A side of the table that is gone altogether follows from the other side and
// from where the rows end.
func TestLostBorderIsInferred(t *testing.T) {
	for _, x := range []int{100, 1140} {
		p := formPage(1, 0)
		p.fill(image.Rect(x-1, 201, x+2, 300), 255)
		p.fill(image.Rect(x-1, 301, x+2, 400), 255)
		p.fill(image.Rect(x-1, 401, x+2, 500), 255)
		p.fill(image.Rect(x-1, 501, x+2, 900), 255)
		g := Grids(FindRulings(p.Gray, 150), 150)
		if len(g) != 1 || g[0].Rows != 4 || g[0].Cols != 4 || len(g[0].Cells) != 8 {
			t.Errorf("border at %d erased: found %+v, want one table of 8 cells", x, g)
		}
	}
}

// Two lines that a seal cut at the same place do not end at the side of a table.
func TestLinesCutByOneSeal(t *testing.T) {
	for _, hole := range []int{100, 200} {
		p := formPage(2, 0)
		p.fill(image.Rect(750, 195, 750+hole, 205), 255)
		p.fill(image.Rect(760, 295, 750+hole, 305), 255)
		g := Grids(FindRulings(p.Gray, 150), 150)
		if len(g) != 1 || g[0].Cols != 4 || len(g[0].Cells) != 8 {
			t.Errorf("hole of %d: found %+v, want one table of 4 columns, 8 cells", hole, g)
		}
	}
}

// Dots are not lines: dust, rows of text close beneath one another, leaders of
// a table of contents without anything upright.
func TestNoGridInDots(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	pages := map[string]func(p paper){
		"dust": func(p paper) {
			for range 6000 {
				x, y := rng.IntN(1240), rng.IntN(1754)
				p.fill(image.Rect(x, y, x+1+rng.IntN(2), y+1+rng.IntN(2)), 0)
			}
		},
		"small print": func(p paper) {
			for y := 100; y < 1600; y += 22 {
				p.words(100, y, 15, 61, rng)
			}
		},
		"three columns of print": func(p paper) {
			for y := 100; y < 1600; y += 34 {
				for _, x := range []int{100, 460, 820} {
					p.words(x, y, 20, 14, rng)
				}
			}
		},
		"leaders": func(p paper) {
			for y := 100; y < 1600; y += 60 {
				p.words(100, y, 24, 6, rng)
				for x := 280; x < 1100; x += 8 {
					p.fill(image.Rect(x, y+20, x+3, y+23), 0)
				}
				p.words(1110, y, 24, 1, rng)
			}
		},
	}
	for name, draw := range pages {
		p := newPaper(1240, 1754)
		draw(p)
		if g := Grids(FindRulings(p.Gray, 150), 150); len(g) != 0 {
			t.Errorf("%s: found %d tables: %+v", name, len(g), g[0])
		}
	}
}

// A streak on a bitonal page is a row of dashes.
func TestRemoveDashedStreak(t *testing.T) {
	p := formPage(2, 0)
	rng := rand.New(rand.NewPCG(15, 16))
	const x = 500
	for y := range 1754 {
		if rng.IntN(3) == 0 {
			p.SetGray(x, y, color.Gray{})
		}
	}
	before := formPage(2, 0)
	after := RemoveStreaks(p.Gray)
	dark := 0
	for y := range 1754 {
		if before.GrayAt(x, y).Y == 255 && after.GrayAt(x, y).Y < 200 {
			dark++
		}
	}
	if dark > 20 {
		t.Errorf("%d pixels of the streak are left", dark)
	}
	for _, y := range []int{200, 300, 400, 500, 900} {
		if v := after.GrayAt(450, y).Y; v > 60 {
			t.Errorf("the ruling line at %d is %d beside the streak", y, v)
		}
	}
	if clean := before.Gray; RemoveStreaks(clean) != clean {
		t.Error("a page without a streak was changed")
	}
	// Rows that are padded, as a JPEG decoder's are.
	padded := image.NewGray(image.Rect(0, 0, 1248, 1754))
	for y := range 1754 {
		copy(padded.Pix[y*padded.Stride:], p.Pix[y*p.Stride:][:1240])
	}
	got := RemoveStreaks(padded.SubImage(p.Rect).(*image.Gray))
	for y := range 1754 {
		if !bytes.Equal(got.Pix[y*got.Stride:][:1240], after.Pix[y*after.Stride:][:1240]) {
			t.Fatalf("row %d differs where rows are padded", y)
		}
	}
}

// Where a ruling line lies under a streak, the line stays.
func TestStreakLeavesTheLineBeneathIt(t *testing.T) {
	const x = 620 // of the line between the cells of row 2
	p := formPage(2, 90)
	for y := range 1754 {
		p.SetGray(x, y, color.Gray{Y: uint8(max(0, int(p.GrayAt(x, y).Y)-66))})
	}
	g := RemoveStreaks(p.Gray)
	if v := g.GrayAt(x, 350).Y; v > 140 {
		t.Errorf("the line under the streak is %d", v)
	}
	if v := g.GrayAt(x, 150).Y; v < 240 {
		t.Errorf("the streak on paper is %d", v)
	}
}
