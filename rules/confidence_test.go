package rules

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestProbability(t *testing.T) {
	w, err := embeddedWeights()
	if err != nil {
		t.Fatal(err)
	}
	sure := map[string]float64{featBias: 1, featSure: 1, featLabel: 1}
	scan := map[string]float64{featBias: 1, featLabel: 1, featWeakest: 0.5}
	if p := w.Probability(sure); p < 0.99 || p > w.Cap {
		t.Errorf("a DOCX field: %v", p)
	}
	base := w.Probability(scan)
	for name, down := range map[string]bool{featErrors: true, featSeal: true, featRepaired: true, featDoubt: true, featStretched: true, featTick: true, featDiffer: true, featContradict: true, featRowDoubt: true, featFormat: false, featAgree: false, featWitnesses: false} {
		f := map[string]float64{name: 1}
		for k, v := range scan {
			f[k] = v
		}
		if p := w.Probability(f); p < base != down || p == base {
			t.Errorf("%s moves %v to %v", name, base, p)
		}
	}
	for _, bad := range []string{"", "{}", `{"cap": 1}`, `{"cap": 0.9, "weights": {"colour": 1}}`} {
		if _, err := ParseWeights([]byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// The fit finds the probabilities samples were drawn with, and claims no more
// than they show.
func TestFitConfidence(t *testing.T) {
	// Weights of its own: the ridge pulls towards the start.
	start := &Weights{Cap: 0.998, Review: map[string]bool{FlagMissing: true},
		Weights: map[string]float64{featBias: 1, featWeakest: 4, featErrors: -1.2, featSeal: -0.5, featTick: -4}}
	rng := rand.New(rand.NewPCG(3, 4))
	truth := func(f map[string]float64) float64 {
		return sigmoid(2 + 3*f[featWeakest] - 2*f[featErrors] - 1.5*f[featSeal])
	}
	var samples []Sample
	for range 4000 {
		f := map[string]float64{featBias: 1, featWeakest: rng.Float64(), featErrors: 2 * rng.Float64(), featSeal: float64(rng.IntN(2))}
		samples = append(samples, Sample{f, rng.Float64() < truth(f)})
	}
	w := FitConfidence(samples, *start)
	worst, n := 0.0, 0.0
	for _, s := range samples {
		d := math.Abs(w.Probability(s.Features) - truth(s.Features))
		worst, n = max(worst, d), n+d
	}
	if worst > 0.1 || n/float64(len(samples)) > 0.02 {
		t.Errorf("off by %v at worst, %v on average", worst, n/float64(len(samples)))
	}
	if w.Weights[featTick] != start.Weights[featTick] {
		t.Errorf("a feature that no sample shows moved: %v", w.Weights[featTick])
	}
	if w.Samples != len(samples) || w.Review[FlagMissing] != true {
		t.Errorf("%+v", w)
	}
	bound := *start
	bound.Most = map[string]float64{featWeakest: 2, featSeal: -2, featErrors: 0}
	held := FitConfidence(samples, bound)
	if held.Weights[featWeakest] != 2 || held.Weights[featSeal] != -2 || held.Weights[featErrors] > -1 {
		t.Errorf("weights held at a bound, and one that has room: %v", held.Weights)
	}
	few := samples[:0:0]
	for range 8 {
		few = append(few, Sample{map[string]float64{featBias: 1, featSure: 1}, true})
	}
	if c := FitConfidence(few, *start).Cap; c > 0.9 {
		t.Errorf("8 samples show %v", c)
	}
	if c := FitConfidence(nil, *start); c.Cap != start.Cap || c.Weights[featBias] != start.Weights[featBias] {
		t.Errorf("nothing to fit on: %+v", c)
	}
}
