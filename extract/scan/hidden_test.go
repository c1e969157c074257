package scan

import (
	"image"
	"testing"

	"dengji/extract/page"
)

// TestHiddenBox: what a seal as dark as print hid is empty for nobody; where the
// frames of ticked and empty boxes differ, a hidden box's own frame tells.
func TestHiddenBox(t *testing.T) {
	const ticked, veiled = 'x', '?' // o is empty
	tests := []struct {
		name   string
		boxes  string // what the row's boxes are
		widths []int  // of their frames, pixels
		on     bool
		score  float64 // of the last box, 0 where it stays as it was
	}{
		{"frame of the ticked ones", "xoo?", []int{4, 1, 1, 4}, true, besideScore},
		{"frame of the empty ones", "xoo?", []int{4, 1, 1, 1}, false, besideScore},
		{"ticked ones finer", "xo?", []int{1, 4, 1}, true, besideScore},
		{"all frames alike", "xo?", []int{2, 2, 2}, false, lostScore},
		{"none ticked", "oo?", []int{2, 2, 4}, false, lostScore},
		{"not hidden", "xoo", []int{4, 1, 1}, false, 0},
	}
	for _, tt := range tests {
		g := whitePage(600, 100)
		w := &work{dpi: 200, planes: page.Planes{Gray: g, Clean: g, Grey: true}}
		var boxes []*page.TickBox
		for k, kind := range tt.boxes {
			x, width := 20+float64(k)*100, float64(tt.widths[k])
			drawBar(g, x, 30, x+30, 30, width)
			drawBar(g, x, 60, x+30, 60, width)
			drawBar(g, x, 30, x, 60, width)
			drawBar(g, x+30, 30, x+30, 60, width)
			boxes = append(boxes, &page.TickBox{Box: image.Rect(int(x), 30, int(x)+31, 61), On: kind == ticked, Score: 0.98})
			if kind != veiled {
				continue
			}
			w.ink = page.Binarize(g) // without the seal
			stroke := image.Rect(int(x)+8, 36, int(x)+20, 56)
			w.seals = []sealArea{{box: stroke.Inset(-40)}}
			for y := stroke.Min.Y; y < stroke.Max.Y; y++ {
				for x := stroke.Min.X; x < stroke.Max.X; x++ {
					g.Pix[g.PixOffset(x, y)] = 10
				}
			}
		}
		if w.ink == nil {
			w.ink = page.Binarize(g)
		}
		w.judgeHidden(boxes)
		last := boxes[len(boxes)-1]
		want := tt.score
		if want == 0 {
			want = 0.98
		}
		if last.On != tt.on || last.Score != want {
			t.Errorf("%s: on %v, score %v; frames %v", tt.name, last.On, last.Score, w.frameWidth(last.Box))
		}
	}
}
