package rules

import (
	"path"
	"slices"
	"strings"

	"dengji/extract"
	"dengji/normalize"
)

// Gather reads what a file says about where it belongs, and segments it.
func Gather(in Input, forms *Forms) Input {
	if in.Parts == nil && in.Doc != nil {
		in.Parts = Segment(in.Doc, forms)
	}
	in.Parts = slices.Clone(in.Parts)
	if in.Doc == nil {
		in.Clues = &Clues{}
		return in
	}
	for i, p := range in.Parts {
		if p.Kind == KindForm || p.Kind == KindCertificate {
			in.Parts[i].mapped = Map(p, forms)
		}
	}
	in.Clues = cluesOf(in.Doc, in.Parts, forms)
	in.Clues.Sections = sections(in.Doc, in.Parts, forms)
	return in
}

// cluesOf reads what parts of a document say about where they belong.
func cluesOf(doc *extract.Document, parts []Part, forms *Forms) *Clues {
	c := &Clues{}
	pages := map[int]bool{}
	for i, p := range parts {
		for _, n := range p.Pages {
			pages[n] = true
		}
		form, ok := forms.Get(p.Form)
		if !ok {
			continue
		}
		if p.Kind == KindForm {
			if c.FormScore == nil {
				c.FormScore = map[string]float64{}
			}
			c.FormScore[p.Form] += p.Score
		}
		c.Form = c.Form || p.Kind == KindForm && form.titleOn(doc, p.Pages[0]) > 0
		if p.Kind == KindReport {
			continue
		}
		if p.Kind == KindForm {
			c.ends(&parts[i], form)
		}
		c.names(form, p.Kind, p.mapped)
	}
	var text strings.Builder
	for i := range doc.Lines {
		if pages[doc.Lines[i].Page] {
			text.WriteString(doc.Lines[i].Text)
		}
	}
	for _, s := range doc.Seals {
		if pages[s.Page] {
			text.WriteString(" " + s.Text)
		}
	}
	c.Text = normalize.NameKey(text.String(), false)
	c.Form = c.Form || len(c.Applicant) > 0 || len(c.Products) > 0
	c.Open, c.Tail = c.Form && !c.Tail, c.Tail && !c.Form
	for n := range doc.Pages {
		if pages[n] {
			c.Scan = c.Scan || doc.Pages[n].Source == extract.SourceScan
			if doc.Pages[n].Number > 0 {
				c.Width, c.Height = doc.Pages[n].Width, doc.Pages[n].Height
			}
		}
	}
	c.Format = doc.Format
	return c
}

// names takes the names that tell submissions apart from what was mapped.
func (c *Clues) names(form *Form, kind string, mapped []RawField) {
	for _, f := range mapped {
		if f.Raw == "" {
			continue
		}
		if kind == KindForm {
			c.say(&f)
			c.Sure = c.Sure || f.pattern == form.Identity.Applicant && f.Doc != nil && f.Doc.Pages[f.Page].Source == extract.SourceText
		}
		names := namesIn(&f)
		switch {
		case f.pattern == form.Identity.Applicant && kind == KindForm:
			c.Blur = (c.Blur || len(c.Applicant) == 0) && f.guessed()
			c.Applicant = append(c.Applicant, names...)
		case f.pattern == form.Identity.Applicant:
			c.Owners = append(c.Owners, names...)
		case f.pattern == form.Identity.Product && kind == KindForm:
			c.Products = append(c.Products, stripVersion(f.Raw))
		case f.pattern == form.Identity.Product:
			c.Software = append(c.Software, stripVersion(f.Raw))
		}
	}
}

// toGroup makes an input ready for grouping: one piece, or a piece for each
// section where it holds several forms.
func toGroup(in Input, forms *Forms) []*clues {
	if in.Clues == nil {
		in = Gather(in, forms)
	}
	base := path.Base(in.Path)
	name := strings.TrimSuffix(base, path.Ext(base))
	if len(in.Clues.Sections) == 0 {
		return []*clues{newClues(in, name)}
	}
	var out []*clues
	for i := range in.Clues.Sections {
		sec := in.Clues.Sections[i]
		piece := in
		piece.Clues, piece.Pages = &sec.Clues, sec.Pages
		piece.Parts = slices.DeleteFunc(slices.Clone(in.Parts), func(p Part) bool { return !slices.Contains(sec.Pages, p.Pages[0]) })
		out = append(out, newClues(piece, "")) // the file's name is everybody's
	}
	return out
}

func newClues(in Input, name string) *clues {
	c := &clues{Clues: in.Clues, input: in, name: name, stem: normalize.NameKey(name, false), runes: map[rune]bool{}}
	for _, r := range c.Text {
		c.runes[r] = true
	}
	return c
}

// guessed says whether a fifth of a value's characters are the reader's guesses,
// each less likely than not.
func (f *RawField) guessed() bool {
	const guess = 0.5
	n := 0
	for _, s := range f.Scores {
		if s < guess {
			n++
		}
	}
	return n > 0 && 5*n >= len(f.Scores)
}

func stripVersion(s string) string {
	name, _ := normalize.SplitVersion(s)
	return name
}

func namesIn(f *RawField) []string {
	switch v := normalizeField(&f.Field, f.Raw, !f.Sure).Value.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	}
	return nil
}

// FormOf is the id of the form that a submission's files are for, as far as
// their clues say: what most pages speak for; without any, the first
// definition that is not provisional.
func FormOf(sub Submission, forms *Forms) string {
	id, best := "", 0.0
	for _, f := range forms.list {
		score := 0.0
		for _, in := range sub.Inputs {
			if in.Clues != nil {
				score += in.Clues.FormScore[f.ID]
			}
		}
		if f.Kind == KindForm && (score > best || id == "" && !f.Provisional) {
			id, best = f.ID, score
		}
	}
	return id
}
