package ocr_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Fonts of Debian's packages fonts-arphic-gbsn00lp, fonts-arphic-gkai00mp and
// fonts-noto-cjk; only -update needs them.
var fontFiles = map[string]struct {
	path  string
	index int // in a collection
}{
	"song":  {"/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf", 0},
	"kai":   {"/usr/share/fonts/truetype/arphic-gkai00mp/gkai00mp.ttf", 0},
	"serif": {"/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2},
	"hei":   {"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2},
}

// look says how a line of the samples is drawn.
type look struct {
	font       string
	points     float64
	dpi        float64
	blur       float64 // standard deviation in pixels
	noise      float64 // standard deviation in grey levels
	ink        uint8   // grey of the print
	jpeg       int     // quality, 0 for none
	seal       bool    // a red ring and a star over it
	upsideDown bool
}

// render draws one line with a margin of a sixth of its height. It returns the
// picture and where each rune begins, in pixels, with the end of the last.
func render(text string, l look, fonts map[string]*opentype.Font, rng *rand.Rand) (image.Image, []int, error) {
	face, err := opentype.NewFace(fonts[l.font], &opentype.FaceOptions{Size: l.points, DPI: l.dpi, Hinting: font.HintingNone})
	if err != nil {
		return nil, nil, fmt.Errorf("sizing font %s: %w", l.font, err)
	}
	defer face.Close()
	em := l.points * l.dpi / 72
	margin := int(math.Round(em / 6))
	w := font.MeasureString(face, text).Ceil() + 2*margin
	h := int(math.Round(em*1.1)) + 2*margin
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	d := font.Drawer{Dst: img, Src: image.NewUniform(color.Gray{l.ink}), Face: face, Dot: fixed.P(margin, margin+int(em*0.93))}
	var starts []int
	for _, r := range text {
		starts = append(starts, d.Dot.X.Round())
		d.DrawString(string(r))
	}
	starts = append(starts, d.Dot.X.Round())
	if l.seal {
		stamp(img, l.dpi)
	}
	if l.blur > 0 {
		blur(img, l.blur)
	}
	if l.noise > 0 {
		grain(img, l.noise, rng)
	}
	if l.upsideDown {
		img = halfTurn(img)
	}
	var out image.Image = img
	if l.jpeg > 0 {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: l.jpeg}); err != nil {
			return nil, nil, err
		}
		if out, err = jpeg.Decode(&b); err != nil {
			return nil, nil, err
		}
	}
	if !l.seal {
		grey := image.NewGray(out.Bounds())
		draw.Draw(grey, grey.Rect, out, image.Point{}, draw.Src)
		out = grey
	}
	return out, starts, nil
}

func loadFonts() (map[string]*opentype.Font, error) {
	fonts := map[string]*opentype.Font{}
	for name, file := range fontFiles {
		data, err := os.ReadFile(file.path)
		if err != nil {
			return nil, err
		}
		all, err := opentype.ParseCollection(data)
		if err != nil {
			return nil, fmt.Errorf("parsing %s: %w", file.path, err)
		}
		if fonts[name], err = all.Font(file.index); err != nil {
			return nil, fmt.Errorf("parsing %s: %w", file.path, err)
		}
	}
	return fonts, nil
}

// stamp multiplies the ring of a 40 mm seal, whose centre lies two thirds
// along the line and half a radius above it, into the picture.
func stamp(img *image.RGBA, dpi float64) {
	b := img.Bounds()
	radius := 20 / 25.4 * dpi
	cx, cy := float64(b.Dx())*0.66, float64(b.Dy())/2-radius*0.5
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r := math.Hypot(float64(x)-cx, float64(y)-cy) / radius
			spoke := math.Mod(math.Atan2(float64(y)-cy, float64(x)-cx)+math.Pi, math.Pi/8) < math.Pi/24
			if (r > 0.94 && r < 1) || r < 0.3 || (r > 0.66 && r < 0.88 && spoke) {
				c := img.RGBAAt(x, y)
				img.SetRGBA(x, y, color.RGBA{uint8(int(c.R) * 214 / 255), uint8(int(c.G) * 60 / 255), uint8(int(c.B) * 58 / 255), 255})
			}
		}
	}
}

// blur is a separable Gaussian.
func blur(img *image.RGBA, sigma float64) {
	reach := int(math.Ceil(3 * sigma))
	weights := make([]float64, 2*reach+1)
	sum := 0.0
	for i := range weights {
		weights[i] = math.Exp(-float64((i-reach)*(i-reach)) / (2 * sigma * sigma))
		sum += weights[i]
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for _, step := range []image.Point{{1, 0}, {0, 1}} {
		from := append([]uint8(nil), img.Pix...)
		for y := range h {
			for x := range w {
				for c := range 3 {
					v := 0.0
					for i, weight := range weights {
						sx := min(max(x+(i-reach)*step.X, 0), w-1)
						sy := min(max(y+(i-reach)*step.Y, 0), h-1)
						v += weight * float64(from[sy*img.Stride+4*sx+c])
					}
					img.Pix[y*img.Stride+4*x+c] = uint8(v/sum + 0.5)
				}
			}
		}
	}
}

func grain(img *image.RGBA, sigma float64, rng *rand.Rand) {
	for i := 0; i < len(img.Pix); i += 4 {
		d := rng.NormFloat64() * sigma
		for c := range 3 {
			img.Pix[i+c] = uint8(min(max(float64(img.Pix[i+c])+d, 0), 255))
		}
	}
}

func halfTurn(img *image.RGBA) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	n := len(img.Pix) / 4
	for i := range n {
		copy(out.Pix[4*(n-1-i):4*(n-i)], img.Pix[4*i:4*i+4])
	}
	return out
}
