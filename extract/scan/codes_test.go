package scan

import (
	"image"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"dengji/extract/page"
)

func TestFindCodes(t *testing.T) {
	const text = "https://example.org/query.html?registerNumber=2022SR0659473"
	matrix, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	g := whitePage(1240, 1754) // A4 at 150 dots an inch
	at := image.Pt(200, 1300)
	for y := range matrix.GetHeight() {
		for x := range matrix.GetWidth() {
			if matrix.Get(x, y) {
				fill(g, image.Rect(at.X+x*4, at.Y+y*4, at.X+x*4+4, at.Y+y*4+4))
			}
		}
	}
	for i := range 20 { // lines of text, which are no code
		fill(g, image.Rect(150, 200+i*40, 1000, 220+i*40))
	}
	w := &work{dpi: 150, planes: page.Planes{Gray: g, Clean: g}, ink: page.Binarize(g)}
	w.findCodes()
	if len(w.codes) != 1 || w.codes[0].text != text {
		t.Fatalf("codes %+v, want one that says %q", w.codes, text)
	}
	if !at.Add(image.Pt(40, 40)).In(w.codes[0].box) {
		t.Errorf("the code is at %v, want it around %v", w.codes[0].box, at)
	}
}
