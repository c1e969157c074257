//go:build sealharness

package scan

import (
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"testing"
	"time"

	"dengji/extract/seal"
)

func savePNG(path string, img image.Image) {
	f, _ := os.Create(path)
	png.Encode(f, img)
	f.Close()
}

func TestHarnessSeals(t *testing.T) {
	eng := engine(t)
	ctx := context.Background()
	out := os.Getenv("PNG")
	found, exact, wrong, empty, total, falsePages, blank := 0, 0, 0, 0, 0, 0, 0
	var spentFind, spentRead, worst time.Duration
	pages := 0
	eachDump(t, func(n int, d *dump, w *work) {
		pages++
		w.readers = readersOf(eng)
		w.findGrid()
		s0 := time.Now()
		w.findSeals()
		took := time.Since(s0)
		spentFind += took
		worst = max(worst, took)
		s0 = time.Now()
		if err := w.readSeals(ctx); err != nil {
			t.Fatal(err)
		}
		spentRead += time.Since(s0)
		if len(d.Seals) == 0 {
			blank++
			if len(w.seals) > 0 {
				falsePages++
				fmt.Printf("FALSE %s: %v\n", d.Name, w.seals)
			}
		}
		for _, want := range d.Seals {
			total++
			if len(w.seals) > 0 {
				found++
			}
			ok := false
			for _, s := range w.seals {
				ok = ok || s.text == want.Text
			}
			if ok {
				exact++
			}
		}
		fmt.Printf("%s set=%s dpi=%.0f seals=%d ms=%d\n", d.Name, d.Set, d.DPI, len(d.Seals), took.Milliseconds())
		for _, want := range d.Seals {
			fmt.Printf("   want %s %s %q\n", want.Shape, want.Text, want.Inside)
		}
		for i, s := range w.seals {
			state := "EMPTY"
			if s.text != "" {
				state = "WRONG"
				for _, want := range d.Seals {
					if s.text == want.Text {
						state = "OK"
					}
				}
			}
			if state == "WRONG" {
				wrong++
			}
			if state == "EMPTY" {
				empty++
			}
			fmt.Printf("   got %d %s %s %q in=%q %.2f %v\n", i, state, s.shape, s.text, s.inside, s.score, s.box)
			if out != "" {
				var ink *image.Gray
				if w.planes.Ink != nil {
					ink = seal.Ink(w.planes.Gray, w.planes.Clean, s.box.Inset(-s.box.Dx()/20))
				} else {
					ink = crop(w.planes.Gray, s.box, s.box.Dx()/20)
				}
				savePNG(fmt.Sprintf("%s/%03d-%d-ink.png", out, n, i), ink)
				ring := seal.FindRing(ink, 20*w.dpi/25.4)
				fmt.Printf("      ring %+v\n", ring)
				if strip, ok := seal.Unroll(ink, ring); ok {
					savePNG(fmt.Sprintf("%s/%03d-%d-strip.png", out, n, i), strip)
				}
			}
		}
	})
	fmt.Printf("pages %d blank %d false %d; seals %d found %d exact %d; boxes wrong %d empty %d; find %v/page worst %v read %v/page\n", pages, blank, falsePages, total, found, exact, wrong, empty, spentFind/time.Duration(pages), worst, spentRead/time.Duration(pages))
}
