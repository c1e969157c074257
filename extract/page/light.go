package page

import "image"

// Even divides out the light: every pixel is scaled so that the paper around
// it becomes white. Shadows, a book's gutter and grey photocopies go; print
// keeps its contrast to the paper beside it.
//
// The paper's level is the brightest tenth of each block of 1/100 of the long
// side, widened over blocks without paper (a dark picture, a filled box) and
// smoothed between blocks.
func Even(g *image.Gray) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	block := max(16, max(w, h)/100)
	cols, rows := (w+block-1)/block, (h+block-1)/block
	level := make([]float64, cols*rows)
	for by := range rows {
		for bx := range cols {
			level[by*cols+bx] = blockPaper(g, bx*block, by*block, block)
		}
	}
	level = smooth(widen(level, cols, rows), cols, rows)
	out := image.NewGray(image.Rect(0, 0, w, h))
	row := make([]float64, cols+1)
	between := make([]float64, w) // how far a column lies from the middle of its block to that of the next
	of := make([]int32, w)        // the block
	for x := range w {
		f := (float64(x)+0.5)/float64(block) - 0.5
		i := max(0, min(cols-2, int(f)))
		of[x], between[x] = int32(i), max(0, min(1, f-float64(i)))
	}
	for y := range h {
		blendRows(row[:cols], level, cols, rows, (float64(y)+0.5)/float64(block)-0.5)
		row[cols] = row[cols-1] // of a picture one block wide
		evenRow(out.Pix[y*out.Stride:y*out.Stride+w], g.Pix[y*g.Stride:y*g.Stride+w], row, of, between)
	}
	return out
}

// evenRow scales a row's pixels by the paper's level, which row gives for the
// middles of blocks.
func evenRow(dst, src []uint8, row []float64, of []int32, between []float64) {
	dst, of, between = dst[:len(src)], of[:len(src)], between[:len(src)]
	for x, v := range src {
		i := of[x]
		level := row[i]
		paper := level + (row[i+1]-level)*between[x]
		if lit := float64(v) * 250 / paper; lit < 255 {
			dst[x] = uint8(lit)
		} else {
			dst[x] = 255
		}
	}
}

// blockPaper is the level that a tenth of a block's pixels exceed.
func blockPaper(g *image.Gray, x0, y0, size int) float64 {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	var hist [256]int
	n := 0
	for y := y0; y < min(h, y0+size); y += 2 {
		for x := x0; x < min(w, x0+size); x += 2 {
			hist[g.Pix[y*g.Stride+x]]++
			n++
		}
	}
	for v, left := 255, n/10; v > 0; v-- {
		if left -= hist[v]; left < 0 {
			return float64(max(v, 40))
		}
	}
	return 40
}

// widen lets every block take the brightest level of its neighbours, so that
// text-filled and dark blocks borrow the paper beside them.
func widen(level []float64, cols, rows int) []float64 {
	out := make([]float64, len(level))
	for y := range rows {
		for x := range cols {
			m := 0.0
			for yy := max(0, y-1); yy <= min(rows-1, y+1); yy++ {
				for xx := max(0, x-1); xx <= min(cols-1, x+1); xx++ {
					m = max(m, level[yy*cols+xx])
				}
			}
			out[y*cols+x] = m
		}
	}
	return out
}

func smooth(level []float64, cols, rows int) []float64 {
	out := make([]float64, len(level))
	for y := range rows {
		for x := range cols {
			s, n := 0.0, 0.0
			for yy := max(0, y-1); yy <= min(rows-1, y+1); yy++ {
				for xx := max(0, x-1); xx <= min(cols-1, x+1); xx++ {
					s += level[yy*cols+xx]
					n++
				}
			}
			out[y*cols+x] = s / n
		}
	}
	return out
}

// blendRows writes the levels at height f (in blocks) into row.
func blendRows(row, level []float64, cols, rows int, f float64) {
	i := max(0, min(rows-1, int(f)))
	j := min(rows-1, i+1)
	t := max(0, min(1, f-float64(i)))
	for x := range cols {
		row[x] = level[i*cols+x]*(1-t) + level[j*cols+x]*t
	}
}

// Binarize marks ink (true, as 1) in a picture that Even has evened. The
// threshold is Otsu's (IEEE Trans. SMC 9, 1979) kept between 110 and 190:
// without bounds an almost empty page splits its own paper.
func Binarize(g *image.Gray) *Bitmap {
	return Darker(g, uint8(max(110, min(190, otsu(g)))))
}

// Darker marks the pixels below a level.
func Darker(g *image.Gray, t uint8) *Bitmap {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	b := NewBitmap(w, h)
	paper := brightMask(t)
	for y := range h {
		src, dst := g.Pix[y*g.Stride:y*g.Stride+w], b.Row(y)
		for x := 0; x < w; {
			if x+8 <= w && word(src[x:])&paper == paper {
				x += 8
				continue
			}
			for end := min(w, x+8); x < end; x++ {
				if src[x] < t {
					dst[x] = 1
				}
			}
		}
	}
	return b
}

func otsu(g *image.Gray) int {
	var hist [256]int
	for i := 0; i < len(g.Pix); i += 3 {
		hist[g.Pix[i]]++
	}
	var total, sum float64
	for v, n := range hist {
		total += float64(n)
		sum += float64(v * n)
	}
	var below, sumBelow, best float64
	at := 150
	for v, n := range hist {
		below += float64(n)
		if below == 0 || below == total {
			continue
		}
		sumBelow += float64(v * n)
		d := sumBelow/below - (sum-sumBelow)/(total-below)
		if between := below * (total - below) * d * d; between > best {
			best, at = between, v
		}
	}
	return at + 1
}

// Binomial convolves a picture with 1 2 1 along and across; its edge pixels
// count twice.
func Binomial(g *image.Gray) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := image.NewGray(image.Rect(0, 0, w, h))
	sums := make([]uint16, w*h)
	for y := range h {
		row, sum := g.Pix[y*g.Stride:y*g.Stride+w], sums[y*w:(y+1)*w]
		for x, v := range row {
			sum[x] = uint16(row[max(x-1, 0)]) + 2*uint16(v) + uint16(row[min(x+1, w-1)])
		}
	}
	for y := range h {
		above, at, below := sums[max(y-1, 0)*w:], sums[y*w:], sums[min(y+1, h-1)*w:]
		for x := range w {
			out.Pix[y*out.Stride+x] = uint8((above[x] + 2*at[x] + below[x] + 8) / 16)
		}
	}
	return out
}

// Bitmap is a picture of ink: one byte a pixel, 1 for ink.
type Bitmap struct {
	W, H int
	Pix  []uint8
}

// NewBitmap returns an empty bitmap.
func NewBitmap(w, h int) *Bitmap { return &Bitmap{W: w, H: h, Pix: make([]uint8, w*h)} }

// Row is a row's pixels.
func (b *Bitmap) Row(y int) []uint8 { return b.Pix[y*b.W : (y+1)*b.W] }

// Erase clears a rectangle.
func (b *Bitmap) Erase(r image.Rectangle) {
	r = r.Intersect(image.Rect(0, 0, b.W, b.H))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		clear(b.Pix[y*b.W+r.Min.X : y*b.W+r.Max.X])
	}
}

// Cut copies a rectangle; beyond the bitmap is no ink.
func (b *Bitmap) Cut(r image.Rectangle) *Bitmap {
	out := NewBitmap(r.Dx(), r.Dy())
	in := r.Intersect(image.Rect(0, 0, b.W, b.H))
	for y := in.Min.Y; y < in.Max.Y; y++ {
		copy(out.Row(y - r.Min.Y)[in.Min.X-r.Min.X:], b.Row(y)[in.Min.X:in.Max.X])
	}
	return out
}

// Bounds is the smallest rectangle around the ink inside r, empty where there
// is none.
func (b *Bitmap) Bounds(r image.Rectangle) image.Rectangle {
	r = r.Intersect(image.Rect(0, 0, b.W, b.H))
	var out image.Rectangle
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := b.Pix[y*b.W+r.Min.X : y*b.W+r.Max.X]
		for x, v := range row {
			if v != 0 {
				out = out.Union(image.Rect(r.Min.X+x, y, r.Min.X+x+1, y+1))
			}
		}
	}
	return out
}

// Count is the number of ink pixels in a rectangle.
func (b *Bitmap) Count(r image.Rectangle) int {
	r = r.Intersect(image.Rect(0, 0, b.W, b.H))
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for _, v := range b.Pix[y*b.W+r.Min.X : y*b.W+r.Max.X] {
			n += int(v)
		}
	}
	return n
}
