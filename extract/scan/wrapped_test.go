package scan

import (
	"image"
	"testing"

	"dengji/extract/ocr"
)

// A slash beneath the beginning of an address that fills its cell is the address's.
func TestTakeWrappedSlash(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		line       image.Rectangle
		bar        [4]float64
		want       bool
	}{
		{"a slash beneath", "http://www.shanhai.com", image.Rect(104, 110, 296, 140), [4]float64{108, 176, 118, 148}, true},
		{"the address ends in its line", "http://www.shanhai.com", image.Rect(104, 110, 220, 140), [4]float64{108, 176, 118, 148}, false},
		{"no address", "山东省济南市", image.Rect(104, 110, 296, 140), [4]float64{108, 176, 118, 148}, false},
		{"it has its slash", "http://www.shanhai.com/", image.Rect(104, 110, 296, 140), [4]float64{108, 176, 118, 148}, false},
		{"an upright stroke", "http://www.shanhai.com", image.Rect(104, 110, 296, 140), [4]float64{112, 176, 113, 148}, false},
		{"far to the right", "http://www.shanhai.com", image.Rect(104, 110, 296, 140), [4]float64{208, 176, 218, 148}, false},
		{"beneath the cell", "http://www.shanhai.com", image.Rect(104, 186, 296, 216), [4]float64{108, 252, 118, 224}, false},
	} {
		w := cellWork(func(g *image.Gray) { drawBar(g, tt.bar[0], tt.bar[1], tt.bar[2], tt.bar[3], 3) })
		w.read = []readLine{{box: tt.line, first: reading{Reading: ocr.Reading{Text: tt.text, Chars: make([]ocr.Char, len([]rune(tt.text)))}}}}
		w.takeWrappedSlash()
		got := len(w.read) == 2 && w.read[1].first.Text == loneSlash
		if got != tt.want || len(w.read) > 2 {
			t.Errorf("%s: %d lines", tt.name, len(w.read))
		}
	}
}
