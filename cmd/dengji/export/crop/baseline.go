package crop

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"math"
)

// errOther says that a JPEG is not of the plain kind that this file knows.
var errOther = errors.New("not a plain baseline JPEG")

// errCut says that a JPEG's data end too soon or make no sense.
var errCut = errors.New("damaged JPEG data")

// maxPixels bounds a page picture: 25 times what a run writes.
const maxPixels = 100 << 20

// component is one plane of a baseline JPEG.
type component struct {
	id, h, v   int // sampling factors
	quant      *[64]int32
	dc, ac     *huffman
	pix        []byte
	stride     int
	prediction int32
}

// baseline is a JPEG (ISO/IEC 10918-1) whose headers are read: sequential, 8
// bits, one interleaved scan without restart markers, as image/jpeg writes it.
type baseline struct {
	width, height int
	comps         []component
	quants        [4][64]int32
	huffs         [2][4]huffman // DC, AC
	scan          []byte
	mcuW, mcuH    int       // pixels
	cols, rows    int       // MCUs
	planes        [3][]byte // kept from picture to picture
}

// zigzag is the place of the k-th coefficient of a block (figure A.6).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// Markers (table B.1).
const (
	markSOF0 = 0xc0
	markDHT  = 0xc4
	markSOI  = 0xd8
	markEOI  = 0xd9
	markSOS  = 0xda
	markDQT  = 0xdb
	markDRI  = 0xdd
)

// parse reads the headers. The error is errOther where image/jpeg should try.
func (b *baseline) parse(data []byte) error {
	if len(data) < 4 || data[0] != 0xff || data[1] != markSOI {
		return errOther
	}
	b.comps = b.comps[:0]
	for at := 2; ; {
		if at+4 > len(data) || data[at] != 0xff {
			return errCut
		}
		mark, n := data[at+1], int(data[at+2])<<8|int(data[at+3])
		if n < 2 || at+2+n > len(data) {
			return errCut
		}
		body := data[at+4 : at+2+n]
		at += 2 + n
		var err error
		switch mark {
		case markDQT:
			err = b.quantTables(body)
		case markDHT:
			err = b.huffTables(body)
		case markSOF0:
			err = b.frame(body)
		case markSOS:
			if err := b.start(body); err != nil {
				return err
			}
			b.scan = unstuff(data[at:])
			return nil
		case markDRI:
			if len(body) != 2 || body[0] != 0 || body[1] != 0 {
				err = errOther
			}
		default:
			if mark >= 0xc0 && mark <= 0xcf || mark == markEOI { // another process, arithmetic coding
				err = errOther
			}
		}
		if err != nil {
			return err
		}
	}
}

func (b *baseline) quantTables(body []byte) error {
	for len(body) > 0 {
		if body[0]>>4 != 0 || body[0]&15 > 3 {
			return errOther
		}
		if len(body) < 65 {
			return errCut
		}
		q := &b.quants[body[0]&15]
		for k, v := range body[1:65] {
			q[zigzag[k]] = int32(v)
		}
		body = body[65:]
	}
	return nil
}

func (b *baseline) frame(body []byte) error {
	if len(body) < 6 || len(body) != 6+3*int(body[5]) || len(b.comps) > 0 {
		return errCut
	}
	b.height, b.width = int(body[1])<<8|int(body[2]), int(body[3])<<8|int(body[4])
	n := int(body[5])
	if body[0] != 8 || b.width == 0 || b.height == 0 || n != 1 && n != 3 {
		return errOther
	}
	if b.width*b.height > maxPixels {
		return fmt.Errorf("a page picture of %d × %d pixels is too large", b.width, b.height)
	}
	for i := range n {
		c := body[6+3*i:]
		comp := component{id: int(c[0]), h: int(c[1] >> 4), v: int(c[1] & 15)}
		if n == 1 {
			comp.h, comp.v = 1, 1 // a scan of one component is not interleaved
		}
		if i > 0 && (comp.h != 1 || comp.v != 1) || comp.h < 1 || comp.h > 2 || comp.v < 1 || comp.v > 2 || c[2] > 3 {
			return errOther
		}
		comp.quant = &b.quants[c[2]]
		b.comps = append(b.comps, comp)
	}
	b.mcuW, b.mcuH = 8*b.comps[0].h, 8*b.comps[0].v
	b.cols, b.rows = (b.width+b.mcuW-1)/b.mcuW, (b.height+b.mcuH-1)/b.mcuH
	return nil
}

func (b *baseline) start(body []byte) error {
	n := len(b.comps)
	if n == 0 || len(body) != 4+2*n || int(body[0]) != n {
		return errOther
	}
	for i := range b.comps {
		id, tables := int(body[1+2*i]), body[2+2*i]
		if id != b.comps[i].id || tables>>4 > 3 || tables&15 > 3 {
			return errOther
		}
		b.comps[i].dc, b.comps[i].ac = &b.huffs[0][tables>>4], &b.huffs[1][tables&15]
	}
	return nil
}

// unstuff takes out the zeros that follow 0xff and ends at a marker.
func unstuff(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for {
		i := bytes.IndexByte(data, 0xff)
		if i < 0 || i+1 >= len(data) || data[i+1] != 0 {
			if i < 0 {
				i = len(data)
			}
			return append(out, data[:i]...)
		}
		out, data = append(out, data[:i+1]...), data[i+2:]
	}
}

// decode decodes the blocks of all MCUs that one of the areas (pixels)
// touches; the others are skipped as cheaply as they can be. Only those areas
// of the picture returned hold anything.
func (b *baseline) decode(areas []image.Rectangle) (image.Image, error) {
	wanted := make([]bool, b.cols*b.rows)
	last := -1
	for _, a := range areas {
		if a = a.Intersect(image.Rect(0, 0, b.width, b.height)); a.Empty() {
			continue
		}
		for y := a.Min.Y / b.mcuH; y <= (a.Max.Y-1)/b.mcuH; y++ {
			for x := a.Min.X / b.mcuW; x <= (a.Max.X-1)/b.mcuW; x++ {
				wanted[y*b.cols+x] = true
				last = max(last, y*b.cols+x)
			}
		}
	}
	for i := range b.comps {
		c := &b.comps[i]
		c.prediction, c.stride = 0, b.cols*8*c.h
		need := c.stride * b.rows * 8 * c.v
		if len(b.planes[i]) < need {
			b.planes[i] = make([]byte, need)
		}
		c.pix = b.planes[i][:need]
	}
	bits := &bitReader{data: b.scan}
	for mcu := 0; mcu <= last; mcu++ {
		if err := b.unit(bits, mcu, wanted[mcu]); err != nil {
			return nil, err
		}
	}
	return b.image(), nil
}

// unit reads one MCU.
func (b *baseline) unit(bits *bitReader, mcu int, wanted bool) error {
	col, row := mcu%b.cols, mcu/b.cols
	for i := range b.comps {
		c := &b.comps[i]
		for by := range c.v {
			for bx := range c.h {
				if !wanted {
					if !bits.skipBlock(c) {
						return errCut
					}
					continue
				}
				var block [64]int32
				if !bits.block(c, &block) {
					return errCut
				}
				at := (row*c.v+by)*8*c.stride + (col*c.h+bx)*8
				inverse(&block, c.pix[at:], c.stride)
			}
		}
	}
	return nil
}

func (b *baseline) image() image.Image {
	rect := image.Rect(0, 0, b.width, b.height)
	y := &b.comps[0]
	if len(b.comps) == 1 {
		return &image.Gray{Pix: y.pix, Stride: y.stride, Rect: rect}
	}
	ratio := map[[2]int]image.YCbCrSubsampleRatio{{1, 1}: image.YCbCrSubsampleRatio444, {2, 1}: image.YCbCrSubsampleRatio422,
		{1, 2}: image.YCbCrSubsampleRatio440, {2, 2}: image.YCbCrSubsampleRatio420}[[2]int{y.h, y.v}]
	return &image.YCbCr{Y: y.pix, Cb: b.comps[1].pix, Cr: b.comps[2].pix, YStride: y.stride, CStride: b.comps[1].stride, SubsampleRatio: ratio, Rect: rect}
}

// cosines has in row u the values of basis function u, with its norm
// (A.3.3): ½·C(u)·cos((2x+1)uπ/16).
var cosines = func() (t [8][8]float32) {
	for u := range 8 {
		norm := 0.5
		if u == 0 {
			norm /= math.Sqrt2
		}
		for x := range 8 {
			t[u][x] = float32(norm * math.Cos(float64(2*x+1)*float64(u)*math.Pi/16))
		}
	}
	return t
}()

// inverse is the inverse cosine transform of a block into 8 × 8 pixels.
func inverse(block *[64]int32, pix []byte, stride int) {
	var half [64]float32 // rows of frequencies, columns of pixels
	for v := range 8 {
		row, out := block[8*v:8*v+8], half[8*v:8*v+8]
		for u, f := range row {
			if f == 0 {
				continue
			}
			for x, c := range &cosines[u] {
				out[x] += float32(f) * c
			}
		}
	}
	for y := range 8 {
		var out [8]float32
		for v := range 8 {
			c := cosines[v][y]
			for x, f := range half[8*v : 8*v+8] {
				out[x] += f * c
			}
		}
		for x, f := range out {
			pix[y*stride+x] = byte(min(255, max(0, int(math.Floor(float64(f)+128.5)))))
		}
	}
}
