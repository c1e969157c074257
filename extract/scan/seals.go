package scan

import (
	"image"

	"dengji/extract/page"
)

// sealArea is where coloured ink of a seal's size lies.
type sealArea struct {
	box   image.Rectangle
	shape string
}

// findSeals finds blobs of coloured ink of a seal's size: 20 to 65 mm across.
// The ink is widened first, because a seal is a ring, a star and characters
// that need not touch.
func (w *work) findSeals() {
	if w.planes.Ink == nil {
		return
	}
	mm := w.dpi / 25.4 / page.InkScale
	for _, c := range page.Components(widen(w.planes.Ink, max(1, int(mm*1.2)))) {
		bw, bh := float64(c.Box.Dx())/mm, float64(c.Box.Dy())/mm
		if bw > 65 || bh > 65 || max(bw, bh) < 20 || min(bw, bh) < 8 {
			continue
		}
		r := image.Rect(c.Box.Min.X*page.InkScale, c.Box.Min.Y*page.InkScale, c.Box.Max.X*page.InkScale, c.Box.Max.Y*page.InkScale)
		w.seals = append(w.seals, sealArea{box: r.Intersect(w.planes.Gray.Rect), shape: shapeOf(bw, bh)})
	}
}

// shapeOf tells a seal's shape by its proportions; a seal cut by the page's
// edge keeps the shape of what is left.
func shapeOf(w, h float64) string {
	switch r := w / h; {
	case r > 1.25 || r < 0.8:
		return "oval"
	default:
		return "round"
	}
}

// widen grows ink by n pixels in every direction.
func widen(g *image.Gray, n int) *page.Bitmap {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	tmp, out := page.NewBitmap(w, h), page.NewBitmap(w, h)
	for y := range h {
		for x := range w {
			if g.Pix[y*g.Stride+x] < 128 {
				continue
			}
			for xx := max(0, x-n); xx <= min(w-1, x+n); xx++ {
				tmp.Pix[y*w+xx] = 1
			}
		}
	}
	for y := range h {
		for yy := max(0, y-n); yy <= min(h-1, y+n); yy++ {
			for x := range w {
				out.Pix[yy*w+x] |= tmp.Pix[y*w+x]
			}
		}
	}
	return out
}

// inked is the share of a box that coloured ink covers.
func (w *work) inked(r image.Rectangle) float64 {
	if w.planes.Ink == nil {
		return 0
	}
	s := image.Rect(r.Min.X/page.InkScale, r.Min.Y/page.InkScale, (r.Max.X+page.InkScale-1)/page.InkScale, (r.Max.Y+page.InkScale-1)/page.InkScale).Intersect(w.planes.Ink.Rect)
	n := 0
	for y := s.Min.Y; y < s.Max.Y; y++ {
		for _, v := range w.planes.Ink.Pix[y*w.planes.Ink.Stride+s.Min.X : y*w.planes.Ink.Stride+s.Max.X] {
			if v >= 128 {
				n++
			}
		}
	}
	return float64(n) / float64(max(1, s.Dx()*s.Dy()))
}
