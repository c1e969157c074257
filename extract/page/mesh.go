package page

import "image"

// mesh is the elementary squares between a table's lines, row by row, with the
// walls that were found between them.
type mesh struct {
	xs, ys       axis
	rows, cols   int
	right, below []bool // a wall on that side of the square
}

func newMesh(xs, ys axis) *mesh {
	m := &mesh{xs: xs, ys: ys, rows: len(ys.pos) - 1, cols: len(xs.pos) - 1}
	m.right, m.below = make([]bool, m.rows*m.cols), make([]bool, m.rows*m.cols)
	for y := range m.rows {
		for x := range m.cols {
			i := y*m.cols + x
			m.right[i] = x+1 == m.cols || covered(xs.lines[x+1], ys.pos[y], ys.pos[y+1])
			m.below[i] = y+1 == m.rows || covered(ys.lines[y+1], xs.pos[x], xs.pos[x+1])
		}
	}
	return m
}

// joined are the squares that no wall parts.
func (m *mesh) joined() sets {
	s := newSets(m.rows * m.cols)
	for i := range s {
		if !m.right[i] {
			s.join(i+1, i)
		}
		if !m.below[i] {
			s.join(i+m.cols, i)
		}
	}
	return s
}

// square puts up the walls that are missing where a joined piece has a corner
// that points inwards: no cell of a form is an L, and taken for the rectangle
// around it one swallows its neighbours. Of the two lines that end at such a
// corner the one goes on of which more was found along the piece.
func (m *mesh) square() {
	for range m.rows * m.cols {
		s := m.joined()
		x, y, ok := m.inward(s)
		if !ok {
			return
		}
		across, down := m.onwardAcross(s, x, y), m.onwardDown(s, x, y)
		switch {
		case len(across) == 0 && len(down) == 0:
			return
		case len(down) == 0 || len(across) > 0 && m.found(s, x, y):
			for _, i := range across {
				m.below[i] = true
			}
		default:
			for _, i := range down {
				m.right[i] = true
			}
		}
	}
}

// inward finds a crossing of lines, right of column x-1 and below row y-1,
// three of whose four squares are of one piece.
func (m *mesh) inward(s sets) (x, y int, ok bool) {
	for y := 1; y < m.rows; y++ {
		for x := 1; x < m.cols; x++ {
			i := y*m.cols + x
			around := [4]int{s.find(i - m.cols - 1), s.find(i - m.cols), s.find(i - 1), s.find(i)}
			for _, root := range around {
				n := 0
				for _, other := range around {
					if other == root {
						n++
					}
				}
				if n == 3 {
					return x, y, true
				}
			}
		}
	}
	return 0, 0, false
}

// found reports whether more was found of the line across than of the upright
// one, along the piece that has its corner at the crossing.
func (m *mesh) found(s sets, x, y int) bool {
	i := y*m.cols + x
	root := s.find(i)
	if s.find(i-m.cols-1) == s.find(i-1) || s.find(i-m.cols-1) == s.find(i-m.cols) {
		root = s.find(i - m.cols - 1)
	}
	piece := image.Rectangle{}
	for k := range s {
		if s.find(k) == root {
			piece = piece.Union(image.Rect(k%m.cols, k/m.cols, k%m.cols+1, k/m.cols+1))
		}
	}
	return share(m.ys.lines[y], m.xs.pos[piece.Min.X], m.xs.pos[piece.Max.X]) >= share(m.xs.lines[x], m.ys.pos[piece.Min.Y], m.ys.pos[piece.Max.Y])
}

// onwardAcross lists the squares above the line through the crossing where it
// would go on.
func (m *mesh) onwardAcross(s sets, x, y int) (above []int) {
	step, at := 1, x
	if i := y*m.cols + x; s.find(i) != s.find(i-m.cols) { // to the right the squares are parted already
		step, at = -1, x-1
	}
	for root := s.find(y*m.cols + at); at >= 0 && at < m.cols; at += step {
		i := (y-1)*m.cols + at
		if m.below[i] || s.find(i) != root {
			break
		}
		above = append(above, i)
	}
	return above
}

// onwardDown is onwardAcross for the upright line through the crossing: the
// squares left of it.
func (m *mesh) onwardDown(s sets, x, y int) (left []int) {
	step, at := 1, y
	if i := y*m.cols + x; s.find(i) != s.find(i-1) {
		step, at = -1, y-1
	}
	for root := s.find(at*m.cols + x); at >= 0 && at < m.rows; at += step {
		i := at*m.cols + x - 1
		if m.right[i] || s.find(i) != root {
			break
		}
		left = append(left, i)
	}
	return left
}
