package scan

import (
	"context"
	"image"
	"slices"
	"testing"

	"dengji/extract/ocr"
	"dengji/extract/page"
)

// levelReader reads every line as the same text and notes the darkest level it
// was shown.
type levelReader struct {
	text   string
	levels *[]uint8
}

func (levelReader) Name() string    { return "levels" }
func (levelReader) Version() string { return "test" }
func (levelReader) Close() error    { return nil }
func (r levelReader) ReadLine(_ context.Context, img image.Image) (ocr.Reading, error) {
	*r.levels = append(*r.levels, slices.Min(img.(*image.Gray).Pix))
	return readingOf(r.text, 0.99, float64(img.Bounds().Dx())), nil
}

// printed is a page with one stroke of a level on paper of another.
func printed(ink, paper uint8) *work {
	g := image.NewGray(image.Rect(0, 0, 200, 40))
	for i := range g.Pix {
		g.Pix[i] = paper
	}
	for y := 10; y < 30; y++ {
		for x := 20; x < 60; x++ {
			g.Pix[y*g.Stride+x] = ink
		}
	}
	return &work{dpi: 200, planes: page.Planes{Gray: g, Clean: g}}
}

func TestPalePrintIsStrengthened(t *testing.T) {
	for _, tt := range []struct {
		name       string
		ink, paper uint8
		text       string
		want       []uint8
	}{
		{"black print", 40, 230, "云岭软件", []uint8{40}},
		{"pale print", 170, 215, "云岭软件", []uint8{blackened}},
		{"paper alone", 210, 215, "云岭软件", []uint8{210}},
		{"tick boxes are read again as they are", 170, 215, "□基础软件□工业软件", []uint8{blackened, 170}},
		{"a word with a square in it", 170, 215, "大连港口集团", []uint8{blackened}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := printed(tt.ink, tt.paper)
			var levels []uint8
			w.readers.First = levelReader{tt.text, &levels}
			l, err := w.readBox(context.Background(), image.Rect(0, 0, 200, 40))
			if err != nil || l.first.Text != tt.text {
				t.Fatalf("read %q, %v", l.first.Text, err)
			}
			if !slices.Equal(levels, tt.want) {
				t.Errorf("the reader was shown ink of %v, want %v", levels, tt.want)
			}
			if w.planes.Clean.Pix[20*200+40] != tt.ink {
				t.Error("the page was changed")
			}
		})
	}
}
