package pdf

import (
	"math"
	"slices"
	"unicode"

	"dengji/extract"
)

// char is one character of a text layer in PDF user space.
type char struct {
	r              rune
	u, v           float64 // origin on the baseline
	u0, v0, u1, v1 float64 // box; along the text from the pen before to the pen after it
	du, dv         float64 // direction of the text
	em             float64 // size in points
}

// maxEm is the largest believable size of type, in points.
const maxEm = 2000

// glyph places the character on the page as frame f shows it. Its text must
// stand upright there.
func (c char) glyph(f frame) glyph {
	_, base := f.point(c.u, c.v)
	b := f.box(c.u0, c.v0, c.u1, c.v1)
	return glyph{r: c.r, x0: b.X0, x1: b.X1, base: base, size: c.em}
}

// quarter is the direction of the character's text on the page as frame f
// shows it, in quarter turns clockwise from upright.
func (c char) quarter(f frame) int {
	x, y := f.vector(c.du, c.dv)
	return int(math.Round(math.Atan2(y, x)/(math.Pi/2))) & 3
}

// on reports whether the character stands on the page at all.
func (c char) on(f frame) bool {
	u, v := (c.u0+c.u1)/2, (c.v0+c.v1)/2
	return u >= f.left && u <= f.right && v >= f.bottom && v <= f.top
}

// layer is the text of a page in one reader's view.
type layer []char

// upright is how many quarter turns clockwise the page must be turned for most
// of its text to stand upright, 0 where there is no such majority.
func (l layer) upright(f frame) int {
	var n [4]int
	for _, c := range l {
		if !unicode.IsSpace(c.r) {
			n[c.quarter(f)]++
		}
	}
	for q := range n {
		if total := n[0] + n[1] + n[2] + n[3]; q > 0 && 10*n[q] > 6*total {
			return 4 - q
		}
	}
	return 0
}

// lines puts the layer into lines on the page as frame f shows it. Text that
// stands sideways there gets lines of its own, after the upright ones.
func (l layer) lines(f frame) []extract.Line {
	var turned [4][]glyph
	for _, c := range l {
		if c.on(f) {
			q := c.quarter(f)
			turned[q] = append(turned[q], c.glyph(f.turned(-q)))
		}
	}
	lines := group(turned[0])
	for q := 1; q < 4; q++ {
		side := f.turned(-q)
		for _, line := range group(turned[q]) {
			w, h := side.width(), side.height()
			for range q {
				line.Box, w, h = clockwise(line.Box, h), h, w
			}
			for i := range line.Chars {
				line.Chars[i].X0, line.Chars[i].X1 = line.Box.X0, line.Box.X1
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// clockwise turns a box with its page, whose height is h, by a quarter.
func clockwise(b extract.Box, h float64) extract.Box {
	return extract.Box{X0: h - b.Y1, Y0: b.X0, X1: h - b.Y0, Y1: b.X1}
}

// letters counts what is neither space nor control character.
func (l layer) letters() int {
	n := 0
	for _, c := range l {
		if inked(c.r) {
			n++
		}
	}
	return n
}

// unreadable counts characters whose meaning the font does not tell: the
// replacement character and private-use code points. Symbol fonts (ticks) use
// the latter rightly, so a few of them mean nothing.
func (l layer) unreadable() int {
	n := 0
	for _, c := range l {
		if c.r == unicode.ReplacementChar || unicode.Is(unicode.Co, c.r) {
			n++
		}
	}
	return n
}

// trusted reports whether so much of the layer has a meaning that it can stand
// for the page.
func (l layer) trusted() bool {
	bad := l.unreadable()
	return bad <= 5 || 10*bad <= l.letters()
}

// inked reports whether a rune leaves ink on paper.
func inked(r rune) bool {
	return !unicode.IsSpace(r) && !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r)
}

// near reports whether the layer has the same character within d points of c.
func (l layer) near(c char, d float64) bool {
	return slices.ContainsFunc(l, func(o char) bool {
		return o.r == c.r && math.Abs(o.u-c.u) <= d && math.Abs(o.v-c.v) <= d
	})
}
