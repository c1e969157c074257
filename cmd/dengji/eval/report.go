package eval

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"

	"dengji/fixtures"
	"dengji/rules"
)

// Report is the outcome of an evaluation.
type Report struct {
	Schema      string      `json:"schema"` // dengji/eval/v1
	Submissions int         `json:"submissions"`
	Lost        []string    `json:"lost"`  // submissions without a record
	Extra       []string    `json:"extra"` // ids of records that no truth is for
	Total       Tally       `json:"total"`
	Sets        []Tally     `json:"sets"`
	Hazards     []Tally     `json:"hazards,omitempty"` // by what makes pages hard to read; a page may have several
	Bins        []Bin       `json:"calibration"`
	ECE         float64     `json:"expected_calibration_error"`
	Checks      Share       `json:"checks"`
	Seals       SealTally   `json:"seals"`
	SealSets    []SealSet   `json:"seal_sets"`
	Placed      Share       `json:"placed"` // files in the record of their submission and in no other
	Kinds       []KindTally `json:"page_kinds"`
	Alarms      Alarms      `json:"contradictions"`
	Results     []Result    `json:"results"`
}

// Share is how many of a number were right.
type Share struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}

func (s *Share) add(right bool) {
	s.Of++
	if right {
		s.Right++
	}
}

// Percent of right ones; NaN of none.
func (s Share) Percent() float64 { return 100 * float64(s.Right) / float64(s.Of) }

// Tally sums fields of one set up.
type Tally struct {
	Set       string `json:"set"`
	Fields    Share  `json:"fields"`
	Silent    int    `json:"silent_errors"` // wrong and not marked for review
	Review    int    `json:"review"`        // sent to a person though the paper is clear
	UnderSeal Share  `json:"under_seal"`
	Ticks     Share  `json:"ticks"`
	// Certificates counts the fields of certificates, Whole those certificates
	// whose every field is right.
	Certificates Share   `json:"certificate_fields"`
	Whole        Share   `json:"whole_certificates"`
	Texts        Share   `json:"texts"`          // long texts that are exact
	TextsNear    Share   `json:"texts_within_1"` // long texts with a character error rate of at most 1 %
	TextsCER     float64 `json:"texts_mean_cer"` // mean character error rate of long texts
}

// Bin is one row of the calibration table.
type Bin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	N          int     `json:"n"`
	Confidence float64 `json:"mean_confidence"`
	Right      float64 `json:"share_right"`
}

// setOrder is that of the printed table: from what is sure to what is not.
var setOrder = []string{"docx", "xlsx", "text_pdf", "clean", "clean+copy", "office", "office+copy", "poor", "poor+copy", "phone", "phone+copy", "harsh", "harsh+copy"}

// earlier orders sets as they are printed.
func earlier(x, y string) bool {
	a, b := slices.Index(setOrder, x), slices.Index(setOrder, y)
	if a < 0 || b < 0 {
		return a > b || (a == b && x < y)
	}
	return a < b
}

// Evaluate compares records with truths.
func Evaluate(truths []fixtures.Truth, records []*rules.Record) (*Report, error) {
	of, extra := pair(truths, records)
	rep := &Report{Schema: "dengji/eval/v1", Submissions: len(truths), Lost: []string{}, Extra: []string{}, Results: []Result{}, SealSets: []SealSet{}, Kinds: []KindTally{},
		Alarms: Alarms{Sets: []AlarmTally{}, Kinds: []AlarmTally{}, Cases: []Case{}}}
	for _, r := range extra {
		rep.Extra = append(rep.Extra, r.ID)
	}
	ticks := map[string]*Share{}
	for i, t := range truths {
		if of[i] == nil {
			rep.Lost = append(rep.Lost, t.Submission)
		}
		results, err := compare(t, of[i])
		if err != nil {
			return nil, err
		}
		rep.Results = append(rep.Results, results...)
		rep.Alarms.count(t, of[i])
		rep.Placed.place(t, of[i], records)
		rep.countKinds(t, records)
		countTicks(ticks, t, of[i])
		if of[i] != nil {
			countChecks(&rep.Checks, t, of[i])
			rep.countSeals(t, of[i])
		}
	}
	rep.Alarms.finish()
	rep.tally(ticks)
	rep.calibrate()
	slices.SortStableFunc(rep.SealSets, func(a, b SealSet) int {
		if earlier(a.Set, b.Set) {
			return -1
		}
		return 1
	})
	return rep, nil
}

func (rep *Report) tally(ticks map[string]*Share) {
	bySet := map[string][]Result{}
	for _, r := range rep.Results {
		bySet[r.Set] = append(bySet[r.Set], r)
	}
	for set := range ticks {
		if bySet[set] == nil {
			bySet[set] = []Result{}
		}
	}
	names := make([]string, 0, len(bySet))
	for s := range bySet {
		names = append(names, s)
	}
	sort.Slice(names, func(i, j int) bool { return earlier(names[i], names[j]) })
	all := Share{}
	rep.Sets = []Tally{}
	for _, s := range names {
		t := tallyOf(s, bySet[s])
		if share := ticks[s]; share != nil {
			t.Ticks = *share
			all.Right += share.Right
			all.Of += share.Of
		}
		rep.Sets = append(rep.Sets, t)
	}
	rep.tallyHazards()
	rep.Total = tallyOf("total", rep.Results)
	rep.Total.Ticks = all
}

// tallyHazards sums up the fields of pages with each hazard.
func (rep *Report) tallyHazards() {
	by := map[string][]Result{}
	for _, r := range rep.Results {
		for _, h := range r.Hazards {
			by[h] = append(by[h], r)
		}
	}
	for _, h := range slices.Sorted(maps.Keys(by)) {
		rep.Hazards = append(rep.Hazards, tallyOf(h, by[h]))
	}
}

func tallyOf(set string, results []Result) Tally {
	t := Tally{Set: set}
	sum := 0.0
	whole := map[string]bool{}
	for _, r := range results {
		t.Fields.add(r.Right)
		if r.Silent() {
			t.Silent++
		}
		if r.Review && !r.Demanded {
			t.Review++
		}
		if r.UnderSeal {
			t.UnderSeal.add(r.Right)
		}
		if i, ok := certificateIndex(r.Path); ok {
			t.Certificates.add(r.Right)
			key := fmt.Sprint(r.Submission, "/", i)
			before, seen := whole[key]
			whole[key] = r.Right && (before || !seen)
		}
		if r.CER != nil {
			t.Texts.add(*r.CER == 0)
			t.TextsNear.add(*r.CER <= 0.01)
			sum += *r.CER
		}
	}
	for _, right := range whole {
		t.Whole.add(right)
	}
	if t.Texts.Of > 0 {
		t.TextsCER = sum / float64(t.Texts.Of)
	}
	return t
}

// calibrate fills the reliability table over all fields that a record has.
func (rep *Report) calibrate() {
	const n = 10
	rep.Bins = make([]Bin, n)
	total := 0
	for i := range rep.Bins {
		rep.Bins[i].From, rep.Bins[i].To = float64(i)/n, float64(i+1)/n
	}
	for _, r := range rep.Results {
		if r.GotState == "" {
			continue
		}
		b := &rep.Bins[min(n-1, max(0, int(r.Confidence*n)))]
		b.N++
		b.Confidence += r.Confidence
		if r.Right {
			b.Right++
		}
		total++
	}
	for i := range rep.Bins {
		b := &rep.Bins[i]
		if b.N == 0 {
			continue
		}
		b.Confidence /= float64(b.N)
		b.Right /= float64(b.N)
		rep.ECE += float64(b.N) / float64(total) * math.Abs(b.Confidence-b.Right)
	}
}

// Worst lists wrong fields, those that nobody is told of first, the surest
// first among them.
func (rep *Report) Worst() []Result {
	var wrong []Result
	for _, r := range rep.Results {
		if !r.Right {
			wrong = append(wrong, r)
		}
	}
	sort.SliceStable(wrong, func(i, j int) bool {
		if wrong[i].Silent() != wrong[j].Silent() {
			return wrong[i].Silent()
		}
		return wrong[i].Confidence > wrong[j].Confidence
	})
	return wrong
}

// countTicks compares every tick box with the record's lists of words: a box
// is on where its word is listed.
func countTicks(shares map[string]*Share, t fixtures.Truth, rec *rules.Record) {
	if len(t.Ticks) == 0 {
		return
	}
	c := comparison{truth: t}
	set := c.setOf("")
	on := map[string]bool{}
	if rec != nil {
		for _, f := range rec.Fields {
			for _, v := range list(f.Value) {
				if word, ok := v.(string); ok {
					on[Fold(word)] = true
				}
			}
		}
	}
	if shares[set] == nil {
		shares[set] = &Share{}
	}
	for word, want := range t.Ticks {
		shares[set].add(rec != nil && on[Fold(word)] == want)
	}
}

func countChecks(s *Share, t fixtures.Truth, rec *rules.Record) {
	for id, want := range t.Checks {
		right := false
		for _, c := range rec.Checks {
			right = right || (c.ID == id && c.Outcome == want)
		}
		s.add(right)
	}
}
