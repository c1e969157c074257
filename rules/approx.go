package rules

import (
	"unicode"

	"dengji/normalize"
)

// Approximate search of labels, for text that OCR misread.

// maxEdits is how many edits a label of n characters may be away: none for
// one character, one for two to four, and a third of its length beyond.
func maxEdits(n int) float64 {
	switch {
	case n < 2:
		return 0
	case n < 5:
		return 1
	}
	return float64(n) / 3
}

// findApprox finds the best places of pattern in text by Sellers' algorithm
// (edit distance with a free start), at most limit edits away. Places do not
// overlap.
func findApprox(pattern, text []rune, limit float64) []found {
	m := len(pattern)
	if m == 0 || len(text) == 0 {
		return nil
	}
	cost, from := make([]float64, m+1), make([]int, m+1)
	for i := range cost {
		cost[i] = float64(i)
	}
	grouped := make([]bool, m) // runes that have look-alikes: few do, and looking is dear
	for i, r := range pattern {
		grouped[i] = normalize.LookAlike(r, r)
	}
	var hits []found
	for j, r := range text {
		diag, diagFrom := cost[0], from[0]
		cost[0], from[0] = 0, j+1
		extra, mark, alike := insertion(r), isMark(r), normalize.LookAlike(r, r)
		for i := 1; i <= m; i++ {
			best, start := cost[i]+extra, from[i] // text has a rune too many
			if c := cost[i-1] + 1; c < best {     // text lacks one
				best, start = c, from[i-1]
			}
			if pattern[i-1] == r && diag <= best || diag+leastSubstitution < best && (alike && grouped[i-1] || diag+1 < best || mark && isMark(pattern[i-1])) {
				if c := diag + substitution(pattern[i-1], r); c <= best {
					best, start = c, diagFrom
					if i == 1 {
						start = j
					}
				}
			}
			diag, diagFrom = cost[i], from[i]
			cost[i], from[i] = best, start
		}
		if cost[m] <= limit {
			hits = addHit(hits, found{from: from[m], to: j + 1, cost: cost[m]}, r == pattern[m-1] || j+1-from[m] <= m && sameClass(r, pattern[m-1]))
		}
	}
	return hits
}

// sameClass says whether both runes are ideographs, or neither is.
func sameClass(a, b rune) bool { return unicode.Is(unicode.Han, a) == unicode.Is(unicode.Han, b) }

// addHit keeps the better of two overlapping places. Of equal costs the one
// that ends like the pattern is better.
func addHit(hits []found, h found, ends bool) []found {
	if n := len(hits); n > 0 && hits[n-1].to > h.from {
		if h.cost < hits[n-1].cost || h.cost == hits[n-1].cost && ends {
			hits[n-1] = h
		}
		return hits
	}
	return append(hits, h)
}

// leastSubstitution is the least that one rune for another costs.
const leastSubstitution = 0.3

// substitution is what it costs to read b for a.
func substitution(a, b rune) float64 {
	if a == b {
		return 0
	}
	if isMark(a) && isMark(b) {
		return leastSubstitution
	}
	if normalize.LookAlike(a, b) {
		return 0.4
	}
	return 1
}

// insertion is what a rune too many costs: marks are noise.
func insertion(r rune) float64 {
	if isMark(r) {
		return 0.4
	}
	return 1
}

// isMark says whether a folded rune is punctuation that carries no meaning in
// a label.
func isMark(r rune) bool {
	switch r {
	case ':', ';', ',', '.', '\'', '"', '-', '(', ')', '[', ']', '|', '_', '~', '/', '\\', '!', '*', '`', '<', '>', '{', '}':
		return true
	}
	return false
}

// prefixEnd aligns pattern with the beginning of text and returns where in
// text it ends best, with the cost; the end is free.
func prefixEnd(pattern, text []rune) (end int, cost float64) {
	m := len(pattern)
	text = text[:min(len(text), m+m/2+2)]
	row := make([]float64, m+1)
	for i := range row {
		row[i] = float64(i)
	}
	best, at := row[m], 0
	for j, r := range text {
		diag := row[0]
		row[0] = float64(j + 1)
		for i := 1; i <= m; i++ {
			c := min(diag+substitution(pattern[i-1], r), row[i]+insertion(r), row[i-1]+1)
			diag, row[i] = row[i], c
		}
		// Of equal costs the longer end: its last rune was misread. A mark is not read
		// as an ideograph: the bracket was lost, and the value begins here.
		if row[m] < best || row[m] == best && sameClass(r, pattern[m-1]) {
			best, at = row[m], j+1
		}
	}
	return at, best
}

// editDistance is Levenshtein's distance.
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, ra := range a {
		diag := row[0]
		row[0] = i + 1
		for j, rb := range b {
			c := diag
			if ra != rb {
				c++
			}
			diag = row[j+1]
			row[j+1] = min(c, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
