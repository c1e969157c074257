package rules

import (
	"slices"
	"unicode"
)

// hit is a label at a place, chosen or only considered.
type hit struct {
	found
	block  *block
	order  int // index of the block in reading order
	start  int // first rune of the label in block.runes
	value  int // first rune after the label with its hint and colon
	colon  bool
	hint   bool
	begins bool // nothing but numbering before it in its block or line
	edge   bool // a separator before it
	ends   bool // nothing after it in its block or line
	score  float64
}

// Scores a hit must reach: to be part of the best chain at all, and to stand
// outside of the form's order.
const (
	minScore   = 0.8
	chainCost  = 1.5 // what a hit must bring beyond to be worth choosing
	loneScore  = 4.2
	neighbours = 1.0 // bonus of two labels that follow one another on the form and on the paper
)

// findLabels chooses, for every label of the form, where it stands: the
// choice that explains the part best, with labels in the form's order.
func (s *sheet) findLabels() {
	var all []*hit
	seen := make([]float64, len(s.form.labels))
	for i, b := range s.blocks {
		hits, _ := s.form.findExact(b.fold)
		for _, f := range hits {
			if h := s.judge(f, b, i); h != nil {
				all = append(all, h)
				if h.colon && s.form.labels[f.label].kind != labelNote {
					s.colons = append(s.colons, h)
				}
				seen[f.label] = max(seen[f.label], h.score)
			}
		}
	}
	for l := range s.form.labels {
		if seen[l] < loneScore {
			all = append(all, s.findMisread(l)...)
		}
	}
	slices.SortStableFunc(all, func(a, b *hit) int {
		if a.order != b.order {
			return a.order - b.order
		}
		return a.from - b.from
	})
	s.hits = make([]*hit, len(s.form.labels))
	for _, h := range bestChain(all, s.form.labels) {
		s.hits[h.label] = h
	}
	s.addLone(all)
	for _, h := range s.hits {
		if h != nil {
			h.block.hits = append(h.block.hits, h)
		}
	}
	for _, b := range s.blocks {
		slices.SortFunc(b.hits, func(a, c *hit) int { return a.from - c.from })
	}
}

// findMisread looks for a label that gse did not find, with a bound on edits.
func (s *sheet) findMisread(l int) []*hit {
	var out []*hit
	for i, b := range s.blocks {
		for t, text := range s.form.labels[l].texts {
			for _, f := range findApprox(text.core, b.fold, maxEdits(len(text.core))) {
				f.label, f.text = l, t
				if h := s.judge(f, b, i); h != nil && f.cost > 0 {
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// judge looks at what stands around a label and scores it; nil where it
// cannot be one.
func (s *sheet) judge(f found, b *block, order int) *hit {
	lab := &s.form.labels[f.label]
	core := lab.texts[f.text].core
	if f.from >= f.to || f.to > len(b.fold) {
		return nil
	}
	h := &hit{found: f, block: b, order: order, start: b.foldAt[f.from]}
	h.lookBefore(lab)
	h.lookAfter(lab)
	n := float64(len(core))
	h.score = 2 + min(n, 8)*0.25 - 4*f.cost/n
	switch {
	case h.begins:
		h.score += 1.4
	case h.edge:
		h.score += 0.4
	case h.start > 0 && !sameClass(b.runes[h.start-1], core[0]):
		h.score += 0.1 // 13800000000邮箱: a value of another script ends there
	default:
		h.score -= 1.5
	}
	if h.colon {
		h.score += 1.5
	}
	if h.hint {
		h.score++
	}
	if h.ends {
		h.score += 0.8
	}
	if !h.colon && !h.hint && !h.ends {
		h.score -= 0.3
		if next := b.runes[min(h.value, len(b.runes)-1)]; unicode.Is(unicode.Han, next) {
			h.score -= 1.2
		}
	}
	if (lab.kind == labelSection || lab.kind == labelNote) && !h.begins || h.score < minScore {
		return nil
	}
	if lab.bracketed && !h.bracketBefore() {
		return nil
	}
	return h
}

// lookBefore sees whether the label begins its block or line, or follows a
// separator.
func (h *hit) lookBefore(lab *label) {
	b := h.block
	h.begins = true
	for i := h.start - 1; i >= 0 && b.at[i].rune >= 0; i-- {
		if !isOrnament(b.runes[i]) {
			h.begins = false
			break
		}
	}
	if h.begins || h.start == 0 {
		return
	}
	prev := b.runes[h.start-1]
	h.edge = unicode.IsSpace(prev) || isMark(foldRune(prev))
}

func (h *hit) bracketBefore() bool {
	if h.from == 0 {
		return false
	}
	r := h.block.fold[h.from-1]
	return r == '[' || r == '('
}

// isOrnament is what may stand before a label: numbering, bullets, brackets.
func isOrnament(r rune) bool {
	if unicode.IsSpace(r) || unicode.IsDigit(r) || isMark(foldRune(r)) {
		return true
	}
	switch r {
	case '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '*', '＊', '★', '●', '○', '◆', '■', '※', '第':
		return true
	}
	return r >= '①' && r <= '⑳'
}

// lookAfter steps over a footnote mark, a bracketed hint and a colon, and
// notes where the value begins.
func (h *hit) lookAfter(lab *label) {
	b := h.block
	p := h.skipFootnote(h.to)
	p = h.skipHint(p, lab.texts[h.text].hint)
	p = h.skipFootnote(p)
	if h.begins && p+1 < len(b.fold) && b.fold[p] != ':' && b.fold[p+1] == ':' && !unicode.IsDigit(b.fold[p]) {
		p++ // a character that the reader saw twice, or a speck
	}
	for p < len(b.fold) && (b.fold[p] == ':' || h.colon && (b.fold[p] == '.' || b.fold[p] == '_')) {
		h.colon = true
		p++
	}
	if !h.colon && h.begins && p < len(b.fold) && (b.fold[p] == ';' || b.fold[p] == '.') && p+1 < len(b.fold) {
		h.colon = true // a colon read as another mark
		p++
	}
	h.value = len(b.runes)
	if p < len(b.fold) {
		h.value = b.foldAt[p]
	}
	if p > h.to || p == len(b.fold) {
		h.value = min(h.value, b.foldAt[p-1]+1)
	}
	h.ends = p == len(b.fold) || b.brokenBetween(p-1, p)
}

// brokenBetween says whether a line break lies between two folded runes.
func (b *block) brokenBetween(i, j int) bool {
	return b.at[b.foldAt[i]].line != b.at[b.foldAt[j]].line
}

// skipFootnote steps over a footnote mark: raised digits, [1], or a plain
// digit that a bracket or colon follows.
func (h *hit) skipFootnote(p int) int {
	f := h.block.fold
	q := p
	for q < len(f) && (f[q] >= '①' && f[q] <= '⑳' || f[q] == '¹' || f[q] == '²' || f[q] == '³' || f[q] == '*') {
		q++
	}
	if q > p {
		return q
	}
	bracket := q < len(f) && f[q] == '['
	if bracket {
		q++
	}
	digits := q
	for q < len(f) && q < digits+2 && unicode.IsDigit(f[q]) {
		q++
	}
	switch {
	case q == digits:
		return p
	case bracket && q < len(f) && f[q] == ']':
		return q + 1
	case !bracket && (q == len(f) || f[q] == '(' || f[q] == ':'):
		return q
	}
	return p
}

// leastHint is how much of a hint must stand before a page break to be its beginning.
const leastHint = 3

// skipHint steps over the bracketed hint, as printed, misread, shortened or
// in other words.
func (h *hit) skipHint(p int, hint []rune) int {
	f := h.block.fold
	if len(hint) > 0 && p < len(f) {
		if end, cost := prefixEnd(hint, f[p:]); end > 0 && cost <= 0.4*float64(len(hint)) {
			h.hint = true
			return p + end
		}
	}
	if rest := len(f) - p; rest >= leastHint && rest < len(hint) && slices.Equal(f[p:], hint[:rest]) {
		h.hint = true // a page break cut it off
		return len(f)
	}
	if p >= len(f) || f[p] != '(' && f[p] != '[' {
		return p
	}
	closing := ')'
	if f[p] == '[' {
		closing = ']'
	}
	q := p + 1
	for q < len(f) && q < p+60 && f[q] != closing {
		q++
	}
	if q >= len(f) || f[q] != closing {
		return p
	}
	after := q + 1
	if after < len(f) && f[after] == ':' || after == len(f) && len(hint) > 0 || len(hint) > 0 && subset(f[p+1:q], hint) {
		h.hint = true
		return after
	}
	return p
}

// subset says whether all of the runes are in the hint.
func subset(runes, hint []rune) bool {
	for _, r := range runes {
		if !slices.Contains(hint, r) {
			return false
		}
	}
	return len(runes) > 0
}

// bestChain picks hits so that labels come in the form's order, none twice,
// none overlapping, with the highest sum. hits are in reading order.
func bestChain(hits []*hit, labels []label) []*hit {
	n := len(hits)
	sum, prev := make([]float64, n), make([]int, n)
	best := -1
	for i, h := range hits {
		prev[i] = -1
		if labels[h.label].floating {
			sum[i] = -1
			continue
		}
		own := h.score - chainCost
		sum[i] = own
		for j := range i {
			g := hits[j]
			if labels[g.label].floating || labels[g.label].order >= labels[h.label].order || g.block == h.block && g.to > h.from {
				continue
			}
			s := sum[j] + own
			if labels[g.label].order+1 == labels[h.label].order && h.order-g.order <= 1 {
				s += neighbours
			}
			if s > sum[i] {
				sum[i], prev[i] = s, j
			}
		}
		if best < 0 || sum[i] > sum[best] {
			best = i
		}
	}
	var chain []*hit
	for i := best; i >= 0 && sum[best] > 0; i = prev[i] {
		chain = append(chain, hits[i])
	}
	return chain
}

// addLone takes labels that stand outside of the form's order, where they
// cannot be anything else. What the chain chose stands. A note that begins its
// line is one whatever follows it: footnotes at the foot of a page put the
// notes after them, on the next page, out of the form's order.
func (s *sheet) addLone(all []*hit) {
	lone := make([]*hit, len(s.hits))
	for _, h := range all {
		if s.hits[h.label] != nil || h.score < loneScore || !h.begins && !h.bracketBefore() || !h.colon && !h.ends && s.form.labels[h.label].kind != labelNote || s.overlapsChosen(h) {
			continue
		}
		if lone[h.label] == nil || lone[h.label].score < h.score {
			lone[h.label] = h
		}
	}
	for l, h := range lone {
		if h != nil && !s.overlapsChosen(h) {
			s.hits[l] = h
		}
	}
}

func (s *sheet) overlapsChosen(h *hit) bool {
	for _, o := range s.hits {
		if o != nil && o.block == h.block && o.from < h.to && h.from < o.to {
			return true
		}
	}
	return false
}
