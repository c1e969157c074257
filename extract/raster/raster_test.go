package raster

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"dengji/extract"
)

func TestOpenSmoke(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 20, 10))
	m.SetGray(3, 2, color.Gray{200})
	var p, j bytes.Buffer
	if err := png.Encode(&p, m); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&j, m, nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"a.png": p.Bytes(), "b.jpg": j.Bytes()} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		doc, sheets, err := Open(context.Background(), path, extract.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for s, err := range sheets {
			if err != nil || s.Image.Bounds().Dx() != 20 {
				t.Errorf("%s: %v %v", name, s, err)
			}
			n++
		}
		if n != 1 || doc.Format != Format || doc.Name != name {
			t.Errorf("%s: %d sheets, %+v", name, n, doc)
		}
	}
}
