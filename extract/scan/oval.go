package scan

import (
	"context"
	"image"

	"dengji/extract/seal"
)

// readOval reads the name along the outline of an oval seal and the line
// inside. Where no oval can be fitted into the blob the seal stays as it is.
func (w *work) readOval(ctx context.Context, s *sealArea) error {
	mm := w.dpi / 25.4
	box := s.box.Inset(-int(2 * mm)).Intersect(w.planes.Gray.Rect)
	size := s.box.Size()
	middle := seal.Ring{X: float64(s.box.Min.X+s.box.Max.X) / 2, Y: float64(s.box.Min.Y+s.box.Max.Y) / 2, R: float64(min(size.X, size.Y)) / 2}
	through, covered := seal.Through(w.planes.Gray, box, seal.PrintOver(w.planes.Gray, w.planes.Clean, box, middle))
	o := seal.FitOval(through, s.box.Sub(box.Min), mm)
	if !o.Believed() {
		return nil
	}
	plain := seal.Plain(w.planes.Gray, box, func(x, y int) bool { return covered[(y-box.Min.Y)*box.Dx()+x-box.Min.X] })
	r := &ringWork{work: w, upright: true, flat: true} // angles are measured from the top
	r.hidden = hiddenColumns(o, covered, box)
	var ps []ringPlace
	for _, try := range []struct {
		picture *image.Gray
		wide    float64
	}{{through, 1}, {plain, 1.15}, {through, 1.3}} {
		strip, span := o.Unroll(try.picture, try.wide)
		got, err := w.readers.First.ReadLine(ctx, strip)
		if err != nil {
			return err
		}
		r.span = span
		r.seen = append(r.seen, newArcReading(got, strip.Rect.Dx(), seal.Arc{Start: -span, End: span}))
		if ps = r.nameOnRing(); len(r.seen) > 1 && allSure(ps) {
			break
		}
	}
	s.name(r, r.completed(ps))
	line, ink := o.Inside(through)
	return w.readPurpose(ctx, s, line, ink)
}

// hiddenColumns tells for each column of an oval's strip, in order, whether
// print hides much of it.
func hiddenColumns(o seal.Oval, covered []bool, box image.Rectangle) []float64 {
	mask := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	for i, c := range covered {
		if !c {
			mask.Pix[i] = 255
		}
	}
	strip, _ := o.Unroll(mask, 1)
	out := make([]float64, strip.Rect.Dx())
	for x := range out {
		for y := range strip.Rect.Dy() {
			if strip.Pix[y*strip.Stride+x] < 128 {
				out[x] += 1 / float64(strip.Rect.Dy())
			}
		}
	}
	return out
}
