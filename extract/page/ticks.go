package page

import (
	"image"
	"math"
	"sort"
)

// TickBox is a printed square with its state.
type TickBox struct {
	Box   image.Rectangle
	On    bool
	Score float64 // how sure the state is, 0.5 to 1
	Fill  float64 // share of ink inside the outline
	// Solid says that the box is filled out with dark ink; the caller sets it.
	Solid bool
	// Gap is the widest stretch without ink in the side's length before it,
	// pixels; only what FindTickBoxes found has it.
	Gap int
}

// Squares picks the components that are printed squares, empty or marked
// inside: 2 to 7 mm, as high as wide, ink along all four sides. They are the
// seeds of tick boxes; characters such as 口 and 日 can be among them.
func Squares(ink *Bitmap, comps []Component, dpi float64) []image.Rectangle {
	mm := dpi / 25.4
	var out []image.Rectangle
	for _, c := range comps {
		w, h := c.Box.Dx(), c.Box.Dy()
		if float64(w) < 1.8*mm || float64(w) > 7*mm || abs(w-h) > max(1, h/7) {
			continue
		}
		s := newSides(ink, c.Box.Inset(-1))
		if s.shares(1, 1, w, h)[0] >= 0.8 {
			out = append(out, c.Box)
		}
	}
	return out
}

// FindTickBoxes looks along one line of text (ink, without ruling lines) for
// squares with sides from least to most. A square counts when its four sides
// are drawn (a stroke across or beyond the box adds ink and takes none away)
// and when it stands apart from what comes before it, as a box before a word
// does and a character inside a word does not. Where two such squares tell
// size and height, broken squares in line with them count as well.
func FindTickBoxes(ink *Bitmap, line image.Rectangle, least, most int) []TickBox {
	area := line.Inset(-max(2, most/3)).Intersect(image.Rect(0, 0, ink.W, ink.H))
	if area.Dx() <= most || area.Dy() <= most {
		return nil
	}
	s := newSides(ink, area)
	var whole, broken []square
	for size := max(6, least); size <= most; size++ {
		for _, q := range s.squares(size) {
			if q.whole {
				whole = append(whole, q)
			}
			broken = append(broken, q)
		}
	}
	var out []TickBox
	best := sameSize(strongest(whole))
	if len(best) >= 2 {
		best = append(best, strongest(inRow(best, broken))...)
	}
	for _, q := range best {
		r := image.Rect(q.x, q.y, q.x+q.size, q.y+q.size).Add(area.Min)
		if Apart(ink, r) {
			t := Judge(ink, r)
			t.Gap = gapBefore(ink, r)
			out = append(out, t)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Box.Min.X < out[j].Box.Min.X })
	return out
}

// BestSquare finds the best drawn square of about a side in an area, its
// outline broken perhaps; ok is false where there is none.
func BestSquare(ink *Bitmap, area image.Rectangle, side int) (box image.Rectangle, ok bool) {
	area = area.Intersect(image.Rect(0, 0, ink.W, ink.H))
	if area.Dx() <= side || area.Dy() <= side {
		return image.Rectangle{}, false
	}
	s := newSides(ink, area)
	var all []square
	for size := max(6, side-max(1, side/12)); size <= side+max(1, side/12); size++ {
		all = append(all, s.squares(size)...)
	}
	if len(all) == 0 {
		return image.Rectangle{}, false
	}
	q := strongest(all)[0]
	return image.Rect(q.x, q.y, q.x+q.size, q.y+q.size).Add(area.Min), true
}

// inRow keeps squares of about the size and height of most of the reference
// that overlap none of it.
func inRow(ref, all []square) []square {
	var size, mid []int
	for _, q := range ref {
		size, mid = append(size, q.size), append(mid, q.y+q.size/2)
	}
	sort.Ints(size)
	sort.Ints(mid)
	s, m := size[len(size)/2], mid[len(mid)/2]
	var out []square
next:
	for _, q := range all {
		if abs(q.size-s) > max(1, s/8) || abs(q.y+q.size/2-m) > max(1, s/8) {
			continue
		}
		for _, o := range ref {
			if q.overlaps(o) {
				continue next
			}
		}
		out = append(out, q)
	}
	return out
}

// Apart reports whether a square has a gap of a third of its side somewhere in
// the stretch before it.
func Apart(ink *Bitmap, r image.Rectangle) bool {
	return gapBefore(ink, r) >= max(3, r.Dx()*36/100)
}

// gapBefore is the widest stretch without ink in the side's length before a square.
func gapBefore(ink *Bitmap, r image.Rectangle) int {
	run, widest := 0, 0
	for x := r.Min.X - 2; x >= r.Min.X-r.Dx(); x-- {
		if ink.Count(image.Rect(x, r.Min.Y, x+1, r.Max.Y)) > 1 {
			run = 0
			continue
		}
		run++
		widest = max(widest, run)
	}
	return widest
}

// sides holds running sums of ink widened across the direction of the side, so
// that a side drawn a pixel off still counts.
type sides struct {
	w, h int
	rows []uint16 // rows[y*(w+1)+x]: ink of row y, widened by a pixel up and down, left of x
	cols []uint16 // cols[x*(h+1)+y]: ink of column x, widened left and right, above y
}

func newSides(ink *Bitmap, area image.Rectangle) sides {
	w, h := area.Dx(), area.Dy()
	s := sides{w: w, h: h, rows: make([]uint16, h*(w+1)), cols: make([]uint16, w*(h+1))}
	framed := ink.Cut(area.Inset(-1))
	for y := range h {
		above, row, below := framed.Row(y)[1:], framed.Row(y+1), framed.Row(y + 2)[1:]
		sums := s.rows[y*(w+1) : (y+1)*(w+1)]
		for x := range w {
			sums[x+1] = sums[x] + uint16(above[x]|row[x+1]|below[x])
			at := x*(h+1) + y
			s.cols[at+1] = s.cols[at] + uint16(row[x]|row[x+1]|row[x+2])
		}
	}
	return s
}

type square struct {
	x, y, size int
	strength   float64 // sum of the sides' shares of ink
	whole      bool    // all four sides are drawn
}

// shares returns the sides' shares of ink, weakest first.
func (s sides) shares(x, y, w, h int) [4]float64 {
	row := func(y int) float64 {
		return float64(s.rows[y*(s.w+1)+x+w]-s.rows[y*(s.w+1)+x]) / float64(w)
	}
	col := func(x int) float64 {
		return float64(s.cols[x*(s.h+1)+y+h]-s.cols[x*(s.h+1)+y]) / float64(h)
	}
	v := [4]float64{row(y), row(y + h - 1), col(x), col(x + w - 1)}
	sort.Float64s(v[:])
	return v
}

func (q square) overlaps(o square) bool {
	return q.x < o.x+o.size && o.x < q.x+q.size && q.y < o.y+o.size && o.y < q.y+q.size
}

// squares returns the places where a square outline of one size stands.
func (s sides) squares(size int) []square {
	var out []square
	least := uint16((size + 1) / 2) // of each side
	for y := 0; y+size < s.h; y++ {
		top, bottom := s.rows[y*(s.w+1):][:s.w+1], s.rows[(y+size-1)*(s.w+1):][:s.w+1]
		if top[s.w] < least || bottom[s.w] < least {
			continue
		}
		ends, bottomEnds := top[size:], bottom[size:]
		for x := 0; x+size < s.w; x++ {
			// The sides across alone rule most places out.
			if ends[x]-top[x] < least || bottomEnds[x]-bottom[x] < least {
				continue
			}
			v := s.shares(x, y, size, size)
			if sum := v[0] + v[1] + v[2] + v[3]; v[0] >= 0.5 && sum >= 3 {
				out = append(out, square{x, y, size, sum, v[0] >= 0.72 && v[1] >= 0.85 && sum >= 3.5})
			}
		}
	}
	return out
}

// strongest keeps, of squares that overlap, the best drawn; of equals the
// larger, which is the outline and not its inside.
func strongest(all []square) []square {
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i].strength+float64(all[i].size)*0.02, all[j].strength+float64(all[j].size)*0.02
		return a > b
	})
	var out []square
next:
	for _, q := range all {
		for _, o := range out {
			if q.overlaps(o) {
				continue next
			}
		}
		out = append(out, q)
	}
	return out
}

// sameSize keeps the squares whose size and height on the line most others
// share.
func sameSize(all []square) []square {
	var best []square
	for _, ref := range all {
		var like []square
		slack := max(2, ref.size/4)
		for _, q := range all {
			if abs(q.size-ref.size) <= slack && abs(q.y+q.size/2-ref.y-ref.size/2) <= slack+1 {
				like = append(like, q)
			}
		}
		if len(like) > len(best) {
			best = like
		}
	}
	return best
}

func abs(v int) int { return max(v, -v) }

// Judge tells a ticked box from an empty one by the ink inside it, a quarter
// of the side away from the outline.
func Judge(ink *Bitmap, r image.Rectangle) TickBox {
	inset := max(2, r.Dx()/5)
	in := r.Inset(inset)
	fill := float64(ink.Count(in)) / float64(max(1, in.Dx()*in.Dy()))
	// An empty box holds no ink but specks, up to a twentieth on worn pages; the
	// thinnest stroke across one fills an eighth of it.
	const line, width = 0.075, 0.02
	p := 1 / (1 + math.Exp(-(fill-line)/width))
	t := TickBox{Box: r, On: p >= 0.5, Fill: fill, Score: p}
	if !t.On {
		t.Score = 1 - p
	}
	return t
}
