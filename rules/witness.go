package rules

import (
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"dengji/extract"
	"dengji/normalize"
)

// witness is what one document says of one field, normalised.
type witness struct {
	raw     RawField
	result  normalize.Result
	kind    string // kind of the document: form_scan, form_copy, …
	path    string // of the file
	in      *Input // the file; nil for a certificate's
	others  []otherValue
	conf    float64
	cut     bool // a prose text that breaks off
	swapped bool // the value is another reader's: the first one's was none
}

// otherValue is another reading of the value, normalised.
type otherValue struct {
	reader string
	raw    string
	result normalize.Result
}

// newWitness normalises a raw field.
func newWitness(f RawField, kind, file string) witness {
	text := f.despeckled(f.Raw)
	if date, scores, ok := f.dateUnderSeal(); ok {
		text, f.Scores = date, scores
	}
	text, repaired := f.repaired(text)
	w := witness{raw: f, kind: kind, path: file, result: normalizeField(&f.Field, text, !f.Sure)}
	if w.result.State == normalize.StateValue || w.result.State == normalize.StateNone {
		w.result.Doubts = append(slices.Clip(w.result.Doubts), repaired...)
	}
	for _, o := range f.Others {
		w.others = append(w.others, otherValue{o.Reader, o.Raw, normalizeField(&f.Field, f.despeckled(o.Raw), true)})
	}
	w.preferValid()
	w.cut = w.endsShort()
	return w
}

// endsShort says whether a prose text on a page breaks off without the mark
// that ends a sentence: the rest may stand on another page, or was not read.
func (w *witness) endsShort() bool {
	f := &w.raw
	if f.Field.MaxRunes < 100 || w.result.State != normalize.StateValue || f.Doc == nil || f.Page >= len(f.Doc.Pages) || f.Doc.Pages[f.Page].Number == 0 {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(f.Raw))
	return !strings.ContainsRune("。.！!？?…；;”\"）)》】」", last)
}

// latinStop is a full stop of Latin print between Chinese characters or at the
// end of Chinese prose, which is how a faint 。 is read.
var latinStop = regexp.MustCompile(`([\p{Han}”）》])[.．](\p{Han}|\s*$)`)

// stopSpeck is a speck behind the full stop that ends prose.
var stopSpeck = regexp.MustCompile(`([。！？])\s*[.．·,，、'‘]\s*$`)

// lastSpeck is a full stop of Latin print that ends a short Chinese text.
var lastSpeck = regexp.MustCompile(`(\p{Han})[.．]+$`)

// lastStroke is a sign or letter behind a Chinese word that a seal's stroke reads
// as; a figure may be the value's.
var lastStroke = regexp.MustCompile(`(\p{Han})\s*[>＞<＜lIijJLT一丨|]$`)

// despeckled is a reading without marks that cannot end a value of its type:
// specks, a seal's ink, a ruling line.
func (f *RawField) despeckled(raw string) string {
	switch {
	case f.Sure || f.Field.Type == "choices":
		return raw
	case f.Field.Type == "text" && f.Field.MaxRunes >= 100:
		raw = stopSpeck.ReplaceAllString(raw, "$1")
		return latinStop.ReplaceAllString(latinStop.ReplaceAllString(raw, "$1。$2"), "$1。$2")
	case f.Field.Type == "text":
		if f.Seal {
			raw = lastStroke.ReplaceAllString(raw, "$1")
		}
		return lastSpeck.ReplaceAllString(strings.TrimRight(raw, " ,;:'|，；：·、‘“（(丨`"), "$1")
	case f.Field.Type != "name" && utf8.RuneCountInString(raw) < 4:
		return raw
	}
	return strings.TrimRight(raw, " .,;:!'|~，。；：！·、～’‘丨`*")
}

var wholeDate = regexp.MustCompile(`^(\D*)((?:19|20)\d\d年\d\d?月\d\d?日)(\D*)$`)

// dateUnderSeal is the date in a line that a seal lies over, without the
// characters that its strokes were read as, and the scores of what is left. A
// date written out to the day has no room for doubt about what is not part of
// it.
func (f *RawField) dateUnderSeal() (date string, scores []float64, ok bool) {
	if f.Field.Type != "date" || f.Sure || !f.Seal {
		return "", nil, false
	}
	text := strings.Join(strings.Fields(f.Raw), "")
	m := wholeDate.FindStringSubmatch(text)
	if m == nil || m[1] == "" && m[3] == "" || utf8.RuneCountInString(text) != len(f.Scores) {
		return "", nil, false
	}
	from := utf8.RuneCountInString(m[1])
	return m[2], f.Scores[from : from+utf8.RuneCountInString(m[2])], true
}

// preferValid takes another reading where the first is no value of a type
// that has a format, and the other is one without doubt. The readings then
// still disagree, and the field says so.
func (w *witness) preferValid() {
	if !slices.Contains(formatted, w.raw.Field.Type) || w.raw.Field.Type == "choices" || w.raw.Raw == "" || w.result.State == normalize.StateValue && !hasDoubt(w.result) {
		return
	}
	for i, o := range w.others {
		if o.result.State != normalize.StateValue || o.result.Value == nil || len(o.result.Doubts) > 0 {
			continue
		}
		w.others[i] = otherValue{w.raw.Reader, w.raw.Raw, w.result}
		w.raw.Reader, w.raw.Raw, w.result = o.reader, o.raw, o.result
		w.swapped = true
		return
	}
}

// hasDoubt says whether a result has a doubt beyond a repaired character.
func hasDoubt(r normalize.Result) bool {
	return slices.ContainsFunc(r.Doubts, func(d normalize.Doubt) bool { return d.Code != normalize.CodeRepaired })
}

// normalizeField turns a field's text into a value. Words that the definition
// lists as "none" say none.
func normalizeField(def *FieldDef, raw string, ocr bool) normalize.Result {
	for _, none := range def.None {
		fold, want := foldText(raw), foldText(none)
		if string(fold) == string(want) {
			return normalize.Result{State: normalize.StateNone}
		}
		if ocr && len(want) > 2 && len(fold) <= len(want)+1 && editDistance(fold, want) == 1 {
			return normalize.Result{State: normalize.StateNone, Doubts: []normalize.Doubt{{
				Code: normalize.CodeRepaired, Message: fmt.Sprintf("读到“%s”，按“%s”处理", raw, none)}}}
		}
	}
	norm, ok := normalize.Lookup(def.Type)
	if !ok {
		norm = normalize.Text
	}
	return norm(raw, normalize.Options{Vocabulary: def.Vocabulary, Min: def.Min, Max: def.Max, MaxRunes: def.MaxRunes, OCR: ocr})
}

// present says whether the witness says anything of the field.
func (w *witness) present() bool {
	return w.raw.Label && w.result.State != normalize.StateBlank && w.result.State != normalize.StateUnreadable
}

// evidence is the witness as it stands in a record.
func (w *witness) evidence() Evidence {
	f := &w.raw
	e := Evidence{Path: w.path, Cell: f.Cell, Reader: f.Reader, Raw: f.Raw, Confidence: round(w.conf)}
	if f.Doc == nil {
		return e
	}
	e.Document = "sha256:" + f.Doc.SHA256
	if f.Page >= 0 && f.Page < len(f.Doc.Pages) && f.Doc.Pages[f.Page].Number > 0 {
		n := f.Doc.Pages[f.Page].Number
		box := f.Box
		e.Page, e.Box, e.Cell = &n, &box, ""
	}
	return e
}

// where names a witness to people: 扫描件“a.pdf”第2页.
func (w *witness) where() string {
	name := map[string]string{KindFormScan: "扫描件", KindFormCopy: "电子版", KindCertificate: "证书", KindReport: "用户使用报告"}[w.kind]
	if name == "" {
		name = "文件"
	}
	s := fmt.Sprintf("%s“%s”", name, path.Base(w.path))
	if e := w.evidence(); e.Page != nil {
		s += fmt.Sprintf("第%d页", *e.Page)
	}
	return s
}

// sameValue says whether two results of a type say the same thing.
func sameValue(typ string, a, b normalize.Result) bool {
	if a.State != b.State {
		return false
	}
	for _, key := range []string{"qualifier", "min", "max"} {
		if !reflect.DeepEqual(a.Detail[key], b.Detail[key]) {
			return false
		}
	}
	switch va := a.Value.(type) {
	case nil:
		return b.Value == nil
	case []string:
		vb, ok := b.Value.([]string)
		return ok && slices.EqualFunc(va, vb, func(x, y string) bool {
			return x == y || comparesAsText(typ) && string(letters(x)) == string(letters(y))
		})
	case string:
		vb, ok := b.Value.(string)
		if !ok {
			return false
		}
		if comparesAsText(typ) {
			return string(letters(va)) == string(letters(vb))
		}
		return va == vb
	}
	return a.Value == b.Value
}

// comparesAsText names the types whose punctuation and width do not matter
// between two documents.
func comparesAsText(typ string) bool {
	return slices.Contains([]string{"text", "name", "company", "product_name", "owners"}, typ)
}

// letters is folded text without marks: what two spellings must share. The
// dot inside a number stays.
func letters(s string) []rune {
	fold := foldText(s)
	out := make([]rune, 0, len(fold))
	for i, r := range fold {
		if isMark(r) && !(r == '.' && i > 0 && i+1 < len(fold) && isDigit(fold[i-1]) && isDigit(fold[i+1])) {
			continue
		}
		out = append(out, r)
	}
	return out
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// partKind is the kind of document that a part is in a record.
func partKind(p *Part) string {
	if p.Kind != KindForm {
		return p.Kind
	}
	for _, i := range p.Pages {
		if p.Doc.Pages[i].Source == extract.SourceScan {
			return KindFormScan
		}
	}
	return KindFormCopy
}
