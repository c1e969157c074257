package page

import (
	"math"
	"slices"
)

// provenGap is the share of paper from which a piece of a line is none.
const provenGap = 0.3

// proven drops pieces of lines between two lines across, or beyond the last,
// where the paper shows instead of a line: a stroke of text or the side of a
// seal's ring had been taken for its continuation. h and v are the picture and
// its transpose.
func proven(r Rulings, h, v field, dpi float64) Rulings {
	upright := v.provenPieces(r.Vertical, r.Horizontal, dpi)
	for i, s := range upright {
		upright[i] = v.withoutTails(s, r.Horizontal, dpi)
	}
	return Rulings{h.provenPieces(r.Horizontal, r.Vertical, dpi), upright}
}

// withoutTails cuts an upright line where it meets the first and the last line
// across: what reaches beyond by less than a row's height, with paper between
// its end and the next line across, is a stroke of the text there.
func (f field) withoutTails(s Segment, across []Segment, dpi float64) Segment {
	cuts := cutsOf(s, across, dpi)
	if len(cuts) < 3 {
		return s
	}
	tail, slack := dpi*0.4, dpi*0.04
	from, to := s.From, s.To
	before, after := math.Max(0, from-tail*2), to+tail*2 // the next lines across
	for _, o := range across {
		if x := s.At; x > o.From-slack && x < o.To+slack {
			y := o.Pos(x)
			if y < from+slack {
				before = math.Max(before, y)
			}
			if y > to-slack {
				after = math.Min(after, y)
			}
		}
	}
	if first := cuts[1]; first-from < tail && from-before > slack && f.gap(s, before+2, from) > provenGap {
		from = first
	}
	if last := cuts[len(cuts)-2]; to-last < tail && after-to > slack && f.gap(s, to, after-2) > provenGap {
		to = last
	}
	if to-from < slack {
		return s
	}
	return s.part(from, to)
}

func (f field) provenPieces(lines, across []Segment, dpi float64) []Segment {
	var out []Segment
	for _, s := range lines {
		cuts := cutsOf(s, across, dpi)
		gaps := make([]float64, len(cuts)-1)
		for i := range gaps {
			gaps[i] = f.gap(s, cuts[i]+2, cuts[i+1]-2)
		}
		most := max(provenGap, 3*median(gaps))
		from := -1.0
		for i, g := range gaps {
			ok := g <= most || cuts[i+1]-cuts[i] < dpi*0.08 || f.bent(s, cuts[i], cuts[i+1], dpi)
			if ok && from < 0 {
				from = cuts[i]
			}
			if from >= 0 && !ok {
				out, from = append(out, s.part(from, cuts[i])), -1
			}
		}
		if from >= 0 {
			out = append(out, s.part(from, s.To))
		}
	}
	return out
}

// cutsOf lists the ends of a line and the places between them where others
// cross it.
func cutsOf(s Segment, across []Segment, dpi float64) []float64 {
	cuts := []float64{s.From, s.To}
	slack := dpi * 0.04
	for _, o := range across {
		at := o.Pos(s.Pos((s.From + s.To) / 2))
		if y := s.Pos(at); at > s.From+slack && at < s.To-slack && y > o.From-slack && y < o.To+slack {
			cuts = append(cuts, at)
		}
	}
	slices.Sort(cuts)
	return cuts
}

// part is the stretch of a line between two places along it.
func (s Segment) part(from, to float64) Segment {
	return Segment{From: from, To: to, At: s.Pos(from), Till: s.Pos(to), Width: s.Width}
}

// gap is the share of a line's stretch on which there is paper.
func (f field) gap(s Segment, from, to float64) float64 {
	n, gap := 0, 0
	w, h := f.ridge.W, f.ridge.H
	for x := max(0, int(from)); x < min(w, int(to)); x++ {
		y := int(math.Floor(s.Pos(float64(x))))
		if y < 1 || y+1 >= h {
			continue
		}
		n++
		if i := y*w + x; f.near.Pix[i]|f.faint.Pix[i-w]|f.faint.Pix[i]|f.faint.Pix[i+w] == 0 {
			gap++
		}
	}
	if n == 0 {
		return 0
	}
	return float64(gap) / float64(n)
}

// bent says whether a line runs a little beside its straight course between two
// lines across, as on a page that was not flat.
func (f field) bent(s Segment, from, to, dpi float64) bool {
	_, ok := f.goesOn(s, from, to, f.pallorOf(s), dpi)
	return ok
}
