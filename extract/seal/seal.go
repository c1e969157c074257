// Package seal finds the rings of stamped seals and unrolls their text.
//
// A Chinese company's round seal is 38 to 42 mm across: an outer ring, the
// owner's name on an arc inside it with the characters' feet towards the
// centre, a star in the middle, below it sometimes the seal's purpose
// (合同专用章) and a 13-digit number (GA 241.3, State Council 国发〔1999〕25号).
//
// Pictures are gray with dark seal ink on light ground, see Ink. Coordinates
// are pixels, angles radians.
package seal

import (
	"image"
	"slices"
)

// Ink makes a picture of the coloured ink alone: dark where there is ink with
// a colour, white on paper and on black print.
//
// Sharpness comes from the luminance: JPEG halves the resolution of colour,
// and the difference of the planes alone is a blur. Colour only says what is
// ink. What is darker in its brightest channel than the seal's own ink is
// something else (print, a signature in blue) and fades. Faint ink is
// strengthened: the strongest fiftieth becomes black.
func Ink(gray, clean *image.Gray, box image.Rectangle) *image.Gray {
	box = box.Intersect(gray.Rect)
	out := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	own, _ := ownLevel(gray, clean, box)
	floor := own - apart
	var hist [256]int
	for y := range box.Dy() {
		g := gray.Pix[(box.Min.Y+y)*gray.Stride+box.Min.X:]
		c := clean.Pix[(box.Min.Y+y)*clean.Stride+box.Min.X:]
		dst := out.Pix[y*out.Stride : y*out.Stride+box.Dx()]
		for x := range dst {
			v := min(255-int(g[x]), 3*max(0, int(c[x])-int(g[x])-chromaNoise))
			if over := int(c[x]) - floor; over < 40 {
				v = v * max(0, over) / 40
			}
			dst[x] = uint8(v)
			hist[v]++
		}
	}
	strong := 255
	for left := len(out.Pix) / 50; strong > 24; strong-- {
		if left -= hist[strong]; left < 0 {
			break
		}
	}
	for i, v := range out.Pix {
		out.Pix[i] = uint8(255 - min(255, int(v)*255/strong))
	}
	return out
}

// chromaNoise is how far apart the planes lie on plain paper.
const chromaNoise = 3

// ownLevel is the level of the seal's ink in its brightest channel where there
// is much of it, among the n points that are clearly coloured.
func ownLevel(gray, clean *image.Gray, box image.Rectangle) (level, n int) {
	var hist [256]int
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if c := clean.Pix[y*clean.Stride+x]; int(c)-int(gray.Pix[y*gray.Stride+x]) > 40 {
				hist[c]++
				n++
			}
		}
	}
	for v, seen := 0, 0; v < 256; v++ {
		if seen += hist[v]; seen*7 > n {
			return v, n
		}
	}
	return 255, n
}

// Plain cuts the box out of a scan, paper made white. What skip tells, in
// pixels of gray, becomes paper.
func Plain(gray *image.Gray, box image.Rectangle, skip func(x, y int) bool) *image.Gray {
	box = box.Intersect(gray.Rect)
	out := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	paper := max(1, levelAt(gray, box, 0.5))
	for y := range box.Dy() {
		row := gray.Pix[(box.Min.Y+y)*gray.Stride+box.Min.X:]
		for x := range box.Dx() {
			v := uint8(255)
			if !skip(box.Min.X+x, box.Min.Y+y) {
				v = uint8(min(255, int(row[x])*265/paper))
			}
			out.Pix[y*out.Stride+x] = v
		}
	}
	return out
}

// levelAt is the level that the given share of a box stays under.
func levelAt(g *image.Gray, box image.Rectangle, share float64) int {
	var hist [256]int
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for _, v := range g.Pix[y*g.Stride+box.Min.X : y*g.Stride+box.Max.X] {
			hist[v]++
		}
	}
	for v, seen := 0, 0; v < 256; v++ {
		if seen += hist[v]; float64(seen) > share*float64(area(box)) {
			return v
		}
	}
	return 255
}

// Level is the level of the ring's line: a low one of those found around
// it, for where it is printed over it is darker and where it is faint paler.
func Level(g *image.Gray, c Ring) int {
	var levels []int
	for _, d := range directions(240) {
		x, y := c.X+d.x*c.R, c.Y+d.y*c.R
		if within(g, x, y) {
			levels = append(levels, int(255-dark(g, x, y)))
		}
	}
	if len(levels) == 0 {
		return 0
	}
	slices.Sort(levels)
	return levels[len(levels)/4]
}

// darkest is the lowest level of a point and its four neighbours.
func darkest(g *image.Gray, x, y int) int {
	o := y*g.Stride + x
	v := g.Pix[o]
	if x > 0 {
		v = min(v, g.Pix[o-1])
	}
	if x+1 < g.Rect.Dx() {
		v = min(v, g.Pix[o+1])
	}
	if y > 0 {
		v = min(v, g.Pix[o-g.Stride])
	}
	if y+1 < g.Rect.Dy() {
		v = min(v, g.Pix[o+g.Stride])
	}
	return int(v)
}

func area(r image.Rectangle) int { return r.Dx() * r.Dy() }
