package rules

import (
	"fmt"
	"path"
	"slices"

	"dengji/extract"
	"dengji/normalize"
)

// Section is a stretch of a file that holds several forms: a form with its
// pages, or a paper that follows one and may be any of theirs.
type Section struct {
	Pages []int `json:"pages"` // indices into Doc.Pages, ascending
	Clues Clues `json:"clues"`
}

// sections cuts a file in which forms of several applicants, or of several
// products, lie one after another; nil for any other file, the usual one.
// Forms that may be one, twice scanned or misread, stay together.
func sections(doc *extract.Document, parts []Part, forms *Forms) []Section {
	type stretch struct {
		parts []Part
		clues *Clues
	}
	n := 0
	for _, p := range parts {
		if p.Kind == KindForm {
			n++
		}
	}
	if n < 2 {
		return nil
	}
	var all []*stretch  // in the order of their first pages
	var with []*stretch // those with a form
	for i, p := range parts {
		if doc.Pages[p.Pages[0]].Number == 0 {
			return nil // a format without pages cannot be cut
		}
		alone := &stretch{parts: parts[i : i+1 : i+1]}
		alone.clues = cluesOf(doc, alone.parts, forms)
		if p.Kind == KindForm {
			home := slices.IndexFunc(with, func(s *stretch) bool { return s.parts[0].Form != p.Form || !s.clues.otherForm(alone.clues) })
			if len(with) > 0 && !alone.clues.begins() {
				home = len(with) - 1 // the form before it goes on
			}
			if home >= 0 {
				s := with[home]
				s.parts = append(s.parts, p)
				s.clues = cluesOf(doc, s.parts, forms)
				continue
			}
			with = append(with, alone)
		}
		all = append(all, alone)
	}
	if len(with) < 2 {
		return nil
	}
	var out []Section
	for _, s := range all {
		sec := Section{Clues: *s.clues}
		for _, p := range s.parts {
			sec.Pages = append(sec.Pages, p.Pages...)
		}
		slices.Sort(sec.Pages)
		out = append(out, sec)
	}
	return out
}

// begins says whether a part of a form is the beginning of one: it names its
// applicant. What names none goes on with the form before it.
func (c *Clues) begins() bool { return len(c.Applicant) > 0 }

// otherForm says whether two forms in one file are surely two: they name
// different applicants and nothing about their products agrees, or different
// products with other texts.
func (c *Clues) otherForm(o *Clues) bool {
	if c.kin(o) > 0 || sharesProse(c, o) {
		return false
	}
	named := len(c.Products) > 0 && len(o.Products) > 0
	products := similarAny(c.Products, o.Products)
	if named && products >= strangeProducts {
		return false
	}
	return named || len(c.Applicant) > 0 && len(o.Applicant) > 0 && !likelyOneName(c.Applicant, o.Applicant)
}

// sharesProse says whether a long text of two forms begins alike.
func sharesProse(a, b *Clues) bool {
	for path, s := range a.Said {
		if t, ok := b.Said[path]; ok && s.Prose && t.Prose && sameBeginning(s.Value, t.Value) {
			return true
		}
	}
	return false
}

// secondForm sends a record to a person in whose file another form lies that
// could not be parted from its own: in a format without pages, or with an
// applicant that was not read.
func (b *builder) secondForm() {
	f := b.find(b.form.Identity.Applicant)
	if f == nil {
		return
	}
	first := map[string]string{} // applicant by file and kind
	for _, pp := range b.formParts() {
		where := ""
		if page := pp.part.Doc.Pages[pp.part.Pages[0]].Number; page > 0 {
			where = fmt.Sprintf("第%d页", page)
		}
		labels := fieldLabels(pp.part, b.form)
		twice := 0
		for _, n := range labels {
			if n > 1 {
				twice++
			}
		}
		again := twice >= startsAnew
		if labels[b.applicantLabel()] > 0 && len(labels) >= startsAnew {
			name, file := b.normalised(pp, b.form.Identity.Applicant), pp.path+"\x00"+partKind(&pp.part)
			if other, ok := first[file]; !ok {
				first[file] = name
			} else {
				again = again || name == "" || other == "" || nameSimilarity(name, other) < sameApplicant
			}
		}
		if again {
			f.flag(normalize.CodeAmbiguous, fmt.Sprintf("“%s”%s另有一份登记表，未能与本表分开，可能属于另一单位或另一产品，请查看", path.Base(pp.path), where), map[string]any{"second_form": pp.path})
			return
		}
	}
}

// applicantLabel is the index of the label before the applicant's name.
func (b *builder) applicantLabel() int {
	for i, l := range b.form.labels {
		if l.kind == labelField && b.form.fields[l.field].path == b.form.Identity.Applicant {
			return i
		}
	}
	return -1
}

// key names a file, or a section of one, within one inbox: 材料.pdf,
// 材料.pdf#3 for what begins on its third page.
func (in *Input) key() string {
	if in.Pages == nil || in.Pages[0] == 0 {
		return in.Path
	}
	return fmt.Sprintf("%s#%d", in.Path, in.Pages[0]+1)
}

// before says whether a section lies in the same file before another one.
func (c *clues) before(o *clues) bool {
	return c.input.Pages != nil && o.input.Pages != nil && c.input.Path == o.input.Path && c.input.Pages[0] < o.input.Pages[0]
}

// placeBetween gives a section that names nobody to the group that has the
// sections on both sides of it in its file, and the last one to the group
// before it where each group's sections lie together. What is left is
// returned, with the group before it as a guess.
func placeBetween(groups []*group, left []*clues) (lost []Unassigned) {
	owner := func(match func(*clues) bool, nearer func(a, b *clues) bool) int {
		at, found := -1, (*clues)(nil)
		for i, g := range groups {
			for _, o := range g.files {
				if match(o) && (found == nil || nearer(o, found)) {
					at, found = i, o
				}
			}
		}
		return at
	}
	for _, c := range left {
		prev := owner(func(o *clues) bool { return o.before(c) }, func(a, b *clues) bool { return b.before(a) })
		next := owner(func(o *clues) bool { return c.before(o) }, func(a, b *clues) bool { return a.before(b) })
		// Where a form comes next, its papers follow it: what lies before it is
		// the form's before.
		opens := next >= 0 && slices.ContainsFunc(groups[next].files, func(o *clues) bool { return o.Form && c.before(o) && !anyBetween(groups, c, o) })
		if prev >= 0 && (prev == next || (next < 0 || opens) && inTurn(groups, c.input.Path)) {
			groups[prev].files = append(groups[prev].files, c)
			continue
		}
		u := Unassigned{Input: c.input, Why: "文件中有几份登记表，此页没有可以确认申报单位的内容"}
		if prev >= 0 {
			at := slices.IndexFunc(groups[prev].files, func(o *clues) bool { return o.Form })
			u.Guess, u.Score = groups[prev].files[max(0, at)].input.key(), 0.5
		}
		lost = append(lost, u)
	}
	return lost
}

// anyBetween says whether a placed section lies between two of one file.
func anyBetween(groups []*group, a, b *clues) bool {
	return slices.ContainsFunc(groups, func(g *group) bool {
		return slices.ContainsFunc(g.files, func(o *clues) bool { return a.before(o) && o.before(b) })
	})
}

// inTurn says whether the papers of each form in a file follow it, before the
// next form begins: as they do where whole submissions were put one behind
// the other.
func inTurn(groups []*group, file string) bool {
	var order []*clues
	at := map[*clues]int{}
	papers := false
	for i, g := range groups {
		for _, o := range g.files {
			if o.input.Path == file && o.input.Pages != nil {
				order = append(order, o)
				at[o] = i
				papers = papers || !o.Form
			}
		}
	}
	slices.SortFunc(order, func(a, b *clues) int { return a.input.Pages[0] - b.input.Pages[0] })
	turns := 0
	for i, o := range order {
		if i == 0 || at[o] != at[order[i-1]] {
			turns++
			if !o.Form {
				return false
			}
		}
	}
	forms := 0
	for _, o := range order {
		if o.Form {
			forms++
		}
	}
	return papers && turns == forms
}

// whole puts the sections of a file together again that came to one
// submission; one that has them all has the whole file.
func (f *folders) whole() []Submission {
	total := map[string]int{}
	for _, c := range f.files {
		total[c.input.Path] += len(c.input.Pages)
	}
	for i := range f.subs {
		var inputs []Input
		at := map[string]int{}
		for _, in := range f.subs[i].Inputs {
			k, again := at[in.Path]
			if in.Pages == nil || !again {
				at[in.Path] = len(inputs)
				inputs = append(inputs, in)
				continue
			}
			inputs[k].Pages = slices.Sorted(slices.Values(slices.Concat(inputs[k].Pages, in.Pages)))
			inputs[k].Parts = slices.Concat(inputs[k].Parts, in.Parts)
		}
		for k := range inputs {
			if inputs[k].Pages != nil && len(inputs[k].Pages) == total[inputs[k].Path] {
				inputs[k].Pages = nil
			}
		}
		f.subs[i].Inputs = inputs
	}
	return f.subs
}
