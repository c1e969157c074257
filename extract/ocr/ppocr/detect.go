package ppocr

import (
	"context"
	"fmt"
	"image"
	"math"

	ort "github.com/yalue/onnxruntime_go"
)

// DefaultDetectSide is the long side, in pixels, a page is shrunk to before
// detection. On rendered A4 tables of 9 and 10.5 point text, 150 to 300 dpi,
// 1280 found every line; 960 and 1120 lost up to 1 in 120, and 1600 and 1920
// found no more at two and three times the cost.
const DefaultDetectSide = 1280

// Point is a place in a picture: pixels from its top left corner.
type Point struct{ X, Y float64 }

// Region is a piece of text the detector found.
type Region struct {
	Quad  [4]Point // top left, top right, bottom right, bottom left, seen along the text
	Score float64  // mean text probability inside, before the box was widened
}

// Box is the smallest upright rectangle around the region.
func (r Region) Box() (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range r.Quad {
		x0, y0, x1, y1 = min(x0, p.X), min(y0, p.Y), max(x1, p.X), max(y1, p.Y)
	}
	return x0, y0, x1, y1
}

// Detect finds text on a page: regions of about a line each, unordered. The
// page is shrunk so that its long side has Config.DetectSide pixels (it is
// never enlarged), both sides rounded to multiples of 32.
func (e *Engine) Detect(ctx context.Context, img image.Image) ([]Region, error) {
	if err := checkPicture(ctx, img); err != nil {
		return nil, fmt.Errorf("detecting text: %w", err)
	}
	b := e.buffers.get()
	defer e.buffers.put(b)
	b.raster.load(img)
	width, height := b.raster.width, b.raster.height
	w, h := detectSize(width, height, e.cfg.DetectSide)
	b.in = grow(b.in, 3*w*h)
	b.scaler.fill(b.in, w, w, h, &b.raster, imageNet)
	b.out = grow(b.out, w*h)
	err := timed(&e.detectTime, e.detection,
		ort.NewShape(1, 3, int64(h), int64(w)), b.in,
		ort.NewShape(1, 1, int64(h), int64(w)), b.out)
	if err != nil {
		return nil, fmt.Errorf("detecting text on %d × %d pixels: %w", width, height, err)
	}
	regions := regionsOf(b.out, w, h)
	sx, sy := float64(width)/float64(w), float64(height)/float64(h)
	for i := range regions {
		for j := range regions[i].Quad {
			p := &regions[i].Quad[j]
			p.X = min(max(p.X*sx, 0), float64(width))
			p.Y = min(max(p.Y*sy, 0), float64(height))
		}
	}
	return regions, nil
}

// detectSize is the size a page of width × height is detected at.
func detectSize(width, height, side int) (w, h int) {
	scale := min(1, float64(side)/float64(max(width, height)))
	round := func(v int) int {
		return max(int(math.Round(float64(v)*scale/32))*32, 32)
	}
	return round(width), round(height)
}
