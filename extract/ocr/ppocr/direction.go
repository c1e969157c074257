package ppocr

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"time"

	ort "github.com/yalue/onnxruntime_go"
)

// ErrNoDirection is returned by Direction when no such model was configured.
var ErrNoDirection = errors.New("no direction model is configured (DENGJI_PPOCR_CLS)")

// Size of the direction model's input, PaddleOCR's cls_image_shape.
const directionHeight, directionWidth = 48, 192

// Direction tells whether a line stands on its head, with the probability of
// the answer (0.5 to 1). Only the first four heights of a longer line are
// looked at: squeezed into the model's width, as PaddleOCR does, a line of 70
// characters was taken for one upside down.
func (e *Engine) Direction(ctx context.Context, img image.Image) (upsideDown bool, score float64, err error) {
	if e.directions == nil {
		return false, 0, ErrNoDirection
	}
	if err := checkPicture(ctx, img); err != nil {
		return false, 0, fmt.Errorf("classifying a line's direction: %w", err)
	}
	b := e.buffers.get()
	defer e.buffers.put(b)
	if size := img.Bounds(); size.Dx() > directionWidth*size.Dy()/directionHeight {
		img = crop(img, span{0, max(directionWidth*size.Dy()/directionHeight, 1)})
	}
	b.raster.load(img)
	width := float64(b.raster.width) * directionHeight / float64(b.raster.height)
	filled := min(max(int(math.Ceil(width)), 1), directionWidth)
	b.in = grow(b.in, 3*directionHeight*directionWidth)
	clear(b.in)
	b.scaler.fill(b.in, directionWidth, filled, directionHeight, &b.raster, halves)
	b.out = grow(b.out, 2)
	start := time.Now()
	err = e.directions.infer(
		ort.NewShape(1, 3, directionHeight, directionWidth), b.in,
		ort.NewShape(1, 2), b.out)
	e.lineTime.Add(int64(time.Since(start)))
	if err != nil {
		return false, 0, fmt.Errorf("classifying a line's direction: %w", err)
	}
	if b.out[1] > b.out[0] {
		return true, float64(b.out[1]), nil
	}
	return false, float64(b.out[0]), nil
}
