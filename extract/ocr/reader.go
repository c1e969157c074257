// Package ocr reads one line of text from a picture.
//
// Two readers live in folders of their own: ppocr (PP-OCR models by ONNX
// Runtime) and tesseract (by gosseract). They share this interface and nothing
// else; finding lines on a page is the business of extract/page, to which
// ppocr lends its detection model.
package ocr

import (
	"context"
	"image"
)

// Reader recognises single lines.
//
// A Reader is safe for use by several goroutines at once; one that is not by
// nature keeps a pool inside.
type Reader interface {
	// Name is one of extract.Reader*.
	Name() string
	// Version names engine and model, as it stands in run.json and in the
	// cache's key: it changes whenever the readings may change.
	Version() string
	// ReadLine recognises one upright line of dark text on light ground. img
	// holds the line with a margin of a few pixels and nothing else.
	ReadLine(ctx context.Context, img image.Image) (Reading, error)
	Close() error
}

// Reading is a recognised line. An empty Text means that nothing was found.
type Reading struct {
	Text  string
	Chars []Char  // one per rune of Text
	Score float64 // mean of the characters' scores; 0 for an empty reading
}

// Char is one rune's place and score.
type Char struct {
	X0, X1 float64 // pixels from the left edge of the line picture
	Score  float64 // 0 to 1, as the reader gives it
	Rivals string  // what else it may be, the likelier first; "" where the reader is sure or does not say
}
