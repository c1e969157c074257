//go:build sealharness

package scan

import (
	"context"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"image"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/extract/ocr/ppocr"
	"dengji/extract/page"
	"dengji/extract/pdf"
	"dengji/extract/raster"
	"dengji/fixtures"
)

type dump struct {
	Name       string
	Set        string
	Kind       string
	Seals      []fixtures.TruthSeal
	Gray, Clean, Ink *image.Gray
	Same       bool
	Grey       bool
	DPI        float64
	Boxes      []image.Rectangle
	Quad       bool
}

func engine(t testing.TB) *ppocr.Engine {
	cfg, err := ppocr.Find(ppocr.Config{Threads: 1}, os.Getenv, "/work/main/bin")
	if err != nil {
		t.Fatal(err)
	}
	e, err := ppocr.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func readersOf(e *ppocr.Engine) Readers {
	return Readers{First: e, UpsideDown: e.Direction, Detect: func(ctx context.Context, img image.Image) ([]image.Rectangle, error) {
		regions, err := e.Detect(ctx, img)
		var out []image.Rectangle
		for _, r := range regions {
			x0, y0, x1, y1 := r.Box()
			out = append(out, image.Rect(int(x0), int(y0), int(x1+0.99), int(y1+0.99)).Intersect(img.Bounds()))
		}
		return out, err
	}}
}

func TestHarnessDump(t *testing.T) {
	src, dst := os.Getenv("SRC"), os.Getenv("DST")
	os.MkdirAll(dst, 0o755)
	ctx := context.Background()
	eng := engine(t)
	pe, err := pdf.NewEngine(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	truths, _ := filepath.Glob(src + "/truth/*.json")
	n := 0
	for _, tf := range truths {
		b, _ := os.ReadFile(tf)
		var tr fixtures.Truth
		json.Unmarshal(b, &tr)
		for _, f := range tr.Files {
			path := filepath.Join(src, "inbox", f.Path)
			var sheets iter.Seq2[extract.Sheet, error]
			var err error
			switch strings.ToLower(filepath.Ext(path)) {
			case ".pdf":
				_, sheets, err = pdf.Open(ctx, path, extract.DefaultLimits(), pdf.Options{Engine: pe})
			case ".jpg", ".png", ".tif":
				_, sheets, err = raster.Open(ctx, path, extract.DefaultLimits())
			default:
				continue
			}
			if err != nil {
				t.Log(path, err)
				continue
			}
			i := 0
			for s, err := range sheets {
				if err != nil {
					t.Log(path, err)
					continue
				}
				p := f.Pages[min(i, len(f.Pages)-1)]
				i++
				if s.Image == nil || s.Trust {
					continue
				}
				w := &work{readers: readersOf(eng), timings: extract.Timings{}}
				w.prepare(s)
				if err := w.upright(ctx); err != nil {
					t.Fatal(err)
				}
				d := dump{Name: fmt.Sprintf("%s#%d", f.Path, p.Number), Set: f.Set, Kind: p.Kind, Seals: p.Seals, Gray: w.planes.Gray, Ink: w.planes.Ink, Same: w.planes.Gray == w.planes.Clean, Grey: w.planes.Grey, DPI: w.dpi, Boxes: w.boxes, Quad: w.quad != nil}
				if !d.Same {
					d.Clean = w.planes.Clean
				}
				out, _ := os.Create(fmt.Sprintf("%s/%03d.gob", dst, n))
				if err := gob.NewEncoder(out).Encode(&d); err != nil {
					t.Fatal(err)
				}
				out.Close()
				n++
			}
		}
	}
	t.Log(n, "pages")
}

func eachDump(t testing.TB, f func(n int, d *dump, w *work)) {
	n := 0
	for _, dir := range strings.Split(os.Getenv("DST"), ",") {
		files, _ := filepath.Glob(dir + "/*.gob")
		for _, file := range files {
			if m := os.Getenv("ONLY"); m != "" && !strings.Contains(file, m) {
				n++
				continue
			}
			in, _ := os.Open(file)
			var d dump
			if err := gob.NewDecoder(in).Decode(&d); err != nil {
				t.Fatal(err)
			}
			in.Close()
			d.Name = filepath.Base(dir) + "/" + filepath.Base(file) + " " + d.Name
			if d.Same {
				d.Clean = d.Gray
			}
			w := &work{timings: extract.Timings{}, dpi: d.DPI, boxes: d.Boxes, planes: page.Planes{Gray: d.Gray, Clean: d.Clean, Ink: d.Ink, Grey: d.Grey}}
			f(n, &d, w)
			n++
		}
	}
}
