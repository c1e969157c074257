// Package scan turns one sheet (a page picture, with what text layer it has)
// into lines, table cells, ticks and seals.
//
// The order of work is docs/DESIGN.md's "Reading a page picture". Inside the
// package coordinates are pixels of the upright, flat page; the result is in
// points.
package scan

import (
	"context"
	"fmt"
	"image"
	"time"

	"dengji/extract"
	"dengji/extract/ocr"
	"dengji/extract/page"
)

// Readers are what a scan is read with. First is required for pages without a
// trusted text layer; the rest may be nil.
type Readers struct {
	First  ocr.Reader
	Second ocr.Reader // reads again what First leaves in doubt
	// Detect finds boxes of text lines. Without it the line finder of
	// extract/page does.
	Detect func(context.Context, image.Image) ([]image.Rectangle, error)
	// UpsideDown says whether a line picture stands on its head, and how sure
	// that is (0.5 to 1). Without it lines are read both ways up.
	UpsideDown func(context.Context, image.Image) (bool, float64, error)
}

// Options tune a scan.
type Options struct {
	// Doubt is the score of a line's weakest character under which the second
	// reader is asked.
	Doubt float64
	// Picture asks for the upright page picture in Result.Picture.
	Picture bool
}

// Result is one page. Indices into Lines count from 0 within the page.
type Result struct {
	Page     extract.Page
	Lines    []extract.Line
	Tables   []extract.Table
	Ticks    []extract.Tick
	Seals    []extract.Seal
	Codes    []extract.Code
	Problems []extract.Problem
	Timings  extract.Timings
	Picture  image.Image // upright and flat, in colour, at most pictureSide pixels long; nil unless asked for
}

// maxSide caps the long side of the picture that is worked on, in pixels: A4
// at 300 dots an inch. Finer scans are averaged down, which also takes their
// noise out.
const maxSide = 3600

// work is a page on its way through the stages.
type work struct {
	readers  Readers
	opt      Options
	planes   page.Planes // evened, flat and upright
	dpi      float64
	rulings  page.Rulings
	grids    []page.Grid
	ink      *page.Bitmap     // Clean binarized, ruling lines erased
	comps    []page.Component // of ink
	pale     *page.Bitmap     // all of Clean that is darker than paper, ruling lines erased; see allInk
	boxes    []image.Rectangle
	seals    []sealArea
	codes    []code
	read     []readLine
	timings  extract.Timings
	problems []extract.Problem
	turned   int        // degrees clockwise, quarter turns
	skew     float64    // degrees clockwise, what Rotate was given
	quad     *page.Quad // where the page lay in a photograph
	quadSide float64    // long side of the picture quad was found in, pixels
	unframed bool       // the whole picture is the page, whatever it shows
}

// Read reads one sheet.
func Read(ctx context.Context, sheet extract.Sheet, r Readers, opt Options) (*Result, error) {
	w := &work{readers: r, opt: opt, timings: extract.Timings{}}
	if sheet.Image == nil {
		return w.flow(sheet), nil
	}
	if sheet.Trust {
		return w.textPage(ctx, sheet)
	}
	if r.First == nil {
		return nil, fmt.Errorf("page %d is a picture and no OCR reader is installed: run `dengji doctor`", sheet.Page.Number)
	}
	res, err := w.picturePage(ctx, sheet)
	if err != nil || w.quad == nil || textLength(res) >= littleText {
		return res, err
	}
	// What was taken for the page may be the lit part of one in shadow.
	whole := &work{readers: r, opt: opt, timings: extract.Timings{}, unframed: true}
	again, err := whole.picturePage(ctx, sheet)
	if err != nil || textLength(again) <= 2*textLength(res) {
		return res, err
	}
	for stage, seconds := range res.Timings {
		again.Timings[stage] += seconds
	}
	return again, nil
}

// littleText is the number of characters under which a photographed page was
// perhaps not found in its picture.
const littleText = 24

// textLength counts the characters that were read on a page.
func textLength(res *Result) (n int) {
	for _, l := range res.Lines {
		n += runeCount(l.Text)
	}
	return n
}

// picturePage reads a page from its picture.
func (w *work) picturePage(ctx context.Context, sheet extract.Sheet) (*Result, error) {
	w.prepare(sheet)
	if err := w.upright(ctx); err != nil {
		return nil, fmt.Errorf("put page %d upright: %w", sheet.Page.Number, err)
	}
	w.timed("grid", w.findGrid)
	w.timed("seals", w.findSeals)
	if err := w.clearGreySeals(ctx); err != nil {
		return nil, fmt.Errorf("look under the seals of page %d: %w", sheet.Page.Number, err)
	}
	w.timed("lines", w.findLines)
	if err := w.recognize(ctx); err != nil {
		return nil, fmt.Errorf("read page %d: %w", sheet.Page.Number, err)
	}
	w.timed("lines", w.takeWrappedSlash)
	w.timed("ticks", w.findTicks)
	w.timed("lines", w.dropSpecks)
	w.timed("lines", w.restoreSpaces)
	w.timed("lines", w.settleCase)
	w.timed("lines", w.doubtUnreadInk)
	w.timed("lines", w.doubtFigures)
	w.timed("lines", w.doubtLostCharacters)
	w.timed("lines", w.doubtUncovered)
	w.timed("lines", w.doubtBlind)
	if err := w.readSeals(ctx); err != nil {
		return nil, fmt.Errorf("read seals of page %d: %w", sheet.Page.Number, err)
	}
	if err := w.readAgain(ctx); err != nil {
		return nil, fmt.Errorf("read page %d again: %w", sheet.Page.Number, err)
	}
	w.timed("codes", w.findCodes)
	w.trustLayer(sheet)
	res := w.result(sheet)
	if w.opt.Picture {
		w.timed("picture", func() { res.Picture = w.picture(sheet) })
	}
	res.Timings = w.timings
	return res, nil
}

// timed adds a stage's wall time to the timings.
func (w *work) timed(stage string, f func()) {
	start := time.Now()
	f()
	w.timings[stage] += time.Since(start).Seconds()
}

// prepare splits the picture into planes, flattens a photograph, evens the
// light and takes out the skew.
func (w *work) prepare(sheet extract.Sheet) {
	start := time.Now()
	var factor int
	w.planes, factor = page.Split(sheet.Image, maxSide)
	w.dpi = sheet.DPI / float64(factor)
	w.timings["split"] += time.Since(start).Seconds()

	start = time.Now()
	if q, ok := page.FindPage(w.planes.Gray); ok && !w.unframed {
		w.quad, w.quadSide = &q, float64(max(w.planes.Gray.Rect.Dx(), w.planes.Gray.Rect.Dy()))
		pw, ph := q.Size()
		w.each(page.RemoveStreaks) // a feeder's dark edge looks like a desk, and warping bends streaks
		w.each(func(g *image.Gray) *image.Gray { return page.Flatten(g, q, pw, ph) })
		w.flattenInk(q, pw, ph)
		w.dpi = 0 // the camera's distance is not known: A4 is assumed
	}
	if w.dpi <= 0 {
		w.dpi = guessDPI(w.planes.Gray.Rect)
	}
	w.each(page.Even)
	if w.quad == nil {
		w.each(page.RemoveStreaks)
	}
	w.timings["flatten"] += time.Since(start).Seconds()

	start = time.Now()
	w.skew = -page.Skew(coarseInk(w.planes.Clean, w.dpi))
	if w.skew > -0.04 && w.skew < 0.04 {
		w.skew = 0
	}
	w.each(func(g *image.Gray) *image.Gray { return page.Rotate(g, w.skew) })
	w.eachInk(func(g *image.Gray) *image.Gray { return page.Rotate(g, w.skew) })
	w.timings["deskew"] += time.Since(start).Seconds()
}

// each replaces the gray planes, keeping them one where they are one.
func (w *work) each(f func(*image.Gray) *image.Gray) {
	same := w.planes.Gray == w.planes.Clean
	w.planes.Gray = f(w.planes.Gray)
	if same {
		w.planes.Clean = w.planes.Gray
		return
	}
	w.planes.Clean = f(w.planes.Clean)
}

// eachInk replaces the plane of coloured ink. That plane is black where there
// is none, and the maps of extract/page fill with white, so it goes through
// them inverted.
func (w *work) eachInk(f func(*image.Gray) *image.Gray) {
	if w.planes.Ink != nil {
		w.planes.Ink = invert(f(invert(w.planes.Ink)))
	}
}

func (w *work) flattenInk(q page.Quad, pw, ph int) {
	for i := range q {
		q[i].X /= page.InkScale
		q[i].Y /= page.InkScale
	}
	w.eachInk(func(g *image.Gray) *image.Gray {
		return page.Flatten(g, q, (pw+page.InkScale-1)/page.InkScale, (ph+page.InkScale-1)/page.InkScale)
	})
}

func invert(g *image.Gray) *image.Gray {
	out := image.NewGray(g.Rect)
	for i, v := range g.Pix {
		out.Pix[i] = 255 - v
	}
	return out
}

// guessDPI assumes that the picture's long side is that of A4, 297 mm.
func guessDPI(r image.Rectangle) float64 {
	return float64(max(r.Dx(), r.Dy())) / (297 / 25.4)
}

// coarseInk is the page's ink at about 100 dots an inch.
func coarseInk(g *image.Gray, dpi float64) *page.Bitmap {
	f := min(1, 100/dpi)
	return page.Binarize(page.Resize(g, int(float64(g.Rect.Dx())*f), int(float64(g.Rect.Dy())*f)))
}

// findGrid finds ruling lines and cells and leaves the ink without them.
func (w *work) findGrid() {
	w.rulings = page.FindRulings(w.planes.Clean, w.dpi)
	w.grids = page.Grids(w.rulings, w.dpi)
	w.rulings = page.TrimDangling(w.rulings, w.grids)
	w.ink = page.Binarize(w.planes.Clean)
	page.EraseRulings(w.ink, w.rulings)
	w.comps = page.Components(w.ink)
}

// points turns pixels into points.
func (w *work) points(r image.Rectangle) extract.Box {
	f := 72 / w.dpi
	return extract.Box{X0: float64(r.Min.X) * f, Y0: float64(r.Min.Y) * f, X1: float64(r.Max.X) * f, Y1: float64(r.Max.Y) * f}
}
