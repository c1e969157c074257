package pdf

import (
	"image"
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/requests"
)

// visible leaves out characters that leave no ink on the page's picture: white
// on white, invisible, covered. Nobody who looks at the page can see them, so
// they must not be read either (see the threat model in docs/DESIGN.md).
//
// Chinese text in fonts that are not embedded is the exception: PDFium has no
// font to draw it with, while whoever opens the file sees it.
func (p *page) visible(l layer, img image.Image, dpi float64) layer {
	pic, ok := img.(*image.RGBA)
	if !ok {
		return l
	}
	var blank []int
	for i, c := range l {
		if inked(c.r) && c.on(p.frame) && !p.contrast(pic, c, dpi/72) {
			blank = append(blank, i)
		}
	}
	if len(blank) == 0 {
		return l
	}
	t, err := openText(p.p, p.req)
	if err != nil {
		return l
	}
	defer t.close()
	hidden := map[int]bool{}
	for _, i := range blank {
		if t.drawn(l[i]) {
			hidden[i] = true
		}
	}
	out := make(layer, 0, len(l)-len(hidden))
	for i, c := range l {
		if !hidden[i] {
			out = append(out, c)
		}
	}
	return out
}

// contrast reports whether the character's box on the picture is of more than
// one shade.
func (p *page) contrast(pic *image.RGBA, c char, scale float64) bool {
	const shades = 24 // of 255; faint grey print has more
	b := p.frame.box(c.u0, c.v0, c.u1, c.v1)
	r := image.Rect(int(b.X0*scale), int(b.Y0*scale), int(math.Ceil(b.X1*scale)), int(math.Ceil(b.Y1*scale))).Intersect(pic.Rect)
	lo, hi := [3]uint8{255, 255, 255}, [3]uint8{}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := pic.Pix[pic.PixOffset(r.Min.X, y):pic.PixOffset(r.Max.X, y)]
		for i := 0; i+3 < len(row); i += 4 {
			for k := range lo {
				lo[k], hi[k] = min(lo[k], row[i+k]), max(hi[k], row[i+k])
			}
		}
		for k := range lo {
			if hi[k] > lo[k] && hi[k]-lo[k] > shades {
				return true
			}
		}
	}
	return false
}

// drawn reports whether PDFium can draw the character: its font is embedded,
// or it is not meant to be seen at all.
func (t *pageText) drawn(c char) bool {
	at, err := t.p.FPDFText_GetCharIndexAtPos(&requests.FPDFText_GetCharIndexAtPos{
		TextPage: t.text, X: (c.u0 + c.u1) / 2, Y: (c.v0 + c.v1) / 2, XTolerance: c.em / 2, YTolerance: c.em / 2,
	})
	if err != nil || at.CharIndex < 0 {
		return false
	}
	obj, err := t.p.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: t.text, Index: at.CharIndex})
	if err != nil {
		return false
	}
	mode, err := t.p.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: obj.TextObject})
	if err == nil && mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_INVISIBLE {
		return true
	}
	if c.r < 0x2000 {
		return true // PDFium brings fonts for Latin text
	}
	font, err := t.p.FPDFTextObj_GetFont(&requests.FPDFTextObj_GetFont{PageObject: obj.TextObject})
	if err != nil {
		return false
	}
	in, err := t.p.FPDFFont_GetIsEmbedded(&requests.FPDFFont_GetIsEmbedded{Font: font.Font})
	return err == nil && in.IsEmbedded
}
