package ocr_test

import (
	"context"
	"fmt"
	"image"
	"image/draw"
	"os"
	"testing"

	"dengji/extract/ocr/ppocr"
)

// model/op is the part of the time spent inside the models.
func BenchmarkDetect(b *testing.B) {
	img, _ := loadSample(b, "clean")
	page := image.NewGray(image.Rect(0, 0, 1654, 2339)) // A4 at 200 dpi
	draw.Draw(page, page.Rect, image.White, image.Point{}, draw.Src)
	for y := 100; y < 2200; y += 60 {
		for x := 100; x < 1200; x += 480 {
			draw.Draw(page, img.Bounds().Add(image.Pt(x, y)), img, image.Point{}, draw.Src)
		}
	}
	for _, side := range []int{960, 1280, 1600} {
		b.Run(fmt.Sprint(side), func(b *testing.B) {
			cfg, err := ppocr.Find(ppocr.Config{DetectSide: side}, os.Getenv, "../../bin")
			if err != nil {
				b.Fatal(err)
			}
			e, err := ppocr.Open(cfg)
			if err != nil {
				b.Fatal(err)
			}
			defer e.Close()
			before, _, _ := e.Spent()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Detect(context.Background(), page); err != nil {
					b.Fatal(err)
				}
			}
			after, _, _ := e.Spent()
			b.ReportMetric(float64(after-before)/float64(b.N), "model-ns/op")
		})
	}
}

func BenchmarkReadLine(b *testing.B) {
	e := openPPOCR(b)
	long, _ := loadSample(b, "long")
	for _, width := range []int{160, 320, 640, 1280} {
		b.Run(fmt.Sprint(width), func(b *testing.B) {
			h := long.Bounds().Dy()
			img := long.(*image.Gray).SubImage(image.Rect(0, 0, width*h/48, h))
			_, before, _ := e.Spent()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.ReadLine(context.Background(), img); err != nil {
					b.Fatal(err)
				}
			}
			_, after, _ := e.Spent()
			b.ReportMetric(float64(after-before)/float64(b.N), "model-ns/op")
		})
	}
}

func BenchmarkTesseractLine(b *testing.B) {
	e := openTesseract(b, 1)
	for _, name := range []string{"date", "clean", "kai"} {
		b.Run(name, func(b *testing.B) {
			img, _ := loadSample(b, name)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.ReadLine(context.Background(), img); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
