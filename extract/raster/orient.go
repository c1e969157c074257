package raster

import (
	"image"
	"image/draw"

	xdraw "golang.org/x/image/draw"

	"dengji/extract"
)

// Orient turns and mirrors a picture so that it stands as its EXIF or TIFF
// orientation (1 to 8, TIFF 6.0 p. 36) asks; 0 and unknown values change
// nothing. Gray and the usual YCbCr pictures keep their type, others become
// *image.NRGBA or, without transparency in their model, *image.RGBA.
func Orient(img image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return img
	}
	return turns[orientation].apply(img)
}

// Turn turns a picture clockwise by 0, 90, 180 or 270 degrees (multiples
// beyond are folded); types as in Orient.
func Turn(img image.Image, degrees int) image.Image {
	switch ((degrees % 360) + 360) % 360 {
	case 90:
		return Orient(img, 6)
	case 180:
		return Orient(img, 3)
	case 270:
		return Orient(img, 8)
	}
	return img
}

// quarter is the clockwise turn within an orientation, its mirror left aside.
func quarter(orientation int) int {
	switch orientation {
	case 3, 4:
		return 180
	case 5, 6:
		return 90
	case 7, 8:
		return 270
	}
	return 0
}

// turn maps a place in the result to one in the source: swap x and y, then
// count from the far side.
type turn struct{ swap, flipX, flipY bool }

var turns = [9]turn{
	2: {false, true, false},
	3: {false, true, true},
	4: {false, false, true},
	5: {true, false, false},
	6: {true, false, true},
	7: {true, true, true},
	8: {true, true, false},
}

func (t turn) apply(img image.Image) image.Image {
	switch src := img.(type) {
	case *image.Gray:
		b := src.Bounds()
		dst := image.NewGray(t.rect(b))
		t.plane(dst.Pix, dst.Stride, src.Pix, src.Stride, b.Dx(), b.Dy(), 1)
		return dst
	case *image.YCbCr:
		if dst, ok := t.ycbcr(src); ok {
			return dst
		}
	case *image.NRGBA:
		b := src.Bounds()
		dst := image.NewNRGBA(t.rect(b))
		t.plane(dst.Pix, dst.Stride, src.Pix, src.Stride, b.Dx(), b.Dy(), 4)
		return dst
	case *image.Paletted:
		b := src.Bounds()
		dst := image.NewPaletted(t.rect(b), src.Palette)
		t.plane(dst.Pix, dst.Stride, src.Pix, src.Stride, b.Dx(), b.Dy(), 1)
		return dst
	}
	b := img.Bounds()
	src, ok := img.(*image.RGBA)
	if !ok {
		src = image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
		draw.Draw(src, src.Bounds(), img, b.Min, draw.Src)
	}
	dst := image.NewRGBA(t.rect(b))
	t.plane(dst.Pix, dst.Stride, src.Pix, src.Stride, b.Dx(), b.Dy(), 4)
	return dst
}

// rect is the result's rectangle, its origin at 0, 0.
func (t turn) rect(b image.Rectangle) image.Rectangle {
	if t.swap {
		return image.Rect(0, 0, b.Dy(), b.Dx())
	}
	return image.Rect(0, 0, b.Dx(), b.Dy())
}

// plane turns one plane of w × h samples of n bytes each.
func (t turn) plane(dst []byte, dstStride int, src []byte, srcStride, w, h, n int) {
	dw, dh := w, h
	if t.swap {
		dw, dh = h, w
	}
	for y := range dh {
		// Walk the source by a constant step along the result's row.
		u, v := 0, y
		du, dv := n, 0
		if t.swap {
			u, v = y, 0
			du, dv = 0, srcStride
		}
		if t.flipX {
			u, du = w-1-u, -du
		}
		if t.flipY {
			v, dv = h-1-v, -dv
		}
		at, step := v*srcStride+u*n, du+dv
		row := dst[y*dstStride : y*dstStride+dw*n]
		if n == 1 {
			for i := range row {
				row[i] = src[at]
				at += step
			}
			continue
		}
		for i := 0; i < len(row); i += n {
			copy(row[i:i+n], src[at:at+n])
			at += step
		}
	}
}

// turnedRatio is a subsampling after x and y changed places; 4:1:1 and 4:1:0
// have no such counterpart in package image.
var turnedRatio = map[image.YCbCrSubsampleRatio]image.YCbCrSubsampleRatio{
	image.YCbCrSubsampleRatio444: image.YCbCrSubsampleRatio444,
	image.YCbCrSubsampleRatio420: image.YCbCrSubsampleRatio420,
	image.YCbCrSubsampleRatio422: image.YCbCrSubsampleRatio440,
	image.YCbCrSubsampleRatio440: image.YCbCrSubsampleRatio422,
}

func (t turn) ycbcr(src *image.YCbCr) (*image.YCbCr, bool) {
	ratio := src.SubsampleRatio
	if t.swap {
		var ok bool
		if ratio, ok = turnedRatio[ratio]; !ok {
			return nil, false
		}
	}
	b := src.Bounds()
	if b.Min != (image.Point{}) {
		return nil, false // chroma need not start on a sample of its own
	}
	dst := image.NewYCbCr(t.rect(b), ratio)
	t.plane(dst.Y, dst.YStride, src.Y, src.YStride, b.Dx(), b.Dy(), 1)
	cw, ch := chroma(src.SubsampleRatio, b.Dx(), b.Dy())
	t.plane(dst.Cb, dst.CStride, src.Cb, src.CStride, cw, ch, 1)
	t.plane(dst.Cr, dst.CStride, src.Cr, src.CStride, cw, ch, 1)
	return dst, true
}

// chroma is the size of a chroma plane.
func chroma(r image.YCbCrSubsampleRatio, w, h int) (int, int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return (w + 1) / 2, h
	case image.YCbCrSubsampleRatio420:
		return (w + 1) / 2, (h + 1) / 2
	case image.YCbCrSubsampleRatio440:
		return w, (h + 1) / 2
	case image.YCbCrSubsampleRatio411:
		return (w + 3) / 4, h
	case image.YCbCrSubsampleRatio410:
		return (w + 3) / 4, (h + 1) / 2
	}
	return w, h
}

// squarePixels stretches a picture whose two resolutions differ by more than a
// tenth (fax machines write 204 × 98 and 204 × 196 dots an inch) and returns
// its one resolution; 0 where it would grow beyond the limit.
func squarePixels(img image.Image, xdpi, ydpi float64, lim extract.Limits) (image.Image, float64) {
	to := max(xdpi, ydpi)
	if r := xdpi / ydpi; r > 0.9 && r < 1.1 {
		return img, to
	}
	b := img.Bounds()
	r := image.Rect(0, 0, int(float64(b.Dx())*to/xdpi+0.5), int(float64(b.Dy())*to/ydpi+0.5))
	if int64(r.Dx())*int64(r.Dy()) > lim.Pixels {
		return img, 0
	}
	var dst draw.Image
	if _, ok := img.(*image.Gray); ok {
		dst = image.NewGray(r)
	} else {
		dst = image.NewRGBA(r)
	}
	xdraw.ApproxBiLinear.Scale(dst, r, img, b, draw.Src, nil)
	return dst, to
}
