package page

import (
	"image"
	"slices"
)

// RemoveStreaks lightens the hairlines that dust on a scanner's glass draws
// down the whole page. They look like ruling lines and would cut cells in two.
// Unlike ruling lines they run through the margins, and exactly along the
// pixel columns (or rows, where the page was fed sideways), so this must come
// before the page is deskewed. It returns g itself where there is none.
func RemoveStreaks(g *image.Gray) *image.Gray {
	out := lighten(g, streaks(g))
	if rows := streaksAcross(out); len(rows) > 0 {
		out = transpose(lighten(transpose(out), rows))
	}
	return out
}

// streak is a column with how much darker it is than its neighbours.
type streak struct {
	x     int
	depth int
}

// Geometry of a streak in pixels, and the contrast that tells it from noise.
const (
	streakReach    = 4
	streakContrast = 7
	streakStep     = 3 // every third row is looked at
	streakShare    = 5 // a streak is dark in a fifth of the rows more than other columns
)

// darkness counts where a column is darker than both sides.
type darkness struct{ top, bottom, all, depth int32 }

func (c *darkness) add(d int, top, bottom bool) {
	c.all++
	c.depth += int32(d)
	if top {
		c.top++
	}
	if bottom {
		c.bottom++
	}
}

// streaks finds columns that are darker than both sides more often than
// others are, in the top and bottom margins as well as over the whole: a
// streak on a bitonal page is a row of dashes, and noise is dark by chance.
func streaks(g *image.Gray) []streak {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	margin := h / 22 // 13 mm of A4
	if w <= 2*streakReach || margin < streakStep*4 {
		return nil
	}
	cols := make([]darkness, w)
	for y := 0; y < h; y += streakStep {
		row := g.Pix[y*g.Stride : y*g.Stride+w]
		top, bottom := y < margin, y >= h-margin
		for x := streakReach; x < w-streakReach; x++ {
			if d := int(min(row[x-streakReach], row[x+streakReach])) - int(row[x]); d >= streakContrast {
				cols[x].add(d, top, bottom)
			}
		}
	}
	return outstanding(cols, h, margin)
}

// streaksAcross finds rows as streaks finds columns of the transposed picture.
func streaksAcross(g *image.Gray) []streak {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	margin := w / 22
	if h <= 2*streakReach || margin < streakStep*4 {
		return nil
	}
	rows := make([]darkness, h)
	for y := streakReach; y < h-streakReach; y++ {
		above := g.Pix[(y-streakReach)*g.Stride : (y-streakReach)*g.Stride+w]
		row := g.Pix[y*g.Stride : y*g.Stride+w]
		below := g.Pix[(y+streakReach)*g.Stride : (y+streakReach)*g.Stride+w]
		for x := 0; x < w; x += streakStep {
			if d := int(min(above[x], below[x])) - int(row[x]); d >= streakContrast {
				rows[y].add(d, x < margin, x >= w-margin)
			}
		}
	}
	return outstanding(rows, w, margin)
}

// outstanding picks the columns, of so many pixels, that are dark in a fifth of
// the rows more than columns usually are, and so in both margins.
func outstanding(cols []darkness, length, margin int) []streak {
	var tops, bottoms, alls int32
	for y := 0; y < length; y += streakStep {
		alls++
		if y < margin {
			tops++
		}
		if y >= length-margin {
			bottoms++
		}
	}
	usual := func(of func(darkness) int32) int32 {
		v := make([]int32, 0, len(cols))
		for _, c := range cols[streakReach : len(cols)-streakReach] {
			v = append(v, of(c))
		}
		slices.Sort(v)
		return v[len(v)/2]
	}
	top := usual(func(c darkness) int32 { return c.top }) + tops/streakShare
	bottom := usual(func(c darkness) int32 { return c.bottom }) + bottoms/streakShare
	all := usual(func(c darkness) int32 { return c.all }) + alls/streakShare
	var out []streak
	for x, c := range cols {
		if c.top > top && c.bottom > bottom && c.all > all {
			out = append(out, streak{x, int(c.depth / c.all)})
		}
	}
	return out
}

// lighten takes each streak's own depth away and leaves what print crosses it.
func lighten(g *image.Gray, found []streak) *image.Gray {
	if len(found) == 0 || len(found) > g.Rect.Dx()/40 {
		return g
	}
	out := image.NewGray(g.Rect)
	w, h := g.Rect.Dx(), g.Rect.Dy()
	for y := range h {
		row, lit := g.Pix[y*g.Stride:y*g.Stride+w], out.Pix[y*out.Stride:y*out.Stride+w]
		copy(lit, row)
		for _, s := range found {
			// Print keeps its darkness; only what lies near the streak's own
			// level is lifted to the paper beside it.
			side := max(row[max(0, s.x-streakReach)], row[min(w-1, s.x+streakReach)])
			for x := max(0, s.x-1); x <= min(w-1, s.x+1); x++ {
				lit[x] = uint8(min(max(int(side), int(row[x])), int(row[x])+s.depth*5/4))
			}
		}
	}
	return out
}
