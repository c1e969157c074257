package ppocr

import (
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
