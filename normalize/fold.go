package normalize

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// keptWide are full-width forms that are Chinese punctuation, not a wide way
// to type a Latin sign.
const keptWide = "！（），：；？～"

// FoldWidth folds what differs only in the way it was typed or encoded: full
// width letters, digits and signs (％ ＠ ／ － ．) become ASCII, every kind of
// blank becomes a space, invisible and control characters vanish, Kangxi
// radicals and compatibility ideographs, which PDF text layers are full of,
// become the ideographs they stand for. Chinese punctuation stays as the form
// has it, and so do ㎡, ① and whatever else NFKC would take apart. Line breaks
// stay.
func FoldWidth(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029' || r == '\u0085' || r == '\v' || r == '\f':
			b.WriteByte('\n')
		case r == '\r':
			b.WriteByte('\n') // a \r\n gives an empty line, which joins to nothing
		case r == '\t' || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r >= 0xFE00 && r <= 0xFE0F:
			// zero-width and direction marks, soft hyphens, variation selectors
		case r >= 0xFF01 && r <= 0xFF5E && !strings.ContainsRune(keptWide, r):
			b.WriteRune(r - 0xFEE0)
		case r >= 0x2E80 && r <= 0x2FDF, r >= 0xF900 && r <= 0xFAFF,
			r >= 0xFF61 && r <= 0xFF9F, r >= 0xFE50 && r <= 0xFE6F, r >= 0x2F800 && r <= 0x2FA1F:
			b.WriteString(norm.NFKC.String(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// asciiPunct maps Chinese punctuation and every dash to the ASCII sign that a
// number format uses in its place.
var asciiPunct = strings.NewReplacer(
	"（", "(", "）", ")", "〔", "(", "〕", ")", "【", "(", "】", ")", "[", "(", "]", ")",
	"，", ",", "：", ":", "；", ";", "！", "!", "？", "?", "～", "~", "〜", "~", "∼", "~", "﹪", "%",
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-", "─", "-", "━", "-", "ー", "-", "﹣", "-",
	"∕", "/", "⁄", "/", "•", "·", "・", "·", "∙", "·", "‧", "·", "⋅", "·",
)

// foldSigns is FoldWidth for types that are numbers or codes: there Chinese
// punctuation says nothing of its own.
func foldSigns(s string) string { return asciiPunct.Replace(FoldWidth(s)) }

// wide reports whether r is set in a full Chinese square, so that no space
// belongs beside it.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) ||
		r >= 0x3001 && r <= 0x303F || // 、。〈〉《》「」〇 …
		r >= 0xFF00 && r <= 0xFFEF ||
		strings.ContainsRune("“”‘’…—", r)
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func latin(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }

func dropSpaces(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// tidySpaces makes runs of blanks one space and removes those that touch a
// Chinese sign on both sides, or Chinese punctuation on one. With tight set,
// those that touch a Chinese sign on one side go as well.
func tidySpaces(s string, tight bool) string {
	words := strings.Fields(s)
	var b strings.Builder
	for i, w := range words {
		if i > 0 && spaceBetween(lastRune(words[i-1]), firstRune(w), tight) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

func spaceBetween(l, f rune, tight bool) bool {
	switch {
	case wide(l) && wide(f):
		return false
	case wide(l) && !unicode.Is(unicode.Han, l), wide(f) && !unicode.Is(unicode.Han, f):
		return false // beside Chinese punctuation
	case tight && (wide(l) || wide(f)):
		return false
	}
	return true
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return -1
}

func lastRune(s string) rune {
	r := []rune(s)
	if len(r) == 0 {
		return -1
	}
	return r[len(r)-1]
}

// CountRunes counts the characters (字) of a text as the form's limits mean
// them: every letter, digit, sign and ideograph is one, white space is none.
func CountRunes(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
