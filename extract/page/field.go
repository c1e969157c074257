package page

import (
	"image"
	"math"
	"sort"
)

// field is a picture whose lines run along x, with what a line is told by.
type field struct {
	gray  *image.Gray
	ridge *Bitmap // darker than both sides
	near  *Bitmap // ink in this row or one of its neighbours
	faint *Bitmap // darker than both sides by no more than a strong line needs; noise is so too
	// marks holds, for a line that runs between a row and the next, dotMark
	// where the line has ink and otherMark where there is ink close above or
	// below it. It is empty in the last row.
	marks *Bitmap
}

// Bits of field.marks.
const (
	dotMark   = 1
	otherMark = 2
)

// newField looks at a picture at rulingDPI or less. Noise must count neither
// as ridge nor as ink, and pale ink must count as both.
func newField(g *image.Gray, dpi float64) field {
	level, noise := paperGrain(g)
	contrast := max(lineContrast, 4*noise)
	reach := max(3, int(dpi/40))
	f := field{gray: g, faint: ridge(g, reach, lineContrast)}
	f.ridge = f.faint
	if contrast != lineContrast {
		f.ridge = ridge(g, reach, contrast)
	}
	f.near = thickened(Darker(g, uint8(max(120, level-max(36, contrast)))))
	f.marks = marksOf(f.ridge, f.near)
	return f
}

// thickened adds to each row the ink of its neighbours.
func thickened(ink *Bitmap) *Bitmap {
	out := NewBitmap(ink.W, ink.H)
	for y := range ink.H {
		row := out.Row(y)
		or(row, ink.Row(max(0, y-1)), ink.Row(y))
		or(row, row, ink.Row(min(ink.H-1, y+1)))
	}
	return out
}

// marksOf puts together what field.marks holds. Close means five rows from
// the line's two.
func marksOf(ridge, near *Bitmap) *Bitmap {
	const reach = 5
	out := NewBitmap(ridge.W, ridge.H)
	paper, beside := make([]uint8, ridge.W), make([]uint8, ridge.W)
	rowOf := func(y int) []uint8 {
		if y < 0 || y >= near.H {
			return paper
		}
		return near.Row(y)
	}
	for y := 0; y+1 < ridge.H; y++ {
		row := out.Row(y)
		or(row, ridge.Row(y), ridge.Row(y+1))
		or(beside, rowOf(y-reach), rowOf(y+1+reach))
		for x, v := range beside {
			row[x] |= v * otherMark
		}
	}
	return out
}

// paperGrain is the paper's level and the standard deviation of its noise: how
// far the darkest sixth of the bright pixels lies beneath their median. Noise
// above the paper's level is cut off at white.
func paperGrain(g *image.Gray) (level, noise int) {
	var hist [256]int
	n := 0
	for i := 0; i < len(g.Pix); i += 7 {
		if v := g.Pix[i]; v > 150 {
			hist[v]++
			n++
		}
	}
	at := func(share float64) int {
		left := int(float64(n) * share)
		for v, k := range hist {
			if left -= k; left < 0 {
				return v
			}
		}
		return 255
	}
	return at(0.5), at(0.5) - at(0.16)
}

// trace is what lies along a line: shares of its pixels.
type trace struct {
	dots   float64 // ink of a line
	other  float64 // ink close above or below
	filled float64 // share of the line's pieces with dots in them
}

// line says whether this is a line: dots enough, everywhere, and hardly other
// ink beside them unless the line itself is nearly whole.
func (t trace) line(dots, other float64) bool {
	return t.dots >= dots && t.other <= t.dots/2 && t.other <= max(other, t.dots*0.3) && t.filled >= wornFull
}

// piece counts what lies along a piece of a line, in pixels.
type piece struct{ dots, length int }

// follow looks along a line, in pieces of the given length. Dots with other
// ink beside them count for nothing.
func (f field) follow(s Segment, length float64) trace {
	n := max(7, int((s.To-s.From)/length))
	var room [32]piece
	pieces := room[:]
	if n > len(room) {
		pieces = make([]piece, n)
	}
	pieces = pieces[:n]
	others := 0
	pieceAt := func(x int) int { return min(n-1, max(0, int((float64(x)-s.From)*float64(n)/(s.To-s.From)))) }
	rowAt := func(x int) int { return int(math.Floor(s.Pos(float64(x)) - 0.5)) }
	step := int((s.To-s.From)/float64(n)) + 2
	for x, end := max(0, int(s.From)), min(f.marks.W, int(s.To)); x < end; {
		k := pieceAt(x)
		for to := same(pieceAt, x, min(end, x+step)); x < to; {
			y := rowAt(x) // the line may step into the next row
			stop := same(rowAt, x, to)
			if y >= 0 && y < f.marks.H {
				alone, _, beside := countMarks(f.marks.Row(y)[x:stop])
				pieces[k].dots += alone
				others += beside
			}
			pieces[k].length += stop - x
			x = stop
		}
	}
	return traceOf(pieces, others)
}

// same returns the end of the stretch from x on, before end, in which a
// function that only rises or only falls keeps its value.
func same(of func(int) int, x, end int) int {
	v := of(x)
	if of(end-1) == v {
		return end
	}
	return x + sort.Search(end-x, func(i int) bool { return of(x+i) != v })
}

// traceOf sums up pieces; others is how many pixels have other ink beside them.
func traceOf(pieces []piece, others int) trace {
	var t trace
	dots, all := 0, 0
	for _, p := range pieces {
		dots, all = dots+p.dots, all+p.length
	}
	if all == 0 {
		return t
	}
	t.dots, t.other = float64(dots)/float64(all), float64(others)/float64(all)
	for _, p := range pieces {
		if float64(p.dots) > float64(p.length)*t.dots/4 {
			t.filled += 1 / float64(len(pieces))
		}
	}
	return t
}
