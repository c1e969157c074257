package seal

import (
	"image"
	"math"
)

// Arc is where the text on a ring lies: between two radii, and clockwise from
// one angle to the other. Angles grow clockwise from the right.
type Arc struct {
	Inner, Outer float64 // pixels
	Start, End   float64 // radians, Start < End ≤ Start + 2π
}

// Whole reports whether the arc and a character's width on either side lie in
// the picture: half a seal at the page's edge says half a name.
func (a Arc) Whole(ink *image.Gray, c Ring) bool {
	mid := (a.Inner + a.Outer) / 2
	margin := (a.Outer - a.Inner) / mid / 2
	for t := a.Start - margin; t < min(a.End+margin, a.Start+2*math.Pi); t += 0.02 {
		s, k := math.Sincos(t)
		if !within(ink, c.X+k*mid, c.Y+s*mid) {
			return false
		}
	}
	return true
}

// degrees is the number of steps around a ring.
const degrees = 360

// Usual places of the characters' feet, in shares of the ring's radius: of
// names of up to 16 characters, and of longer ones, which are written smaller.
const (
	ShortFeet = 0.625
	LongFeet  = 0.715
)

// FindArc finds the text on a ring between its line and the radius feet, in
// shares of the ring's radius; 0 looks for where the characters' feet stand. It
// reports false where there is no text.
func FindArc(ink *image.Gray, c Ring, feetAt float64) (Arc, bool) {
	out := 0.945 * c.R
	in := feetAt * c.R
	if in == 0 {
		in = innerRadius(ink, c)
	}
	if in == 0 {
		return Arc{}, false
	}
	// The number on the lower arc is lower than the characters: it stands
	// further out, and the characters' feet tell where the name begins.
	feet := in + (out-in)*0.45
	var profile [degrees]float64
	total := 0.0
	for i := range degrees {
		s, k := math.Sincos(2 * math.Pi * float64(i) / degrees)
		n := 0
		for r := in; r < feet; r++ {
			profile[i] += dark(ink, c.X+k*r, c.Y+s*r)
			n++
		}
		profile[i] /= float64(max(1, n))
		total += profile[i]
	}
	quiet := total / degrees * 0.25
	best, at, run := 0, 0, 0
	for i := range 2 * degrees {
		if (profile[i%degrees]+profile[(i+1)%degrees]+profile[(i+degrees-1)%degrees])/3 < quiet {
			if run++; run > best && run <= degrees {
				best, at = run, i+1
			}
			continue
		}
		run = 0
	}
	if total < degrees || best > degrees*9/10 {
		return Arc{}, false
	}
	if best < 12 { // text all around: begin at the bottom
		at, best = degrees/4, 0
	}
	pad := min(5, best/4)
	begin := float64(at-pad) * 2 * math.Pi / degrees
	return Arc{Inner: in, Outer: out, Start: begin, End: begin + float64(degrees-best+2*pad)*2*math.Pi/degrees}, true
}

// innerRadius is where the characters' feet stand: going inward from the
// ring's line, the first circle that is nearly empty over most of its upper
// part. 0 where the ring holds no text.
func innerRadius(ink *image.Gray, c Ring) float64 {
	from, to := int(0.5*c.R), int(0.92*c.R)
	mean := make([]float64, to+1)
	peak := 0.0
	for r := from; r <= to; r++ {
		for i := range degrees {
			s, k := math.Sincos(2 * math.Pi * float64(i) / degrees)
			mean[r] += dark(ink, c.X+k*float64(r), c.Y+s*float64(r)) / degrees
		}
		peak = max(peak, mean[r])
	}
	base := 255.0
	for r := from; r <= to; r++ {
		base = min(base, mean[r])
	}
	if peak-base < 4 {
		return 0
	}
	for r := int(0.78 * c.R); r > from; r-- {
		if mean[r] < base+(peak-base)*0.12 {
			return float64(r) - 0.01*c.R
		}
	}
	return 0.58 * c.R
}

// Unroll turns the text of an arc into a straight strip (a polar transform),
// outer edge up: the arc reads from left to right. wide is how much characters
// are widened: long names are written narrow. The strip has at least the
// picture's resolution and at least 48 pixels in height.
func Unroll(ink *image.Gray, c Ring, a Arc, wide float64) *image.Gray {
	scale := max(1, 48/(a.Outer-a.Inner))
	mid := (a.Outer + a.Inner) / 2
	w, h := int((a.End-a.Start)*mid*scale*wide), int((a.Outer-a.Inner)*scale)
	out := image.NewGray(image.Rect(0, 0, max(1, w), max(1, h)))
	for y := range h {
		r := a.Outer - (float64(y)+0.5)/scale
		for x := range w {
			s, k := math.Sincos(a.Start + (a.End-a.Start)*(float64(x)+0.5)/float64(w))
			out.Pix[y*out.Stride+x] = bilinear(ink, c.X+k*r-0.5, c.Y+s*r-0.5)
		}
	}
	stretch(out)
	return out
}

// stretch makes the darkest twentieth black and keeps paper white.
func stretch(g *image.Gray) {
	var hist [256]int
	for _, v := range g.Pix {
		hist[v]++
	}
	black := 0
	for left := len(g.Pix) / 20; black < 200; black++ {
		if left -= hist[black]; left < 0 {
			break
		}
	}
	for i, v := range g.Pix {
		g.Pix[i] = uint8(255 * max(0, int(v)-black) / (255 - black))
	}
}

func bilinear(g *image.Gray, x, y float64) uint8 {
	ix, iy := int(math.Floor(x)), int(math.Floor(y))
	if ix < 0 || iy < 0 || ix >= g.Rect.Dx()-1 || iy >= g.Rect.Dy()-1 {
		return 255
	}
	fx, fy := x-float64(ix), y-float64(iy)
	o := iy*g.Stride + ix
	top := float64(g.Pix[o])*(1-fx) + float64(g.Pix[o+1])*fx
	bottom := float64(g.Pix[o+g.Stride])*(1-fx) + float64(g.Pix[o+g.Stride+1])*fx
	return uint8(top*(1-fy) + bottom*fy + 0.5)
}

// Inside cuts out the place below the star where the seal's purpose stands, up
// being the direction in which the seal stands upright, and tells the share of
// it that is dark.
func Inside(ink *image.Gray, c Ring, up float64) (line *image.Gray, inked float64) {
	return cutLine(ink, c.X, c.Y, up+math.Pi/2, c.R*1.2, c.R*0.3, c.R*0.37)
}

// cutLine cuts out a straight piece, wide and high, that begins below a point
// and is turned about it clockwise, strengthens pale ink, and tells the share of
// it that is dark.
func cutLine(ink *image.Gray, cx, cy, turn, wide, high, below float64) (line *image.Gray, inked float64) {
	w, h := max(1, int(wide)), max(1, int(high))
	line = image.NewGray(image.Rect(0, 0, w, h))
	sin, cos := math.Sincos(turn)
	dark := 0
	for y := range h {
		for x := range w {
			dx, dy := float64(x)-float64(w)/2, below+float64(y)
			line.Pix[y*line.Stride+x] = bilinear(ink, cx+dx*cos-dy*sin-0.5, cy+dx*sin+dy*cos-0.5)
		}
	}
	stretch(line)
	for _, v := range line.Pix {
		if v < 225 {
			dark++
		}
	}
	return line, float64(dark) / float64(w*h)
}
