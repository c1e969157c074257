package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dengji/normalize"
)

// worded are the types whose values are made of words.
var worded = []string{"text", "product_name"}

// markScore is the score under which a mark of prose with another mark for a
// rival is wrong too often: four in ten under 0.9, one in eight from there on, one
// in 25 above.
const markScore = 0.99

// singleScore is the score under which a single character that may be 无 is that:
// no field has a value of one other character, but for figures.
const singleScore = 0.9

// repaired is a value's text with characters that were read badly replaced by
// what the reader took them for next, where words or surnames ask for it, or
// what forms are filled in with. text is the raw text, its end perhaps cut off.
func (f *RawField) repaired(text string) (string, []normalize.Doubt) {
	switch {
	case !f.hasRivals():
		return text, nil
	case len(f.Scores) == 1 && f.Scores[0] < singleScore && strings.ContainsRune(f.Rivals[0], '无') && !strings.ContainsFunc(f.Raw, unicode.IsDigit):
		return "无", []normalize.Doubt{{Code: normalize.CodeRepaired, Message: fmt.Sprintf("读到“%s”，按“无”处理", f.Raw)}}
	case f.Field.Type == "name":
		return normalize.RepairSurname(strings.TrimSpace(text), f.Rivals[0])
	case slices.Contains(worded, f.Field.Type):
		return f.repairWords(text)
	}
	return text, nil
}

// hasRivals says whether it is known what each of the raw text's characters may
// be instead.
func (f *RawField) hasRivals() bool {
	return !f.Sure && len(f.Rivals) > 0 && len(f.Rivals) == len(f.Scores) && utf8.RuneCountInString(squeezed(f.Raw)) == len(f.Scores)
}

// doubtfulMark reports whether a mark in prose was read badly and may be another
// one.
func (f *RawField) doubtfulMark() bool {
	if f.Field.MaxRunes < 100 || !f.hasRivals() {
		return false
	}
	const marks = "，。、；："
	for i, r := range []rune(strings.Join(strings.Fields(f.Raw), "")) {
		if f.Scores[i] < markScore && strings.ContainsRune(marks, r) && strings.ContainsAny(f.Rivals[i], marks) {
			return true
		}
	}
	return false
}

func (f *RawField) repairWords(text string) (string, []normalize.Doubt) {
	var doubted []normalize.Doubted
	n := 0
	for i, r := range []rune(text) {
		if unicode.IsSpace(r) {
			continue
		}
		if n < len(f.Scores) && f.Rivals[n] != "" {
			doubted = append(doubted, normalize.Doubted{At: i, Rivals: f.Rivals[n], Score: f.Scores[n]})
		}
		n++
	}
	return normalize.RepairWords(text, doubted, f.Field.MaxRunes >= 100)
}
