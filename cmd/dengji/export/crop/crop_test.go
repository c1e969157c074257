package crop

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
)

// A page of 100 × 200 points at two pixels a point, with a red field at
// (40, 60)–(80, 70).
func pagePicture(t *testing.T) []byte {
	m := image.NewRGBA(image.Rect(0, 0, 200, 400))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for y := 120; y < 140; y++ {
		for x := 80; x < 160; x++ {
			m.Set(x, y, color.RGBA{220, 0, 0, 255})
		}
	}
	return encoded(t, m, 90)
}

func TestCut(t *testing.T) {
	dir := t.TempDir()
	page := pagePicture(t)
	for name, data := range map[string][]byte{"a.jpg": page, "b.jpg": page[:len(page)/3], "c.jpg": []byte("no picture")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "secret.jpg")
	if err := os.WriteFile(outside, page, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.jpg")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	field := [4]float64{40, 60, 80, 70}
	spots := []Spot{
		{"a.jpg", 100, 200, field},
		{"b.jpg", 100, 200, [4]float64{40, 160, 80, 190}},
		{"c.jpg", 100, 200, field},
		{"gone.jpg", 100, 200, field},
		{"link.jpg", 100, 200, field},
		{"../secret.jpg", 100, 200, field},
		{"a.jpg", 100, 200, [4]float64{500, 60, 600, 70}}, // off the page
		{"a.jpg", 0, 0, field},                            // a page without size
		{"a.jpg", 100, 200, field},
		{"a.jpg", 100, 200, [4]float64{90, 190, 100, 200}}, // at the corner
	}
	pieces, missing, err := Cut(context.Background(), root, spots, Options{MaxWidth: 1000, MaxHeight: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if missing != 5 {
		t.Errorf("%d pictures missing, want 5", missing)
	}
	for i, want := range [][2]int{{112, 36}, {}, {}, {}, {}, {}, {}, {}, {112, 36}, {36, 28}} {
		if got := [2]int{pieces[i].Width, pieces[i].Height}; got != want {
			t.Errorf("piece %d is %v, want %v", i, got, want)
		}
	}
	m, err := jpeg.Decode(bytes.NewReader(pieces[0].JPEG))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		x, y int
		red  bool
	}{{56, 18, true}, {20, 12, true}, {5, 18, false}, {56, 3, false}, {107, 18, false}} {
		_, g, _, _ := m.At(tt.x, tt.y).RGBA()
		if red := g < 0x4000; red != tt.red {
			t.Errorf("at %d,%d red is %v", tt.x, tt.y, red)
		}
	}
	small, _, err := Cut(context.Background(), root, spots[:1], Options{MaxWidth: 56, MaxHeight: 1000})
	if err != nil || small[0].Width != 56 || small[0].Height != 18 {
		t.Errorf("scaled it is %d × %d, %v", small[0].Width, small[0].Height, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, _, err := Cut(ctx, root, spots, Options{1, 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
