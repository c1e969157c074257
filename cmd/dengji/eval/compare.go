package eval

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"dengji/cmd/dengji/store"
	"dengji/extract"
	"dengji/fixtures"
	"dengji/normalize"
	"dengji/rules"
)

// Result is one field beside its truth.
type Result struct {
	Submission string       `json:"submission"`
	Record     string       `json:"record,omitempty"` // id; "" when no record was made
	Path       string       `json:"path"`             // in the truth
	Set        string       `json:"set"`              // of the prevailing witness's file
	Want       any          `json:"want"`
	WantState  string       `json:"want_state"`
	Got        any          `json:"got"`
	GotState   string       `json:"got_state"`
	Raw        string       `json:"raw"`
	Right      bool         `json:"right"`
	Why        string       `json:"why,omitempty"` // what is wrong: value, state, detail, flag, lost, extra
	Review     bool         `json:"review"`
	Demanded   bool         `json:"demanded,omitempty"` // the paper itself is doubtful: review is right
	Confidence float64      `json:"confidence"`
	UnderSeal  bool         `json:"under_seal,omitempty"`
	Hazards    []string     `json:"hazards,omitempty"` // of the page it is printed on, where the truth names any
	Flags      []string     `json:"flags,omitempty"`
	CER        *float64     `json:"cer,omitempty"` // long texts only
	File       string       `json:"file,omitempty"`
	Page       int          `json:"page,omitempty"`
	Box        *extract.Box `json:"box,omitempty"` // points, upright page
	recordPath string
}

// Silent reports the mistake that counts most: wrong, and nobody is told.
func (r Result) Silent() bool { return !r.Right && !r.Review }

// longText is the length, in characters, from which a text is one that people
// read rather than a value that programs use.
const longText = 40

// compare lists every field of one truth beside the record's.
func compare(t fixtures.Truth, rec *rules.Record) ([]Result, error) {
	data, err := json.Marshal(t.Data)
	if err != nil {
		return nil, fmt.Errorf("truth of %s: %w", t.Submission, err)
	}
	leaves, err := store.Leaves(data)
	if err != nil {
		return nil, fmt.Errorf("truth of %s: %w", t.Submission, err)
	}
	c := newComparison(t, rec)
	paths := make([]string, 0, len(leaves))
	for p := range leaves {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	var results []Result
	for _, p := range paths {
		if list, ok := leaves[p].([]any); ok && len(list) == 0 && isRows(p, rec) {
			continue // an empty list of rows has no fields
		}
		results = append(results, c.field(p, leaves[p]))
	}
	return append(results, c.extras()...), nil
}

func newComparison(t fixtures.Truth, rec *rules.Record) *comparison {
	c := &comparison{truth: t, record: rec, sets: map[string]string{}, fields: map[string]*rules.Field{}, wanted: map[string]bool{}}
	for _, f := range t.Files {
		c.sets[f.Path] = f.Set
	}
	if rec != nil {
		for i := range rec.Fields {
			c.fields[rec.Fields[i].Path] = &rec.Fields[i]
		}
		c.places = certificatePlaces(t, rec)
	}
	return c
}

type comparison struct {
	truth  fixtures.Truth
	record *rules.Record
	fields map[string]*rules.Field
	sets   map[string]string // file → set
	places map[int]int       // certificate of the truth → of the record
	wanted map[string]bool   // record paths that the truth knows
}

// isRows reports whether a path holds rows in a record.
func isRows(path string, rec *rules.Record) bool {
	if rec == nil {
		return true
	}
	for _, f := range rec.Fields {
		if strings.HasPrefix(f.Path, path+"[") {
			return true
		}
		if f.Path == path {
			return false
		}
	}
	return true
}

func (c *comparison) field(path string, want any) Result {
	r := Result{Submission: c.truth.Submission, Path: path, Want: want, WantState: c.wantState(path, want),
		UnderSeal: slices.Contains(c.truth.UnderSeal, path), Demanded: len(c.truth.Flags[path]) > 0 || c.planted(path)}
	r.Set, r.Hazards = c.setOf(path), c.hazards(path)
	r.recordPath = c.recordPath(path)
	c.wanted[r.recordPath] = true
	f := c.fields[r.recordPath]
	if f == nil {
		// Where nothing is wanted, nothing is missed.
		r.Right = c.record != nil && r.WantState == string(normalize.StateBlank) && !r.Demanded
		if !r.Right {
			r.Why = "lost"
		}
		return r
	}
	c.fill(&r, f)
	r.Why = c.mistake(path, r, f)
	r.Right = r.Why == ""
	if w, ok := want.(string); ok && len([]rune(w)) >= longText {
		got, _ := f.Value.(string)
		rate := errorRate(w, got)
		r.CER = &rate
	}
	return r
}

// fill copies what the record says.
func (c *comparison) fill(r *Result, f *rules.Field) {
	r.Record, r.Got, r.GotState, r.Raw = c.record.ID, f.Value, string(f.State), f.Raw
	r.Review, r.Confidence = f.Review, f.Confidence
	for _, flag := range f.Flags {
		r.Flags = append(r.Flags, flag.Code)
	}
	if len(f.Evidence) == 0 {
		return
	}
	e := f.Evidence[0]
	r.File, r.Box = e.Path, e.Box
	if e.Page != nil {
		r.Page = *e.Page
	}
	if set := c.sets[e.Path]; set != "" && !strings.HasSuffix(r.Set, withCopy) {
		r.Set = set
	}
}

// planted reports whether a contradiction at path rightly sends it to a
// person.
func (c *comparison) planted(path string) bool {
	return slices.ContainsFunc(c.truth.Planted, func(p fixtures.Planting) bool {
		return p.Alarm && slices.ContainsFunc(p.Expect, func(s fixtures.Sign) bool { return s.Path == path })
	})
}

// mistake says what is wrong with a field, "" for nothing.
func (c *comparison) mistake(path string, r Result, f *rules.Field) string {
	if !equal(r.Want, f.Value) {
		return "value"
	}
	if r.WantState != "" && r.WantState != string(f.State) {
		return "state"
	}
	for k, v := range c.truth.Details[path] {
		if !equal(v, f.Detail[k]) {
			return "detail"
		}
	}
	for _, code := range c.truth.Flags[path] {
		if !slices.Contains(r.Flags, code) {
			return "flag"
		}
	}
	return ""
}

// wantState is the state a field must have, "" where the truth leaves it open:
// a range has no single value and yet is neither blank nor none.
func (c *comparison) wantState(path string, want any) string {
	if s := c.truth.States[path]; s != "" {
		return s
	}
	if want != nil {
		return string(normalize.StateValue)
	}
	if len(c.truth.Details[path]) > 0 {
		return ""
	}
	return string(normalize.StateBlank)
}

// withCopy marks the set of a scan that has an electronic copy beside it.
const withCopy = "+copy"

// hazards lists what makes the pages hard to read that a value is printed on.
func (c *comparison) hazards(path string) []string {
	var out []string
	for _, f := range c.truth.Files {
		for _, p := range f.Pages {
			if slices.Contains(p.Paths, path) {
				out = append(out, p.Hazards...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// setOf is the set of the file that ought to be a field's witness. The form's
// fields have two witnesses where there are a scan and a copy; certificates
// have one.
func (c *comparison) setOf(path string) string {
	if i, ok := certificateIndex(path); ok {
		return cmp.Or(c.fileSet(func(p fixtures.TruthPage) bool { return p.Kind == rules.KindCertificate && p.Certificate == i }), "unknown")
	}
	scan := c.fileSet(func(p fixtures.TruthPage) bool { return p.Kind == rules.KindFormScan })
	copied := c.fileSet(func(p fixtures.TruthPage) bool { return p.Kind == rules.KindFormCopy })
	if scan != "" && copied != "" {
		return scan + withCopy
	}
	return cmp.Or(scan, copied, "unknown")
}

// fileSet is the set of the first file with such a page, "" for none.
func (c *comparison) fileSet(is func(fixtures.TruthPage) bool) string {
	for _, f := range c.truth.Files {
		if slices.ContainsFunc(f.Pages, is) {
			return f.Set
		}
	}
	return ""
}

// extras are values the record has and the paper has not.
func (c *comparison) extras() []Result {
	if c.record == nil {
		return nil
	}
	var results []Result
	for i := range c.record.Fields {
		f := &c.record.Fields[i]
		if c.wanted[f.Path] || f.Value == nil {
			continue
		}
		r := Result{Submission: c.truth.Submission, Path: f.Path, Set: c.setOf(f.Path), WantState: "absent", Why: "extra", recordPath: f.Path}
		c.fill(&r, f)
		results = append(results, r)
	}
	return results
}

// certificateList is the data key under which certificates stand in a record.
const certificateList = "certificates"

func certificateIndex(path string) (int, bool) {
	var i int
	if _, err := fmt.Sscanf(path, certificateList+"[%d]", &i); err != nil {
		return 0, false
	}
	return i, true
}

// recordPath is where the record holds what the truth holds at path.
func (c *comparison) recordPath(path string) string {
	i, ok := certificateIndex(path)
	if !ok {
		return path
	}
	_, rest, _ := strings.Cut(path, "]")
	j, ok := c.places[i]
	if !ok {
		return fmt.Sprintf("%s[lost]%s", certificateList, rest)
	}
	return fmt.Sprintf("%s[%d]%s", certificateList, j, rest)
}

// certificatePlaces finds each certificate of the truth in the record: by
// registration number, else by the most similar name, or, where a name was
// misread beyond that, by what else they share. Their order in a record is
// nobody's promise.
func certificatePlaces(t fixtures.Truth, rec *rules.Record) map[int]int {
	wanted, got := rows(t.Data[certificateList]), rows(rec.Data.Map()[certificateList])
	type tie struct {
		want, got int
		score     float64
	}
	var ties []tie
	for i, w := range wanted {
		for j, g := range got {
			ties = append(ties, tie{i, j, similarity(w, g)})
		}
	}
	sort.SliceStable(ties, func(a, b int) bool { return ties[a].score > ties[b].score })
	places, used := map[int]int{}, map[int]bool{}
	for _, t := range ties {
		if _, ok := places[t.want]; ok || used[t.got] || t.score <= 0.3 {
			continue
		}
		places[t.want], used[t.got] = t.got, true
	}
	return places
}

func rows(v any) []map[string]any {
	var out []map[string]any
	for _, e := range list(v) {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func similarity(w, g map[string]any) float64 {
	text := func(m map[string]any, k string) string { s, _ := m[k].(string); return Fold(s) }
	if n := text(w, "registration_number"); n != "" && n == text(g, "registration_number") {
		return 2
	}
	name := 0.0
	if a, b := []rune(text(w, "software_name")), []rune(text(g, "software_name")); len(a) > 0 && len(b) > 0 {
		name = 1 - float64(distance(a, b))/float64(max(len(a), len(b)))
	}
	return max(name, commonShare(w, g)*3/4) // certificates of one applicant have about a quarter in common
}

// commonShare is the share of what a certificate of the truth says that one of a
// record says too.
func commonShare(w, g map[string]any) float64 {
	said, common := 0, 0
	for k, v := range w {
		if v == nil {
			continue
		}
		if said++; fmt.Sprint(v) == fmt.Sprint(g[k]) {
			common++
		}
	}
	return float64(common) / float64(max(1, said))
}
