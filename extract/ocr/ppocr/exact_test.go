package ppocr

import (
	"image"
	"math/rand/v2"
	"slices"
	"testing"
)

// The fast paths do what their plain definitions say, to the bit.

func TestArgmaxOfSoftmax(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		v := make([]float32, 40)
		sum := float32(0)
		for i := range v {
			v[i] = rng.Float32()
			if rng.IntN(8) == 0 {
				v[i] *= 60
			}
			sum += v[i]
		}
		for i := range v {
			v[i] /= sum
		}
		at, p := argmax(v)
		if want := slices.Max(v); p != want || at != slices.Index(v, want) {
			t.Fatalf("class %d with %v, want %d with %v of %v", at, p, slices.Index(v, want), want, v)
		}
	}
}

func TestPartOfAPictureScalesAsItsCopy(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	whole := image.NewGray(image.Rect(0, 0, 90, 40))
	for i := range whole.Pix {
		whole.Pix[i] = uint8(rng.IntN(256))
	}
	part := whole.SubImage(image.Rect(11, 5, 71, 40)).(*image.Gray)
	copied := image.NewGray(image.Rect(0, 0, 60, 35))
	for y := range 35 {
		for x := range 60 {
			copied.SetGray(x, y, part.GrayAt(11+x, 5+y))
		}
	}
	var s scaler
	var tensors [2][]float32
	for i, img := range []*image.Gray{part, copied} {
		var r raster
		r.load(img)
		tensors[i] = make([]float32, 3*32*64)
		s.fill(tensors[i], 64, 50, 32, &r, imageNet)
		r.release()
		if r.planes[0] != nil {
			t.Error("the picture is still held")
		}
	}
	if !slices.Equal(tensors[0], tensors[1]) {
		t.Error("a part of a picture is scaled otherwise than a copy of it")
	}
}

func TestBuffersAreKept(t *testing.T) {
	var p bufferPool
	a, b := p.get(), p.get()
	if a == b {
		t.Fatal("two runs at once share a buffer")
	}
	p.put(a)
	p.put(b)
	if c, d := p.get(), p.get(); c != b || d != a || p.get() == a {
		t.Error("buffers that were put back are not taken again, or are taken twice")
	}
}
