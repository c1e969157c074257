package page

import (
	"image"
	"math/rand/v2"
	"testing"
)

// benchPage is the form of formPage at 300 dots an inch, with paper noise.
func benchPage() *image.Gray {
	p := formPage(2, 40)
	g := Resize(p.Gray, 2480, 3508)
	paper{Gray: g}.noise(rand.New(rand.NewPCG(1, 1)), 3)
	return Even(g)
}

func BenchmarkFindRulings(b *testing.B) {
	g := benchPage()
	b.ReportAllocs()
	for b.Loop() {
		FindRulings(g, 300)
	}
}

func BenchmarkSplit(b *testing.B) {
	img := image.NewYCbCr(image.Rect(0, 0, 2480, 3508), image.YCbCrSubsampleRatio420)
	copy(img.Y, benchPage().Pix)
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = 128, 130
	}
	b.ReportAllocs()
	for b.Loop() {
		Split(img, 3600)
	}
}

func BenchmarkResize(b *testing.B) {
	g := benchPage()
	for b.Loop() {
		Resize(g, 1240, 1754)
	}
}

func BenchmarkBinarize(b *testing.B) {
	g := benchPage()
	for b.Loop() {
		Binarize(g)
	}
}

func BenchmarkComponents(b *testing.B) {
	ink := Binarize(benchPage())
	for b.Loop() {
		Components(ink)
	}
}

func BenchmarkFindTickBoxes(b *testing.B) {
	ink := Binarize(benchPage())
	b.ReportAllocs()
	for b.Loop() {
		FindTickBoxes(ink, image.Rect(200, 450, 2300, 540), 24, 60)
	}
}
