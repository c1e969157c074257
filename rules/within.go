package rules

import (
	"slices"
	"strings"

	"dengji/extract"
)

// reportLength is how many characters beneath its title make a report, and
// not a word on where one is.
const reportLength = 20

// reportWithin finds a user report that was typed into the form itself, under
// the form's heading for it, where the format has no pages to tell papers
// apart: a title of its own with text beneath. It returns the title's line.
func (b *builder) reportWithin(pp *placedPart) (line int, ok bool) {
	doc := pp.part.Doc
	asked, title, length := false, -1, 0
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if !slices.Contains(pp.part.Pages, l.Page) || doc.Pages[l.Page].Number != 0 || doc.Pages[l.Page].Source != extract.SourceText {
			continue
		}
		fold := foldText(l.Text)
		switch {
		case len(fold) == 0:
		case numbered(fold) && b.reportTitle(fold, true):
			asked = true
		case title >= 0 && (numbered(fold) || b.labelled(fold)):
			return title, length >= reportLength
		case asked && title < 0 && !numbered(fold) && b.reportTitle(fold, false):
			title = i
		case title >= 0:
			length += len(fold)
		}
	}
	return title, title >= 0 && length >= reportLength
}

// reportTitle says whether a line holds a report's title, as a heading of its
// own or after a number.
func (b *builder) reportTitle(line []rune, within bool) bool {
	for _, f := range b.forms.list {
		for _, t := range f.titles {
			if f.Kind == KindReport && (within && strings.Contains(string(line), string(t.fold)) || !within && isHeading(line, t.fold)) {
				return true
			}
		}
	}
	return false
}

// labelled says whether a line begins with what is printed on the form.
func (b *builder) labelled(line []rune) bool {
	return slices.ContainsFunc(b.form.labels, func(l label) bool {
		return slices.ContainsFunc(l.texts, func(t labelText) bool { return strings.HasPrefix(string(line), string(t.core)) })
	})
}
