package page

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// noisy is a picture of chance levels, with a dark column and a dark row
// through all of it.
func noisy(w, h int) *image.Gray {
	rng := rand.New(rand.NewPCG(11, uint64(w)))
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix {
		g.Pix[i] = uint8(200 + rng.IntN(56))
		if x, y := i%w, i/w; x == w/3 || y == h/4 {
			g.Pix[i] = 150
		}
	}
	return g
}

// The fast paths do what their plain definitions say, to the bit.

func TestStreaksAcrossAreThoseOfTheTransposed(t *testing.T) {
	g := noisy(700, 450)
	want := streaks(transpose(g))
	if got := streaksAcross(g); !slices.Equal(got, want) || len(got) != 1 || got[0].x != 450/4 {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestRotateSamplesEveryPixel(t *testing.T) {
	g := noisy(120, 90)
	w, h := 120, 90
	for _, deg := range []float64{-4.3, -0.5, 0.025, 2, 5} {
		out := Rotate(g, deg)
		sin, cos := math.Sincos(deg * math.Pi / 180)
		cx, cy := float64(w-1)/2, float64(h-1)/2
		for y := range h {
			fy := float64(y) - cy
			sx, sy := int64((cx-cos*cx+sin*fy)*65536), int64((cy+sin*cx+cos*fy)*65536)
			for x := range w {
				if got, want := out.Pix[y*w+x], sampleFixed(g, sx, sy, w, h); got != want {
					t.Fatalf("%v degrees at %d, %d: %d, want %d", deg, x, y, got, want)
				}
				sx, sy = sx+int64(cos*65536), sy+int64(-sin*65536)
			}
		}
	}
}

func TestResizeAveragesBoxes(t *testing.T) {
	g := noisy(101, 67)
	const w, h = 40, 31
	out := Resize(g, w, h)
	fx, fy := 101.0/w, 67.0/h
	for y := range h {
		for x := range w {
			sum, n := 0, 0
			for yy := int(float64(y) * fy); yy < int(float64(y+1)*fy); yy++ {
				for xx := int(math.Round(float64(x) * fx)); xx < int(math.Round(float64(x+1)*fx)); xx++ {
					sum, n = sum+int(g.Pix[yy*g.Stride+xx]), n+1
				}
			}
			if got := int(out.Pix[y*w+x]); got != sum/n {
				t.Fatalf("at %d, %d: %d, want %d", x, y, got, sum/n)
			}
		}
	}
}

func TestChannelsOfColourBelowTheLightness(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411} {
		img := image.NewYCbCr(image.Rect(0, 0, 37, 21), ratio)
		for _, p := range [][]uint8{img.Y, img.Cb, img.Cr} {
			for i := range p {
				p[i] = uint8(rng.IntN(256))
			}
		}
		part := img.SubImage(image.Rect(4, 2, 35, 20)).(*image.YCbCr)
		r, g, b := channels(part, 1)
		for i := range r {
			c := part.YCbCrAt(4+i%31, 2+i/31)
			wr, wg, wb, _ := c.RGBA()
			for k, d := range []int{int(r[i]) - int(wr>>8), int(g[i]) - int(wg>>8), int(b[i]) - int(wb>>8)} {
				if d < -1 || d > 1 {
					t.Fatalf("%v, pixel %d, channel %d is off by %d", ratio, i, k, d)
				}
			}
		}
	}
}

// speckled is a bitmap with ink in a share of its pixels.
func speckled(w, h int, share float64) *Bitmap {
	rng := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	b := NewBitmap(w, h)
	for i := range b.Pix {
		if rng.Float64() < share {
			b.Pix[i] = 1
		}
	}
	return b
}

func (b *Bitmap) pixel(x, y int) uint8 {
	if x < 0 || y < 0 || x >= b.W || y >= b.H {
		return 0
	}
	return b.Pix[y*b.W+x]
}

func TestDarkerAndRidgeLookAtEveryPixel(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	g := image.NewGray(image.Rect(0, 0, 83, 41))
	for i := range g.Pix {
		g.Pix[i] = uint8(255 - rng.IntN(256)*rng.IntN(256)/255) // mostly bright
	}
	for _, level := range []int{0, 1, 110, 128, 129, 192, 200, 255} {
		b := Darker(g, uint8(level))
		for i, v := range g.Pix {
			if got := b.Pix[i] == 1; got != (int(v) < level) {
				t.Fatalf("level %d: pixel %d of %d is ink: %v", level, i, v, got)
			}
		}
	}
	for _, contrast := range []int{1, lineContrast, 40, 128, 200, 300} {
		b := ridge(g, 3, contrast)
		for i := range g.Pix {
			want := false
			if y := i / 83; y >= 3 && y < 38 {
				want = int(min(g.Pix[i-3*83], g.Pix[i+3*83]))-int(g.Pix[i]) >= contrast
			}
			if got := b.Pix[i] == 1; got != want {
				t.Fatalf("contrast %d: pixel %d is a ridge: %v", contrast, i, got)
			}
		}
	}
}

// followed looks along a line pixel by pixel, as follow promises.
func followed(ridge, near *Bitmap, s Segment, length float64) trace {
	pieces := make([]piece, max(7, int((s.To-s.From)/length)))
	others := 0
	for x := max(0, int(s.From)); x < min(ridge.W, int(s.To)); x++ {
		k := min(len(pieces)-1, max(0, int((float64(x)-s.From)*float64(len(pieces))/(s.To-s.From))))
		y := int(math.Floor(s.Pos(float64(x)) - 0.5))
		pieces[k].length++
		if y < 0 || y+1 >= ridge.H {
			continue
		}
		if near.pixel(x, y-5)|near.pixel(x, y+6) != 0 {
			others++
		} else if ridge.pixel(x, y)|ridge.pixel(x, y+1) != 0 {
			pieces[k].dots++
		}
	}
	return traceOf(pieces, others)
}

func TestFollowLooksAtEveryPixel(t *testing.T) {
	ridge, near := speckled(301, 60, 0.2), speckled(301, 61, 0.1)
	near = near.Cut(image.Rect(0, 0, 301, 60))
	f := field{marks: marksOf(ridge, near)}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		s := Segment{From: rng.Float64()*320 - 10, At: rng.Float64()*70 - 5}
		s.To, s.Till = s.From+rng.Float64()*300-5, s.At+rng.Float64()*20-10
		length := 2 + rng.Float64()*60
		if got, want := f.follow(s, length), followed(ridge, near, s, length); got != want {
			t.Fatalf("%+v by %v: %+v, want %+v", s, length, got, want)
		}
	}
}

func TestSidesCountWidenedInk(t *testing.T) {
	ink := speckled(90, 50, 0.3)
	area := image.Rect(-1, 4, 70, 51) // beyond the bitmap on two sides
	s := newSides(ink, area)
	for y := range s.h {
		row := uint16(0)
		for x := range s.w {
			px, py := x+area.Min.X, y+area.Min.Y
			row += uint16(ink.pixel(px, py-1) | ink.pixel(px, py) | ink.pixel(px, py+1))
			if got := s.rows[y*(s.w+1)+x+1]; got != row {
				t.Fatalf("row %d up to %d: %d, want %d", y, x, got, row)
			}
			col := uint16(ink.pixel(px-1, py) | ink.pixel(px, py) | ink.pixel(px+1, py))
			if got := s.cols[x*(s.h+1)+y+1] - s.cols[x*(s.h+1)+y]; got != col {
				t.Fatalf("column %d at %d: %d, want %d", x, y, got, col)
			}
		}
	}
}

func TestShrunkChannelsAverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	img := image.NewRGBA(image.Rect(2, 1, 33, 24))
	for i := range img.Pix {
		img.Pix[i] = uint8(rng.IntN(256)) | uint8(0xff*(i%4/3)) // opaque
	}
	for factor := 1; factor <= 4; factor++ {
		r, _, b := channels(img, factor)
		w, h := 31/factor, 23/factor
		for i := range w * h {
			sumR, sumB := 0, 0
			for k := range factor * factor {
				c := img.RGBAAt(2+i%w*factor+k%factor, 1+i/w*factor+k/factor)
				sumR, sumB = sumR+int(c.R), sumB+int(c.B)
			}
			if n := factor * factor; int(r[i]) != sumR/n || int(b[i]) != sumB/n {
				t.Fatalf("by %d, pixel %d: %d and %d, want %d and %d", factor, i, r[i], b[i], sumR/n, sumB/n)
			}
		}
	}
}
