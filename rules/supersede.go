package rules

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dengji/normalize"
)

// void is a part that a newer document took the place of.
type void struct {
	placedPart
	by string // sha256 of that document
}

// What two documents must share for the newer one to take the older one's
// place: of the labels found on the older form, of the pairs of characters of
// a report's text.
const (
	sameForm   = 0.7
	sameReport = 0.6
)

// supersede takes out of b.parts what newer documents took the place of, and
// puts it into b.void. A newer scan of the form voids an older one (and a copy
// a copy) when it has most of the labels that were found there, so that the
// second page of a form does not void the first; a certificate voids one of
// the same number; a report one of nearly the same text. What was first met
// together stands side by side, and differences are flagged.
func (b *builder) supersede() {
	newest, oldest := 0, 0
	for i, pp := range b.parts {
		newest = max(newest, pp.in.Seen)
		if i == 0 || pp.in.Seen < oldest {
			oldest = pp.in.Seen
		}
	}
	var live []placedPart
	for _, pp := range b.parts {
		by := pp.in.Replaced
		if by == "" && newest > oldest {
			by = b.newerThan(pp)
		}
		if by == "" {
			live = append(live, pp)
			continue
		}
		b.void = append(b.void, void{pp, by})
	}
	b.parts = live
}

// newerThan is the content of the newest document that takes a part's place,
// "" where there is none.
func (b *builder) newerThan(old placedPart) string {
	var newer []placedPart
	for _, pp := range b.parts {
		if pp.in.Replaced == "" && pp.in.Seen > old.in.Seen && pp.part.Form == old.part.Form &&
			partKind(&pp.part) == partKind(&old.part) {
			newer = append(newer, pp)
		}
	}
	if len(newer) == 0 {
		return ""
	}
	slices.SortStableFunc(newer, func(x, y placedPart) int { return cmp.Compare(y.in.Seen, x.in.Seen) })
	switch old.part.Kind {
	case KindForm:
		return b.coveredBy(old, newer)
	case KindCertificate:
		form, _ := b.forms.Get(old.part.Form)
		number := b.normalised(old, form.Identity.Number)
		for _, pp := range newer {
			if number != "" && number == b.normalised(pp, form.Identity.Number) {
				return pp.part.Doc.SHA256
			}
		}
	case KindReport:
		text := old.text()
		for _, pp := range newer {
			if alike(text, pp.text()) >= sameReport {
				return pp.part.Doc.SHA256
			}
		}
	}
	return ""
}

// coveredBy is the newest of several parts that together have most of the
// labels of an older one, "" where they do not.
func (b *builder) coveredBy(old placedPart, newer []placedPart) string {
	labels := b.labelsOf(old)
	if len(labels) == 0 {
		return ""
	}
	by, shared := "", 0
	for _, pp := range newer {
		for l := range b.labelsOf(pp) {
			if labels[l] {
				delete(labels, l)
				shared++
				if by == "" {
					by = pp.part.Doc.SHA256
				}
			}
		}
	}
	if float64(shared) < sameForm*float64(shared+len(labels)) {
		return ""
	}
	return by
}

// labelsOf is the set of labels that were found on a part.
func (b *builder) labelsOf(pp placedPart) map[string]bool {
	labels := map[string]bool{}
	for _, f := range Map(pp.part, b.forms) {
		if f.Label && f.pattern != "" {
			labels[f.pattern] = true
		}
	}
	return labels
}

// normalised is a field's value on a part as text, "" where it was not read.
func (b *builder) normalised(pp placedPart, pattern string) string {
	for _, f := range Map(pp.part, b.forms) {
		if f.pattern == pattern && f.Raw != "" {
			s, _ := normalizeField(&f.Field, f.Raw, !f.Sure).Value.(string)
			return s
		}
	}
	return ""
}

// text is the key of all that stands on a part's pages.
func (pp *placedPart) text() []rune {
	var text strings.Builder
	for _, l := range pp.part.Doc.Lines {
		if slices.Contains(pp.part.Pages, l.Page) {
			text.WriteString(l.Text)
		}
	}
	return []rune(normalize.NameKey(text.String(), false))
}

// alike compares two texts by the pairs of characters they share, 0 to 1.
func alike(a, b []rune) float64 {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	count := map[[2]rune]int{}
	for i := 1; i < len(a); i++ {
		count[[2]rune{a[i-1], a[i]}]++
	}
	shared := 0
	for i := 1; i < len(b); i++ {
		if p := [2]rune{b[i-1], b[i]}; count[p] > 0 {
			count[p]--
			shared++
		}
	}
	return float64(shared) / float64(max(len(a), len(b))-1)
}

// muchLater is how much later than another a file must have been written to
// be a correction of it, where both were first met together.
const muchLater = time.Hour

// newer says whether a witness's file came after another's.
func (w *witness) newer(o *witness) bool {
	if w.in == nil || o.in == nil || w.in.Seen != o.in.Seen {
		return w.in != nil && o.in != nil && w.in.Seen > o.in.Seen
	}
	return w.in.ModTime.Sub(o.in.ModTime) >= muchLater
}
