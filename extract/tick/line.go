package tick

import (
	"strings"
	"unicode"
)

type kind int

const (
	word kind = iota
	box       // a tick box
	mark      // a soft glyph, not yet decided
)

// token is a stretch of a line: a glyph, or the text between two glyphs
// without the white space at its ends.
type token struct {
	kind     kind
	from, to int // runes of the source
	on       bool
	score    float64
}

type line struct {
	src    []rune
	cut    []bool // runes that became part of a tick elsewhere in the line
	tokens []token
	// leading says that boxes stand before their words, as on nearly every
	// form, and not behind them.
	leading bool
}

func parse(s string) *line {
	l := &line{src: []rune(s)}
	l.cut = make([]bool, len(l.src))
	kinds, mixed := l.classify()
	for i := 0; i < len(l.src); {
		switch g := kinds[i]; g {
		case none:
			j := i
			for j < len(l.src) && kinds[j] == none {
				j++
			}
			l.addWord(i, j)
			i = j
		default:
			t := token{kind: box, from: i, to: i + 1, on: g == on || g == cross, score: sure}
			if g == soft {
				t.kind = mark
			}
			if g == cross && mixed {
				t.score = unsure
			}
			if t.to < len(l.src) && l.src[t.to] == variation {
				t.to++
			}
			l.tokens = append(l.tokens, t)
			i = t.to
		}
	}
	l.joinBoxes()
	l.leading = l.boxesLead()
	return l
}

func (l *line) addWord(from, to int) {
	for from < to && unicode.IsSpace(l.src[from]) {
		from++
	}
	for to > from && unicode.IsSpace(l.src[to-1]) {
		to--
	}
	if from < to {
		l.tokens = append(l.tokens, token{kind: word, from: from, to: to})
	}
}

// classify says for every rune what glyph it is; look-alikes and rows of
// empty boxes are settled here. mixed says that the line has ticked and
// crossed boxes: there a cross may well mean no.
func (l *line) classify() (kinds []glyph, mixed bool) {
	kinds = make([]glyph, len(l.src))
	ticks, crosses, others := 0, 0, 0
	var mouths []int
	for i, r := range l.src {
		if s, ok := privateUse(r); ok {
			l.src[i], r = s, s
		}
		g := glyphs[r]
		switch g {
		case mouth:
			if l.boxPlace(i) {
				mouths = append(mouths, i)
			}
			continue
		case on:
			ticks++
		case cross:
			crosses++
		}
		if g != none {
			others++
		}
		kinds[i] = g
	}
	// 口 is a word of its own (口岸, 口腔): one alone proves nothing.
	if len(mouths) >= 2 && others > 0 {
		for _, i := range mouths {
			kinds[i] = off
		}
	}
	for i := 0; i < len(kinds); {
		j := i
		for j < len(kinds) && kinds[j] == off {
			j++
		}
		if j-i >= 2 {
			clear(kinds[i:j])
		}
		i = max(j, i+1)
	}
	return kinds, ticks > 0 && crosses > 0
}

// boxPlace reports whether the rune stands where a box would: after a gap and
// right before a word.
func (l *line) boxPlace(i int) bool {
	if i > 0 && !boundary(l.src[i-1]) {
		return false
	}
	return i+1 < len(l.src) && unicode.IsLetter(l.src[i+1])
}

// joinBoxes makes one tick of an empty and a ticked box that touch: the
// company put its glyph beside the printed one.
func (l *line) joinBoxes() {
	for i := 1; i < len(l.tokens); i++ {
		a, b := &l.tokens[i-1], &l.tokens[i]
		if a.kind == box && b.kind == box && a.to == b.from && a.on != b.on {
			a.on, a.score = true, min(a.score, b.score)
			l.drop(i)
			i--
		}
	}
}

// drop takes token i out of the line and its runes out of the text.
func (l *line) drop(i int) {
	for j := l.tokens[i].from; j < l.tokens[i].to; j++ {
		l.cut[j] = true
	}
	l.tokens = append(l.tokens[:i], l.tokens[i+1:]...)
}

func (l *line) boxes() int {
	n := 0
	for _, t := range l.tokens {
		if t.kind == box {
			n++
		}
	}
	return n
}

func (l *line) boxesLead() bool {
	first, last := -1, -1
	for i, t := range l.tokens {
		if t.kind == box {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	switch {
	case first < 0:
		return true
	case last+1 < len(l.tokens) && l.tokens[last+1].kind == word && !punctuation(l.src[l.tokens[last+1].from]):
		return true
	}
	return first == 0 || l.tokens[first-1].kind != word || l.loose(first-1)
}

// loose reports whether something stands between token i and the next: white
// space or punctuation.
func (l *line) loose(i int) bool {
	a, b := l.tokens[i], l.tokens[i+1]
	return a.to < b.from ||
		a.kind == word && punctuation(l.src[a.to-1]) ||
		b.kind == word && punctuation(l.src[b.from])
}

func boundary(r rune) bool { return unicode.IsSpace(r) || punctuation(r) || glyphs[r] != none }

func punctuation(r rune) bool { return strings.ContainsRune("：:；;，,、。/|（）()【】[]", r) }
