package page

import (
	"image"
	"sort"
)

// EraseRulings clears ruling lines from a bitmap, so that what is left is
// text, ticks and dirt.
func EraseRulings(b *Bitmap, r Rulings) {
	for _, s := range r.Horizontal {
		half := s.Width/2 + 2
		for x := max(0, int(s.From)-1); x <= min(b.W-1, int(s.To)+1); x++ {
			y := s.Pos(float64(x))
			for yy := max(0, int(y-half)); yy <= min(b.H-1, int(y+half)); yy++ {
				b.Pix[yy*b.W+x] = 0
			}
		}
	}
	for _, s := range r.Vertical {
		half := s.Width/2 + 2
		for y := max(0, int(s.From)-1); y <= min(b.H-1, int(s.To)+1); y++ {
			x := s.Pos(float64(y))
			for xx := max(0, int(x-half)); xx <= min(b.W-1, int(x+half)); xx++ {
				b.Pix[y*b.W+xx] = 0
			}
		}
	}
}

// CutAtRulings splits a text box where a ruling line runs through it, so that
// no line of text spans two cells. Lines near the box's rim only trim it.
func CutAtRulings(box image.Rectangle, r Rulings) []image.Rectangle {
	out := []image.Rectangle{box}
	for _, s := range r.Vertical {
		out = cutEach(out, func(b image.Rectangle) []image.Rectangle {
			mid := float64(b.Min.Y+b.Max.Y) / 2
			if overlap(s.From, s.To, float64(b.Min.Y), float64(b.Max.Y)) < float64(b.Dy())*0.6 {
				return []image.Rectangle{b}
			}
			x, half := round(s.Pos(mid)), round(s.Width/2)+1
			if x <= b.Min.X || x >= b.Max.X {
				return []image.Rectangle{b}
			}
			return []image.Rectangle{
				image.Rect(b.Min.X, b.Min.Y, x-half, b.Max.Y),
				image.Rect(x+half, b.Min.Y, b.Max.X, b.Max.Y),
			}
		})
	}
	for _, s := range r.Horizontal {
		out = cutEach(out, func(b image.Rectangle) []image.Rectangle {
			mid := float64(b.Min.X+b.Max.X) / 2
			if overlap(s.From, s.To, float64(b.Min.X), float64(b.Max.X)) < float64(b.Dx())*0.6 {
				return []image.Rectangle{b}
			}
			y, half := round(s.Pos(mid)), round(s.Width/2)+1
			if y <= b.Min.Y || y >= b.Max.Y {
				return []image.Rectangle{b}
			}
			return []image.Rectangle{
				image.Rect(b.Min.X, b.Min.Y, b.Max.X, y-half),
				image.Rect(b.Min.X, y+half, b.Max.X, b.Max.Y),
			}
		})
	}
	return out
}

func cutEach(boxes []image.Rectangle, cut func(image.Rectangle) []image.Rectangle) []image.Rectangle {
	var out []image.Rectangle
	for _, b := range boxes {
		least := max(3, b.Dy()/5) // slivers of a margin are no text
		for _, piece := range cut(b) {
			if piece.Dx() >= least && piece.Dy() >= max(3, b.Dy()/4) {
				out = append(out, piece)
			}
		}
	}
	return out
}

func overlap(a0, a1, b0, b1 float64) float64 { return max(0, min(a1, b1)-max(a0, b0)) }

// TextLines finds lines of text among components of ink: the finder for pages
// without a detection model, and the one that looks for what the model
// missed. Components must come from a bitmap without ruling lines and lie in
// one region (a cell, or the page outside its tables).
//
// Components of character size that overlap in height make a row; a row is
// cut at gaps wider than three characters. dpi gives the size of print: 1 to
// 14 mm for a character, anything smaller joins the row it lies in.
func TextLines(comps []Component, dpi float64) []image.Rectangle {
	mm := dpi / 25.4
	var big, small []Component
	for _, c := range comps {
		h, w := float64(c.Box.Dy()), float64(c.Box.Dx())
		switch {
		case h > 14*mm || w > 40*mm:
		case h >= 1.2*mm || (w >= 1.2*mm && h >= 0.15*mm):
			big = append(big, c)
		case h >= 0.25*mm || w >= 0.25*mm:
			small = append(small, c)
		}
	}
	sort.Slice(big, func(i, j int) bool { return big[i].Box.Min.Y+big[i].Box.Max.Y < big[j].Box.Min.Y+big[j].Box.Max.Y })
	var rows []row
	for _, c := range big {
		if k := rowOf(rows, c.Box, mm); k >= 0 {
			rows[k].add(c.Box)
		} else {
			rows = append(rows, row{box: c.Box, parts: []image.Rectangle{c.Box}})
		}
	}
	for _, c := range small {
		for k := range rows {
			near := rows[k].box.Inset(-int(mm))
			if c.Box.In(near) {
				rows[k].parts = append(rows[k].parts, c.Box)
				break
			}
		}
	}
	var out []image.Rectangle
	for _, r := range rows {
		out = append(out, r.cut(mm)...)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Min.Y != out[j].Min.Y {
			return out[i].Min.Y < out[j].Min.Y
		}
		return out[i].Min.X < out[j].Min.X
	})
	return out
}

type row struct {
	box   image.Rectangle
	parts []image.Rectangle
}

func (r *row) add(b image.Rectangle) {
	r.box = r.box.Union(b)
	r.parts = append(r.parts, b)
}

// rowOf finds the row whose height the box shares by half.
func rowOf(rows []row, b image.Rectangle, mm float64) int {
	for k := len(rows) - 1; k >= 0; k-- {
		r := rows[k].box
		common := min(r.Max.Y, b.Max.Y) - max(r.Min.Y, b.Min.Y)
		if common*2 >= min(r.Dy(), b.Dy()) && float64(r.Union(b).Dy()) < 16*mm {
			return k
		}
	}
	return -1
}

// cut parts a row at gaps wider than three times its height.
func (r row) cut(mm float64) []image.Rectangle {
	sort.Slice(r.parts, func(i, j int) bool { return r.parts[i].Min.X < r.parts[j].Min.X })
	gap := max(r.box.Dy()*3, int(4*mm))
	var out []image.Rectangle
	current := r.parts[0]
	for _, p := range r.parts[1:] {
		if p.Min.X-current.Max.X > gap {
			out = append(out, current)
			current = p
			continue
		}
		current = current.Union(p)
	}
	return append(out, current)
}

// Missed returns components that no box covers: what a detector left out.
func Missed(comps []Component, boxes []image.Rectangle) []Component {
	var out []Component
next:
	for _, c := range comps {
		mid := image.Pt((c.Box.Min.X+c.Box.Max.X)/2, (c.Box.Min.Y+c.Box.Max.Y)/2)
		for _, b := range boxes {
			if mid.In(b) {
				continue next
			}
		}
		out = append(out, c)
	}
	return out
}
