package normalize

import (
	"slices"
	"strings"
)

// Category reads one word of opt.Vocabulary.
//
//   - Several different words (工业软件/应用软件) have no value but
//     detail.candidates, with the doubt ambiguous. Tick boxes are read as by
//     Choices.
//   - A word inside a longer one (嵌入式应用软件), a stem that only one word has
//     (应用 for 应用软件), and in text read from pixels a word with one wrong
//     character give the word of the vocabulary, with the doubt repaired.
//   - What is not of the vocabulary is kept as the form has it, with the doubt
//     format_invalid.
func Category(raw string, opt Options) Result {
	s, r, done := readEmpty(raw, opt)
	if done {
		return r
	}
	s = tidySpaces(s, true)
	if len(opt.Vocabulary) == 0 {
		return valueOf(s)
	}
	if strings.ContainsAny(s, offMarks+onMarks+checkMarks) {
		return oneChoice(Choices(raw, opt), s)
	}
	text := []rune(s)
	words := findWords(text, opt)
	slices.SortFunc(words, func(a, b piece) int { return a.at - b.at })
	found, _, _, _ := tally(words)
	switch {
	case len(found) == 1:
		return oneWord(text, words, opt.Vocabulary[found[0]])
	case len(found) > 1:
		return undecided("“%s”中有%d个类别", s, len(found)).detail("candidates", inOrder(found, opt.Vocabulary))
	}
	if w, ok := byStem(s, opt.Vocabulary); ok {
		return valueOf(w).doubt(CodeRepaired, "“%s”按“%s”处理", s, w)
	}
	return valueOf(s).doubt(CodeFormatInvalid, "“%s”不在所列选项中", s)
}

// oneChoice turns the answer of Choices into a single word.
func oneChoice(r Result, raw string) Result {
	words, ok := r.Value.([]string)
	switch {
	case !ok:
		return r
	case len(words) == 1:
		r.Value = words[0]
		return r
	}
	r.Value = nil
	return r.detail("candidates", words).doubt(CodeAmbiguous, "“%s”中勾选了%d个类别", raw, len(words))
}

// oneWord is the result for a text with one word of the vocabulary in it.
func oneWord(text []rune, pieces []piece, word string) Result {
	r := valueOf(word)
	whole := string(text)
	if whole == word {
		return r
	}
	if pieces[0].misses {
		r = r.doubt(CodeRepaired, "“%s”按“%s”处理", whole, word)
	}
	m := trailingNote.FindStringSubmatch(whole)
	if m != nil && pieces[0].end <= len([]rune(m[1])) {
		r = r.detail("note", m[2])
		whole = m[1]
	}
	var rest []string
	for _, w := range leftover([]rune(whole), inside(pieces, len([]rune(whole)))) {
		if !digitsOnly(w) {
			rest = append(rest, w)
		}
	}
	if len(rest) > 0 {
		r = r.detail("note", strings.Join(rest, "；")).doubt(CodeRepaired, "“%s”归入“%s”", string(text), word)
	}
	return r
}

// inside keeps the pieces that end before n runes.
func inside(pieces []piece, n int) []piece {
	return slices.DeleteFunc(slices.Clone(pieces), func(p piece) bool { return p.end > n })
}

// byStem finds the only word of the vocabulary whose stem, without what all
// words end with, stands in s.
func byStem(s string, vocabulary []string) (string, bool) {
	if len(vocabulary) < 2 {
		return "", false
	}
	suffix := []rune(vocabulary[0])
	for _, w := range vocabulary[1:] {
		for !strings.HasSuffix(w, string(suffix)) {
			suffix = suffix[1:]
		}
	}
	found := ""
	for _, w := range vocabulary {
		stem := strings.TrimSuffix(w, string(suffix))
		if len([]rune(stem)) < 2 || !strings.Contains(s, stem) {
			continue
		}
		if found != "" {
			return "", false
		}
		found = w
	}
	return found, found != ""
}

// Words of the certificate's closed fields, where a form's definition gives
// none of its own.
var (
	acquisitionWords = []string{"原始取得", "受让", "承受", "继承"}
	scopeWords       = []string{"全部权利", "部分权利"}
)

// Acquisition reads how a right was acquired: 原始取得, 受让, 承受 or 继承.
// Other words are kept with the doubt format_invalid.
func Acquisition(raw string, opt Options) Result {
	if len(opt.Vocabulary) == 0 {
		opt.Vocabulary = acquisitionWords
	}
	return Category(raw, opt)
}

// Scope reads the scope of a right: 全部权利, or 部分权利 with the rights that
// are meant in detail.note. Other words are kept with the doubt
// format_invalid.
func Scope(raw string, opt Options) Result {
	if len(opt.Vocabulary) == 0 {
		opt.Vocabulary = scopeWords
	}
	return Category(raw, opt)
}
