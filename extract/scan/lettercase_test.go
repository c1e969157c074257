package scan

import (
	"image"
	"testing"

	"dengji/extract/ocr"
	"dengji/extract/page"
)

// Letters are bars here: a high one is 24 pixels, a low one 16.
func TestSettleCase(t *testing.T) {
	for _, tt := range []struct {
		name, read, rivals string // rivals of the last letter
		high               string // letters that are high in ink
		want               string
	}{
		{"low beside high and low", "eGaV", "v", "G", "eGav"},
		{"high and read so", "eGaV", "v", "GV", "eGaV"},
		{"low and read so", "eGav", "V", "G", "eGav"},
		{"high and read low", "eGav", "V", "Gv", "eGaV"},
		{"nothing but low letters", "aeV", "v", "", "aev"},
		{"nothing to compare with", "V", "v", "", "V"},
		{"the reader has no doubt", "eGaV", "", "G", "eGaV"},
		{"its other case is no rival", "eGaV", "Y", "G", "eGaV"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := image.NewGray(image.Rect(0, 0, 400, 60))
			for i := range g.Pix {
				g.Pix[i] = 240
			}
			l := readLine{box: image.Rect(20, 10, 380, 50), first: reading{Reading: ocr.Reading{Text: tt.read}}}
			for k, r := range tt.read {
				height := 16
				for _, h := range tt.high {
					if h == r {
						height = 24
					}
				}
				for y := 44 - height; y < 44; y++ {
					for x := 40 + k*20; x < 54+k*20; x++ {
						g.Pix[y*400+x] = 30
					}
				}
				l.first.Chars = append(l.first.Chars, ocr.Char{X0: float64(38 + k*20), X1: float64(56 + k*20), Score: 1})
			}
			l.first.Chars[len(tt.read)-1].Rivals = tt.rivals
			w := &work{planes: page.Planes{Clean: g}, read: []readLine{l}}
			w.settleCase()
			if got := w.read[0].first.Text; got != tt.want {
				t.Errorf("%s became %s, want %s", tt.read, got, tt.want)
			}
		})
	}
}
