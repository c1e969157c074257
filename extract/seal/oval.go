package seal

import (
	"image"
	"math"
)

// Oval is the outline of an oval seal, in pixels, to the middle of its line:
// 45 × 30 mm for enterprises with foreign capital, 40 × 30 mm for invoices.
type Oval struct {
	X, Y   float64
	RX, RY float64 // half its width and height, as the seal stands
	Turn   float64 // radians clockwise
	Round  float64 // share of the outline on which a line of ink stands apart
}

// Believed reports whether the outline is surely one.
func (o Oval) Believed() bool {
	return o.Round >= LeastRound && o.RX > 1.15*o.RY && o.RX < 1.9*o.RY
}

// at is the point of the outline at a parameter, 0 at the top and growing
// clockwise, moved inward by pixels.
func (o Oval) at(t, inward float64) (x, y float64) {
	sin, cos := math.Sincos(t)
	nx, ny := o.RY*sin, -o.RX*cos // the outward normal
	n := math.Hypot(nx, ny)
	u, v := o.RX*sin-inward*nx/n, -o.RY*cos-inward*ny/n
	sin, cos = math.Sincos(o.Turn)
	return o.X + u*cos - v*sin, o.Y + u*sin + v*cos
}

// FitOval fits an outline of which the box is known, with a millimetre or two
// around it, in a picture of dark ink on light ground of mm pixels a
// millimetre.
func FitOval(g *image.Gray, box image.Rectangle, mm float64) Oval {
	var best Oval
	most := -255.0
	w, h := float64(box.Dx())/2-1.5*mm, float64(box.Dy())/2-1.5*mm
	for turn := -0.3; turn < 0.31; turn += 0.1 {
		// The ellipse so turned that has the box.
		c2, s2 := math.Cos(turn)*math.Cos(turn), math.Sin(turn)*math.Sin(turn)
		rx2, ry2 := (w*w*c2-h*h*s2)/(c2-s2), (h*h*c2-w*w*s2)/(c2-s2)
		if rx2 <= 0 || ry2 <= 0 {
			continue
		}
		start := Oval{X: float64(box.Min.X+box.Max.X) / 2, Y: float64(box.Min.Y+box.Max.Y) / 2, RX: math.Sqrt(rx2), RY: math.Sqrt(ry2), Turn: turn}
		if o, score := start.climb(g, mm); score > most {
			best, most = o, score
		}
	}
	best.Round = best.roundness(g, mm)
	return best
}

// climb betters a fit until nothing does.
func (o Oval) climb(g *image.Gray, mm float64) (best Oval, score float64) {
	best, score = o, o.contrast(g, mm)
	for _, step := range []float64{1.6, 0.8, 0.4, 0.2, 0.1} {
		for range 20 { // until it stands still
			was := score
			for _, m := range ovalMoves {
				try := best
				try.X += m[0] * step * mm
				try.Y += m[1] * step * mm
				try.RX += m[2] * step * mm
				try.RY += m[3] * step * mm
				try.Turn += m[4] * step / 15
				if s := try.contrast(g, mm); s > score {
					best, score = try, s
				}
			}
			if score == was {
				break
			}
		}
	}
	return best, score
}

// ovalMoves are the ways to better a fit, in steps of x, y, the two radii and
// the turn. An end that lies wrong moves the middle and the radius together.
var ovalMoves = [][5]float64{
	{1}, {-1}, {0, 1}, {0, -1}, {0, 0, 1}, {0, 0, -1}, {0, 0, 0, 1}, {0, 0, 0, -1}, {0, 0, 0, 0, 1}, {0, 0, 0, 0, -1},
	{1, 0, 1}, {1, 0, -1}, {-1, 0, 1}, {-1, 0, -1}, {0, 1, 0, 1}, {0, 1, 0, -1}, {0, -1, 0, 1}, {0, -1, 0, -1},
	{0, 0, 1, 1}, {0, 0, -1, -1}, {0, 0, 1, -1, 1}, {0, 0, 1, -1, -1},
}

// contrast is how much darker the outline is than what lies beside it.
func (o Oval) contrast(g *image.Gray, mm float64) float64 {
	const cap, steps = 110, 72
	sum := 0.0
	for i := range steps {
		t := 2 * math.Pi * float64(i) / steps
		level := func(inward float64) float64 {
			x, y := o.at(t, inward)
			return min(cap, dark(g, x, y))
		}
		sum += level(0) - 0.5*level(beside*mm) - 0.5*level(-beside*mm)
	}
	return sum / steps
}

func (o Oval) roundness(g *image.Gray, mm float64) float64 {
	const step, steps = 18, 240
	hit := 0
	for i := range steps {
		t := 2 * math.Pi * float64(i) / steps
		level := func(inward float64) float64 {
			x, y := o.at(t, inward)
			return dark(g, x, y)
		}
		if max(level(-0.3*mm), level(0), level(0.3*mm)) > step+max(level(-beside*mm), level(beside*mm)) {
			hit++
		}
	}
	return float64(hit) / steps
}

// Where the name stands in an oval seal: how far from the outline, in shares of
// half its height, and how far to both sides of the top.
const (
	ovalOuter = 0.07
	ovalInner = 0.52
	ovalSpan  = 2.3 // radians of the parameter
)

// Unroll turns the text along the upper outline into a straight strip, outer
// edge up, in steps that are equally long on the arc the text stands on: from
// span to the left of the top to span to the right, radians of an arc as long.
func (o Oval) Unroll(ink *image.Gray, wide float64) (strip *image.Gray, span float64) {
	depth := (ovalInner - ovalOuter) * o.RY
	scale := max(1, 48/depth)
	middle := (ovalInner + ovalOuter) / 2 * o.RY
	const steps = 720
	var length [steps + 1]float64
	px, py := o.at(-ovalSpan, middle)
	for i := 1; i <= steps; i++ {
		x, y := o.at(-ovalSpan+2*ovalSpan*float64(i)/steps, middle)
		length[i] = length[i-1] + math.Hypot(x-px, y-py)
		px, py = x, y
	}
	w, h := max(1, int(length[steps]*scale*wide)), max(1, int(depth*scale))
	out := image.NewGray(image.Rect(0, 0, w, h))
	k := 0
	for x := range w {
		want := length[steps] * (float64(x) + 0.5) / float64(w)
		for k < steps-1 && length[k+1] < want {
			k++
		}
		part := (want - length[k]) / max(1e-9, length[k+1]-length[k])
		t := -ovalSpan + 2*ovalSpan*(float64(k)+part)/steps
		for y := range h {
			px, py := o.at(t, ovalOuter*o.RY+(float64(y)+0.5)/scale)
			out.Pix[y*out.Stride+x] = bilinear(ink, px-0.5, py-0.5)
		}
	}
	stretch(out)
	return out, ovalSpan
}

// Inside cuts out the line below the middle that says what the seal is for.
func (o Oval) Inside(ink *image.Gray) (line *image.Gray, inked float64) {
	return cutLine(ink, o.X, o.Y, o.Turn, o.RX*1.3, o.RY*0.44, o.RY*0.22)
}
