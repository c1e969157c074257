package page

import (
	"math"
	"slices"
)

// Upright lines of which next to nothing is left in any one row of a table
// still show over several: dots above one another with paper on both sides, all
// the way. Figures are shares of the pixels along the line, measured on worn
// copies: lines have 0.1 to 0.5 dots with 0.00 other ink beside them, strokes
// of text 0.02 and more.
const (
	runDots   = 0.1
	runOther  = 0.012
	runFilled = 0.55 // share of the line's pieces with dots in them
	runLeast  = 0.6  // inches: lower than that, a figure's stroke reaches as far
	runMost   = 2.4  // inches
	bandDots  = 0.05 // dots in each single row
	bandOther = 0.03
)

// even says whether dots lie as evenly as wear leaves them: strokes are dense
// where they are and leave the rest of the line bare.
func (t trace) even() bool { return t.filled >= min(0.85, 0.2+1.5*(t.dots-bandDots)) }

// runColumns finds upright lines that run through several neighbouring bands of
// a frame, or through a high one. f is the transposed picture; known are lines
// that need not be found again.
func (f field) runColumns(t frame, known []Segment, dpi float64) []Segment {
	bands := t.bands()
	var out []Segment
	for i := range bands {
		for j := i; j < min(i+3, len(bands)); j++ {
			run := bands[i : j+1]
			if h := (band{run[0].top, run[j-i].bottom}).height(); h < dpi*runLeast || h > dpi*runMost {
				continue
			}
			known := append(slices.Clone(known), out...)
			found := f.runColumnsIn(run, t, known, dpi)
			for _, s := range f.paleColumns(run, t, dpi) {
				if !doubled(s, append(known, found...), dpi) {
					found = append(found, s)
				}
			}
			left, right := t.sides(band{run[0].top, run[j-i].bottom}, append(known, found...), dpi)
			if left || right || len(found) > 2*len(run) { // else it lies between two tables
				out = append(out, found...)
			}
		}
	}
	return out
}

// runColumnsIn finds the upright lines of one run of bands, a piece for each
// band.
func (f field) runColumnsIn(run []band, t frame, known []Segment, dpi float64) []Segment {
	whole := band{run[0].top, run[len(run)-1].bottom}
	var out []Segment
	best, at := 0.0, math.Inf(-1)
	flush := func() {
		if best > 0 {
			for _, b := range run {
				out = append(out, b.upright(at, t.slope))
			}
		}
		best = 0
	}
	margin, near := dpi*0.06, dpi*0.05
	for x := t.x0 - margin; x <= t.x1+margin; x++ {
		if stands(known, whole.upright(x, t.slope), -near, near) {
			continue
		}
		got, ok := f.followRun(run, x, t.slope, dpi)
		if !ok || got.dots < runDots || got.other > runOther || got.filled < runFilled || len(run) == 1 && got.filled < wornFull {
			continue
		}
		if x-at > 3 {
			flush()
		}
		if got.dots > best {
			best, at = got.dots, x
		}
	}
	flush()
	return out
}

// followRun looks along the line at x through each of the bands, the lines
// between them left out; not ok where a band has none of it.
func (f field) followRun(run []band, x, slope, dpi float64) (t trace, ok bool) {
	all := 0.0
	for _, b := range run {
		s := b.upright(x, slope)
		s.From, s.To = s.From+2, s.To-2
		got := f.follow(s, dpi*0.16)
		if got.dots < bandDots || got.other > bandOther || !got.even() {
			return trace{}, false
		}
		h := s.To - s.From
		all += h
		t.dots, t.other, t.filled = t.dots+got.dots*h, t.other+got.other*h, t.filled+got.filled*h
	}
	return trace{t.dots / all, t.other / all, t.filled / all}, true
}
