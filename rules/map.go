package rules

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dengji/extract"
	"dengji/normalize"
)

// Map finds the labels and values of a part of a known form. A field whose
// label was not found is there too, with Label false and no text; of a table
// every row is there that has anything in it.
func Map(part Part, forms *Forms) []RawField {
	if part.mapped != nil {
		return slices.Clone(part.mapped)
	}
	form, ok := forms.Get(part.Form)
	if !ok || part.Doc == nil {
		return nil
	}
	s := newSheet(part, form)
	s.findLabels()
	if fused := s.fusedTables(); len(fused) > 0 {
		s = newSheet(part, form, fused...)
		s.findLabels()
	}
	var out []RawField
	done := map[string]bool{}
	for i := range form.fields {
		ref := &form.fields[i]
		if ref.table != "" {
			if !done[ref.table] {
				done[ref.table] = true
				out = append(out, s.mapTable(ref.table)...)
			}
			continue
		}
		out = append(out, s.mapField(ref))
	}
	s.mapUnlabelled(out)
	doubtSpilled(out)
	if len(done) > 0 && s.gridLost() {
		// Rows found by their places alone may be one too few or too many,
		// and a row that is not there has no field to flag.
		for i := range out {
			out[i].Stretched = out[i].Stretched || !out[i].Sure
		}
	}
	if f, ok := s.orphan(); ok {
		out = append(out, f)
	}
	return out
}

// doubtSpilled doubts the value before one of a type that takes a single line and
// has two here: what stands beneath the row is more likely the rest of the former,
// which goes on where the next line begins (376 / 号 before 邮政编码：200181).
func doubtSpilled(fields []RawField) {
	for i := 1; i < len(fields); i++ {
		f, before := &fields[i], &fields[i-1]
		if f.spilled && before.Page == f.Page && before.Raw != "" {
			before.Stretched = before.Stretched || !before.Sure
		}
	}
}

// gridLost reports whether a scanned form that has tables shows no cell at all:
// its ruling lines were copied away.
func (s *sheet) gridLost() bool {
	if s.form.Kind != KindForm || s.part.Doc.Pages[s.part.Pages[0]].Source != extract.SourceScan {
		return false
	}
	for _, t := range s.part.Doc.Tables {
		for _, c := range t.Cells {
			if slices.Contains(s.part.Pages, c.Page) {
				return false
			}
		}
	}
	return true
}

// orphan is the text before the first label of a part without a heading: the
// rest of a value that began on another page. Its path is empty.
func (s *sheet) orphan() (RawField, bool) {
	if s.form.Kind != KindForm || s.form.titleOn(s.part.Doc, s.part.Pages[0]) > 0 {
		return RawField{}, false
	}
	var pieces []piece
	var first *block
	for _, b := range s.blocks {
		if s.stops(b) {
			break
		}
		if b.blank() || b.taken || pageFurniture(b) || s.scrawl(b) || b.cell != nil && b.cell.Col == 0 && s.form.endsLabel(b.fold) {
			continue
		}
		if first == nil {
			first = b
		}
		if first.table != b.table || first.cell != nil && first.cell.Row != b.cell.Row {
			break // another row is another field, whose label was not read
		}
		pieces = append(pieces, s.run(b, 0)...)
	}
	if len(pieces) == 0 {
		return RawField{}, false
	}
	return s.raw(&fieldRef{}, "", pieces, nil), true
}

// scrawl reports whether a free line was read so badly that it is no text: on
// photographs, what shows of the page beneath.
func (s *sheet) scrawl(b *block) bool {
	const least = 0.4
	return b.free() && !slices.ContainsFunc(b.lines, func(i int) bool {
		return s.part.Doc.Lines[i].Score >= least
	})
}

// mapField finds one labelled value.
func (s *sheet) mapField(ref *fieldRef) RawField {
	var h *hit
	if ref.label >= 0 {
		h = s.hits[ref.label]
	}
	if h == nil {
		return s.raw(ref, ref.path, nil, nil)
	}
	pieces, empty, stretched, open := s.pieces(h, ref)
	f := s.raw(ref, ref.path, pieces, empty)
	f.Label, f.Stretched, f.open = true, f.Stretched || stretched, open
	f.Exact = 1 - h.cost/float64(max(1, h.to-h.from))
	s.cutNextLabel(&f, ref)
	return f
}

// oneWord are the types whose values have no room for a label's beginning: of the
// others any word may be the value's own.
var oneWord = []string{"name", "email", "url", "phone", "postal_code"}

// cutNextLabel takes the beginning of the next label off the end of a name, an
// address or a number, where that label was not read whole: 付东辰企 before 业网址,
// 常静联系 before what a seal hides of 联系电话. The value stays in doubt.
func (s *sheet) cutNextLabel(f *RawField, ref *fieldRef) {
	r, next := []rune(f.Raw), ref.label+1
	if f.Sure || !slices.Contains(oneWord, f.Field.Type) || len(r) < 3 || next >= len(s.form.labels) || s.form.labels[next].kind != labelField {
		return
	}
	if h := s.hits[next]; h != nil && h.cost == 0 {
		return
	}
	cut := 0
	for _, t := range s.form.labels[next].texts {
		for n := min(len(t.core), len(r)-2); n > cut; n-- {
			if slices.EqualFunc(r[len(r)-n:], t.core[:n], func(a, b rune) bool { return foldRune(a) == b }) {
				cut = n
			}
		}
	}
	if cut == 0 {
		return
	}
	if len(f.Scores) == len(r) {
		f.Scores = f.Scores[:len(r)-cut]
	}
	f.Raw, f.Stretched = string(r[:len(r)-cut]), true
}

// mapUnlabelled fills fields that have another source than a label: places
// foot and anywhere, a code on the page, and values cut from other values.
func (s *sheet) mapUnlabelled(out []RawField) {
	for i := range out {
		f := &out[i]
		ref, ok := s.form.field(f.pattern)
		if !ok || f.row >= 0 || f.Raw != "" {
			continue
		}
		switch {
		case slices.Contains(ref.def.Place, PlaceFoot):
			s.foot(ref, f)
		case slices.Contains(ref.def.Place, PlaceAnywhere):
			s.anywhere(ref, f)
		}
	}
	for i := range out {
		ref, ok := s.form.field(out[i].pattern)
		if !ok || ref.def.From == "" || out[i].Raw != "" {
			continue
		}
		for j := range out {
			if out[j].pattern == ref.def.From {
				cutVersion(&out[j], &out[i])
			}
		}
	}
	doubtAbsent(out)
}

// doubtAbsent believes no absence on a paper on which two or more of the fields that
// each of its kind has were not found: then another that need not be there may
// be among what was not read.
func doubtAbsent(fields []RawField) {
	unfound := func(f *RawField) bool { return f.row < 0 && !f.Label && f.Raw == "" }
	missing := 0
	for i := range fields {
		if fields[i].Field.Required && unfound(&fields[i]) {
			missing++
		}
	}
	if missing < 2 {
		return
	}
	for i := range fields {
		if unfound(&fields[i]) {
			fields[i].lost = true
		}
	}
}

// cutVersion moves the version at the end of a name to a field of its own.
func cutVersion(name, version *RawField) {
	base, v := normalize.SplitVersion(name.Raw)
	if v == "" {
		version.Page, version.Box, version.Cell = name.Page, name.Box, name.Cell
		version.Reader, version.Sure, version.Label, version.Seal = name.Reader, name.Sure, name.Label, name.Seal
		version.lost = !name.Label
		return
	}
	keep := version.Field
	pattern, path := version.pattern, version.Path
	*version = *name
	version.Field, version.pattern, version.Path, version.Raw = keep, pattern, path, v
	name.Raw = base
	if n := len([]rune(v)); len(version.Scores) >= n {
		version.Scores = version.Scores[len(version.Scores)-n:]
	}
	version.Others = nil
	for i := range name.Others {
		b, w := normalize.SplitVersion(name.Others[i].Raw)
		version.Others = append(version.Others, Other{name.Others[i].Reader, w})
		name.Others[i].Raw = b
	}
}

// crowded reports whether a date read from pixels has words beside it that no
// date has: those of a page behind, whose date it may be.
func crowded(f *RawField) bool {
	return !f.Sure && f.Field.Type == "date" && strings.ContainsFunc(f.Raw, func(r rune) bool {
		return unicode.Is(unicode.Han, r) && !strings.ContainsRune("年月日号〇零一二三四五六七八九十元", r)
	})
}

// foot takes the last text of the part, outside of labels, that is a value of
// the type; where there is none, one that another reading says is.
func (s *sheet) foot(ref *fieldRef, f *RawField) {
	s.footWhere(ref, f, func(got RawField) bool { return accepts(ref, got.Raw) })
	if f.Label {
		return
	}
	s.footWhere(ref, f, func(got RawField) bool {
		return slices.ContainsFunc(got.Others, func(o Other) bool { return accepts(ref, o.Raw) })
	})
}

func (s *sheet) footWhere(ref *fieldRef, f *RawField, wanted func(RawField) bool) {
	for i := len(s.blocks) - 1; i >= 0; i-- {
		b := s.blocks[i]
		if len(b.hits) > 0 || b.blank() || b.taken {
			continue
		}
		pieces := s.run(b, 0)
		if b.free() && !b.box.Empty() {
			pieces = s.rowPieces(b)
		}
		for _, p := range [][]piece{pieces, s.run(b, 0)} {
			if got := s.raw(ref, ref.path, p, nil); wanted(got) {
				*f = got
				f.Label, f.Stretched = true, f.Stretched || crowded(f)
				return
			}
		}
	}
}

// rowPieces is the text of a visual line, for values that the reader broke
// into several boxes.
func (s *sheet) rowPieces(b *block) []piece {
	row := append(s.sameRow(b), b)
	slices.SortStableFunc(row, func(a, c *block) int { return int(a.box.X0 - c.box.X0) })
	var out []piece
	for _, n := range row {
		if len(n.hits) == 0 {
			out = append(out, s.run(n, 0)...)
		}
	}
	return out
}

// anywhere takes the first text of the part that is a value of the type.
func (s *sheet) anywhere(ref *fieldRef, f *RawField) {
	for _, b := range s.blocks {
		if b.blank() {
			continue
		}
		p := piece{b, 0, len(b.runes)}
		if len(b.hits) > 0 {
			p.from = b.hits[len(b.hits)-1].value
		}
		if p.from >= p.to {
			continue
		}
		if got := s.raw(ref, ref.path, []piece{p}, nil); accepts(ref, got.Raw) {
			*f = got
			f.Label = true
			return
		}
	}
}

// accepts says whether a text is a value of the field's type beyond doubt,
// and for dates one to the day.
func accepts(ref *fieldRef, raw string) bool {
	norm, ok := normalize.Lookup(ref.def.Type)
	if !ok || !strings.ContainsFunc(raw, unicode.IsDigit) {
		return false
	}
	r := norm(raw, normalize.Options{OCR: true})
	if r.State != normalize.StateValue || r.Value == nil {
		return false
	}
	for _, d := range r.Doubts {
		if d.Code != normalize.CodeRepaired {
			return false
		}
	}
	if s, ok := r.Value.(string); ok && ref.def.Type == "date" && len(s) != len("2021-06-15") {
		return false
	}
	return !allDigits(raw) // a serial number is all digits too
}

func allDigits(s string) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}

// codeValue is what a QR code of the part says of a field, "" for nothing.
func codeValue(part Part, form *Form, pattern string) (string, extract.Code) {
	ref, ok := form.field(pattern)
	if !ok || ref.code == nil {
		return "", extract.Code{}
	}
	for _, c := range part.Doc.Codes {
		if !slices.Contains(part.Pages, c.Page) {
			continue
		}
		if m := ref.code.FindStringSubmatch(c.Text); m != nil {
			return m[1], c
		}
	}
	return "", extract.Code{}
}
