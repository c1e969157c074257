package ppocr

import (
	"context"
	"fmt"
	"image"
	"math"
	"strings"
	"unicode"

	ort "github.com/yalue/onnxruntime_go"

	"dengji/extract/ocr"
)

const (
	lineHeight   = 48   // rows of the recogniser's input
	probeWidth   = 320  // columns the models were trained on
	minLineWidth = 64   // narrower pictures are padded
	maxLineWidth = 2400 // wider ones are read in pieces
)

// ReadLine recognises one upright line. The picture is scaled to 48 rows at
// its own aspect ratio; a character's score is the highest softmax probability
// of its class over its time steps. One wider than 50 times its height is cut
// where it is emptiest and read in pieces.
func (e *Engine) ReadLine(ctx context.Context, img image.Image) (ocr.Reading, error) {
	if err := checkPicture(ctx, img); err != nil {
		return ocr.Reading{}, fmt.Errorf("recognising a line: %w", err)
	}
	b := e.buffers.get()
	defer e.buffers.put(b)
	b.raster.load(img)
	var reading ocr.Reading
	var text strings.Builder
	for _, p := range pieces(&b.raster) {
		if err := ctx.Err(); err != nil {
			return ocr.Reading{}, fmt.Errorf("recognising a line: %w", err)
		}
		if p != (span{0, b.raster.width}) {
			b.raster.load(crop(img, p))
		}
		if err := e.readPiece(b, p.from, &text, &reading); err != nil {
			return ocr.Reading{}, fmt.Errorf("recognising a line of %d × %d pixels: %w", img.Bounds().Dx(), img.Bounds().Dy(), err)
		}
	}
	reading.Text = text.String()
	for _, c := range reading.Chars {
		reading.Score += c.Score / float64(len(reading.Chars))
	}
	return reading, nil
}

// readPiece recognises b.raster, whose left edge is at column left of the
// whole line, and appends to reading.
func (e *Engine) readPiece(b *buffer, left int, text *strings.Builder, reading *ocr.Reading) error {
	width := float64(b.raster.width) * lineHeight / float64(b.raster.height)
	steps := max(int(math.Round(width/float64(e.stride))), 1)
	filled := steps * e.stride
	columns := max(filled, minLineWidth/e.stride*e.stride)
	steps = columns / e.stride
	classes := len(e.alphabet)
	b.in = grow(b.in, 3*lineHeight*columns)
	if columns > filled {
		clear(b.in) // zero is what the models were padded with in training
	}
	b.scaler.fill(b.in, columns, filled, lineHeight, &b.raster, halves)
	b.out = grow(b.out, steps*classes)
	err := timed(&e.lineTime, e.lines,
		ort.NewShape(1, 3, lineHeight, int64(columns)), b.in,
		ort.NewShape(1, int64(steps), int64(classes)), b.out)
	if err != nil {
		return err
	}
	e.lineCount.Add(1)
	e.place(decode(b.out, steps, classes), filled, b.raster.width, left, text, reading)
	return nil
}

// place turns peaks into characters. CTC says where a character's evidence
// peaks, not how far it reaches; it is given the width its script has at this
// height, and neighbours share what lies between them.
func (e *Engine) place(peaks []peak, filled, sourceWidth, left int, text *strings.Builder, reading *ocr.Reading) {
	const em = 0.8 * lineHeight // the line picture has a margin
	unit := float64(sourceWidth) / float64(filled)
	for i, p := range peaks {
		centre := p.centre * float64(e.stride)
		half := em / 2
		if narrow(e.alphabet[p.class]) {
			half = em / 3
		}
		x0, x1 := max(centre-half, 0), min(centre+half, float64(filled))
		if i > 0 {
			x0 = max(x0, (peaks[i-1].centre*float64(e.stride)+centre)/2)
		}
		if i+1 < len(peaks) {
			x1 = min(x1, (peaks[i+1].centre*float64(e.stride)+centre)/2)
		}
		x0, x1 = min(x0, float64(filled)), max(x1, x0)
		runes := []rune(e.alphabet[p.class])
		var rivals []rune
		for _, c := range p.rivals {
			if r := []rune(e.alphabet[c]); len(r) == 1 {
				rivals = append(rivals, r[0])
			}
		}
		for j, r := range runes { // one rune, but a dictionary may hold ligatures
			text.WriteRune(r)
			w := (x1 - x0) / float64(len(runes))
			reading.Chars = append(reading.Chars, ocr.Char{
				X0:     float64(left) + (x0+w*float64(j))*unit,
				X1:     float64(left) + (x0+w*float64(j+1))*unit,
				Score:  p.score,
				Rivals: string(rivals),
			})
		}
	}
}

// narrow tells characters of half width.
func narrow(s string) bool {
	for _, r := range s {
		return r < unicode.MaxLatin1
	}
	return true
}

// span is a range of columns.
type span struct{ from, to int }

// pieces cuts a line that is too wide for one run at its emptiest columns:
// those where ink varies least, near the middle of where a cut may be.
func pieces(r *raster) []span {
	limit := maxLineWidth * r.height / lineHeight
	if r.width <= max(limit, 1) {
		return []span{{0, r.width}}
	}
	var spans []span
	for from := 0; from < r.width; {
		to := r.width
		if to-from > limit {
			to = emptiest(r, from+limit*3/4, from+limit)
		}
		spans = append(spans, span{from, to})
		from = to
	}
	return spans
}

// emptiest returns the middle of the widest gap between characters with a
// centre in [from, to): the column whose surroundings have the least contrast.
func emptiest(r *raster, from, to int) int {
	reach := max(r.height/8, 1)
	contrast := func(x int) int {
		low, high := 255, 0
		for y := range r.height {
			v := int(r.planes[0][y*r.stride+x])
			low, high = min(low, v), max(high, v)
		}
		return high - low
	}
	sums := make([]int, to-from+2*reach+1)
	for i := range sums[1:] {
		x := min(from-reach+i, r.width-1)
		sums[i+1] = sums[i] + contrast(max(x, 0))
	}
	best, at := math.MaxInt, to-1
	for x := to - 1; x > from; x-- {
		i := x - from
		if c := sums[i+2*reach] - sums[i]; c < best {
			best, at = c, x
		}
	}
	return at
}

// crop is the columns of span out of img.
func crop(img image.Image, s span) image.Image {
	b := img.Bounds()
	box := image.Rect(b.Min.X+s.from, b.Min.Y, b.Min.X+s.to, b.Max.Y)
	if sub, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	}); ok {
		return sub.SubImage(box)
	}
	return window{img, box}
}

// window is a part of a picture that cannot cut itself.
type window struct {
	image.Image
	box image.Rectangle
}

func (w window) Bounds() image.Rectangle { return w.box }
