package pdf

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"dengji/extract"
	"dengji/extract/raster"
)

// Shares and counts that tell kinds of pages apart.
const (
	scanCover    = 0.70 // of the page under pictures: a scan
	pictureCover = 0.25 // of the page under one picture of a text page: a sheet of its own
	fewLetters   = 10   // of a text layer: less is no text page
	manyPaths    = 500  // drawn lines and areas: beyond, letters may be among them …
	pathsALetter = 10   // … where there are so many more than letters
)

// page is one open page.
type page struct {
	f      *file
	p      pdfium.Pdfium
	number int // from 1
	ref    references.FPDF_PAGE
	req    requests.Page
	frame  frame
}

// sheets yields every page's sheets; an error costs its page alone.
func (f *file) sheets(ctx context.Context, yield func(extract.Sheet, error) bool) {
	for n := 1; n <= f.pages; n++ {
		empty := extract.Sheet{Page: extract.Page{Number: n, Source: extract.SourceScan}}
		if err := ctx.Err(); err != nil {
			yield(empty, err)
			return
		}
		more, err := f.page(ctx, n, yield)
		if err != nil {
			broken := trapped(err)
			if broken { // the stack of PDFium's code helps nobody
				cause, _, _ := strings.Cut(err.Error(), "\n")
				err = extract.Refuse(extract.StatusDamaged, msgPage, errors.New(cause))
			}
			more = yield(empty, fmt.Errorf("%s page %d: %w", f.name, n, err))
			if broken && more {
				// What was in PDFium's memory cannot be relied on any more.
				if err := f.reopen(); err != nil {
					yield(empty, fmt.Errorf("%s after page %d: %w", f.name, n, err))
					return
				}
			}
		}
		if !more {
			return
		}
	}
}

// trapped reports whether PDFium's code itself broke off (out of memory, an
// abort, a stack overflow) and did not merely refuse.
func trapped(err error) bool {
	s := err.Error()
	return strings.Contains(s, "wasm") || strings.Contains(s, "panic") || strings.Contains(s, "exit_code")
}

func (f *file) reopen() error {
	pages := f.pages
	_ = f.p.Close()
	f.p = nil
	err := f.open()
	f.pages = pages
	return err
}

// page yields one page's sheets and says whether more are wanted.
func (f *file) page(ctx context.Context, n int, yield func(extract.Sheet, error) bool) (more bool, err error) {
	f.engine.memory.grant(parseMemory)
	p, err := f.load(n)
	if err != nil {
		return true, err
	}
	defer func() { p.close() }()
	if err := p.flatten(); err != nil {
		return true, err
	}
	content, err := p.content()
	if err != nil {
		return true, err
	}
	if err := p.checkPictures(content); err != nil {
		return true, err
	}
	text, err := p.layer(ctx)
	if err != nil {
		return true, err
	}
	s := extract.Sheet{
		Page:   extract.Page{Number: n, Source: extract.SourceText},
		Rotate: p.frame.turn * 90,
		Trust:  true,
	}
	isText := content.isText(text)
	if !isText {
		s.Page.Source, s.Trust = extract.SourceScan, false
	}
	extra := 0
	f.engine.memory.grantAll()
	if isText {
		dpi := p.textDPI()
		if content.blank() {
			dpi = p.blankDPI()
		}
		s.Image, s.DPI, err = p.render(dpi)
		text = p.visible(text, s.Image, s.DPI)
		extra = text.upright(p.frame)
	} else {
		s.Image, s.DPI, err = p.scan(content)
	}
	if err != nil {
		return true, err
	}
	shown := p.frame.turned(extra)
	s.Lines = text.lines(shown)
	s.Page.Rotation = extra * 90
	s.Page.Width, s.Page.Height = shown.width(), shown.height()
	s.Image = raster.Turn(s.Image, extra*90)
	s.Page.DPI = s.DPI
	if !yield(s, nil) {
		return false, nil
	}
	if !isText {
		return true, nil
	}
	s.Image = nil // one picture at a time
	return p.pictures(content, yield), nil
}

// load opens a page and finds its frame.
func (f *file) load(n int) (*page, error) {
	p := &page{f: f, p: f.p, number: n}
	if err := p.open(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *page) open() error {
	res, err := p.p.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: p.f.doc, Index: p.number - 1})
	if err != nil {
		return extract.Refuse(extract.StatusDamaged, msgPage, err)
	}
	p.ref = res.Page
	p.req = requests.Page{ByReference: &p.ref}
	box, err := p.p.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: p.req})
	if err != nil {
		p.close()
		return err
	}
	rot, err := p.p.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: p.req})
	if err != nil {
		p.close()
		return err
	}
	r := box.Rect
	p.frame = frame{
		left: float64(min(r.Left, r.Right)), right: float64(max(r.Left, r.Right)),
		bottom: float64(min(r.Bottom, r.Top)), top: float64(max(r.Bottom, r.Top)),
		turn: int(rot.PageRotation) & 3,
	}
	if err := p.f.checkSize(p.frame.width(), p.frame.height()); err != nil {
		p.close()
		return err
	}
	return nil
}

func (p *page) close() {
	if p.ref != "" {
		_, _ = p.p.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: p.ref})
		p.ref = ""
	}
}

// flatten makes annotations part of the page, so that form fields' values and
// electronic seals, which are annotations, are seen as text and pictures.
func (p *page) flatten() error {
	n, err := p.p.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: p.req})
	if err != nil {
		return err
	}
	if !p.hasMarks(n.Count) {
		return nil
	}
	if _, err := p.p.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: p.req, Usage: requests.FPDFPage_FlattenUsageNormalDisplay}); err != nil {
		return err
	}
	p.close()
	return p.open()
}

// hasMarks reports whether one of n annotations is more than a link.
func (p *page) hasMarks(n int) bool {
	for i := range n {
		a, err := p.p.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: p.req, Index: i})
		if err != nil {
			continue
		}
		kind, err := p.p.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a.Annotation})
		_, _ = p.p.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: a.Annotation})
		if err == nil && kind.Subtype != enums.FPDF_ANNOT_SUBTYPE_LINK && kind.Subtype != enums.FPDF_ANNOT_SUBTYPE_POPUP {
			return true
		}
	}
	return false
}

// layer reads the page's text.
func (p *page) layer(ctx context.Context) (layer, error) {
	t, err := openText(p.p, p.req)
	if err != nil {
		return nil, err
	}
	defer t.close()
	if t.count == 0 {
		return nil, nil
	}
	l, err := p.f.layers.page(ctx, p.number)
	if errors.Is(err, context.DeadlineExceeded) {
		p.f.engine.worn = true
	}
	if err == nil && l.agree(t) {
		return l, nil
	}
	return t.chars(), nil
}
