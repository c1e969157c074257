package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dengji/normalize"
)

// labelKind says what follows a label.
type labelKind int

const (
	labelField   labelKind = iota // a value
	labelColumn                   // values beneath
	labelSection                  // nothing: a heading
	labelNote                     // nothing: printed text
)

// label is printed text of a form, folded for comparing.
type label struct {
	kind      labelKind
	field     int // index into Form.fields, -1 for sections and notes
	order     int // place in the form's order
	texts     []labelText
	floating  bool
	bracketed bool
}

// labelText is one wording of a label: the words before its bracket, and the
// bracketed hint with its brackets ("" where there is none).
type labelText struct {
	core, hint []rune
}

// Tags of gse's dictionary entries: "L12" is label 12, tagWord a word of a
// vocabulary.
const (
	tagLabel = "L"
	tagWord  = "V"
)

// The dictionary's frequencies: labels so common that the shortest path goes
// through them; words of a vocabulary a little less, so that a label wins
// where both fit.
const (
	freqLabel = 1000000
	freqWord  = 100000
)

func (f *Form) addLabel(kind labelKind, field int, texts []string) int {
	l := label{kind: kind, field: field, order: len(f.labels)}
	for _, t := range texts {
		core, hint := splitLabel(t)
		l.texts = append(l.texts, labelText{foldText(core), foldText(hint)})
	}
	f.labels = append(f.labels, l)
	return len(f.labels) - 1
}

// splitLabel cuts "企业名称（填写企业全称并盖章）：" into the words and the hint with
// its brackets.
func splitLabel(text string) (core, hint string) {
	text = strings.TrimRight(strings.TrimSpace(text), ":： 　")
	i := strings.IndexAny(text, "（(")
	if i <= 0 {
		return text, ""
	}
	return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i:])
}

// buildDictionary gives the form's segmenter a dictionary of its own: labels
// and vocabulary, nothing else. gse's dictionary is never loaded (it takes
// over a second and would cut values where labels are meant), and LoadDict is
// not used because it replaces what is there (go-ego/gse#200).
func (f *Form) buildDictionary() error {
	var b strings.Builder
	add := func(word []rune, freq int, tag string) {
		if len(word) > 1 {
			fmt.Fprintf(&b, "%s %d %s\n", string(word), freq, tag)
		}
	}
	for i, l := range f.labels {
		for _, t := range l.texts {
			add(t.core, freqLabel, tagLabel+strconv.Itoa(i))
		}
	}
	for _, ref := range f.fields {
		for _, w := range ref.def.Vocabulary {
			add(foldText(w), freqWord, tagWord)
		}
	}
	f.seg.NotLoadHMM = true
	f.seg.SkipLog = true
	if err := f.seg.LoadDictStr(b.String()); err != nil {
		return fmt.Errorf("build the label dictionary: %w", err)
	}
	return nil
}

// found is a stretch of folded text that reads like a label.
type found struct {
	label, text int // index of the label, and of its wording
	from, to    int // folded runes
	cost        float64
}

// findExact lets gse segment folded text and returns the tokens that are
// labels, and how many are words of a vocabulary.
func (f *Form) findExact(fold []rune) (hits []found, words int) {
	if len(fold) == 0 {
		return nil, 0
	}
	text := []byte(string(fold))
	runeAt := make([]int, len(text)+1)
	n := 0
	for i := range string(fold) {
		runeAt[i] = n
		n++
	}
	runeAt[len(text)] = n
	for _, s := range f.seg.Segment(text) {
		pos := s.Token().Pos()
		if pos == tagWord {
			words++
			continue
		}
		if !strings.HasPrefix(pos, tagLabel) || s.End() > len(text) {
			continue
		}
		i, err := strconv.Atoi(pos[len(tagLabel):])
		if err != nil || i >= len(f.labels) {
			continue
		}
		h := found{label: i, from: runeAt[s.Start()], to: runeAt[s.End()]}
		h.text = f.labels[i].wording(fold[h.from:h.to])
		hits = append(hits, h)
	}
	return hits, words
}

// wording says which of the label's texts this is.
func (l *label) wording(core []rune) int {
	for i, t := range l.texts {
		if string(t.core) == string(core) {
			return i
		}
	}
	return 0
}

// foldText folds width, case and look-alike punctuation and drops white
// space.
func foldText(s string) []rune {
	fold, _ := foldRunes([]rune(s))
	return fold
}

// foldRunes folds runes and returns, for each that is left, its index in the
// original.
func foldRunes(runes []rune) (fold []rune, at []int) {
	fold, at = make([]rune, 0, len(runes)), make([]int, 0, len(runes))
	for i, r := range runes {
		if r = foldRune(r); r != 0 {
			fold, at = append(fold, r), append(at, i)
		}
	}
	return fold, at
}

// foldRune returns 0 for what is dropped: white space and characters without
// width.
func foldRune(r rune) rune {
	switch {
	case unicode.IsSpace(r), r == '\u200b', r == '\ufeff', r == '\u00ad':
		return 0
	case r >= 0xff01 && r <= 0xff5e: // full-width ASCII
		r -= 0xfee0
	}
	if p, ok := foldedPunctuation[r]; ok {
		return p
	}
	return unicode.ToLower(r)
}

// foldedPunctuation maps marks that look alike, or that OCR takes for one
// another, to one.
var foldedPunctuation = map[rune]rune{
	'【': '[', '】': ']', '〔': '[', '〕': ']', '［': '[', '］': ']', '「': '[', '」': ']',
	'。': '.', '、': ',', '，': ',', '；': ';', '∶': ':', '︰': ':', '﹕': ':', '：': ':', 'ː': ':',
	'“': '"', '”': '"', '‘': '\'', '’': '\'', '—': '-', '–': '-', '－': '-', '‐': '-', '―': '-', '～': '~', '％': '%', '﹪': '%',
	'（': '(', '）': ')', '﹙': '(', '﹚': ')', '·': '.', '・': '.', '•': '.',
}

// endsLabel says whether a text is the end of a label with its hint, which a
// page break cut off: 动支撑作用） of 应用案例简述（500字以内，突出应用成效和带动支撑作用）.
func (f *Form) endsLabel(fold []rune) bool {
	const least = 2
	if len(fold) < least {
		return false
	}
	return slices.ContainsFunc(f.labels, func(l label) bool {
		return slices.ContainsFunc(l.texts, func(t labelText) bool {
			whole := slices.Concat(t.core, t.hint)
			if len(whole) <= len(fold) {
				return false
			}
			end := whole[len(whole)-len(fold):]
			return strings.HasSuffix(string(whole), string(fold)) || len(fold) > 2*least && normalize.Similarity(string(end), string(fold)) > 0.75
		})
	})
}
