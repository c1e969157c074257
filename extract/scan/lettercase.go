package scan

import (
	"image"
	"slices"
	"strings"
	"unicode"

	"dengji/extract/ocr"
	"dengji/extract/page"
)

// Letters of one shape in both cases, which only their height tells apart, and
// those that are surely as low as x or as high as X.
const (
	eitherCase = "coOCsSuUvVwWxXzZ"
	lowLetters = "aemnr"
	highSigns  = "ABDEFGHIJKLMNPQRTYbdfhkl0123456789"
)

// Heights of a letter, as shares of a high one's, under which it is surely low
// and over which it is surely high: an x has 0.63 to 0.75 of an X in print.
const (
	surelyLow  = 0.80
	surelyHigh = 0.92
)

// settleCase lets the height of its ink say the case of a letter that the
// reader may have taken for its other case, of those that have one shape in
// both.
func (w *work) settleCase() {
	for i := range w.read {
		l := &w.read[i]
		text := []rune(l.first.Text)
		changed := false
		for k, r := range text {
			other := otherCase(r)
			if strings.ContainsRune(eitherCase, r) && strings.ContainsRune(l.first.Chars[k].Rivals, other) && w.wrongCase(l, text, k) {
				text[k], changed = other, true
			}
		}
		if changed {
			l.first.Text = string(text)
		}
	}
}

func otherCase(r rune) rune {
	if unicode.IsUpper(r) {
		return unicode.ToLower(r)
	}
	return unicode.ToUpper(r)
}

// wrongCase reports whether a letter is too low or too high for the case it was
// read in, beside the other letters and figures of its word.
func (w *work) wrongCase(l *readLine, text []rune, k int) bool {
	from, to := k, k+1
	for from > 0 && inWord(text[from-1]) {
		from--
	}
	for to < len(text) && inWord(text[to]) {
		to++
	}
	chars := l.first.Chars
	var high, low []int
	for i := from; i < to; i++ {
		sure := strings.ContainsRune(eitherCase, text[i]) && chars[i].Rivals == ""
		switch h := w.inkHeight(l, chars[i]); {
		case i == k || h == 0:
		case strings.ContainsRune(highSigns, text[i]) || sure && unicode.IsUpper(text[i]):
			high = append(high, h)
		case strings.ContainsRune(lowLetters, text[i]) || sure:
			low = append(low, h)
		}
	}
	own := float64(w.inkHeight(l, chars[k]))
	if own == 0 {
		return false
	}
	full := 0.0
	switch {
	case len(high) > 0:
		full = float64(median(high))
	case len(low) > 0:
		full = float64(median(low)) / 0.7
	default:
		return false
	}
	if unicode.IsUpper(text[k]) {
		return own < full*surelyLow
	}
	return own > full*surelyHigh
}

// inkHeight is the height of the piece of ink that a Latin letter is, in pixels;
// 0 where there is none, or it hangs together with its neighbours.
func (w *work) inkHeight(l *readLine, c ocr.Char) int {
	em := float64(l.box.Dy()) * emShare
	m := middleOf(c)
	at := image.Rect(int(m-em), l.box.Min.Y, int(m+em)+1, l.box.Max.Y).Intersect(w.planes.Clean.Rect)
	if at.Empty() {
		return 0
	}
	var letter image.Rectangle
	most := 0
	for _, p := range page.Components(faintInk(crop(w.planes.Clean, at, 0))) {
		reach := max(0, min(float64(p.Box.Max.X+at.Min.X), m+em/4)-max(float64(p.Box.Min.X+at.Min.X), m-em/4))
		if n := int(reach) * p.Box.Dy(); n > most {
			letter, most = p.Box, n
		}
	}
	if float64(letter.Dx()) > 0.95*em {
		return 0
	}
	return letter.Dy()
}

// inWord reports whether a character belongs to a word of Latin print.
func inWord(r rune) bool { return r > ' ' && r < unicode.MaxASCII && r != '(' && r != ')' }

func median(v []int) int {
	slices.Sort(v)
	return v[len(v)/2]
}
