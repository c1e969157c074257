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
	stride        int        // bytes from row to row
	planes        [3][]uint8 // those of own, or a grey picture's own pixels
	own           [3][]uint8 // kept from picture to picture
}

// load takes over img, with transparency on white. The pixels of a grey picture
// are used where they are.
func (r *raster) load(img image.Image) {
	b := img.Bounds()
	r.width, r.height, r.colour, r.stride = b.Dx(), b.Dy(), true, b.Dx()
	if m, ok := img.(*image.Gray); ok {
		r.colour, r.stride = false, m.Stride
		r.planes[0] = m.Pix[m.PixOffset(b.Min.X, b.Min.Y):]
		return
	}
	for i := range r.own {
		r.own[i] = grow(r.own[i], r.width*r.height)
	}
	r.planes = r.own
	switch m := img.(type) {
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
	r.dropColour()
}

// release lets go of the picture.
func (r *raster) release() { r.planes = [3][]uint8{} }

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

// taps are the source pixels of one output pixel: weights[i] for from+i.
type taps struct {
	from    int
	weights []float32
}

// axis is the taps of every output pixel along one axis, with the array their
// weights lie in, both kept from call to call.
type axis struct {
	taps    []taps
	weights []float32
}

// plan sets up linear interpolation from source to target pixels, its triangle
// widened by the factor when shrinking so that every source pixel counts. Box
// and Catmull-Rom filters read a thousand rendered lines no better and no
// worse (95.1 to 95.2 % of them whole), so the cheap one it is.
func (a *axis) plan(source, target int) {
	scale := float64(source) / float64(target)
	reach := max(scale, 1)
	a.taps = grow(a.taps, target)
	a.weights = a.weights[:0]
	if n := target * (int(2*reach) + 2); cap(a.weights) < n {
		a.weights = make([]float32, 0, n)
	}
	for i := range a.taps {
		centre := (float64(i)+0.5)*scale - 0.5 // in the scale where pixel j is at j
		from := max(int(math.Ceil(centre-reach)), 0)
		to := min(int(math.Floor(centre+reach)), source-1)
		start, sum := len(a.weights), 0.0
		for j := from; j <= to; j++ {
			w := 1 - math.Abs(float64(j)-centre)/reach
			sum += w
			a.weights = append(a.weights, float32(w))
		}
		weights := a.weights[start:]
		for j := range weights {
			weights[j] /= float32(sum)
		}
		a.taps[i] = taps{from, weights}
	}
}

// scaler resizes planes; its buffers are kept from call to call.
type scaler struct {
	across, down axis
	row          []float32
}

// plane is one of a raster's planes.
type plane struct {
	pix           []uint8
	width, stride int
}

func (r *raster) plane(c int) plane { return plane{r.planes[c], r.width, r.stride} }

// scale resizes p by the planned axes to target (rows stride apart) and stores
// gain*value + offset.
func (s *scaler) scale(target []float32, stride int, p plane, gain, offset float32) {
	s.row = grow(s.row, p.width)
	for y, t := range s.down.taps {
		row := s.row[:p.width]
		clear(row)
		for i, weight := range t.weights {
			line := p.pix[(t.from+i)*p.stride:]
			line = line[:len(row)]
			for x, v := range line {
				row[x] += weight * float32(v)
			}
		}
		out := target[y*stride : y*stride+len(s.across.taps)]
		for x := range out {
			a := &s.across.taps[x]
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
func (s *scaler) fill(tensor []float32, stride, w, h int, r *raster, n normalisation) {
	s.across.plan(r.width, w)
	s.down.plan(r.height, h)
	size := h * stride // of a plane of the tensor
	if r.colour {
		for c := range 3 {
			s.scale(tensor[c*size:(c+1)*size], stride, r.plane(c), 1/(255*n.std[c]), -n.mean[c]/n.std[c])
		}
		return
	}
	s.scale(tensor[:size], stride, r.plane(0), 1/float32(255), 0)
	for c := 2; c >= 0; c-- {
		gain, offset := 1/n.std[c], -n.mean[c]/n.std[c]
		for y := range h {
			from := tensor[y*stride : y*stride+w]
			to := tensor[c*size+y*stride:]
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
