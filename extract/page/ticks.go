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
}

// FindTickBoxes looks along one line of text (ink, without ruling lines) for
// printed squares of about the text's height. A square counts when at least
// three of its sides are drawn and the fourth is not missing altogether, so a
// stroke across or beyond the box does not hide it. Squares of one line share
// their size: the commonest size wins.
//
// Characters can be squares too (口, 日, 田). Whether a line is a line of tick
// boxes is for the caller to say, who knows what the reader made of it.
func FindTickBoxes(ink *Bitmap, line image.Rectangle) []TickBox {
	line = line.Intersect(image.Rect(0, 0, ink.W, ink.H))
	if line.Dx() < 12 || line.Dy() < 8 {
		return nil
	}
	pad := max(2, line.Dy()/5)
	area := image.Rect(line.Min.X-pad, line.Min.Y-pad, line.Max.X+pad, line.Max.Y+pad).Intersect(image.Rect(0, 0, ink.W, ink.H))
	s := newSides(ink, area)
	var all []square
	for size := max(7, line.Dy()*2/5); size <= line.Dy()*11/10; size++ {
		all = append(all, s.squares(size)...)
	}
	best := strongest(all)
	if len(best) == 0 {
		return nil
	}
	best = sameSize(best)
	out := make([]TickBox, 0, len(best))
	for _, q := range best {
		r := image.Rect(q.x, q.y, q.x+q.size, q.y+q.size).Add(area.Min)
		out = append(out, judge(ink, r))
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Box.Min.X < out[j].Box.Min.X })
	return out
}

// sides holds running sums of ink widened across the direction of the side, so
// that a side drawn a pixel off still counts.
type sides struct {
	w, h int
	rows []int32 // rows[y*(w+1)+x]: ink of row y, widened by a pixel up and down, left of x
	cols []int32 // cols[x*(h+1)+y]: ink of column x, widened left and right, above y
}

func newSides(ink *Bitmap, area image.Rectangle) sides {
	w, h := area.Dx(), area.Dy()
	s := sides{w: w, h: h, rows: make([]int32, h*(w+1)), cols: make([]int32, w*(h+1))}
	at := func(x, y int) bool {
		x, y = x+area.Min.X, y+area.Min.Y
		return x >= 0 && y >= 0 && x < ink.W && y < ink.H && ink.Pix[y*ink.W+x] == 1
	}
	for y := range h {
		for x := range w {
			v := int32(0)
			if at(x, y) || at(x, y-1) || at(x, y+1) {
				v = 1
			}
			s.rows[y*(w+1)+x+1] = s.rows[y*(w+1)+x] + v
			v = 0
			if at(x, y) || at(x-1, y) || at(x+1, y) {
				v = 1
			}
			s.cols[x*(h+1)+y+1] = s.cols[x*(h+1)+y] + v
		}
	}
	return s
}

type square struct {
	x, y, size int
	strength   float64
}

// squares returns the places where a square outline of one size stands.
func (s sides) squares(size int) []square {
	var out []square
	n := float64(size)
	for y := 0; y+size < s.h; y++ {
		for x := 0; x+size < s.w; x++ {
			top := float64(s.rows[y*(s.w+1)+x+size]-s.rows[y*(s.w+1)+x]) / n
			if top < 0.4 {
				continue
			}
			b := (y + size - 1) * (s.w + 1)
			bottom := float64(s.rows[b+x+size]-s.rows[b+x]) / n
			l := x * (s.h + 1)
			left := float64(s.cols[l+y+size]-s.cols[l+y]) / n
			r := (x + size - 1) * (s.h + 1)
			right := float64(s.cols[r+y+size]-s.cols[r+y]) / n
			v := []float64{top, bottom, left, right}
			sort.Float64s(v)
			if v[0] >= 0.5 && v[1] >= 0.85 && (v[0]+v[1]+v[2]+v[3])/4 >= 0.85 {
				out = append(out, square{x, y, size, v[0] + v[1] + v[2] + v[3]})
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
			if q.x < o.x+o.size && o.x < q.x+q.size && q.y < o.y+o.size && o.y < q.y+q.size {
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
		slack := max(2, ref.size/6)
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

// judge tells a ticked box from an empty one by the ink inside it, a quarter
// of the side away from the outline.
func judge(ink *Bitmap, r image.Rectangle) TickBox {
	inset := max(2, r.Dx()/5)
	in := r.Inset(inset)
	fill := float64(ink.Count(in)) / float64(max(1, in.Dx()*in.Dy()))
	// An empty box holds no ink but specks; the thinnest stroke across one
	// fills a tenth of it.
	const line, width = 0.055, 0.02
	p := 1 / (1 + math.Exp(-(fill-line)/width))
	t := TickBox{Box: r, On: p >= 0.5, Fill: fill, Score: p}
	if !t.On {
		t.Score = 1 - p
	}
	return t
}
