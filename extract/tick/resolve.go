package tick

import "unicode"

// Longest text, in runes, that can be the word of a tick box, and longest line
// that its neighbours make a line of ticks.
const (
	wordLimit = 30
	lineLimit = 30
)

// resolve decides for every soft glyph whether it is a tick of its own, part
// of the tick beside it, or text. inBlock says that there are boxes in this
// line or in those around it.
func (l *line) resolve(inBlock bool) {
	own := l.boxes() > 0
	for i := 0; i < len(l.tokens); i++ {
		t := &l.tokens[i]
		if t.kind != mark {
			continue
		}
		edge := (i == 0 || i == len(l.tokens)-1) && len(l.src) <= lineLimit
		if !l.credible(i) || !own && !(inBlock && edge) {
			t.kind = word
			continue
		}
		n := len(l.tokens)
		l.place(i)
		i -= n - len(l.tokens) // a glyph that joins its box leaves the list
	}
}

// credible reports whether a soft glyph can be a tick at all: not a root sign
// before a number, and not amid sentences.
func (l *line) credible(i int) bool {
	if n := l.tokens[i].to; n < len(l.src) && unicode.IsDigit(l.src[n]) {
		return false
	}
	fits := func(j int) bool {
		if j < 0 || j >= len(l.tokens) || l.tokens[j].kind != word {
			return true
		}
		for _, r := range l.src[l.tokens[j].from:l.tokens[j].to] {
			if r == '。' {
				return false
			}
		}
		return l.tokens[j].to-l.tokens[j].from <= wordLimit
	}
	if i+1 < len(l.tokens) && l.tokens[i+1].kind == word {
		return fits(i + 1)
	}
	return fits(i - 1)
}

// place settles the soft glyph at i by its neighbours.
func (l *line) place(i int) {
	prev, next := l.kindAt(i-1), l.kindAt(i+1)
	tightLeft := i > 0 && !l.loose(i-1)
	tightRight := i+1 < len(l.tokens) && !l.loose(i)
	switch {
	case prev == box && next == box:
		l.between(i, i-1, i+1, tightLeft, tightRight)
	case prev == box && !l.leading && next == word && tightRight && !tightLeft && l.kindAt(i+2) == box:
		l.merge(i, i+2, sure)
	case prev == box:
		l.merge(i, i-1, sure)
	case next == box && (prev != word || !l.leading):
		l.merge(i, i+1, sure)
	case next == box:
		l.between(i, l.owner(i), i+1, tightLeft, tightRight)
	case prev == word && next == word && tightLeft && tightRight:
		// 基础软件√工业软件: nobody can tell, so the text stays and its box
		// is doubtful.
		l.tokens[i].kind = word
		l.doubt(l.owner(i))
	case l.leading:
		l.placeLeading(i, prev, tightLeft, tightRight)
	default:
		l.placeTrailing(i, prev, tightLeft, tightRight)
	}
}

// placeLeading settles a glyph without a box beside it where boxes stand
// before their words.
func (l *line) placeLeading(i int, prev kind, tightLeft, tightRight bool) {
	next, owner := l.kindAt(i+1), l.owner(i)
	switch {
	case prev != word || tightRight:
		l.stand(i, sure) // it took the place of the box
	case next != word || tightLeft:
		switch {
		case owner >= 0:
			l.merge(i, owner, sure)
		case l.boxes() == 0:
			l.stand(i, sure)
		default:
			l.stand(i, unsure)
		}
	default:
		l.stand(i, unsure)
		l.doubt(owner)
	}
}

// placeTrailing is placeLeading for boxes behind their words.
func (l *line) placeTrailing(i int, prev kind, tightLeft, tightRight bool) {
	switch {
	case prev == word && (tightLeft || l.kindAt(i+1) != word):
		l.stand(i, sure)
	case l.kindAt(i+1) == word && tightRight && l.kindAt(i+2) == box:
		l.merge(i, i+2, sure)
	default:
		l.stand(i, unsure)
	}
}

// between gives the glyph at i to the nearer of two boxes a and b, before and
// behind it; a may be -1. Where both are as near, both are doubtful.
func (l *line) between(i, a, b int, tightLeft, tightRight bool) {
	switch {
	case tightLeft && !tightRight && a >= 0:
		l.merge(i, a, sure)
	case tightLeft && !tightRight:
		l.stand(i, unsure)
	case tightRight && !tightLeft, a < 0:
		l.merge(i, b, sure)
	case l.tokens[a].on:
		l.merge(i, b, unsure)
	default:
		l.doubt(b)
		l.merge(i, a, unsure)
	}
}

// owner is the box whose word stands before the glyph at i, -1 for none.
func (l *line) owner(i int) int {
	if l.kindAt(i-1) == word && l.kindAt(i-2) == box {
		return i - 2
	}
	return -1
}

func (l *line) kindAt(i int) kind {
	if i < 0 || i >= len(l.tokens) {
		return -1
	}
	return l.tokens[i].kind
}

// merge makes the glyph at i part of box b, which is ticked by it.
func (l *line) merge(i, b int, score float64) {
	l.tokens[b].on = true
	l.tokens[b].score = min(l.tokens[b].score, score)
	l.drop(i)
}

func (l *line) stand(i int, score float64) {
	l.tokens[i].kind, l.tokens[i].on, l.tokens[i].score = box, true, score
}

func (l *line) doubt(b int) {
	if b >= 0 {
		l.tokens[b].score = min(l.tokens[b].score, unsure)
	}
}
