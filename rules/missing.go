package rules

import (
	"fmt"
	"slices"
	"strings"
)

// unsureNote is what to look at first where no file is to blame.
const unsureNote = "所附材料中有未能识别的，请先查看"

// missing lists the papers that the form requires and the submission lacks.
func (b *builder) missing(rec *Record) []Missing {
	out := []Missing{}
	kinds := map[string]bool{}
	for _, d := range rec.Documents {
		kinds[d.Kind] = true
	}
	if len(b.signed) > 0 {
		kinds[KindReport] = true // one that stands inside another document
	}
	add := func(m Missing, unsure bool) {
		// What could not be read or placed may be anything that is asked for.
		loose := looseNote(b.loosePapers())
		if m.Kind == KindFormScan {
			loose = looseNote(b.loose())
		}
		switch {
		case loose != "":
			m.Unsure, m.Note = true, loose
		case unsure:
			m.Unsure, m.Note = true, unsureNote
		}
		out = append(out, m)
	}
	// Pages that say nothing of themselves may be what is asked for.
	unsure := kinds[KindOther]
	for _, req := range b.form.Requires {
		if req.Each == "" {
			if !kinds[req.Kind] {
				add(Missing{Kind: req.Kind, Message: req.Ask}, unsure && req.Kind != KindFormCopy)
			}
			continue
		}
		for _, path := range b.expand(req.Each) {
			f := b.find(path)
			if f.row < len(b.matched) && b.matched[f.row] >= 0 && b.certs[b.matched[f.row]].named != otherName {
				continue
			}
			row, _, _ := strings.Cut(path, "].")
			name, _ := f.Value.(string)
			if name == "" {
				name = fmt.Sprintf("第%d个产品", f.row+1)
			}
			add(Missing{Kind: req.Kind, For: row + "]", Message: strings.ReplaceAll(req.Ask, "{name}", name)},
				unsure || f.Confidence < b.form.Threshold || slices.ContainsFunc(b.certs, (*certificate).unnamed))
		}
	}
	return out
}

// missingKinds lists the kinds of papers that are missing, each once for every
// row that lacks it.
func missingKinds(all []Missing) []string {
	kinds := make([]string, len(all))
	for i, m := range all {
		kinds[i] = m.Kind
	}
	return kinds
}
