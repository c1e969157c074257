package seal

import (
	"image"
	"math"
)

// A star counts as seen where its tips are that dark, and the gaps between
// them no darker than that share of it.
const (
	leastTip = 25
	mostGap  = 0.5
)

// Axis is the direction in which a seal stands upright, as the star in its
// middle shows it: the name on the ring is set evenly to both sides of it. A
// star looks the same every 72°; of its tips the one nearest to the page's
// top counts. It reports false where no star is to be seen.
func Axis(ink *image.Gray, c Ring) (angle float64, ok bool) {
	const steps = 144 // half a degree
	var profile [steps]float64
	for i := range profile {
		for tip := range 5 {
			t := (float64(i)/2 + float64(tip)*72) * math.Pi / 180
			s, k := math.Sincos(t)
			for r := 0.15; r <= 0.27; r += 0.02 {
				profile[i] += dark(ink, c.X+k*r*c.R, c.Y+s*r*c.R) / (5 * 7)
			}
		}
	}
	best, at, least := -1.0, 0, 255.0
	for i := range profile {
		sum := 0.0
		for d := -12; d <= 12; d++ { // a tip's slopes to both sides
			sum += profile[(i+d+steps)%steps] * (1 - math.Abs(float64(d))/13)
		}
		if sum > best {
			best, at = sum, i
		}
		least = min(least, profile[i])
	}
	high := profile[at]
	if high < leastTip || least > mostGap*high {
		return 0, false
	}
	angle = float64(at) / 2 * math.Pi / 180 // of one tip
	const turn = 72 * math.Pi / 180
	up := -math.Pi / 2
	return angle + math.Round((up-angle)/turn)*turn, true
}

// Sector is a part of a ring's text between two angles.
type Sector struct{ Ink, Covered float64 }

// Look measures the part of an arc's band between two angles: the share of it
// that is covered by print, and the mean darkness of the rest, 0 to 255, in
// its inner half, where no number stands.
func Look(ink *image.Gray, covered []bool, c Ring, a Arc, from, to float64) Sector {
	var s Sector
	n, hidden, open := 0, 0, 0
	half := a.Inner + (a.Outer-a.Inner)*0.5
	for t := from; t < to; t += 1 / c.R {
		sin, cos := math.Sincos(t)
		for r := a.Inner; r < a.Outer; r++ {
			x, y := c.X+cos*r, c.Y+sin*r
			if !within(ink, x, y) {
				continue
			}
			n++
			if covered != nil && covered[int(y)*ink.Rect.Dx()+int(x)] {
				hidden++
				continue
			}
			if r < half {
				s.Ink += dark(ink, x, y)
				open++
			}
		}
	}
	s.Ink /= float64(max(1, open))
	s.Covered = float64(hidden) / float64(max(1, n))
	return s
}
