package pdf

import (
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"

	"dengji/extract"
)

// Bounds on what of a page is looked at. Beyond them the page is rendered,
// which needs no look.
const (
	maxObjects   = 20_000
	maxFormDepth = 8
)

// content is what a page is made of.
type content struct {
	pictures []pictureObj
	texts    int     // text objects that leave ink
	paths    int     // lines and areas
	others   int     // shadings and what is unknown
	cover    float64 // part of the page under pictures, 0 to 1
	cut      bool    // there was more than is looked at
}

// pictureObj is one picture on the page.
type pictureObj struct {
	ref references.FPDF_PAGEOBJECT
	m   matrix      // the unit square to user space
	box extract.Box // on the page as shown, not clipped to it
	w,
	h int // pixels
}

// isText reports whether a page is its own text: not a picture of paper, not
// letters drawn as outlines, and not text whose meaning got lost.
func (c content) isText(l layer) bool {
	letters := l.letters()
	switch {
	case c.blank():
		return true
	case c.cover > scanCover, letters < fewLetters, !l.trusted():
		return false
	case c.paths > manyPaths && c.paths > pathsALetter*letters:
		return false
	}
	return true
}

// blank reports whether the page has nothing on it.
func (c content) blank() bool {
	return len(c.pictures) == 0 && c.texts == 0 && c.paths == 0 && c.others == 0 && !c.cut
}

// dpi is the picture's resolution along its right and its down.
func (o pictureObj) dpi() (x, y float64) {
	return float64(o.w) * 72 / math.Hypot(o.m.a, o.m.b), float64(o.h) * 72 / math.Hypot(o.m.c, o.m.d)
}

// content walks the page's objects, those inside form XObjects included.
func (p *page) content() (content, error) {
	var c content
	n, err := p.p.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: p.req})
	if err != nil {
		return c, err
	}
	budget := maxObjects
	for i := range n.Count {
		if budget--; budget < 0 {
			c.cut = true
			break
		}
		o, err := p.p.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: p.req, Index: i})
		if err != nil {
			c.others++
			continue
		}
		p.object(&c, o.PageObject, matrix{a: 1, d: 1}, 0, &budget)
	}
	c.cover = coverage(c.pictures, p.frame.page())
	return c, nil
}

// object adds one object, whose own space m maps to user space.
func (p *page) object(c *content, ref references.FPDF_PAGEOBJECT, m matrix, depth int, budget *int) {
	kind, err := p.p.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: ref})
	if err != nil {
		c.others++
		return
	}
	switch kind.Type {
	case enums.FPDF_PAGEOBJ_TEXT:
		mode, err := p.p.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: ref})
		if err != nil || mode.TextRenderMode != enums.FPDF_TEXTRENDERMODE_INVISIBLE {
			c.texts++
		}
	case enums.FPDF_PAGEOBJ_PATH:
		c.paths++
	case enums.FPDF_PAGEOBJ_IMAGE:
		own, err := p.p.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: ref})
		if err != nil {
			c.others++
			return
		}
		px, err := p.p.FPDFImageObj_GetImagePixelSize(&requests.FPDFImageObj_GetImagePixelSize{ImageObject: ref})
		if err != nil {
			c.others++
			return
		}
		o := pictureObj{ref: ref, m: fromPDFium(own.Matrix).times(m), w: int(px.Width), h: int(px.Height)}
		o.box = p.frame.box(o.m.square())
		c.pictures = append(c.pictures, o)
	case enums.FPDF_PAGEOBJ_FORM:
		p.form(c, ref, m, depth, budget)
	default:
		c.others++
	}
}

// form adds a form XObject's objects.
func (p *page) form(c *content, ref references.FPDF_PAGEOBJECT, m matrix, depth int, budget *int) {
	own, err := p.p.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: ref})
	n, nerr := p.p.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: ref})
	if err != nil || nerr != nil || depth >= maxFormDepth {
		c.cut = true
		return
	}
	inner := fromPDFium(own.Matrix).times(m)
	for i := range n.Count {
		if *budget--; *budget < 0 {
			c.cut = true
			return
		}
		o, err := p.p.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: ref, Index: uint64(i)})
		if err != nil {
			c.others++
			continue
		}
		p.object(c, o.PageObject, inner, depth+1, budget)
	}
}

func fromPDFium(m structs.FPDF_FS_MATRIX) matrix {
	return matrix{float64(m.A), float64(m.B), float64(m.C), float64(m.D), float64(m.E), float64(m.F)}
}

// coverage is the part of the page under pictures, by a grid of 64 × 64
// points: strips, masks and doubles count once.
func coverage(pictures []pictureObj, page extract.Box) float64 {
	const grid = 64
	hit := 0
	for i := range grid * grid {
		x := (float64(i%grid) + 0.5) / grid * page.X1
		y := (float64(i/grid) + 0.5) / grid * page.Y1
		for _, o := range pictures {
			if x >= o.box.X0 && x <= o.box.X1 && y >= o.box.Y0 && y <= o.box.Y1 {
				hit++
				break
			}
		}
	}
	return float64(hit) / (grid * grid)
}
