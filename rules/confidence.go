package rules

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"dengji/extract"
	"dengji/normalize"
)

//go:embed confidence.json
var confidenceJSON []byte

// Weights is the confidence model: a logistic regression over a field's
// features. It is data (confidence.json), so that fitting it is no change of
// code.
type Weights struct {
	Comment string             `json:"comment,omitempty"`
	Weights map[string]float64 `json:"weights"`
	Cap     float64            `json:"cap"`               // no field is surer than this
	Review  map[string]bool    `json:"review"`            // flag codes that send a field to a person
	Samples int                `json:"samples,omitempty"` // fields the weights were fitted on, 0 for set by hand
	// Most is the highest weight a fit may give a feature. A doubt that the
	// sets of a generator hardly ever show to be an error is one all the same:
	// a value pieced together by guess goes to a person whatever they show.
	Most map[string]float64 `json:"most,omitempty"`
}

// ParseWeights reads a model and refuses one that cannot be used.
func ParseWeights(data []byte) (*Weights, error) {
	w := &Weights{}
	if err := json.Unmarshal(data, w); err != nil {
		return nil, fmt.Errorf("confidence weights: %w", err)
	}
	if w.Cap <= 0 || w.Cap >= 1 {
		return nil, fmt.Errorf("confidence weights: cap %v does not lie between 0 and 1", w.Cap)
	}
	for _, table := range []map[string]float64{w.Weights, w.Most} {
		for name := range table {
			if !slices.Contains(Features(), name) {
				return nil, fmt.Errorf("confidence weights: unknown feature %q", name)
			}
		}
	}
	return w, nil
}

func embeddedWeights() (*Weights, error) { return ParseWeights(confidenceJSON) }

// Features of a field. Each is 0 where it does not apply.
const (
	featBias        = "bias"              // always 1
	featSure        = "sure"              // the source has no doubt about its characters (DOCX, XLSX, text layer)
	featWeakest     = "weakest"           // -log10(1 - score) / 4 of the weakest character: 0.9 gives 0.25, 0.99 gives 0.5
	featUnread      = "unread"            // ink beside a character that none accounts for
	featErrors      = "errors"            // sum of 1 - score over the characters: misread ones to be expected; at most 3
	featFormat      = "format"            // the type checks its format and found nothing wrong
	featSeal        = "seal"              // a seal's ink lies over the value
	featRepaired    = "repaired"          // the normaliser corrected one character
	featDoubt       = "doubt"             // the normaliser has another doubt
	featLabel       = "label"             // how well the label was read, 1 for word for word
	featUnlabelled  = "unlabelled"        // the label is printed on every copy of the form, or the field required, and it was not found
	featAbsent      = "absent"            // a field that need not be there, and is not
	featStretched   = "stretched"         // the value was pieced together where the layout was not clear
	featTick        = "tick"              // 1 - score of the least sure tick box
	featBlank       = "blank"             // nothing was found where the value should stand
	featEmpty       = "empty"             // nothing was found, and the cell holds no ink that was not read
	featAgree       = "readers_agree"     // another reader's reading of the same characters says the same
	featDiffer      = "readers_differ"    // another reader's reading says something else
	featTreatAgree  = "treatments_agree"  // the same reader says the same with the coloured ink suppressed
	featTreatDiffer = "treatments_differ" // it says something else then
	featFar         = "readings_far"      // the reading that differs has little in common with the value
	featPage        = "page"              // -log10(1 - score) / 4 of the page's characters on average: how well the page reads as a whole
	featLength      = "length"            // log10 of the value's characters
	featProse       = "prose"             // a text of sentences
	featLatin       = "latin"             // an address of letters, which no dictionary knows
	featConfusable  = "confusable"        // the value has the look of a slip that readers are sure of (slip.go)
	featWitnesses   = "witnesses_agree"   // other documents with a text of their own that say the same, at most 2
	featScans       = "scans_agree"       // other documents read from pixels that say the same, at most 2
	featContradict  = "witnesses_differ"  // another document says something else
	featUnseen      = "unseen"            // the value is on the copy, the stamped scan was not found to say anything
	featSlight      = "slight"            // a number read from a single character: a stroke or speck would read so too
	featRowDoubt    = "row_doubt"         // share of doubtful values in the same row of a table
)

// Features lists the features' names in the order of a vector.
func Features() []string {
	return []string{featBias, featSure, featWeakest, featUnread, featErrors, featFormat, featSeal, featRepaired, featDoubt, featLabel, featUnlabelled,
		featAbsent, featStretched, featTick, featBlank, featEmpty, featAgree, featDiffer, featTreatAgree, featTreatDiffer, featFar, featPage, featLength, featProse, featLatin, featConfusable,
		featWitnesses, featScans, featContradict, featUnseen, featSlight, featRowDoubt}
}

// Probability is the model's confidence for features, at most the cap.
func (w *Weights) Probability(features map[string]float64) float64 {
	z := 0.0
	for _, name := range Features() { // in a fixed order, so that sums are reproducible
		z += w.Weights[name] * features[name]
	}
	return min(w.Cap, sigmoid(z))
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// formatted names the types whose normaliser checks a format or vocabulary.
var formatted = []string{"date", "percent", "phone", "postal_code", "email", "url", "choices", "category", "version",
	"certificate_number", "registration_number", "acquisition", "scope", "credit_code", "company"}

// features describes one witness.
func (w *witness) features() map[string]float64 {
	f := map[string]float64{featBias: 1, featTick: 1 - w.raw.Tick}
	set := func(name string, on bool) {
		if on {
			f[name] = 1
		}
	}
	blank := w.result.State == normalize.StateBlank
	set(featSure, w.raw.Sure)
	set(featSeal, w.raw.Seal)
	set(featStretched, w.raw.Stretched || w.cut)
	switch {
	case w.raw.Label:
		f[featLabel] = w.raw.Exact
	case w.raw.Field.Required || w.raw.printed || w.raw.lost:
		f[featUnlabelled] = 1
	}
	set(featBlank, blank && w.raw.Label)
	set(featEmpty, blank && w.raw.Label && w.raw.clear)
	set(featAbsent, blank && !w.raw.Label && !w.raw.Field.Required && !w.raw.printed && !w.raw.lost)
	set(featSlight, !w.raw.Sure && w.raw.Field.Type == "percent" && w.result.State == normalize.StateValue && utf8.RuneCountInString(w.raw.Raw) == 1)
	if !w.raw.Sure {
		w.scoreFeatures(f)
	}
	for _, d := range w.result.Doubts {
		set(featRepaired, d.Code == normalize.CodeRepaired)
		set(featDoubt, d.Code != normalize.CodeRepaired)
	}
	set(featFormat, w.result.State == normalize.StateValue && len(w.result.Doubts) == 0 && slices.Contains(formatted, w.raw.Field.Type))
	r := w.readings()
	set(featAgree, r.agree && !r.differ)
	set(featDiffer, r.differ || w.swapped)
	set(featTreatAgree, r.treatAgree && !r.treatDiffer)
	set(featTreatDiffer, r.treatDiffer)
	set(featFar, r.far)
	if w.swapped {
		f[featFormat], f[featDoubt], f[featAgree] = 0, 1, 0
	}
	return f
}

// scoreFeatures are those that only text read from pixels has.
func (w *witness) scoreFeatures(f map[string]float64) {
	f[featPage] = rarity(w.raw.quality)
	if len(w.raw.Scores) == 0 {
		return
	}
	weakest, errors := 1.0, 0.0
	for _, s := range w.raw.Scores {
		weakest = min(weakest, s)
		errors += 1 - s
	}
	f[featWeakest] = rarity(weakest)
	if weakest <= extract.UnreadInk {
		f[featUnread] = 1
	}
	f[featErrors] = min(errors, 3)
	f[featLength] = math.Log10(float64(len(w.raw.Scores)))
	if w.raw.Field.MaxRunes >= 100 {
		f[featProse] = 1
	}
	if typ := w.raw.Field.Type; (typ == "email" || typ == "url") && w.result.State == normalize.StateValue {
		f[featLatin] = 1
	}
	if w.confusable() {
		f[featConfusable] = 1
	}
}

// rarity is a score on the scale of its errors' rarity: 0.9 gives 0.25, 0.99
// gives 0.5, 1 gives 1.
func rarity(score float64) float64 { return -math.Log10(1-min(max(score, 0), 1)+1e-4) / 4 }

// comparison is what other readings of a value say of it.
type comparison struct {
	agree, differ           bool // another reader's
	treatAgree, treatDiffer bool // the same reader's, after another treatment of the picture
	far                     bool // one that differs has little in common with the value
}

// readings compares the other readings of the value. A reading that is no
// value of the type at all says nothing against one that is, and an old text layer
// nothing against characters that were read clearly.
func (w *witness) readings() comparison {
	var c comparison
	typ := w.raw.Field.Type
	own, _, _ := strings.Cut(w.raw.Reader, "/")
	same, other := 0, 0 // treatments: their readings were put to the vote, so most may well agree
	for _, o := range w.others {
		reader, _, _ := strings.Cut(o.reader, "/")
		ownAgain := reader == own
		switch {
		case sameValue(typ, w.result, o.result):
			if ownAgain {
				same++
			} else {
				c.agree = true
			}
		case slices.Contains(formatted, typ) && w.result.State == normalize.StateValue && (o.result.Value == nil || len(o.result.Doubts) > 0):
		case w.denies(o):
		case ownAgain:
			other++
			c.far = c.far || normalize.Similarity(w.raw.Raw, o.raw) < 0.6
		default:
			c.differ = true
			c.far = c.far || normalize.Similarity(w.raw.Raw, o.raw) < 0.6
		}
	}
	c.treatAgree, c.treatDiffer = same > other, other > 0 && other >= same
	return c
}

// denies says whether a scan's text layer has other characters only in the place
// of some that were read clearly from the picture: an old OCR's slips.
func (w *witness) denies(o otherValue) bool {
	if reader, _, _ := strings.Cut(o.reader, "/"); reader != extract.ReaderTextLayer {
		return false
	}
	x, y := []rune(squeezed(w.raw.Raw)), []rune(squeezed(o.raw))
	if len(x) == 0 || len(x) != len(w.raw.Scores) {
		return false
	}
	return !slices.ContainsFunc(differing(x, y), func(i int) bool { return w.raw.Scores[min(i, len(x)-1)] < markScore })
}

// Sample is one field whose value is known to be right or wrong.
type Sample struct {
	Features map[string]float64
	Right    bool
}

// FitConfidence fits the model to samples by gradient descent on the
// logistic loss, pulled towards the weights it starts from (ridge), so that a
// feature the samples hardly show keeps its weight. The cap is what the
// surest samples can show: with n of them all right, at most (n+1)/(n+2).
func FitConfidence(samples []Sample, from Weights) Weights {
	names := Features()
	out := from
	out.Weights = map[string]float64{}
	theta, start, most := make([]float64, len(names)), make([]float64, len(names)), make([]float64, len(names))
	for i, n := range names {
		most[i] = math.Inf(1)
		if m, ok := from.Most[n]; ok {
			most[i] = m
		}
		start[i] = min(from.Weights[n], most[i])
		theta[i] = start[i]
	}
	if len(samples) == 0 {
		for i, n := range names {
			out.Weights[n] = start[i]
		}
		return out
	}
	x := make([][]float64, len(samples))
	for k, s := range samples {
		x[k] = make([]float64, len(names))
		for i, n := range names {
			x[k][i] = s.Features[n]
		}
	}
	newton(theta, start, most, x, samples)
	for i, n := range names {
		out.Weights[n] = math.Round(theta[i]*1e4) / 1e4
	}
	out.Samples = len(samples)
	out.Cap = min(surest(out, samples), mostCap)
	return out
}

// newton is iteratively reweighted least squares with a ridge around start. A
// weight that would rise above the most it may have stays there.
func newton(theta, start, most []float64, x [][]float64, samples []Sample) {
	const ridge = 2.0
	d := len(theta)
	for range 30 {
		grad, hess := make([]float64, d), make([][]float64, d)
		for i := range d {
			hess[i] = make([]float64, d)
			hess[i][i] = ridge
			grad[i] = ridge * (theta[i] - start[i])
		}
		for k, s := range samples {
			z := 0.0
			for i := range d {
				z += theta[i] * x[k][i]
			}
			p := sigmoid(z)
			y := 0.0
			if s.Right {
				y = 1
			}
			for i := range d {
				grad[i] += (p - y) * x[k][i]
				for j := range d {
					hess[i][j] += p * (1 - p) * x[k][i] * x[k][j]
				}
			}
		}
		for i := range d {
			if theta[i] >= most[i] && grad[i] < 0 { // held at its bound: not part of this step
				for j := range d {
					hess[i][j], hess[j][i] = 0, 0
				}
				hess[i][i], grad[i] = 1, 0
			}
		}
		step := solve(hess, grad)
		size := 0.0
		for i := range d {
			before := theta[i]
			theta[i] = min(theta[i]-step[i], most[i])
			size = max(size, math.Abs(theta[i]-before))
		}
		if size < 1e-6 {
			return
		}
	}
}

// solve solves a·x = b for a symmetric positive definite a, by elimination.
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	x := slices.Clone(b)
	for c := range n {
		for r := c + 1; r < n; r++ {
			f := a[r][c] / a[c][c]
			for k := c; k < n; k++ {
				a[r][k] -= f * a[c][k]
			}
			x[r] -= f * x[c]
		}
	}
	for r := n - 1; r >= 0; r-- {
		for k := r + 1; k < n; k++ {
			x[r] -= a[r][k] * x[k]
		}
		x[r] /= a[r][r]
	}
	return x
}

// mostCap is the most a fit may claim however many fields were right: papers
// made by a generator are not papers that were received.
const mostCap = 0.998

// surest is the share of right samples, by Laplace's rule, among those that
// the model gives 0.99 and more.
func surest(w Weights, samples []Sample) float64 {
	w.Cap = 1 - 1e-9
	n, right := 0, 0
	for _, s := range samples {
		if w.Probability(s.Features) >= 0.99 {
			n++
			if s.Right {
				right++
			}
		}
	}
	return float64(right+1) / float64(n+2)
}

func round(p float64) float64 { return math.Round(p*1e4) / 1e4 }
