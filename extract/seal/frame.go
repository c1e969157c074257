package seal

import (
	"image"
	"math"
	"slices"
)

// DivideFrame takes the ring's line and the star off a scan without colour.
// Where they lie is known, and ink on ink multiplies: every point is divided by
// the share of light that the seal lets through there, so that print under it
// comes out as beside it. That share is the line's usual profile, sector by
// sector, and of the star what its ten symmetric parts have in common; print that
// crosses them here and there does not show in either. mm is pixels a millimetre.
//
// Where the seal lets nothing through (bitonal scans) what is no wider than the
// line is taken off it, as staff lines are taken off music, and the star whole:
// under a solid shape nothing can be saved. blind is how far such a star
// reaches, pixels; 0 where there is none. opaque tells that the line lets nothing
// through over most of the ring.
func DivideFrame(g *image.Gray, c Ring, mm float64) (blind float64, opaque bool) {
	opaque = divideLine(g, c, mm)
	return divideStar(g, c), opaque
}

const (
	paper   = 250 // level of paper on an evened page, see page.Even
	shut    = 70  // level under which a seal lets nothing through
	lucent  = 242 // level from which there is no seal's ink
	lineRim = 1.0 // millimetres from the middle of the ring's line that its ink reaches
)

// lineProfile is the level of the ring's line by sectors and by the distance
// from its middle.
type lineProfile struct {
	level [sectors][]float64
	from  float64 // first distance, pixels; one every half pixel
}

// sectors of a ring, each of which shares half of the next one's points.
const sectors = 24

// profile measures the line. Of a sector's points at one distance the level that
// 55 of 100 stay under counts: most of them bear no print.
func (c Ring) profile(g *image.Gray, mm float64) lineProfile {
	reach := lineRim*mm + 1
	p := lineProfile{from: -reach}
	steps := int(4*reach) + 1
	const wide = 2 * math.Pi / sectors // half a sector
	for k := range sectors {
		p.level[k] = make([]float64, steps)
		for i := range steps {
			r := c.R + p.from + float64(i)/2
			var levels []int
			for t := (float64(k) - 1) * wide; t < (float64(k)+1)*wide; t += 1 / c.R {
				sin, cos := math.Sincos(t)
				if x, y := c.X+cos*r, c.Y+sin*r; within(g, x, y) {
					levels = append(levels, int(bilinear(g, x-0.5, y-0.5)))
				}
			}
			p.level[k][i] = usual(levels)
		}
	}
	return p
}

// usual is the level that 55 of 100 stay under, paper where there are none.
func usual(levels []int) float64 {
	if len(levels) == 0 {
		return paper
	}
	slices.Sort(levels)
	return float64(levels[len(levels)*55/100])
}

// at is the line's level at an angle and a distance from its middle, between
// what was measured.
func (p lineProfile) at(angle, off float64) float64 {
	s := angle / (2 * math.Pi) * sectors
	s -= math.Floor(s/sectors) * sectors
	i := (off - p.from) * 2
	k, j := int(s), int(i)
	if i < 0 || j+1 >= len(p.level[0]) {
		return paper
	}
	fs, fi := s-float64(k), i-float64(j)
	a, b := p.level[k%sectors], p.level[(k+1)%sectors]
	return (a[j]*(1-fi)+a[j+1]*fi)*(1-fs) + (b[j]*(1-fi)+b[j+1]*fi)*fs
}

func divideLine(g *image.Gray, c Ring, mm float64) (opaque bool) {
	p := c.profile(g, mm)
	src := &image.Gray{Pix: slices.Clone(g.Pix), Stride: g.Stride, Rect: g.Rect}
	most := usualCrossing(src, c, mm)*1.3 + 1
	eachNear(g, c, c.R+lineRim*mm+1, func(x, y int, angle, r float64) {
		off := r - c.R
		if math.Abs(off) > lineRim*mm {
			return
		}
		t := p.at(angle, off)
		switch o := y*g.Stride + x; {
		case t >= lucent:
		case p.at(angle, p.darkest(angle)) >= shut:
			g.Pix[o] = uint8(min(255, float64(g.Pix[o])*paper/t))
		case crossing(src, c, angle, mm) <= most:
			g.Pix[o] = 255
		}
	})
	n := 0
	for _, level := range p.level {
		if slices.Min(level) < shut {
			n++
		}
	}
	return n*2 > sectors
}

// darkest is the distance at which the line is darkest at an angle.
func (p lineProfile) darkest(angle float64) float64 {
	k := int(math.Floor(angle/(2*math.Pi)*sectors+0.5)+sectors) % sectors
	at := 0
	for i, v := range p.level[k] {
		if v < p.level[k][at] {
			at = i
		}
	}
	return p.from + float64(at)/2
}

// usualCrossing is the width of the line that most of the ring shows, pixels.
func usualCrossing(g *image.Gray, c Ring, mm float64) float64 {
	var widths []float64
	for t := 0.0; t < 2*math.Pi; t += 2 / c.R {
		if w := crossing(g, c, t, mm); w > 0 {
			widths = append(widths, w)
		}
	}
	if len(widths) == 0 {
		return 0
	}
	slices.Sort(widths)
	return widths[len(widths)/2]
}

// crossing is the length of the dark stretch across the line at an angle, half
// pixels exact; 0 where there is none.
func crossing(g *image.Gray, c Ring, angle, mm float64) float64 {
	sin, cos := math.Sincos(angle)
	at := func(r float64) bool { return dark(g, c.X+cos*r, c.Y+sin*r) > 255/2 }
	for off := 0.0; off < 0.6*mm; off += 0.5 {
		for _, start := range []float64{c.R + off, c.R - off} {
			if !at(start) {
				continue
			}
			from, to := start, start
			for to < c.R+3*mm && at(to) {
				to += 0.5
			}
			for from > c.R-3*mm && at(from) {
				from -= 0.5
			}
			return to - from
		}
	}
	return 0
}

// starReach is how far a star's tips may reach, in shares of the ring's radius:
// further out stand the characters' feet.
const starReach = 0.42

// divideStar divides by what a star's ten symmetric parts have in common. Where
// there is no star they have paper in common.
func divideStar(g *image.Gray, c Ring) (blind float64) {
	box := c.Box().Intersect(g.Rect)
	if box.Empty() {
		return 0
	}
	cut := Ring{X: c.X - float64(box.Min.X), Y: c.Y - float64(box.Min.Y), R: c.R}
	src := Plain(g, box, func(int, int) bool { return false })
	axis, ok := Axis(src, cut)
	if !ok || !solid(src, cut) {
		return 0
	}
	eachNear(g, c, starReach*c.R, func(x, y int, angle, r float64) {
		var levels []int
		for k := range 5 {
			for _, t := range []float64{angle, 2*axis - angle} {
				sin, cos := math.Sincos(t + float64(k)*2*math.Pi/5)
				if px, py := cut.X+cos*r, cut.Y+sin*r; within(src, px, py) {
					levels = append(levels, int(bilinear(src, px-0.5, py-0.5)))
				}
			}
		}
		t := usual(levels)
		switch o := y*g.Stride + x; {
		case t >= lucent:
		case t >= shut:
			g.Pix[o] = uint8(min(255, float64(g.Pix[o])*paper/t))
		default:
			g.Pix[o] = 255
			blind = max(blind, r)
		}
	})
	return blind
}

// eachNear calls f for the points of a picture within reach of the ring's
// middle, with their angle and distance from it.
func eachNear(g *image.Gray, c Ring, reach float64, f func(x, y int, angle, r float64)) {
	box := image.Rect(int(c.X-reach), int(c.Y-reach), int(c.X+reach)+2, int(c.Y+reach)+2).Intersect(g.Rect)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			dx, dy := float64(x)+0.5-c.X, float64(y)+0.5-c.Y
			if r := math.Hypot(dx, dy); r <= reach {
				f(x, y, math.Atan2(dy, dx), r)
			}
		}
	}
}

// solid reports whether there is ink all over a ring's middle, as in a star:
// strokes of print leave paper between them.
func solid(g *image.Gray, c Ring) bool {
	hit, n := 0, 0
	for _, d := range directions(72) {
		for _, r := range []float64{0.04, 0.07, 0.095} {
			x, y := c.X+d.x*r*c.R, c.Y+d.y*r*c.R
			if !within(g, x, y) {
				continue
			}
			n++
			if 255-dark(g, x, y) < lucent {
				hit++
			}
		}
	}
	return n > 0 && hit*10 >= n*9
}
