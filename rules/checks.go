package rules

import (
	"fmt"
	"slices"
	"strings"

	"dengji/extract"
)

// predicate is one kind of rule: a name that a definition's checks use, and
// the function that decides it.
type predicate struct {
	name string
	id   string // check that has it where the definition names none
	f    func(*builder, *Record, CheckDef) verdict
}

// verdict is what a check found. Message is for the applicant.
type verdict struct {
	outcome string
	message string
	fields  []string
	proofs  []Proof
}

// predicates has one row per kind of rule, in the order of a record's checks.
func predicates() []predicate {
	return []predicate{
		{"name_has_no", "eligible_applicant", checkApplicant},
		{"dates_within", "release_window", checkWindow},
		{"certificate_each", "registered_copyright", checkCopyright},
		{"not_catalogued", "not_in_previous_catalogue", checkCatalogue},
		{"report_attached", "in_use", checkInUse},
		{"report_endorsed", "user_report_endorsed", checkEndorsed},
		{"sealed_by_applicant", "sealed", checkSealed},
		{"rows_at_most", "product_limit", checkRows},
		{"characters_at_most", "word_limit", checkWords},
		{"in_vocabulary", "category_listed", checkListed},
		{"nothing_empty", "declared_none", checkDeclared},
		{"received_until", "received_in_time", checkReceived},
	}
}

// CheckIDs lists the checks that need no rule beside their id.
func CheckIDs() []string {
	var ids []string
	for _, r := range predicates() {
		ids = append(ids, r.id)
	}
	return ids
}

// Predicates lists the kinds of rules a check can have.
func Predicates() []string {
	var names []string
	for _, r := range predicates() {
		names = append(names, r.name)
	}
	return names
}

// predicate is the kind of rule of a check: the one it names, else that of
// its id.
func (c CheckDef) predicate() (predicate, bool) {
	for _, r := range predicates() {
		if c.Rule == r.name || c.Rule == "" && c.ID == r.id {
			return r, true
		}
	}
	return predicate{}, false
}

// checks runs the form's checks.
func (b *builder) checks(rec *Record) []Check {
	out := []Check{}
	for _, def := range b.form.Checks {
		row, ok := def.predicate()
		if !ok {
			continue
		}
		v := row.f(b, rec, def)
		if v.fields == nil {
			v.fields = []string{}
		}
		if v.proofs == nil {
			v.proofs = b.proofs(v.fields)
		}
		out = append(out, Check{ID: def.ID, Clause: def.Clause, Outcome: v.outcome, Message: v.message, Fields: v.fields, Evidence: v.proofs})
	}
	return out
}

// proofs are the places where a check's fields stand: the prevailing witness
// of each.
func (b *builder) proofs(paths []string) []Proof {
	out := []Proof{}
	for _, p := range paths {
		if f := b.find(p); f != nil && len(f.Evidence) > 0 {
			e := f.Evidence[0]
			out = append(out, Proof{Document: e.Document, Path: e.Path, Page: e.Page, Box: e.Box, Text: e.Raw})
		}
	}
	return out
}

// proofOf points at a page of a document, or at a box on it.
func proofOf(doc *extract.Document, file string, page int, box *extract.Box, text string) Proof {
	p := Proof{Document: "sha256:" + doc.SHA256, Path: file, Text: text}
	if page >= 0 && page < len(doc.Pages) && doc.Pages[page].Number > 0 {
		n := doc.Pages[page].Number
		p.Page, p.Box = &n, box
	}
	return p
}

// tally gathers the outcomes of several fields: one failure fails, else one
// unknown leaves it open.
type tally struct {
	outcome  string
	messages []string
	fields   []string
}

func (t *tally) add(outcome, path, format string, args ...any) {
	t.fields = append(t.fields, path)
	switch {
	case outcome == Fail, outcome == Unknown && t.outcome != Fail:
		if t.outcome != outcome {
			t.messages = nil // what weighs less is not worth saying
		}
		t.outcome = outcome
	case outcome == Pass && t.outcome == "":
		t.outcome = Pass
	}
	if outcome == t.outcome && format != "" {
		t.messages = append(t.messages, fmt.Sprintf(format, args...))
	}
}

func (t *tally) verdict(pass, nothing string) verdict {
	switch t.outcome {
	case "":
		return verdict{outcome: Unknown, message: nothing, fields: t.fields}
	case Pass:
		return verdict{outcome: Pass, message: pass, fields: t.fields}
	}
	return verdict{outcome: t.outcome, message: strings.Join(t.messages, "；") + "。", fields: t.fields}
}

// orUnknown is the outcome, or unknown where a field it rests on was not read
// surely: nobody is told of a failure that may be a misreading.
func (b *builder) orUnknown(outcome string, fields ...*field) string {
	for _, f := range fields {
		if f == nil || f.Confidence < b.form.Threshold || f.has(FlagCopyDiffers) || f.has(FlagCertificateDiffers) {
			return Unknown
		}
	}
	return outcome
}

// paths expands a check's field patterns.
func (b *builder) paths(def CheckDef) []string {
	var out []string
	for _, p := range def.Fields {
		out = append(out, b.expand(p)...)
	}
	return out
}

// rowName names the product of a row for a message: “云岭平台”的.
func (b *builder) rowName(f *field) string {
	if b.form.Identity.Product == "" || f.row < 0 {
		return ""
	}
	path := strings.Replace(b.form.Identity.Product, "[]", fmt.Sprintf("[%d]", f.row), 1)
	if name := b.text(path); name != "" {
		return "“" + name + "”的"
	}
	return fmt.Sprintf("第%d个产品的", f.row+1)
}

func containsAny(s string, words []string) string {
	for _, w := range words {
		if strings.Contains(s, w) {
			return w
		}
	}
	return ""
}

func (b *builder) firstColumn(table string) string {
	for i := range b.form.fields {
		if b.form.fields[i].table == table {
			return b.form.fields[i].def.Path
		}
	}
	return ""
}

// partsOf lists the parts of a kind.
func (b *builder) partsOf(kind string) []placedPart {
	return slices.DeleteFunc(slices.Clone(b.parts), func(p placedPart) bool { return p.part.Kind != kind })
}
