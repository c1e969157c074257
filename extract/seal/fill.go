package seal

import "image"

// Through makes a picture of a seal as it would be without the print that lies
// over it: points that print tells (in pixels of gray) are filled with what
// the ink does around them, so that a stroke crossed by a line goes on. covered
// marks those points, row by row. Sharpness is that of the luminance: JPEG
// halves the resolution of colour.
func Through(gray *image.Gray, box image.Rectangle, print func(x, y int) bool) (out *image.Gray, covered []bool) {
	box = box.Intersect(gray.Rect)
	w, h := box.Dx(), box.Dy()
	out = image.NewGray(image.Rect(0, 0, w, h))
	covered = make([]bool, w*h)
	paper := max(1, levelAt(gray, box, 0.5))
	for y := range h {
		row := gray.Pix[(box.Min.Y+y)*gray.Stride+box.Min.X:]
		for x := range w {
			out.Pix[y*w+x] = uint8(min(255, int(row[x])*265/paper))
			covered[y*w+x] = print(box.Min.X+x, box.Min.Y+y)
		}
	}
	inpaint(out, covered)
	return out, covered
}

// Inpainting grows what is known by a pixel a pass; what lies deeper in print
// than fillReach stays half gray, neither ink nor paper.
const (
	fillReach = 8
	halfGray  = 170
)

func inpaint(g *image.Gray, covered []bool) {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	unknown := make([]bool, len(covered))
	copy(unknown, covered)
	var todo []int
	for i, c := range covered {
		if c {
			todo = append(todo, i)
		}
	}
	var filled []int
	for range fillReach {
		filled = filled[:0]
		rest := todo[:0]
		for _, i := range todo {
			if v, ok := around(g, unknown, i%w, i/w, w, h); ok {
				g.Pix[i] = v
				filled = append(filled, i)
				continue
			}
			rest = append(rest, i)
		}
		for _, i := range filled {
			unknown[i] = false
		}
		todo = rest
	}
	for _, i := range todo {
		g.Pix[i] = halfGray
	}
}

// around is the mean of a point's known neighbours, those beside it counting
// twice those at its corners.
func around(g *image.Gray, unknown []bool, x, y, w, h int) (uint8, bool) {
	sum, n := 0, 0
	for yy := max(0, y-1); yy <= min(h-1, y+1); yy++ {
		for xx := max(0, x-1); xx <= min(w-1, x+1); xx++ {
			if unknown[yy*w+xx] {
				continue
			}
			k := 2
			if xx != x && yy != y {
				k = 1
			}
			sum += k * int(g.Pix[yy*w+xx])
			n += k
		}
	}
	return uint8(sum / max(1, n)), n > 0
}

// PrintOver tells the points of a colour scan where print lies, with a rim of
// a pixel: what is darker in its brightest channel than the ink of the seal c.
func PrintOver(gray, clean *image.Gray, box image.Rectangle, c Ring) func(x, y int) bool {
	floor := Level(clean, c)
	if own, n := ownLevel(gray, clean, box); n >= leastColoured {
		floor = own
	}
	floor -= apart
	return func(x, y int) bool { return darkest(clean, x, y) < floor }
}

// DarkerThan tells the points of a scan without colour that are clearly darker
// than the ring's own line, with a rim of a pixel.
func DarkerThan(gray *image.Gray, c Ring) func(x, y int) bool {
	floor := Level(gray, c) - apart
	return func(x, y int) bool { return darkest(gray, x, y) < floor }
}

const (
	apart         = 45  // levels between a seal's ink and print
	leastColoured = 200 // pixels of clear colour from which they tell the seal's level
)
