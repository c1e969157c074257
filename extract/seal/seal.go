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

import "image"

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
	floor := ownLevel(gray, clean, box) - 70
	var hist [256]int
	for y := range box.Dy() {
		g := gray.Pix[(box.Min.Y+y)*gray.Stride+box.Min.X:]
		c := clean.Pix[(box.Min.Y+y)*clean.Stride+box.Min.X:]
		dst := out.Pix[y*out.Stride : y*out.Stride+box.Dx()]
		for x := range dst {
			v := min(255-int(g[x]), 3*max(0, int(c[x])-int(g[x])))
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

// ownLevel is the level of the seal's ink in its brightest channel: the median
// over what is clearly coloured.
func ownLevel(gray, clean *image.Gray, box image.Rectangle) int {
	var hist [256]int
	n := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if c := clean.Pix[y*clean.Stride+x]; int(c)-int(gray.Pix[y*gray.Stride+x]) > 40 {
				hist[c]++
				n++
			}
		}
	}
	for v, seen := 0, 0; v < 256; v++ {
		if seen += hist[v]; seen*2 > n {
			return v
		}
	}
	return 255
}

// Plain cuts the box out of a grey scan.
func Plain(gray *image.Gray, box image.Rectangle) *image.Gray {
	box = box.Intersect(gray.Rect)
	out := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	for y := range box.Dy() {
		o := (box.Min.Y+y)*gray.Stride + box.Min.X
		copy(out.Pix[y*out.Stride:y*out.Stride+box.Dx()], gray.Pix[o:o+box.Dx()])
	}
	return out
}
