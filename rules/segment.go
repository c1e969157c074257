package rules

import (
	"slices"

	"dengji/extract"
)

// Part is a run of pages of one document that are of one kind.
type Part struct {
	Doc   *extract.Document
	Pages []int  // indices into Doc.Pages, ascending
	Kind  string // form, copyright_certificate, user_report, other
	Form  string // id of the definition; "" for other
	Score float64

	mapped []RawField // what Map said of it, kept by Group for Build
}

// titleText is a heading that makes a page a form's.
type titleText struct {
	text string
	fold []rune
}

// titleScore is what a heading counts, in labels.
const titleScore = 10

// Segment cuts a document into parts: each page finds its kind by what it
// says. Consecutive pages of one form are one part; every certificate page is
// a part of its own.
func Segment(doc *extract.Document, forms *Forms) []Part {
	var parts []Part
	for p := range doc.Pages {
		form, score := forms.recognise(doc, p)
		if form == nil && len(parts) > 0 {
			last := &parts[len(parts)-1]
			if f, ok := forms.Get(last.Form); ok && f.Kind == KindForm && goesOn(doc, f, last, p) {
				last.Pages = append(last.Pages, p)
				continue
			}
		}
		part := Part{Doc: doc, Pages: []int{p}, Kind: KindOther, Score: score}
		if form != nil {
			part.Kind, part.Form = form.Kind, form.ID
		}
		if n := len(parts); n > 0 && joins(&parts[n-1], &part, doc, forms) {
			parts[n-1].Pages = append(parts[n-1].Pages, p)
			parts[n-1].Score = max(parts[n-1].Score, score)
			continue
		}
		parts = append(parts, part)
	}
	return parts
}

// joins says whether a page goes on with the part before it. A page with the
// form's heading begins a form anew, and so does one of another picture of a
// format without pages.
func joins(last, next *Part, doc *extract.Document, forms *Forms) bool {
	if last.Form != next.Form || last.Kind != next.Kind || next.Kind == KindCertificate {
		return false
	}
	if doc.Pages[next.Pages[0]].Number == 0 || next.Kind == KindOther {
		return next.Kind == KindOther && doc.Pages[next.Pages[0]].Number != 0
	}
	form, ok := forms.Get(next.Form)
	return ok && form.titleOn(doc, next.Pages[0]) == 0 && !startsAgain(last, next, form)
}

// startsAnew is how many labels of fields must stand there again for a form
// to begin anew. A table's head may be repeated on the next page, and a word or
// two stand in texts.
const startsAnew = 4

// startsAgain says whether a page has the labels of fields that the form
// before it has already: it is another form, whose heading was not read.
func startsAgain(last, next *Part, form *Form) bool {
	had := fieldLabels(*last, form)
	n := 0
	for l := range fieldLabels(*next, form) {
		if had[l] > 0 {
			n++
		}
	}
	return n >= startsAnew
}

// fieldLabels counts, of each field's label, where it stands on a part as a
// label does.
func fieldLabels(p Part, form *Form) map[int]int {
	s := newSheet(p, form)
	seen := map[int]int{}
	for i, b := range s.blocks {
		hits, _ := form.findExact(b.fold)
		for _, f := range hits {
			if h := s.judge(f, b, i); h != nil && form.labels[f.label].kind == labelField && h.begins && (h.colon || h.ends || h.hint) {
				seen[f.label]++
			}
		}
	}
	return seen
}

// recognise finds the definition that a page is of, nil for none.
func (f *Forms) recognise(doc *extract.Document, page int) (best *Form, score float64) {
	one := Part{Doc: doc, Pages: []int{page}}
	for _, form := range f.list {
		s := form.titleOn(doc, page) + form.exactLabels(newSheet(one, form))
		if s >= form.need() && s > score {
			best, score = form, s
		}
	}
	for _, form := range f.list {
		if best == nil && form.Kind == KindForm && form.printsAll(doc, page) {
			best, score = form, 1
		}
	}
	if best != nil || doc.Pages[page].Source == extract.SourceText {
		return best, score
	}
	// Nothing stands there word for word: a poor scan may still have the
	// labels with misread characters.
	for _, form := range f.list {
		if form.MinLabels == 0 {
			continue
		}
		sh := newSheet(one, form)
		sh.findLabels()
		n := 0.0
		for l, h := range sh.hits {
			if h != nil && h.begins {
				n += form.labels[l].weight()
			}
		}
		if n >= float64(form.MinLabels) && n > score {
			best, score = form, n
		}
	}
	return best, score
}

// shortNote is the most characters of a remark to a section: 详见附件2.
const shortNote = 8

// printsAll says whether nothing stands on a page but printed text of the form and
// short remarks: its closing sections, which the rest of it pushed onto a page of their
// own.
func (f *Form) printsAll(doc *extract.Document, page int) bool {
	n, notes := 0, 0
	for i := range doc.Lines {
		fold := foldText(doc.Lines[i].Text)
		if doc.Lines[i].Page != page || len(fold) == 0 || pageNumber.MatchString(doc.Lines[i].Text) {
			continue
		}
		hits, _ := f.findExact(fold)
		switch {
		case slices.ContainsFunc(hits, func(h found) bool { return h.from == 0 && f.labels[h.label].kind == labelSection }):
			n++
		case len(fold) <= shortNote:
			notes++ // the last of the page before, and one to each section
		default:
			return false
		}
	}
	return n > 0 && notes <= n+1
}

// need is the score from which a page is the form's.
func (f *Form) need() float64 {
	if f.MinLabels == 0 {
		return titleScore
	}
	return min(titleScore, float64(f.MinLabels))
}

// weight is what a label counts towards a page's kind: long ones are rarer in
// other texts.
func (l *label) weight() float64 {
	if l.kind == labelNote {
		return 0.5
	}
	if len(l.texts[0].core) >= 6 {
		return 2
	}
	return 1
}

// exactLabels sums the weights of the labels that stand on a sheet word for
// word, at the beginning of a line or cell or with a colon.
func (f *Form) exactLabels(s *sheet) float64 {
	seen := make([]bool, len(f.labels))
	n := 0.0
	for i, b := range s.blocks {
		hits, _ := f.findExact(b.fold)
		for _, h := range hits {
			if j := s.judge(h, b, i); j != nil && !seen[h.label] && (j.begins || j.colon) && (j.colon || j.ends || j.hint) {
				seen[h.label] = true
				n += f.labels[h.label].weight()
			}
		}
	}
	return n
}

// titleOn returns titleScore where one of the form's headings stands on the
// page as a heading: short, near the top of the page's lines, not numbered,
// no sentence. It returns 0 otherwise.
func (f *Form) titleOn(doc *extract.Document, page int) float64 {
	const depth = 12 // lines looked at
	var prev []rune
	n := 0
	for i := range doc.Lines {
		if doc.Lines[i].Page != page {
			continue
		}
		fold := foldText(doc.Lines[i].Text)
		if len(fold) == 0 {
			continue
		}
		if n++; n > depth {
			return 0
		}
		for _, t := range f.titles {
			if isHeading(fold, t.fold) || len(t.fold) >= 8 && crosses(prev, fold, t.fold) {
				return titleScore
			}
		}
		prev = fold
		if numbered(fold) {
			prev = nil
		}
	}
	return 0
}

// isHeading says whether a line is a heading with the words of title.
func isHeading(line, title []rune) bool {
	if len(line) > len(title)+24 || len(title) == 0 || numbered(line) {
		return false
	}
	limit := 0.0
	if len(title) >= 6 {
		limit = float64(len(title)) / 5
	}
	hits := findApprox(title, line, limit)
	if len(hits) == 0 {
		return false
	}
	for _, r := range line[hits[0].to:] {
		if r == ',' || r == '.' || r == ':' {
			return false // a sentence that mentions it, or a label
		}
	}
	return true
}

// crosses says whether a heading begins on one line and ends on the next.
func crosses(prev, line, title []rune) bool {
	if len(prev) == 0 || numbered(line) || len(prev) > len(title) || len(line) > len(title) {
		return false
	}
	return isHeading(slices.Concat(prev, line), title) && !isHeading(line, title)
}

// numbered says whether a line begins with a heading's number: 四、
func numbered(line []rune) bool {
	i := 0
	for i < len(line) && slices.Contains([]rune("一二三四五六七八九十0123456789("), line[i]) {
		i++
	}
	return i > 0 && i < len(line) && isMark(line[i])
}

// goesOn says whether a page that is nobody's by itself continues the form
// before it: a table runs over both pages, or labels stand there that come
// later on the form.
func goesOn(doc *extract.Document, form *Form, last *Part, page int) bool {
	prev := last.Pages[len(last.Pages)-1]
	for _, t := range doc.Tables {
		here, there := false, false
		for _, c := range t.Cells {
			here, there = here || c.Page == page, there || c.Page == prev
		}
		if here && there {
			return true
		}
	}
	before := newSheet(*last, form)
	before.findLabels()
	after := newSheet(Part{Doc: doc, Pages: []int{page}}, form)
	lastOrder := -1
	for l, h := range before.hits {
		if h != nil && form.labels[l].kind != labelNote { // footnotes stand at a page's foot, whatever follows
			lastOrder = max(lastOrder, l)
		}
	}
	for i, b := range after.blocks {
		hits, _ := form.findExact(b.fold)
		for _, f := range hits {
			if h := after.judge(f, b, i); h != nil && h.begins && (h.colon || h.ends || h.hint) && f.label > lastOrder {
				return true
			}
		}
	}
	return lastOrder >= 0 && form.labels[lastOrder].kind == labelField && len(after.grid) > 0 && oneColumn(doc, page)
}

// oneColumn says whether the page's first table has a single column, as the
// rest of a long text has.
func oneColumn(doc *extract.Document, page int) bool {
	for _, t := range doc.Tables {
		for _, c := range t.Cells {
			if c.Page == page {
				return t.Cols == 1
			}
		}
	}
	return false
}
