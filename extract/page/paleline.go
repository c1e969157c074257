package page

import (
	"math"
	"slices"
)

// Pale lines on noisy paper: no pixel of theirs stands out of the noise, their
// mean does. A line is where nearly every piece of it is darker than the paper
// on both sides; text between two lines never reaches from one to the other, so
// that some pieces of a column of strokes are bare.
const (
	palePiece  = 5    // pixels along the line
	paleLow    = 0.15 // share of the pieces that may be worn
	paleSigmas = 6    // of what the same says elsewhere in the table
	paleLeast  = 6    // grey levels
	paleEven   = 0.25 // share of the line's own mean that its palest pieces have
	paleGoesOn = 0.6  // share of its mean that a line has where it goes on
	paleOther  = 0.06 // share of the line with other ink beside it
	paleBeside = 0.15 // the same where the line's place is known: a seal's ring may cross it
)

// pallor is how much darker a line is than the paper on both sides, in grey
// levels: of its palest pieces, but for paleLow of them, and on the mean.
type pallor struct{ low, mean float64 }

// even says whether the line is as dark everywhere as a ruled one.
func (p pallor) even() bool { return p.mean >= paleLeast && p.low >= paleEven*p.mean }

// paleReach is how far beside a line's two rows the paper is looked at, in rows.
const paleReach = 3

// darker adds up by how much two rows are darker than those beside them, over a
// stretch of columns: twice the grey levels. It is 0 at the picture's edge.
func (f field) darker(y, from, to int) int {
	g := f.gray
	if y < paleReach || y+1+paleReach >= g.Rect.Dy() {
		return 0
	}
	row := func(y int) []uint8 { return g.Pix[y*g.Stride+from : y*g.Stride+to] }
	above, upper, lower, below := row(y-paleReach), row(y), row(y+1), row(y+1+paleReach)
	sum := 0
	for i, v := range upper {
		sum += int(above[i]) + int(below[i]) - int(v) - int(lower[i])
	}
	return sum
}

// meanPallor is the mean of pallorOf alone.
func (f field) meanPallor(s Segment) float64 {
	from, to := max(0, int(s.From)), min(f.gray.Rect.Dx(), int(s.To))
	if to-from < 4*palePiece {
		return 0
	}
	rowAt := func(x int) int { return int(math.Floor(s.Pos(float64(x)) - 0.5)) }
	sum := 0
	for x := from; x < to; {
		stop := same(rowAt, x, to) // the line may step into the next row
		sum += f.darker(rowAt(x), x, stop)
		x = stop
	}
	return float64(sum) / float64(2*(to-from))
}

// pallorOf looks along a line between the ends of s.
func (f field) pallorOf(s Segment) pallor {
	from, to := max(0, int(s.From)), min(f.gray.Rect.Dx(), int(s.To))
	if to-from < 4*palePiece {
		return pallor{}
	}
	pieces := make([]int, 0, 256)
	for x := from; x+palePiece <= to; x += palePiece {
		y := int(math.Floor(s.Pos(float64(x)+palePiece/2) - 0.5))
		pieces = append(pieces, f.darker(y, x, x+palePiece))
	}
	slices.Sort(pieces)
	return pallor{float64(pieces[int(paleLow*float64(len(pieces)))]) / (2 * palePiece), f.meanPallor(s)}
}

// pale picks from candidates side by side those that are lines: much darker
// than the rest of them.
func (f field) pale(candidates []Segment, dpi float64) []Segment {
	if len(candidates) < 30 { // too few to tell noise by
		return nil
	}
	means := make([]float64, len(candidates))
	for i, s := range candidates {
		means[i] = f.meanPallor(s)
	}
	usual := median(means)
	off := make([]float64, len(means))
	for i, v := range means {
		off[i] = math.Abs(v - usual)
	}
	least := usual + paleSigmas*max(1, 1.48*median(off))
	var out []Segment
	for i, m := range means {
		if m < least || slices.Max(means[max(0, i-3):min(len(means), i+4)]) > m || i > 0 && means[i-1] == m {
			continue
		}
		if s := candidates[i]; f.pallorOf(s).even() && f.follow(s, dpi*0.16).other <= paleOther {
			out = append(out, s)
		}
	}
	return out
}

// paleRows finds the pale lines that run through a whole table.
func (f field) paleRows(t frame, dpi float64) []Segment {
	var all []Segment
	for y := dpi * 0.2; y < float64(f.ridge.H)-dpi*0.2; y++ {
		all = append(all, t.across(y))
	}
	return f.pale(all, dpi)
}

// paleColumns finds the pale upright lines of some neighbouring bands, a piece
// for each. f is the transposed picture.
func (f field) paleColumns(run []band, t frame, dpi float64) []Segment {
	whole := band{run[0].top, run[len(run)-1].bottom}
	var all []Segment
	margin := dpi * 0.06
	for x := t.x0 - margin; x <= t.x1+margin; x++ {
		s := whole.upright(x, t.slope)
		s.From, s.To = s.From+3, s.To-3
		all = append(all, s)
	}
	var out []Segment
next:
	for _, s := range f.pale(all, dpi) {
		own, from := f.pallorOf(s), len(out)
		for _, b := range run {
			piece := b.upright(s.Pos((s.From+s.To)/2), t.slope)
			if _, ok := f.goesOn(piece, piece.From, piece.To, own, dpi); !ok {
				out = out[:from]
				continue next
			}
			out = append(out, piece)
		}
	}
	return out
}

// paleKin finds upright lines where one stands already in another band of the
// frame: the columns of a table begin at few places. f is the transposed
// picture.
func (f field) paleKin(t frame, known []Segment, dpi float64) []Segment {
	var out []Segment
	near := dpi * 0.05
	bands := t.bands()
	for _, k := range known {
		own := f.pallorOf(k)
		if k.At < t.x0 || k.At > t.x1 || own.mean < paleLeast {
			continue
		}
		for _, b := range bands {
			piece := b.upright(k.Pos((b.top.At+b.bottom.At)/2), t.slope)
			if stands(append(known, out...), piece, -near, near) || overlap(k.From, k.To, t.y0-near, t.y1+near) == 0 {
				continue
			}
			if _, ok := f.goesOn(piece, piece.From, piece.To, own, dpi); ok {
				out = append(out, piece)
			}
		}
	}
	return out
}

// onward lengthens lines that go on, paler, beyond the line across at which
// they seem to end.
func (f field) onward(lines, across []Segment, dpi float64) {
	slack, least := dpi*0.04, dpi*0.2
	for i := range lines {
		s := &lines[i]
		own := f.pallorOf(*s)
		if s.To-s.From < dpi*runLeast || own.mean < paleLeast { // a stroke of text
			continue
		}
		for range across {
			next, ok := nextAcross(*s, across, slack)
			if !ok {
				break
			}
			at, ok := f.goesOn(*s, min(s.To, next-least), next, own, dpi)
			if !ok {
				break
			}
			s.To, s.Till = next, at
		}
		for range across {
			before, ok := lastAcross(*s, across, slack)
			if !ok {
				break
			}
			at, ok := f.goesOn(*s, before, max(s.From, before+least), own, dpi)
			if !ok {
				break
			}
			s.From, s.At = before, at
		}
	}
}

// nextAcross is where the first line across beyond the end of s meets it.
func nextAcross(s Segment, across []Segment, slack float64) (at float64, ok bool) {
	at = math.Inf(1)
	for _, o := range across {
		if x := o.Pos(s.Till); x > s.To+slack && x < at && s.Till > o.From-slack && s.Till < o.To+slack {
			at = x
		}
	}
	return at, !math.IsInf(at, 1)
}

// lastAcross is where the last line across before the beginning of s meets it.
func lastAcross(s Segment, across []Segment, slack float64) (at float64, ok bool) {
	at = math.Inf(-1)
	for _, o := range across {
		if x := o.Pos(s.At); x < s.From-slack && x > at && s.At > o.From-slack && s.At < o.To+slack {
			at = x
		}
	}
	return at, !math.IsInf(at, -1)
}

// goesOn says whether a line shows between two places along it, a few pixels
// aside perhaps, and where. Its place is known, so that less tells than of a
// line of which nothing is.
func (f field) goesOn(s Segment, from, to float64, own pallor, dpi float64) (at float64, ok bool) {
	const aside = 3
	best := pallor{}
	for d := -aside; d <= aside; d++ {
		part := s.part(from+2, to-2)
		part.At, part.Till = part.At+float64(d), part.Till+float64(d)
		if p := f.pallorOf(part); p.mean > best.mean && f.follow(part, dpi*0.16).other <= paleBeside {
			best, at = p, s.Pos((from+to)/2)+float64(d)
		}
	}
	return at, best.even() && best.mean >= paleGoesOn*own.mean
}
