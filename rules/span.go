package rules

import (
	"fmt"
	"slices"
	"strings"

	"dengji/extract"
	"dengji/normalize"
)

// piece is a stretch of a block that is a value, or part of one.
type piece struct {
	block    *block
	from, to int // runes of the block
}

// RawField is what one part says of one field, before anyone judged it.
type RawField struct {
	Path  string // products[0].name
	Field FieldDef
	Label bool    // the label was found
	Exact float64 // how well the label was read, 1 for exactly
	Raw   string
	first string // its first line

	Doc    *extract.Document
	Page   int // index into Doc.Pages
	Box    extract.Box
	Cell   string // "table 1, row 3, column 2"
	Reader string

	quality   float64   // mean score of the characters of the value's page
	Sure      bool      // the source has no doubt about its characters (DOCX, XLSX, text layer)
	Scores    []float64 // of the value's characters, white space aside
	Rivals    []string  // what each of these characters may be instead; see extract.Char
	Seal      bool      // a seal's ink lies over the value
	Tick      float64   // score of the least sure tick in the value, 1 without ticks
	Others    []Other   // what other readings say in its place
	Stretched bool      // pieced together where the layout was not clear
	spilled   bool      // more than the one line that its type takes
	clear     bool      // nothing was read, and the cell holds no ink that was not read
	inferred  bool      // of a ruled table: the column follows from its neighbours, or shares a cell with another
	lost      bool      // the text that it is cut from was not found
	printed   bool      // the label stands on every copy of the form
	open      bool      // a block with no label after it: it may go on in another part
	pattern   string    // products[].name
	row       int       // row of a table, -1 for none
}

// Other is another reading of a value.
type Other struct {
	Reader string
	Raw    string
}

// raw makes a RawField of pieces; none stands for an empty place at b.
func (s *sheet) raw(ref *fieldRef, path string, pieces []piece, empty *block) RawField {
	f := RawField{Path: path, Field: ref.def, Doc: s.part.Doc, Tick: 1, pattern: ref.path, row: -1, Exact: 1, printed: s.form.Kind == KindForm}
	var lines []string
	others := map[string]map[int]string{} // by reader, then by line
	var readers []string                  // in order of appearance
	for _, p := range pieces {
		f.Stretched = f.Stretched || s.holdsLabel(p)
		for _, seg := range p.lines(s.part.Doc) {
			lines = append(lines, seg.text)
			f.addLine(s, seg)
			for _, o := range seg.others {
				if others[o.Reader] == nil {
					others[o.Reader] = map[int]string{}
					readers = append(readers, o.Reader)
				}
				others[o.Reader][len(lines)-1] = o.Raw
			}
		}
		if f.Cell == "" {
			f.place(p.block)
		}
	}
	f.Raw = f.trim(normalize.JoinLines(lines))
	if len(lines) > 0 {
		f.first = f.trim(lines[0])
	}
	f.spilled = !f.Sure && len(lines) > 1 && slices.Contains(oneLine, ref.def.Type)
	f.Stretched = f.Stretched || f.spilled
	for _, r := range readers {
		alt := slices.Clone(lines)
		for i, text := range others[r] {
			alt[i] = text
		}
		f.Others = append(f.Others, Other{r, f.trim(normalize.JoinLines(alt))})
	}
	f.quality = s.pageQuality(f.Page)
	if len(pieces) == 0 && empty != nil {
		f.quality = s.pageQuality(empty.page)
		f.place(empty)
		f.clear = empty.cell != nil && empty.cell.Clear
		f.Page, f.Box = empty.page, empty.box
		f.Seal = s.underSeal(empty.page, empty.box)
		f.Reader, f.Sure = s.readerOf(empty)
	}
	return f
}

// pageQuality is the mean score of a page's lines, each by its length.
func (s *sheet) pageQuality(page int) float64 {
	if q, ok := s.quality[page]; ok {
		return q
	}
	sum, n := 0.0, 0.0
	for i := range s.part.Doc.Lines {
		if l := &s.part.Doc.Lines[i]; l.Page == page {
			k := float64(len(l.Chars))
			sum, n = sum+k*l.Score, n+k
		}
	}
	q := 0.0
	if n > 0 {
		q = sum / n
	}
	s.quality[page] = q
	return q
}

// oneLine names the types whose values do not wrap: a second line is a speck
// or a piece of a seal.
var oneLine = []string{"name", "postal_code"}

// holdsLabel says whether a label with its colon stands inside a value: the
// text of two fields may have run together there.
func (s *sheet) holdsLabel(p piece) bool {
	return slices.ContainsFunc(s.colons, func(h *hit) bool { return h.block == p.block && h.start > p.from && h.value <= p.to })
}

// place notes the cell a value stands in.
func (f *RawField) place(b *block) {
	if b.cell != nil {
		f.Cell = fmt.Sprintf("table %d, row %d, column %d", b.table+1, b.cell.Row+1, b.cell.Col+1)
	}
}

// lineSpan is the part of a piece that lies on one line.
type lineSpan struct {
	line     int
	from, to int // runes of the line
	text     string
	others   []Other
}

// lines cuts a piece at its line breaks; empty stretches are left out.
func (p piece) lines(doc *extract.Document) []lineSpan {
	var out []lineSpan
	b := p.block
	for i := p.from; i < p.to; {
		j := i
		for j < p.to && b.at[j].rune >= 0 {
			j++
		}
		if text := strings.TrimSpace(string(b.runes[i:j])); text != "" {
			seg := lineSpan{line: b.at[i].line, from: b.at[i].rune, to: b.at[j-1].rune + 1, text: text}
			seg.others = otherReadings(&doc.Lines[seg.line], seg.from, seg.to)
			out = append(out, seg)
		}
		i = j + 1
	}
	return out
}

// addLine adds what is known of the characters of one line of the value.
func (f *RawField) addLine(s *sheet, seg lineSpan) {
	l := &s.part.Doc.Lines[seg.line]
	if f.Reader == "" {
		f.Page, f.Reader = l.Page, l.Reader
		f.Sure = sureReader(l.Reader) && (len(l.Chars) == 0 || s.part.Doc.Pages[l.Page].Source == extract.SourceText)
	}
	box := l.Box
	runes := []rune(l.Text)
	if len(l.Chars) == len(runes) {
		from, to := seg.from, seg.to
		for from < to && foldRune(runes[from]) == 0 {
			from++
		}
		for to > from && foldRune(runes[to-1]) == 0 {
			to--
		}
		if from < to {
			box.X0, box.X1 = l.Chars[from].X0, l.Chars[to-1].X1
		}
		for i := from; i < to; i++ {
			if foldRune(runes[i]) != 0 {
				f.Scores, f.Rivals = append(f.Scores, l.Chars[i].Score), append(f.Rivals, l.Chars[i].Rivals)
			}
		}
	} else if !f.Sure || !sureReader(l.Reader) {
		for range seg.to - seg.from {
			f.Scores, f.Rivals = append(f.Scores, l.Score), append(f.Rivals, "")
		}
	}
	if l.Page == f.Page {
		f.Box = f.Box.Union(box)
	}
	f.Seal = f.Seal || s.underSeal(l.Page, box) || l.Seal && !s.sealsOn(l.Page)
	for _, t := range s.part.Doc.Ticks {
		if t.Line == seg.line && t.Rune >= seg.from && t.Rune < seg.to {
			f.Tick = min(f.Tick, t.Score)
			f.Seal = f.Seal || t.Seal
		}
	}
}

// sureReader says whether a line's text was not recognised but written. A text
// layer's is where it is the page's own (SourceText); one that lies over a
// picture of the page is somebody's reading of it.
func sureReader(r string) bool {
	return r == extract.ReaderDOCX || r == extract.ReaderXLSX || r == extract.ReaderTextLayer
}

// readerOf says who read the page that an empty place is on.
func (s *sheet) readerOf(b *block) (reader string, sure bool) {
	for i := range s.part.Doc.Lines {
		if l := &s.part.Doc.Lines[i]; l.Page == b.page {
			return l.Reader, sureReader(l.Reader) && (len(l.Chars) == 0 || s.part.Doc.Pages[l.Page].Source == extract.SourceText)
		}
	}
	return "", false
}

// underSeal says whether a seal's box meets a box. The box of a round seal
// has corners without ink, so that a round seal counts by its circle.
func (s *sheet) underSeal(page int, box extract.Box) bool {
	for _, seal := range s.part.Doc.Seals {
		if seal.Page == page && sealMeets(seal, box) {
			return true
		}
	}
	return false
}

func sealMeets(seal extract.Seal, box extract.Box) bool {
	if seal.Box.Intersect(box).Empty() {
		return false
	}
	if seal.Shape != "round" && seal.Shape != "oval" {
		return true
	}
	rx, ry := seal.Box.Width()/2, seal.Box.Height()/2
	cx, cy := seal.Box.X0+rx, seal.Box.Y0+ry
	dx := (cx - min(max(cx, box.X0), box.X1)) / rx
	dy := (cy - min(max(cy, box.Y0), box.Y1)) / ry
	return dx*dx+dy*dy <= 1
}

func (s *sheet) sealsOn(page int) bool {
	for _, seal := range s.part.Doc.Seals {
		if seal.Page == page {
			return true
		}
	}
	return false
}

// trim takes off what is left of a label or of a printed writing line; in
// text read from pixels also marks that cannot begin a value.
func (f *RawField) trim(v string) string {
	v = strings.TrimLeft(strings.TrimSpace(v), ":：_＿ \t　")
	if !f.Sure {
		v = strings.TrimLeft(v, ":：_＿ \t　，,；;。、”’）)》】」!！·•")
	}
	v = strings.TrimRight(v, "_＿ \t　")
	if !f.Sure {
		v = strings.Trim(v, "★☆ ") // a seal's star
	}
	return v
}

// extend adds the rest of a value that stands in another part.
func (f *RawField) extend(rest *RawField) {
	join := func(a, b string) string { return normalize.JoinLines([]string{a, b}) }
	for i := range f.Others {
		f.Others[i].Raw = join(f.Others[i].Raw, rest.Raw)
	}
	for _, o := range rest.Others {
		f.Others = append(f.Others, Other{o.Reader, join(f.Raw, o.Raw)})
	}
	f.Raw = join(f.Raw, rest.Raw)
	f.Scores = append(slices.Clone(f.Scores), rest.Scores...)
	f.Rivals = append(slices.Clone(f.Rivals), rest.Rivals...)
	f.Seal = f.Seal || rest.Seal
	f.Sure = f.Sure && rest.Sure
}

// otherReadings returns what each other reading of a line has in place of the
// runes from..to, by aligning the two texts.
func otherReadings(l *extract.Line, from, to int) []Other {
	if len(l.Other) == 0 {
		return nil
	}
	var out []Other
	text := []rune(l.Text)
	for _, o := range l.Other {
		other := []rune(o.Text)
		at := alignment(text, other)
		name := o.Reader
		if o.Treatment != "" {
			name += "/" + o.Treatment
		}
		out = append(out, Other{name, strings.TrimSpace(string(other[at[from]:at[to]]))})
	}
	return out
}

// alignment maps every boundary between runes of a (0..len(a)) to a boundary
// in b, along a path of least edit distance.
func alignment(a, b []rune) []int {
	n, m := len(a), len(b)
	d := make([]int, (n+1)*(m+1))
	at := func(i, j int) *int { return &d[i*(m+1)+j] }
	for i := range n + 1 {
		*at(i, m) = n - i
	}
	for j := range m + 1 {
		*at(n, j) = m - j
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			c := *at(i+1, j+1)
			if foldRune(a[i]) != foldRune(b[j]) {
				c++
			}
			*at(i, j) = min(c, *at(i+1, j)+1, *at(i, j+1)+1)
		}
	}
	out := make([]int, n+1)
	i, j := 0, 0
	for i < n {
		out[i] = j
		c := *at(i, j)
		same := j < m && foldRune(a[i]) == foldRune(b[j])
		switch {
		case j < m && (same && c == *at(i+1, j+1) || !same && c == *at(i+1, j+1)+1):
			i, j = i+1, j+1
		case c == *at(i+1, j)+1:
			i++
		default:
			j++
		}
	}
	out[n] = j
	if n > 0 && j < m {
		out[n] = m
	}
	return out
}
