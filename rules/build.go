package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"dengji/extract"
	"dengji/normalize"
)

// Options are what Build may know beside the documents. The zero value will
// do.
type Options struct {
	Received  string     // date of receipt, ISO 8601; "" where it is not known
	Catalogue *Catalogue // products that were in before; nil where it is not at hand
	Weights   *Weights   // nil for the embedded ones
	// Decisions are the reviewer's words that hold, at most one for each path.
	Decisions []Decision
}

// Key names what these options make of a record: records made with another
// key have to be made anew. It is "" for the zero value.
func (o Options) Key() string {
	key := ""
	if o.Received != "" {
		key = "received=" + o.Received
	}
	if o.Catalogue != nil {
		key += " catalogue=" + o.Catalogue.SHA256
	}
	return strings.TrimSpace(key)
}

// Trace is how a record's confidences came about, for fitting them.
type Trace struct {
	Fields []FieldTrace `json:"fields"`
}

// FieldTrace holds one field's features.
type FieldTrace struct {
	Path     string             `json:"path"`
	Kind     string             `json:"kind"`   // kind of the prevailing witness's document, "" where there is none
	Reader   string             `json:"reader"` // of the prevailing witness
	Features map[string]float64 `json:"features"`
}

// builder gathers one submission.
type builder struct {
	forms     *Forms
	form      *Form
	opt       Options
	weights   *Weights
	sub       Submission
	parts     []placedPart
	void      []void               // parts that newer documents took the place of
	witnesses map[string][]witness // of the form's own fields, by path
	rows      map[string]int       // rows of each table
	certs     []*certificate       // products' own first, in their order
	matched   []int                // certificate of each product, -1 for none
	fields    []*field
	signed    []signature        // of user reports
	listed    map[string]listing // rows of the catalogue that are like a product, by its path
}

// placedPart is a part with the file it is of.
type placedPart struct {
	part Part
	path string
	in   *Input
}

// field is a field of the record while it is made.
type field struct {
	Field
	ref      *fieldRef
	row      int
	features map[string]float64
	kind     string
	reader   string
	sure     bool
	doubtful bool
}

// Build makes the record of one submission from all its documents. ID,
// Revision and History are the store's. The same input gives the same record.
func Build(sub Submission, forms *Forms, opt Options) (*Record, *Trace, error) {
	b := &builder{forms: forms, opt: opt, weights: opt.Weights, sub: sub, witnesses: map[string][]witness{}, rows: map[string]int{}}
	if b.weights == nil {
		b.weights = forms.weights
	}
	b.gather()
	if b.form == nil {
		return nil, nil, fmt.Errorf("build record of %s: no form is defined", sub.Key)
	}
	b.supersede()
	b.mapForms()
	b.mapCertificates()
	b.matchCertificates()
	b.reconcile()
	b.compareCatalogue()
	b.judge()
	lost := b.decide()
	rec, err := b.record()
	if err != nil {
		return nil, nil, fmt.Errorf("build record of %s: %w", sub.Key, err)
	}
	if lost > 0 {
		rec.Status = StatusReview // somebody decided on a field that is no longer there
	}
	trace := &Trace{}
	for _, f := range b.fields {
		trace.Fields = append(trace.Fields, FieldTrace{f.Path, f.kind, f.reader, f.features})
	}
	return rec, trace, nil
}

// gather lists the parts and picks the form: the one that most pages speak
// for; without any, the first definition that is not provisional.
func (b *builder) gather() {
	score := map[string]float64{}
	for i := range b.sub.Inputs {
		in := &b.sub.Inputs[i]
		if in.Doc == nil {
			continue
		}
		parts := in.Parts
		if parts == nil {
			parts = Segment(in.Doc, b.forms)
		}
		for _, p := range parts {
			if !in.has(p.Pages[0]) {
				continue // another applicant's
			}
			b.parts = append(b.parts, placedPart{p, in.Path, in})
			if p.Kind == KindForm {
				score[p.Form] += p.Score
			}
		}
	}
	best := 0.0
	for _, f := range b.forms.list {
		if f.Kind != KindForm {
			continue
		}
		if s := score[f.ID]; s > best || b.form == nil && !f.Provisional {
			b.form, best = f, s
		}
	}
}

// mapForms reads the form's own fields from every part of the form.
func (b *builder) mapForms() {
	var open *RawField // of the part before
	var last placedPart
	for _, pp := range b.formParts() {
		fields := Map(pp.part, b.forms)
		if rest := slices.IndexFunc(fields, func(f RawField) bool { return f.pattern == "" }); rest >= 0 {
			if open != nil && partKind(&last.part) == partKind(&pp.part) {
				open.extend(&fields[rest])
			}
			fields = slices.Delete(fields, rest, rest+1)
		}
		if open != nil {
			b.addWitness(*open, last)
		}
		open, last = nil, pp
		for i := range fields {
			if fields[i].open {
				open = &fields[i]
				continue
			}
			b.addWitness(fields[i], pp)
		}
	}
	if open != nil {
		// A file that could not be read may hold the rest of it.
		open.Stretched = open.Stretched || len(b.loose()) > 0
		b.addWitness(*open, last)
	}
	for _, pp := range b.parts {
		if pp.part.Kind == KindReport {
			b.signed = append(b.signed, b.readSignature(pp))
		}
	}
	for _, pp := range b.formParts() {
		if line, ok := b.reportWithin(&pp); ok && len(b.signed) == 0 {
			doc := pp.part.Doc
			b.signed = append(b.signed, signature{path: pp.path, plain: true, proof: proofOf(doc, pp.path, doc.Lines[line].Page, nil, doc.Lines[line].Text)})
		}
	}
}

// formParts lists the parts of the form in the order of their files' names,
// numbers by their value: 扫描件-2 comes before 扫描件-10.
func (b *builder) formParts() []placedPart {
	var parts []placedPart
	for _, pp := range b.parts {
		if pp.part.Form == b.form.ID {
			parts = append(parts, pp)
		}
	}
	slices.SortStableFunc(parts, func(x, y placedPart) int { return strings.Compare(padNumbers(x.path), padNumbers(y.path)) })
	return parts
}

var digitRun = regexp.MustCompile(`[0-9]+`)

func padNumbers(s string) string {
	return digitRun.ReplaceAllStringFunc(s, func(n string) string { return strings.Repeat("0", max(0, 20-len(n))) + n })
}

func (b *builder) addWitness(f RawField, pp placedPart) {
	if f.row >= 0 && f.Label {
		table, _, _ := strings.Cut(f.pattern, "[]")
		b.rows[table] = max(b.rows[table], f.row+1)
	}
	w := b.witness(f, partKind(&pp.part), pp.path)
	w.in = pp.in
	b.witnesses[f.Path] = append(b.witnesses[f.Path], w)
}

func (b *builder) witness(f RawField, kind, path string) witness {
	w := newWitness(f, kind, path)
	w.conf = b.weights.Probability(w.features())
	return w
}

// signature is what a user report bears in proof.
type signature struct {
	path  string
	proof Proof
	seal  bool
	own   bool // every seal that could be read is the applicant's own
	name  bool // a name after a label for it
	plain bool // a format that can bear no seal
	grey  bool // a scan without colour on which a seal may be missed
}

// signed says whether a name stands after a label for a signature. A sentence
// that begins like the label (使用效果良好 for 使用人签字) is none, and
// so are the unit's name and the date where nothing stands between.
func (f *RawField) signed() bool {
	const misread = 0.3 // share of a label's characters
	const longName = 4
	n := len([]rune(f.first))
	switch {
	case f.first == "" || f.Exact < 1-misread || strings.ContainsAny(f.first, "，。；,;!！") || n > 20:
		return false
	case n > longName && (firmLike(f.first) || strings.ContainsFunc(f.first, unicode.IsDigit)):
		return false
	}
	return normalizeField(&f.Field, f.first, true).State == normalize.StateValue
}

func (b *builder) readSignature(pp placedPart) signature {
	s := signature{path: pp.path, plain: true, grey: pp.grey() && !pp.wellRead(), proof: proofOf(pp.part.Doc, pp.path, pp.part.Pages[0], nil, "")}
	for _, p := range pp.part.Pages {
		s.plain = s.plain && pp.part.Doc.Pages[p].Source == extract.SourceText
	}
	for _, seal := range pp.part.Doc.Seals {
		s.seal = s.seal || slices.Contains(pp.part.Pages, seal.Page)
	}
	for _, f := range Map(pp.part, b.forms) {
		s.name = s.name || f.signed()
	}
	return s
}

// record puts everything together.
func (b *builder) record() (*Record, error) {
	rec := &Record{Schema: RecordSchema, Revision: 1, Form: b.form.ID, Status: StatusClean, Data: NewData(),
		Fields: []Field{}, Checks: []Check{}, Missing: []Missing{}, Documents: b.documents(), History: []Revision{}}
	lists := map[string]bool{}
	for _, it := range b.form.Layout {
		// The lists stand in data even when they are empty, in the form's order.
		prefix := it.Path
		if it.Table != "" {
			prefix = it.Table
			lists[it.Table] = true
			if err := rec.Data.Set(it.Table+"[]", nil); err != nil {
				return nil, err
			}
		}
		for _, f := range b.fields {
			if f.Path == prefix || it.Table != "" && strings.HasPrefix(f.Path, prefix+"[") {
				if err := rec.Data.Set(f.Path, f.Value); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, a := range b.form.Attachments {
		if a.Path != "" && !lists[a.Path] {
			if err := rec.Data.Set(a.Path+"[]", nil); err != nil {
				return nil, err
			}
		}
	}
	for _, f := range b.fields {
		if err := rec.Data.Set(f.Path, f.Value); err != nil {
			return nil, err
		}
		if f.Detail == nil {
			f.Detail = map[string]any{}
		}
		rec.Fields = append(rec.Fields, f.Field)
		if f.Review {
			rec.Status = StatusReview
		}
	}
	rec.Checks = b.checks(rec)
	rec.Missing = b.missing(rec)
	if len(b.form.Requires) > 0 {
		if err := rec.Data.Set("missing_attachments", missingKinds(rec.Missing)); err != nil {
			return nil, err
		}
	}
	for _, c := range rec.Checks {
		if c.Outcome == Fail {
			rec.Status = StatusReview
		}
	}
	if b.lostProducts() {
		rec.Status = StatusReview
	}
	return rec, nil
}

// lostProducts says whether a form was read of which no product was: its table
// was not found, and no field is there to say so.
func (b *builder) lostProducts() bool {
	return b.form.Identity.Product != "" && len(b.expand(b.form.Identity.Product)) == 0 &&
		slices.ContainsFunc(b.parts, func(p placedPart) bool { return p.part.Form == b.form.ID })
}

// documents lists every file, once per kind, with its pages and seals; then
// what newer documents took the place of.
func (b *builder) documents() []Source {
	out := []Source{}
	type place struct {
		in       *Input
		kind, by string
	}
	at := map[place]int{}
	add := func(pp placedPart, by string) {
		where := place{pp.in, partKind(&pp.part), by}
		i, ok := at[where]
		if !ok {
			i = len(out)
			at[where] = i
			out = append(out, Source{Path: pp.path, SHA256: pp.part.Doc.SHA256, Pages: []int{}, Kind: where.kind, Seals: []SourceSeal{},
				SupersededBy: by, Gone: pp.in.Gone})
		}
		b.addPages(&out[i], &pp.part)
	}
	for _, pp := range b.parts {
		add(pp, "")
	}
	for _, v := range b.void {
		add(v.placedPart, v.by)
	}
	return out
}

func (b *builder) addPages(src *Source, part *Part) {
	for _, p := range part.Pages {
		page := part.Doc.Pages[p]
		if page.Number > 0 {
			src.Pages = append(src.Pages, page.Number)
		}
		for _, s := range part.Doc.Seals {
			if s.Page == p {
				src.Seals = append(src.Seals, b.sourceSeal(page.Number, &s))
			}
		}
	}
}

// nameSimilarity compares two names by their keys.
func nameSimilarity(a, b string) float64 {
	return normalize.Similarity(normalize.NameKey(a, false), normalize.NameKey(b, false))
}

// find returns the record's field of a path.
func (b *builder) find(path string) *field {
	for _, f := range b.fields {
		if f.Path == path {
			return f
		}
	}
	return nil
}

// text is a field's value where it is text.
func (b *builder) text(path string) string {
	if f := b.find(path); f != nil {
		s, _ := f.Value.(string)
		return s
	}
	return ""
}

// expand lists the record's paths that a pattern stands for: products[].name
// is products[0].name, products[1].name.
func (b *builder) expand(pattern string) []string {
	var out []string
	for _, f := range b.fields {
		if f.ref.path == pattern {
			out = append(out, f.Path)
		}
	}
	return out
}
