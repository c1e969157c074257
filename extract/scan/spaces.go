package scan

import (
	"image"
	"slices"
	"unicode"

	"dengji/extract"
	"dengji/extract/ocr"
)

// restoreSpaces puts back the blanks between Latin words that the recogniser
// leaves out (OPC UA is read as OPCUA): a gap without ink is wide for the
// line's height, and wide for the gaps between the other letters around it.
func (w *work) restoreSpaces() {
	for i := range w.read {
		l := &w.read[i]
		if len(l.ticks) == 0 && (!l.seal || w.planes.Ink == nil) {
			w.spaceOut(l)
		}
	}
}

// Gaps between letters, in shares of the line's height and of the median gap.
const (
	wordGap     = 0.17
	wordOverGap = 2.2
)

// dropBlanks takes out the blanks that a reader saw in a word's middle: small letters
// behind a capital that follows small ones. SaaS ends with one, too, so that both
// sides are doubted.
func dropBlanks(l *readLine) {
	text := []rune(l.first.Text)
	var out []rune
	var chars []ocr.Char
	for i, r := range text {
		if r == ' ' && i > 0 && i+1 < len(text) && camel(text, i-1) && smallLatin(text[i+1]) {
			for _, k := range []int{i - 1, i + 1} {
				l.first.Chars[k].Score = min(l.first.Chars[k].Score, extract.UnreadInk)
			}
			chars[len(chars)-1].Score = l.first.Chars[i-1].Score
			continue
		}
		out, chars = append(out, r), append(chars, l.first.Chars[i])
	}
	l.first.Text, l.first.Chars = string(out), chars
}

func (w *work) spaceOut(l *readLine) {
	dropBlanks(l)
	text := []rune(l.first.Text)
	var gaps []int
	at := map[int]int{} // index of the left letter to the gap behind it
	for i := 0; i+1 < len(text); i++ {
		if !latin(text[i]) || !latin(text[i+1]) {
			continue
		}
		g := w.gapBetween(l, l.first.Chars[i], l.first.Chars[i+1])
		gaps = append(gaps, g)
		at[i] = g
	}
	if len(gaps) < 3 {
		return
	}
	slices.Sort(gaps)
	usual := float64(max(1, gaps[len(gaps)/2]))
	var out []rune
	var chars []ocr.Char
	for i, r := range text {
		c := l.first.Chars[i]
		out, chars = append(out, r), append(chars, c)
		if g := float64(at[i]); !insideWord(text, i) && g >= float64(l.box.Dy())*wordGap && g >= usual*wordOverGap {
			out = append(out, ' ')
			chars = append(chars, ocr.Char{X0: c.X1, X1: c.X1, Score: min(c.Score, l.first.Chars[i+1].Score)})
		}
	}
	l.first.Text, l.first.Chars = string(out), chars
}

// insideWord reports whether no word can end with the letter i: one that stands alone
// before (A PI), or a capital between small letters (DataH ub). On bad copies a
// letter's lost stem makes a gap.
func insideWord(text []rune, i int) bool {
	return i == 0 || !latin(text[i-1]) || camel(text, i) && i+1 < len(text) && smallLatin(text[i+1])
}

func smallLatin(r rune) bool { return r < unicode.MaxASCII && unicode.IsLower(r) }

// camel reports whether letter i is a capital behind a small letter, which begins what
// follows it.
func camel(text []rune, i int) bool {
	return i > 0 && unicode.IsUpper(text[i]) && unicode.IsLower(text[i-1])
}

func latin(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }

// gapBetween is the width, in pixels, of the widest stretch without ink between
// the middles of two characters.
func (w *work) gapBetween(l *readLine, a, b ocr.Char) int {
	from, to := w.widestGap(image.Rect(int((a.X0+a.X1)/2), l.box.Min.Y, int((b.X0+b.X1)/2), l.box.Max.Y))
	return to - from
}
