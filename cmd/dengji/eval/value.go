package eval

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold makes texts comparable: NFKC, so that full-width letters, digits and
// punctuation equal their half-width forms, and no white space except between
// two Latin words. It is written apart from package normalize on purpose: what
// measures must not share the mistakes of what is measured.
func Fold(s string) string {
	runes := []rune(norm.NFKC.String(s))
	var b strings.Builder
	for i, r := range runes {
		if !unicode.IsSpace(r) {
			b.WriteRune(r)
			continue
		}
		if i > 0 && !unicode.IsSpace(runes[i-1]) && latin(runes[i-1]) && latin(next(runes[i:])) {
			b.WriteRune(' ')
		}
	}
	return b.String()
}

// next returns the first rune that is no space, 0 for none.
func next(runes []rune) rune {
	for _, r := range runes {
		if !unicode.IsSpace(r) {
			return r
		}
	}
	return 0
}

func latin(r rune) bool {
	return r < 0x2000 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// equal compares a wanted leaf with a record's value.
func equal(want, got any) bool {
	switch w := want.(type) {
	case nil:
		return got == nil
	case string:
		g, ok := got.(string)
		return ok && Fold(w) == Fold(g)
	case float64:
		g, ok := got.(float64)
		return ok && math.Abs(w-g) < 1e-9
	case bool:
		return got == any(w)
	case []any:
		g := list(got)
		if g == nil || len(g) != len(w) {
			return len(w) == 0 && got == nil
		}
		for i := range w {
			if !equal(w[i], g[i]) {
				return false
			}
		}
		return true
	}
	return false
}

// list gives a record's list in one Go type.
func list(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case []string:
		out := make([]any, len(v))
		for i, s := range v {
			out[i] = s
		}
		return out
	}
	return nil
}

// errorRate is the character error rate: edits over the wanted text's length,
// after folding. It can exceed 1.
func errorRate(want, got string) float64 {
	w, g := []rune(Fold(want)), []rune(Fold(got))
	if len(w) == 0 {
		return float64(len(g))
	}
	return float64(distance(w, g)) / float64(len(w))
}

// distance is Levenshtein's.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		last := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := last
			if x != y {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
