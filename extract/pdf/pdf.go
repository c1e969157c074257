// Package pdf reads PDF files page by page: text with its places, and the
// page's picture.
package pdf

import (
	"context"
	"errors"
	"iter"

	"dengji/extract"
)

// Format is what Document.Format says of a PDF.
const Format = "pdf"

// Options are settings of the reader; the zero value is fine.
type Options struct {
	CacheDir  string  // folder for PDFium's compiled code; "" compiles anew at every Open (about 3 s)
	RenderDPI float64 // 0: 200 for scans that must be rendered, 144 for text pages
}

// Open reads a PDF.
func Open(ctx context.Context, path string, lim extract.Limits, opt Options) (*extract.Document, iter.Seq2[extract.Sheet, error], error) {
	return nil, nil, errors.New("not yet")
}
