package eval

import "dengji/rules"

// Samples joins results with the traces of their records (by id), for
// rules.FitConfidence.
func Samples(rep *Report, traces map[string]*rules.Trace) []rules.Sample {
	features := map[string]map[string]map[string]float64{}
	for id, t := range traces {
		features[id] = map[string]map[string]float64{}
		for _, f := range t.Fields {
			features[id][f.Path] = f.Features
		}
	}
	var samples []rules.Sample
	for _, r := range rep.Results {
		if f := features[r.Record][r.recordPath]; f != nil {
			samples = append(samples, rules.Sample{Features: f, Right: r.Right})
		}
	}
	return samples
}
