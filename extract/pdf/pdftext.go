package pdf

import (
	"math"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// pageText is PDFium's text of one page. Close it.
type pageText struct {
	p     pdfium.Pdfium
	text  references.FPDF_TEXTPAGE
	count int // characters, those PDFium made up (spaces, line ends) included
}

func openText(p pdfium.Pdfium, page requests.Page) (*pageText, error) {
	res, err := p.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})
	if err != nil {
		return nil, err
	}
	t := &pageText{p: p, text: res.TextPage}
	n, err := p.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: t.text})
	if err != nil {
		t.close()
		return nil, err
	}
	t.count = max(n.Count, 0)
	return t, nil
}

func (t *pageText) close() {
	// Nothing can be done about a text page that does not close; the document
	// frees it.
	_, _ = t.p.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: t.text})
}

// plain is the whole text, in one call.
func (t *pageText) plain() (string, error) {
	if t.count == 0 {
		return "", nil
	}
	res, err := t.p.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: t.text, Count: t.count})
	if err != nil {
		return "", err
	}
	return res.Text, nil
}

// chars reads every character with its place.
func (t *pageText) chars() []char {
	out := make([]char, 0, t.count)
	for i := range t.count {
		if c, ok := t.char(i); ok {
			out = append(out, c)
		}
	}
	return out
}

// char reads one character; not ok for those PDFium made up.
func (t *pageText) char(i int) (char, bool) {
	u, err := t.p.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: t.text, Index: i})
	if err != nil {
		return char{}, false
	}
	r := rune(uint32(u.Unicode))
	switch {
	case r == 0:
		r = '\uFFFD' // drawn, but the font does not say what it means
	case r == 2:
		r = '-' // PDFium's mark for a hyphen at a line's end
	case r < ' ', r == 0xFFFE, r == 0xFFFF:
		return char{}, false
	}
	gen, err := t.p.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: t.text, Index: i})
	if err != nil || gen.IsGenerated {
		return char{}, false
	}
	loose, err := t.p.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: t.text, Index: i})
	if err != nil {
		return char{}, false
	}
	origin, err := t.p.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: t.text, Index: i})
	if err != nil {
		return char{}, false
	}
	size, err := t.p.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: t.text, Index: i})
	if err != nil {
		return char{}, false
	}
	m, err := t.p.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: t.text, Index: i})
	if err != nil {
		return char{}, false
	}
	a, b := float64(m.Matrix.A), float64(m.Matrix.B)
	c := char{
		r: r,
		u: origin.X, v: origin.Y,
		u0: float64(loose.Rect.Left), v0: float64(loose.Rect.Bottom),
		u1: float64(loose.Rect.Right), v1: float64(loose.Rect.Top),
		du: a, dv: b,
		em: size.FontSize * math.Hypot(float64(m.Matrix.C), float64(m.Matrix.D)),
	}
	return c, c.em > 0 && c.em < maxEm
}
