package pdf

import (
	"math"

	"dengji/extract"
)

// frame is the visible part of a page in PDF user space (points, y upwards)
// and the turn it is shown with.
type frame struct {
	left, bottom, right, top float64
	turn                     int // quarter turns clockwise, 0 to 3
}

// width and height of the page as shown, in points.
func (f frame) width() float64 {
	if f.turn%2 == 1 {
		return f.top - f.bottom
	}
	return f.right - f.left
}

func (f frame) height() float64 {
	if f.turn%2 == 1 {
		return f.right - f.left
	}
	return f.top - f.bottom
}

// point maps user space to the page as shown: origin top left, y downwards.
func (f frame) point(u, v float64) (x, y float64) {
	switch f.turn {
	case 1:
		return v - f.bottom, u - f.left
	case 2:
		return f.right - u, v - f.bottom
	case 3:
		return f.top - v, f.right - u
	}
	return u - f.left, f.top - v
}

// vector maps a direction in user space to the page as shown.
func (f frame) vector(u, v float64) (x, y float64) {
	switch f.turn {
	case 1:
		return v, u
	case 2:
		return -u, v
	case 3:
		return -v, -u
	}
	return u, -v
}

// box maps a rectangle in user space, its corners in any order.
func (f frame) box(u0, v0, u1, v1 float64) extract.Box {
	x0, y0 := f.point(u0, v0)
	x1, y1 := f.point(u1, v1)
	return extract.Box{X0: min(x0, x1), Y0: min(y0, y1), X1: max(x0, x1), Y1: max(y0, y1)}
}

// turned is the frame after further quarter turns clockwise.
func (f frame) turned(quarters int) frame {
	f.turn = (f.turn + quarters) & 3
	return f
}

// page is the whole page as shown.
func (f frame) page() extract.Box { return extract.Box{X1: f.width(), Y1: f.height()} }

// matrix is a PDF transformation: x' = a·x + c·y + e, y' = b·x + d·y + f.
type matrix struct{ a, b, c, d, e, f float64 }

// times applies m first and n after it.
func (m matrix) times(n matrix) matrix {
	return matrix{
		a: m.a*n.a + m.b*n.c, b: m.a*n.b + m.b*n.d,
		c: m.c*n.a + m.d*n.c, d: m.c*n.b + m.d*n.d,
		e: m.e*n.a + m.f*n.c + n.e, f: m.e*n.b + m.f*n.d + n.f,
	}
}

// square is where the unit square lands, as its hull.
func (m matrix) square() (u0, v0, u1, v1 float64) {
	us := []float64{m.e, m.e + m.a, m.e + m.c, m.e + m.a + m.c}
	vs := []float64{m.f, m.f + m.b, m.f + m.d, m.f + m.b + m.d}
	u0, u1, v0, v1 = us[0], us[0], vs[0], vs[0]
	for i := range us {
		u0, u1 = min(u0, us[i]), max(u1, us[i])
		v0, v1 = min(v0, vs[i]), max(v1, vs[i])
	}
	return u0, v0, u1, v1
}

// orientation is the EXIF orientation (1 to 8) that makes a picture drawn with
// m stand on the page as frame f shows it, 0 where it is drawn askew.
func (m matrix) orientation(f frame) int {
	rx, ry := axis(f.vector(m.a, m.b))   // where the picture's right points
	dx, dy := axis(f.vector(-m.c, -m.d)) // where its down points
	for o, v := range orientations {
		if v == [4]int{rx, ry, dx, dy} {
			return o
		}
	}
	return 0
}

// orientations are the directions of right and down for each orientation.
var orientations = [9][4]int{
	1: {1, 0, 0, 1},
	2: {-1, 0, 0, 1},
	3: {-1, 0, 0, -1},
	4: {1, 0, 0, -1},
	5: {0, 1, 1, 0},
	6: {0, 1, -1, 0},
	7: {0, -1, -1, 0},
	8: {0, -1, 1, 0},
}

// axis is the axis a vector points along, to within half a degree.
func axis(x, y float64) (int, int) {
	const slant = 0.01
	switch ax, ay := math.Abs(x), math.Abs(y); {
	case ay <= ax*slant:
		return sign(x), 0
	case ax <= ay*slant:
		return 0, sign(y)
	}
	return 0, 0
}

func sign(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}
