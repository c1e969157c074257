package ppocr

import (
	"image"
	"math"
)

// raster is a picture as separate 8-bit planes: one when it has no colour,
// else three in the order blue, green, red, which the models were trained on
// (PaddleOCR reads with OpenCV, img_mode BGR).
type raster struct {
	width, height int
	colour        bool
	planes        [3][]uint8 // rows of width bytes
}

// load takes over img, with transparency on white, into buffers that are kept
// from picture to picture.
func (r *raster) load(img image.Image) {
	b := img.Bounds()
	r.width, r.height, r.colour = b.Dx(), b.Dy(), true
	for i := range r.planes {
		r.planes[i] = grow(r.planes[i], r.width*r.height)
	}
	switch m := img.(type) {
	case *image.Gray:
		r.colour = false
		for y := range r.height {
			at := m.PixOffset(b.Min.X, b.Min.Y+y)
			copy(r.planes[0][y*r.width:(y+1)*r.width], m.Pix[at:at+r.width])
		}
	case *image.RGBA:
		for y := range r.height {
			at := m.PixOffset(b.Min.X, b.Min.Y+y)
			r.loadRGBA(y, m.Pix[at:at+4*r.width])
		}
	case *image.YCbCr:
		r.loadYCbCr(m)
	default:
		r.loadAny(img)
	}
	if r.colour {
		r.dropColour()
	}
}

// loadRGBA takes one row of premultiplied pixels; what alpha leaves is white.
func (r *raster) loadRGBA(y int, row []uint8) {
	from, to := y*r.width, (y+1)*r.width
	blue, green, red := r.planes[0][from:to], r.planes[1][from:to], r.planes[2][from:to]
	for x := range blue {
		p := row[4*x : 4*x+4 : 4*x+4]
		white := 255 - p[3]
		red[x], green[x], blue[x] = p[0]+white, p[1]+white, p[2]+white
	}
}

// loadYCbCr does the integer arithmetic of color.YCbCrToRGB row by row.
func (r *raster) loadYCbCr(m *image.YCbCr) {
	b := m.Bounds()
	i := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		luma := m.Y[m.YOffset(b.Min.X, y):]
		for x := range r.width {
			c := m.COffset(b.Min.X+x, y)
			yy := int32(luma[x]) * 0x10101
			cb, cr := int32(m.Cb[c])-128, int32(m.Cr[c])-128
			r.planes[2][i] = clamp16(yy + 91881*cr)
			r.planes[1][i] = clamp16(yy - 22554*cb - 46802*cr)
			r.planes[0][i] = clamp16(yy + 116130*cb)
			i++
		}
	}
}

func (r *raster) loadAny(img image.Image) {
	b := img.Bounds()
	i := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			cr, cg, cb, ca := img.At(x, y).RGBA()
			white := 0xffff - ca
			r.planes[2][i] = uint8((cr + white) >> 8)
			r.planes[1][i] = uint8((cg + white) >> 8)
			r.planes[0][i] = uint8((cb + white) >> 8)
			i++
		}
	}
}

// dropColour turns a picture whose planes are all alike into one of one
// plane: grey scans often come as RGB, and a third of the work is enough.
func (r *raster) dropColour() {
	blue, green, red := r.planes[0], r.planes[1], r.planes[2]
	for i, v := range blue {
		if green[i] != v || red[i] != v {
			return
		}
	}
	r.colour = false
}

func clamp16(v int32) uint8 { return uint8(min(max(v, 0), 0xffffff) >> 16) }

// kernel is a reconstruction filter. When a picture shrinks it is widened by
// the factor, so that every source pixel counts.
type kernel struct {
	support float64 // half width, in output pixels
	at      func(t float64) float64
}

var (
	boxKernel      = kernel{0.5, func(float64) float64 { return 1 }}
	triangleKernel = kernel{1, func(t float64) float64 { return 1 - math.Abs(t) }}
	cubicKernel    = kernel{2, catmullRom}
)

// catmullRom is the cubic with B=0, C=1/2 (Mitchell and Netravali 1988).
func catmullRom(t float64) float64 {
	t = math.Abs(t)
	if t < 1 {
		return (1.5*t-2.5)*t*t + 1
	}
	return ((-0.5*t+2.5)*t-4)*t + 2
}

// taps are the source pixels of one output pixel: weights[i] for from+i.
type taps struct {
	from    int
	weights []float32
}

// axis lists the taps of every output pixel along one axis.
func (k kernel) axis(source, target int) []taps {
	scale := float64(source) / float64(target)
	wide := max(scale, 1)
	reach := k.support * wide
	axis := make([]taps, target)
	for i := range axis {
		centre := (float64(i) + 0.5) * scale
		from := max(int(math.Floor(centre-reach+0.5)), 0)
		to := min(int(math.Ceil(centre+reach-0.5)), source-1)
		if from > to {
			from = min(max(int(centre), 0), source-1)
			to = from
		}
		weights := make([]float32, 0, to-from+1)
		sum := 0.0
		for j := from; j <= to; j++ {
			t := (float64(j) + 0.5 - centre) / wide
			w := 0.0
			if math.Abs(t) <= k.support {
				w = k.at(t)
			}
			sum += w
			weights = append(weights, float32(w))
		}
		for j := range weights {
			if sum == 0 {
				weights[j] = 1 / float32(len(weights))
			} else {
				weights[j] /= float32(sum)
			}
		}
		axis[i] = taps{from, weights}
	}
	return axis
}

// scaler resizes planes; its row buffer is kept from call to call.
type scaler struct{ row []float32 }

// scale resizes plane, width × height, to target (rows stride apart, w × h)
// and stores gain*value + offset.
func (s *scaler) scale(target []float32, stride, w, h int, plane []uint8, width, height int, k kernel, gain, offset float32) {
	across, down := k.axis(width, w), k.axis(height, h)
	s.row = grow(s.row, width)
	for y, t := range down {
		row := s.row[:width]
		clear(row)
		for i, weight := range t.weights {
			line := plane[(t.from+i)*width:]
			line = line[:len(row)]
			for x, v := range line {
				row[x] += weight * float32(v)
			}
		}
		out := target[y*stride : y*stride+w]
		for x := range out {
			a := &across[x]
			line := row[a.from:]
			line = line[:len(a.weights)]
			sum := float32(0)
			for i, v := range line {
				sum += a.weights[i] * v
			}
			out[x] = gain*sum + offset
		}
	}
}

// normalisation is what a model wants of its input: (v/255 - mean) / std for
// the planes blue, green, red.
type normalisation struct{ mean, std [3]float32 }

var (
	// imageNet is applied to blue, green, red in this order, as PaddleOCR's
	// NormalizeImage does after reading BGR; the detector was trained so.
	imageNet = normalisation{[3]float32{0.485, 0.456, 0.406}, [3]float32{0.229, 0.224, 0.225}}
	halves   = normalisation{[3]float32{0.5, 0.5, 0.5}, [3]float32{0.5, 0.5, 0.5}}
)

// fill writes r, resized to w × h and normalised, into the tensor
// [1, 3, h, stride]; columns from w on are left as they are.
func (s *scaler) fill(tensor []float32, stride, w, h int, r *raster, k kernel, n normalisation) {
	plane := h * stride
	if r.colour {
		for c := range 3 {
			s.scale(tensor[c*plane:(c+1)*plane], stride, w, h, r.planes[c], r.width, r.height, k, 1/(255*n.std[c]), -n.mean[c]/n.std[c])
		}
		return
	}
	s.scale(tensor[:plane], stride, w, h, r.planes[0], r.width, r.height, k, 1/float32(255), 0)
	for c := 2; c >= 0; c-- {
		gain, offset := 1/n.std[c], -n.mean[c]/n.std[c]
		for y := range h {
			from := tensor[y*stride : y*stride+w]
			to := tensor[c*plane+y*stride:]
			to = to[:len(from)]
			for x, v := range from {
				to[x] = gain*v + offset
			}
		}
	}
}

// grow returns a slice of length n, s itself where it is long enough. Its
// contents are whatever was there.
func grow[T any](s []T, n int) []T {
	if cap(s) >= n {
		return s[:n]
	}
	return make([]T, n, n+n/4)
}
