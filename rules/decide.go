package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dengji/extract"
	"dengji/normalize"
)

// Decision is a reviewer's word on one field of a submission. It belongs to
// what was seen when it was made: it holds whatever a later reader or rule
// makes of the same places on the same documents, and no longer holds when
// another document says something else.
type Decision struct {
	ID      int64           `json:"id"`
	Path    string          `json:"path"`
	Confirm bool            `json:"confirm"` // what was seen is right; otherwise the reviewer gave the value
	Value   any             `json:"value"`   // string, float64, []string; nil unless State is value
	State   normalize.State `json:"state"`
	Detail  map[string]any  `json:"detail,omitempty"` // of the value: qualifier, min, max, …
	Raw     string          `json:"raw"`              // as the reviewer wrote it; of a confirmation, what stood there
	Seen    []Evidence      `json:"seen"`             // the field's evidence at that time
	By      string          `json:"by"`
	At      string          `json:"at"` // RFC 3339
	Why     string          `json:"why,omitempty"`
}

// decided is the confidence of what a reviewer decided: people err too.
const decided = 0.999

// Confirm is the decision that what a field shows is right. The error, in
// Chinese, says why it cannot be.
func Confirm(f *Field) (Decision, error) {
	d := Decision{Path: f.Path, Confirm: true, Value: f.Value, State: f.State, Raw: f.Raw, Seen: f.Evidence, Detail: map[string]any{}}
	if f.State == normalize.StateUnreadable {
		return d, fmt.Errorf("“%s”无法辨认，不能确认，请填写内容", f.Label)
	}
	for k, v := range f.Detail {
		if k != "decision" && k != "basis" {
			d.Detail[k] = v
		}
	}
	return d, nil
}

// Understand reads what a reviewer gives as a field's value, with the field's
// own normaliser. The error, in Chinese, says what is wrong with it; pattern
// may be a path (products[0].name).
func (f *Forms) Understand(form, path, raw string) (normalize.Result, error) {
	def, err := f.definition(form, path)
	if err != nil {
		return normalize.Result{}, err
	}
	r := normalizeField(def, raw, false)
	for _, d := range r.Doubts {
		if d.Code == normalize.CodeFormatInvalid || d.Code == normalize.CodeOutOfRange || d.Code == normalize.CodeAmbiguous && r.Value == nil && r.Detail["min"] == nil {
			return r, fmt.Errorf("“%s”不能作为“%s”的值：%s", raw, def.Label, d.Message)
		}
	}
	if r.State == normalize.StateUnreadable {
		return r, fmt.Errorf("“%s”不能作为“%s”的值", raw, def.Label)
	}
	return r, nil
}

var rowNumber = regexp.MustCompile(`\[[0-9]+\]`)

// definition finds the field of a path, in the form or in the definitions
// attached to it.
func (f *Forms) definition(id, path string) (*FieldDef, error) {
	form, ok := f.Get(id)
	if !ok {
		return nil, fmt.Errorf("there is no form definition %q; give its folder with --forms", id)
	}
	pattern := rowNumber.ReplaceAllString(path, "[]")
	if ref, ok := form.field(pattern); ok {
		return &ref.def, nil
	}
	for _, a := range form.Attachments {
		if other, ok := f.Get(a.Form); ok {
			if ref, ok := other.field(pattern); ok {
				return &ref.def, nil
			}
		}
	}
	return nil, fmt.Errorf("the form %s has no field %s", id, path)
}

// decideCertificates lets decisions on certificates settle what follows from
// them: the release date.
func (b *builder) decideCertificates() {
	for _, d := range b.opt.Decisions {
		f := b.find(d.Path)
		if f == nil || !slices.ContainsFunc(b.certs, func(c *certificate) bool { return slices.Contains(c.all(), f) }) {
			continue
		}
		if len(f.news(&d)) == 0 {
			f.Value, f.State = d.Value, d.State
		}
	}
}

func (c *certificate) all() []*field {
	var out []*field
	for _, f := range c.fields {
		out = append(out, f)
	}
	return out
}

// decide applies the reviewer's decisions and returns how many are on fields
// that are no longer there.
func (b *builder) decide() (lost int) {
	for i := range b.opt.Decisions {
		d := &b.opt.Decisions[i]
		f := b.find(d.Path)
		if f == nil {
			lost++
			continue
		}
		if news := f.news(d); len(news) > 0 {
			f.Review = true
			f.flag(FlagDecisionOutdated, fmt.Sprintf("%s曾定为%s；新的材料写的是“%s”，请重新确认", d.By, d.shown(), news[0].Raw),
				map[string]any{"decision": d.about(), "value": d.Value, "state": string(d.State), "new": news[0].Raw, "path": news[0].Path})
			continue
		}
		f.obey(d)
	}
	return lost
}

// obey makes the field say what was decided. Its doubts are settled: they
// stay in detail.decision.
func (f *field) obey(d *Decision) {
	about := d.about()
	about["read"] = f.Value
	about["read_state"] = string(f.State)
	if len(f.Flags) > 0 {
		codes := []any{}
		for _, g := range f.Flags {
			codes = append(codes, g.Code)
		}
		about["flags"] = codes
	}
	before := f.said()
	detail := map[string]any{"decision": about}
	if basis, ok := f.Detail["basis"]; ok {
		detail["basis"] = basis
	}
	for k, v := range d.Detail {
		detail[k] = v
	}
	f.Value, f.State, f.Detail, f.Flags = d.Value, d.State, detail, []Flag{}
	f.Confidence, f.Review = decided, false
	if !d.Confirm {
		f.flag(FlagCorrected, fmt.Sprintf("%s更正为%s（原识别为%s）", d.By, f.said(), before), map[string]any{"by": d.By, "at": d.At})
	}
}

// about says who decided, when and why.
func (d *Decision) about() map[string]any {
	m := map[string]any{"id": d.ID, "by": d.By, "at": d.At, "confirm": d.Confirm}
	if d.Why != "" {
		m["why"] = d.Why
	}
	return m
}

func (d *Decision) shown() string {
	f := field{Field: Field{Value: d.Value, State: d.State}}
	return f.said()
}

// Said is a field's value for people, in Chinese.
func Said(f *Field) string {
	switch {
	case f.State == normalize.StateNone:
		return "“无”"
	case f.State == normalize.StateBlank:
		return "空白"
	case f.State == normalize.StateUnreadable:
		return "无法辨认"
	case f.Value == nil:
		return fmt.Sprintf("“%s”（不止一种读法）", f.Raw)
	}
	switch list := f.Value.(type) {
	case []string:
		return "“" + strings.Join(list, "、") + "”"
	case []any: // from JSON
		words := make([]string, len(list))
		for i, w := range list {
			words[i] = fmt.Sprint(w)
		}
		return "“" + strings.Join(words, "、") + "”"
	}
	return fmt.Sprintf("“%v”", f.Value)
}

func (f *field) said() string { return Said(&f.Field) }

// news lists the evidence of a field that the reviewer had not seen (another
// document, or another place) and that says something else than what was
// decided. That it says what the reader once made of a place the reviewer
// corrected proves nothing: the new paper may really say it.
func (f *field) news(d *Decision) []Evidence {
	def := &f.ref.def
	verdict := normalize.Result{Value: d.Value, State: d.State, Detail: d.Detail}
	var out []Evidence
	for _, e := range f.Evidence {
		if slices.ContainsFunc(d.Seen, func(s Evidence) bool { return sameSpot(&s, &e) }) {
			continue
		}
		says := normalizeField(def, e.Raw, true)
		if !sameValue(def.Type, says, verdict) {
			out = append(out, e)
		}
	}
	return out
}

// sameSpot says whether two pieces of evidence stand at one place of one
// document. Readers draw their boxes a little differently.
func sameSpot(a, b *Evidence) bool {
	switch {
	case a.Document != b.Document || (a.Page == nil) != (b.Page == nil):
		return false
	case a.Page == nil:
		return a.Cell == b.Cell
	case *a.Page != *b.Page:
		return false
	case a.Box == nil || b.Box == nil:
		return a.Box == b.Box
	case a.Box.Empty() || b.Box.Empty():
		return *a.Box == *b.Box
	}
	return overlap(*a.Box, *b.Box) >= 0.3
}

// overlap is the common part of two boxes as a share of the smaller one.
func overlap(a, b extract.Box) float64 { return a.Intersect(b).Area() / min(a.Area(), b.Area()) }
