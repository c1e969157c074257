package scan

import (
	"context"
	"image"
	"sort"

	"dengji/extract/page"
)

// upright turns the page so that its text reads, and leaves the text boxes of
// the detector in w.boxes. On a page that lies on its side most boxes stand
// taller than wide: it is turned and looked at again. Which way up is told by
// the lines themselves.
func (w *work) upright(ctx context.Context) error {
	if err := w.detect(ctx); err != nil {
		return err
	}
	if lying(w.boxes) {
		w.turn(1)
		if err := w.detect(ctx); err != nil {
			return err
		}
	}
	down, err := w.upsideDown(ctx)
	if err != nil {
		return err
	}
	if down {
		w.turn(2)
		size := w.planes.Gray.Rect.Size()
		for i, b := range w.boxes {
			w.boxes[i] = image.Rect(size.X-b.Max.X, size.Y-b.Max.Y, size.X-b.Min.X, size.Y-b.Min.Y)
		}
	}
	return nil
}

func (w *work) turn(quarters int) {
	w.turned = (w.turned + 90*quarters) % 360
	w.each(func(g *image.Gray) *image.Gray { return page.Turn(g, quarters) })
	if w.planes.Ink != nil {
		w.planes.Ink = page.Turn(w.planes.Ink, quarters)
	}
}

// detect finds text boxes on the clean plane.
func (w *work) detect(ctx context.Context) error {
	w.boxes = w.boxes[:0]
	if w.readers.Detect == nil {
		w.timed("detect", func() { w.boxes = w.ownBoxes() })
		return nil
	}
	var err error
	w.timed("detect", func() { w.boxes, err = w.readers.Detect(ctx, w.planes.Clean) })
	return err
}

// ownBoxes finds lines without a model. Rows are looked for along both axes:
// text on its side gives long boxes only along the other one.
func (w *work) ownBoxes() []image.Rectangle {
	boxes := finderBoxes(w.planes.Clean, w.dpi)
	if w.turned != 0 {
		return boxes
	}
	side := page.Turn(w.planes.Clean, 1)
	if lengthShare(finderBoxes(side, w.dpi)) > lengthShare(boxes)*1.15 {
		h := w.planes.Clean.Rect.Dy()
		out := make([]image.Rectangle, 0, len(boxes))
		for _, b := range finderBoxes(side, w.dpi) {
			out = append(out, image.Rect(b.Min.Y, h-b.Max.X, b.Max.Y, h-b.Min.X))
		}
		return out
	}
	return boxes
}

// lengthShare is the mean length of boxes in heights, by area: long for true
// lines of text, short for columns of characters taken for rows.
func lengthShare(boxes []image.Rectangle) float64 {
	var sum, weight float64
	for _, b := range boxes {
		a := float64(b.Dx() * b.Dy())
		sum += a * float64(b.Dx()) / float64(max(1, b.Dy()))
		weight += a
	}
	return sum / max(1, weight)
}

func finderBoxes(g *image.Gray, dpi float64) []image.Rectangle {
	r := page.FindRulings(g, dpi)
	ink := page.Binarize(g)
	page.EraseRulings(ink, r)
	var out []image.Rectangle
	for _, region := range regions(page.Grids(r, dpi), page.Components(ink)) {
		for _, b := range page.TextLines(region, dpi) {
			out = append(out, b.Inset(-max(2, b.Dy()/10)))
		}
	}
	return out
}

// regions deals components out to the cells they lie in; the last region is
// the page outside all tables.
func regions(grids []page.Grid, comps []page.Component) [][]page.Component {
	var cells []image.Rectangle
	for _, g := range grids {
		for _, c := range g.Cells {
			cells = append(cells, c.Box)
		}
	}
	out := make([][]page.Component, len(cells)+1)
next:
	for _, c := range comps {
		mid := middle(c.Box)
		for i, r := range cells {
			if mid.In(r) {
				out[i] = append(out[i], c)
				continue next
			}
		}
		out[len(cells)] = append(out[len(cells)], c)
	}
	return out
}

func middle(r image.Rectangle) image.Point {
	return image.Pt((r.Min.X+r.Max.X)/2, (r.Min.Y+r.Max.Y)/2)
}

// lying reports whether most of the text area stands on end.
func lying(boxes []image.Rectangle) bool {
	tall, wide := 0, 0
	for _, b := range boxes {
		switch {
		case b.Dy() > b.Dx()*2:
			tall += b.Dx() * b.Dy()
		case b.Dx() > b.Dy()*2:
			wide += b.Dx() * b.Dy()
		}
	}
	return tall > wide
}

// upsideDown asks a handful of lines which way up they stand: the direction
// model where it is there and of one mind, else the reader, who tries both.
func (w *work) upsideDown(ctx context.Context) (bool, error) {
	sample := sampleLines(w.boxes, 9)
	if len(sample) == 0 {
		return false, nil
	}
	if w.readers.UpsideDown != nil && len(sample) >= 5 {
		down := 0
		for _, b := range sample {
			d, _, err := w.readers.UpsideDown(ctx, crop(w.planes.Clean, b, 2))
			if err != nil {
				return false, err
			}
			if d {
				down++
			}
		}
		// A wrong turn costs the page: nearly all must agree.
		if down*9 <= len(sample) || down*9 >= len(sample)*8 {
			return down > len(sample)/2, nil
		}
	}
	var down, up float64
	for _, b := range sample[:min(5, len(sample))] {
		img := crop(w.planes.Clean, b, 2)
		a, err := w.readers.First.ReadLine(ctx, img)
		if err != nil {
			return false, err
		}
		z, err := w.readers.First.ReadLine(ctx, page.Turn(img, 2))
		if err != nil {
			return false, err
		}
		up += a.Score * float64(len(a.Chars))
		down += z.Score * float64(len(z.Chars))
	}
	return down > up*1.05, nil
}

// sampleLines picks up to n pieces of lines of a few words, spread over the
// page. Of a long line its middle is enough.
func sampleLines(boxes []image.Rectangle, n int) []image.Rectangle {
	var fit []image.Rectangle
	for _, b := range boxes {
		if b.Dx() < b.Dy()*3 {
			continue
		}
		if most := b.Dy() * 10; b.Dx() > most {
			mid := middle(b).X
			b.Min.X, b.Max.X = mid-most/2, mid+most/2
		}
		fit = append(fit, b)
	}
	sort.Slice(fit, func(i, j int) bool { return fit[i].Min.Y < fit[j].Min.Y })
	if len(fit) <= n {
		return fit
	}
	out := make([]image.Rectangle, n)
	for i := range out {
		out[i] = fit[i*len(fit)/n]
	}
	return out
}

// crop copies a piece of the page with a margin, white beyond the page.
func crop(g *image.Gray, r image.Rectangle, margin int) *image.Gray {
	r = r.Inset(-margin)
	out := image.NewGray(image.Rect(0, 0, r.Dx(), r.Dy()))
	in := r.Intersect(g.Rect)
	if in != r {
		for i := range out.Pix {
			out.Pix[i] = 255
		}
	}
	for y := in.Min.Y; y < in.Max.Y; y++ {
		copy(out.Pix[(y-r.Min.Y)*out.Stride+in.Min.X-r.Min.X:], g.Pix[y*g.Stride+in.Min.X:y*g.Stride+in.Max.X])
	}
	return out
}
