package rules

import (
	"fmt"
	"slices"
	"strings"
)

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
	// Pages that say nothing of themselves may be what is asked for.
	unsure := kinds[KindOther]
	for _, req := range b.form.Requires {
		if req.Each == "" {
			if !kinds[req.Kind] {
				out = append(out, Missing{Kind: req.Kind, Message: req.Ask, Unsure: unsure && req.Kind != KindFormCopy})
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
			out = append(out, Missing{Kind: req.Kind, For: row + "]", Message: strings.ReplaceAll(req.Ask, "{name}", name),
				Unsure: unsure || f.Confidence < b.form.Threshold || slices.ContainsFunc(b.certs, (*certificate).unnamed)})
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
