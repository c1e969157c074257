package open

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"time"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/ocr/ppocr"
	"dengji/extract/ocr/tesseract"
	"dengji/extract/pdf"
	"dengji/extract/scan"
)

// Readers to choose from.
const (
	Auto      = "auto"      // PP-OCR reads, Tesseract reads again what is doubtful
	PPOCR     = "ppocr"     // PP-OCR alone
	Tesseract = "tesseract" // Tesseract alone
)

// Options of an Engine.
type Options struct {
	Limits   extract.Limits
	Reader   string       // Auto, PPOCR or Tesseract; "" is Auto
	Models   ppocr.Config // as ppocr.Find filled it
	Language string       // Tesseract's; "" is its default
	CacheDir string       // PDFium's compiled code; "" compiles it anew
	Parallel int          // pages of one file side by side; 0 is 1
	// PageImages is a folder that upright page pictures are written to as
	// <sha256 prefix>-<page>.jpg; "" writes none.
	PageImages string
	DebugDir   string // folder for overlays of what was seen, as PNG
	// OnPage is told after each page how many of the file's pages are read, by
	// one goroutine at a time; nil for nobody.
	OnPage func(done int)
}

// doubt is the score of a line's weakest character under which the second
// reader is asked.
const doubt = 0.75

// Engine holds what is loaded once and used for many files, one file at a
// time.
type Engine struct {
	opt     Options
	readers scan.Readers
	names   map[string]string // reader's name to its version
	ppocr   *ppocr.Engine
	pdfium  *pdf.Engine // started with the first PDF
	missing error       // why PP-OCR is not there, for Auto
	closers []io.Closer
}

// New loads the readers. With Auto it does without one that is missing (see
// Missing); it fails when none is left or the chosen one is missing.
func New(opt Options) (*Engine, error) {
	e := &Engine{opt: opt, names: map[string]string{}}
	if opt.Reader == "" {
		e.opt.Reader = Auto
	}
	var first, second ocr.Reader
	if e.opt.Reader != Tesseract {
		p, err := ppocr.Open(opt.Models)
		switch {
		case err == nil:
			first, e.ppocr = p, p
			e.keep(p)
			e.readers.Detect = func(ctx context.Context, img image.Image) ([]image.Rectangle, error) { return detect(ctx, p, img) }
			e.readers.UpsideDown = p.Direction
		case e.opt.Reader == PPOCR:
			return nil, fmt.Errorf("load PP-OCR: %w", err)
		default:
			e.missing = err
		}
	}
	if e.opt.Reader != PPOCR {
		t, err := tesseract.Open(tesseract.Config{Language: opt.Language, Clients: max(1, opt.Parallel)})
		switch {
		case err == nil && first == nil:
			first = t
			e.keep(t)
		case err == nil:
			second = t
			e.keep(t)
		case first == nil:
			return nil, errors.Join(e.missing, fmt.Errorf("load Tesseract: %w", err))
		}
	}
	e.readers.First, e.readers.Second = first, second
	return e, nil
}

// pdfEngine starts PDFium when it is first needed: no other file pays for it.
func (e *Engine) pdfEngine(ctx context.Context) (*pdf.Engine, error) {
	if e.pdfium == nil {
		p, err := pdf.NewEngine(ctx, e.opt.CacheDir)
		if err != nil {
			return nil, err
		}
		e.pdfium = p
		e.closers = append(e.closers, p)
	}
	return e.pdfium, nil
}

// ModelTime is the time spent inside the PP-OCR models so far, and the number
// of lines they read: what `make bench` compares the whole with.
func (e *Engine) ModelTime() (detect, recognize time.Duration, lines int) {
	if e.ppocr == nil {
		return 0, 0, 0
	}
	return e.ppocr.Spent()
}

func (e *Engine) keep(r ocr.Reader) {
	e.names[r.Name()] = r.Version()
	e.closers = append(e.closers, r)
}

// Worn reports whether a file left something running that nobody can stop;
// the process should end when it has answered.
func (e *Engine) Worn() bool { return e.pdfium != nil && e.pdfium.Worn() }

// Missing is why a reader that Auto would use is not there; nil where all are.
func (e *Engine) Missing() error { return e.missing }

// Readers lists the loaded readers as "name version".
func (e *Engine) Readers() []string {
	var out []string
	for _, n := range []string{extract.ReaderPPOCR, extract.ReaderTesseract} {
		if v, ok := e.names[n]; ok {
			out = append(out, n+" "+v)
		}
	}
	return out
}

// Close frees the readers.
func (e *Engine) Close() error {
	var err error
	for _, c := range e.closers {
		err = errors.Join(err, c.Close())
	}
	return err
}

// detect turns the model's quads into upright boxes: pages are flat when they
// are read.
func detect(ctx context.Context, p *ppocr.Engine, img image.Image) ([]image.Rectangle, error) {
	regions, err := p.Detect(ctx, img)
	if err != nil {
		return nil, err
	}
	out := make([]image.Rectangle, 0, len(regions))
	for _, r := range regions {
		x0, y0, x1, y1 := r.Box()
		out = append(out, image.Rect(int(x0), int(y0), int(x1+0.99), int(y1+0.99)).Intersect(img.Bounds()))
	}
	return out, nil
}

// read reads one sheet and writes its pictures.
func (e *Engine) read(ctx context.Context, sum string, n int, sheet extract.Sheet) (*scan.Result, error) {
	opt := scan.Options{Doubt: doubt, Picture: e.opt.PageImages != "" || e.opt.DebugDir != ""}
	res, err := scan.Read(ctx, sheet, e.readers, opt)
	if err != nil || res.Picture == nil {
		return res, err
	}
	if e.opt.PageImages != "" {
		res.Page.Image = fmt.Sprintf("%.16s-%d.jpg", sum, n)
		err := writePicture(filepath.Join(e.opt.PageImages, res.Page.Image), func(f io.Writer) error {
			return jpeg.Encode(f, res.Picture, &jpeg.Options{Quality: 80})
		})
		if err != nil {
			return nil, fmt.Errorf("write page picture: %w", err)
		}
	}
	if e.opt.DebugDir != "" {
		err := writePicture(filepath.Join(e.opt.DebugDir, fmt.Sprintf("%.16s-%d.png", sum, n)), func(f io.Writer) error {
			return png.Encode(f, scan.Overlay(res.Picture, res))
		})
		if err != nil {
			return nil, fmt.Errorf("write debug picture: %w", err)
		}
	}
	res.Picture = nil
	return res, nil
}

// writePicture writes to a temporary name first: a reader of the folder never
// sees half a picture.
func writePicture(path string, encode func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err := errors.Join(encode(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
