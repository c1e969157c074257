package page

import (
	"bytes"
	"image"
)

// Component is an 8-connected piece of ink.
type Component struct {
	Box    image.Rectangle
	Pixels int
	Seed   image.Point // some pixel of it
}

// Components finds all 8-connected pieces, in no promised order. It works on
// horizontal runs joined by union-find (two passes over the runs, none over a
// label picture).
func Components(b *Bitmap) []Component {
	type run struct{ y, x0, x1, root int32 }
	var runs []run
	find := func(i int32) int32 {
		for runs[i].root != i {
			runs[i].root = runs[runs[i].root].root
			i = runs[i].root
		}
		return i
	}
	prev, prevEnd := 0, 0 // the previous row's runs
	for y := range b.H {
		start := len(runs)
		row := b.Pix[y*b.W : (y+1)*b.W]
		p := prev
		for x := 0; ; {
			skip := bytes.IndexByte(row[x:], 1)
			if skip < 0 {
				break
			}
			x += skip
			x0 := x
			for x < len(row) && row[x] == 1 {
				x++
			}
			id := int32(len(runs))
			runs = append(runs, run{int32(y), int32(x0), int32(x), id})
			for p < prevEnd && int(runs[p].x1) < x0 {
				p++
			}
			for k := p; k < prevEnd && int(runs[k].x0) <= x; k++ {
				a, c := find(int32(k)), find(id)
				runs[max(a, c)].root = min(a, c)
			}
		}
		prev, prevEnd = start, len(runs)
	}
	index := make(map[int32]int, 1024)
	var out []Component
	for i := range runs {
		r := runs[i]
		root := find(int32(i))
		k, ok := index[root]
		if !ok {
			k = len(out)
			index[root] = k
			out = append(out, Component{Seed: image.Pt(int(r.x0), int(r.y))})
		}
		c := &out[k]
		c.Box = c.Box.Union(image.Rect(int(r.x0), int(r.y), int(r.x1), int(r.y)+1))
		c.Pixels += int(r.x1 - r.x0)
	}
	return out
}
