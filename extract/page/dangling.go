package page

// danglingMost is the share of a cell's height that the end of an upright ruling
// line covers at most where strokes of text have made it longer than it is.
const danglingMost = 0.5

// TrimDangling cuts upright ruling lines back to the edge of the cell in whose
// inside they end: strokes of characters below a column's line, 创 above 相, go on
// with it, and lines of text would be cut there. A line that covers half of the
// cell may be a column's whose foot is worn, and stays.
func TrimDangling(r Rulings, grids []Grid) Rulings {
	out := Rulings{Horizontal: r.Horizontal, Vertical: make([]Segment, 0, len(r.Vertical))}
	for _, s := range r.Vertical {
		for _, g := range grids {
			for _, c := range g.Cells {
				s = s.leave(c)
			}
		}
		if s.To > s.From {
			out.Vertical = append(out.Vertical, s)
		}
	}
	return out
}

// leave takes the end of an upright line out of a cell that it enters from
// above or from below and does not cross.
func (s Segment) leave(c GridCell) Segment {
	top, foot := float64(c.Box.Min.Y), float64(c.Box.Max.Y)
	if s.From >= foot || s.To <= top {
		return s
	}
	margin := 2*s.Width + 3
	at := s.Pos((max(s.From, top) + min(s.To, foot)) / 2)
	if at < float64(c.Box.Min.X)+margin || at > float64(c.Box.Max.X)-margin {
		return s // its side
	}
	most := (foot - top) * danglingMost
	switch {
	case s.From < top-margin && s.To < foot-margin && s.To-top < most:
		return s.cut(s.From, top)
	case s.From > top+margin && s.To > foot+margin && foot-s.From < most:
		return s.cut(foot, s.To)
	}
	return s
}

// cut is the piece of a segment between two places along it.
func (s Segment) cut(from, to float64) Segment {
	return Segment{From: from, To: to, At: s.Pos(from), Till: s.Pos(to), Width: s.Width}
}
