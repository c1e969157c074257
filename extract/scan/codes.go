package scan

import (
	"bytes"
	"image"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"dengji/extract/page"
)

// code is a QR code that was read.
type code struct {
	box  image.Rectangle
	text string
}

// Sizes of a printed QR code, in millimetres.
const (
	leastCode = 9
	mostCode  = 45
)

// findCodes reads QR codes (ISO/IEC 18004). Only square patches of dense ink
// are looked at, so a page without a code costs next to nothing.
func (w *work) findCodes() {
	for _, r := range w.codePatches() {
		img := crop(w.planes.Gray, r, r.Dx()/8)
		text, ok := readQR(img)
		if !ok { // modules of two or three pixels are too small for the decoder
			text, ok = readQR(page.Resize(img, img.Rect.Dx()*2, img.Rect.Dy()*2))
		}
		if ok {
			w.codes = append(w.codes, code{r, text})
		}
	}
}

// codePatches joins ink that stands closer than 1 mm and keeps what is square
// and about half black.
func (w *work) codePatches() []image.Rectangle {
	mm := w.dpi / 25.4
	const scale = 4
	coarse := page.NewBitmap(w.ink.W/scale+1, w.ink.H/scale+1)
	for y := range w.ink.H {
		row, dst := w.ink.Row(y), coarse.Row(y/scale)
		for x := 0; x < len(row); x += scale - x%scale {
			skip := bytes.IndexByte(row[x:], 1)
			if skip < 0 {
				break
			}
			x += skip
			dst[x/scale] = 1
		}
	}
	var out []image.Rectangle
	for _, c := range page.Components(coarse) {
		r := image.Rect(c.Box.Min.X*scale, c.Box.Min.Y*scale, c.Box.Max.X*scale, c.Box.Max.Y*scale)
		side := float64(max(r.Dx(), r.Dy()))
		if side < leastCode*mm || side > mostCode*mm || min(r.Dx(), r.Dy())*10 < max(r.Dx(), r.Dy())*8 {
			continue
		}
		if share := float64(w.ink.Count(r)) / float64(area(r)); share > 0.25 && share < 0.75 {
			out = append(out, r)
		}
	}
	return out
}

func readQR(g *image.Gray) (string, bool) {
	bitmap, err := gozxing.NewBinaryBitmapFromImage(g)
	if err != nil {
		return "", false
	}
	hints := map[gozxing.DecodeHintType]interface{}{gozxing.DecodeHintType_TRY_HARDER: true}
	res, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
	if err != nil {
		return "", false
	}
	return res.GetText(), true
}
