package normalize

import (
	"slices"
	"strings"
	"unicode"
)

// chosen decides which words the marks choose.
func chosen(text []rune, pieces []piece, opt Options, raw string) Result {
	words, boxes, anyOn, anyMark := tally(pieces)
	switch {
	case !anyMark && len(words) == 0:
		return unreadable(CodeFormatInvalid, "“%s”不是所列选项", raw)
	case !anyMark && len(words) == len(opt.Vocabulary) && len(words) > 1:
		return unreadable(CodeAmbiguous, "列出了全部选项，没有读到勾选标记")
	case !anyMark:
		return withUnknown(valueOf(inOrder(words, opt.Vocabulary)), leftover(text, pieces))
	}
	side, clear := markSide(text, pieces)
	if regular(pieces) {
		lone := slices.ContainsFunc(pieces, func(p piece) bool { return p.word < 0 && !p.box })
		side, clear = -1, !opt.OCR || boxes == 0 || !lone
		pieces = asBoxes(pieces)
	}
	on, owned := assign(text, pieces, side)
	r := valueOf(inOrder(on, opt.Vocabulary))
	switch {
	case len(on) == 0 && anyOn:
		r = unreadable(CodeAmbiguous, "读到勾选标记，但不知属于哪个选项")
	case len(on) == 0 && boxes > 0 && len(owned) < len(words):
		return unreadable(CodeAmbiguous, "没有读到勾选标记，且%s没有方框", quoted(missing(words, owned), opt.Vocabulary))
	case len(on) == 0:
		return Result{State: StateBlank}
	}
	// A page so worn that its boxes were not made out may have lost a check, too.
	worn := opt.OCR && boxes == 0 && len(words) == len(opt.Vocabulary)
	if (boxes > 0 || worn) && len(owned) < len(words) && r.State == StateValue {
		r = r.doubt(CodeAmbiguous, "%s没有读到方框", quoted(missing(words, owned), opt.Vocabulary))
	}
	if !clear && r.State == StateValue {
		r = r.doubt(CodeAmbiguous, "“%s”中的标记属于前一个还是后一个选项不能确定", raw)
	}
	return withUnknown(r, tickedLeftover(text, pieces, side))
}

// tally counts the pieces: words without repetition, printed boxes, ticks.
func tally(pieces []piece) (words []int, boxes int, anyOn, anyMark bool) {
	for _, p := range pieces {
		switch {
		case p.word >= 0:
			if !slices.Contains(words, p.word) {
				words = append(words, p.word)
			}
		default:
			anyMark = true
			anyOn = anyOn || p.on
			if p.box {
				boxes++
			}
		}
	}
	return words, boxes, anyOn, anyMark
}

func inOrder(words []int, vocabulary []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	var out []string
	for _, w := range slices.Compact(words) {
		out = append(out, vocabulary[w])
	}
	return out
}

func missing(words, owned []int) []int {
	var out []int
	for _, w := range words {
		if !slices.Contains(owned, w) {
			out = append(out, w)
		}
	}
	return out
}

func quoted(words []int, vocabulary []string) string {
	return "“" + strings.Join(inOrder(words, vocabulary), "、") + "”"
}

// markSide tells on which side of their words the marks stand: -1 before, 1
// after. Printed boxes decide alone where there are any: the line begins with
// a box or ends with one. If that leaves it open, the blanks beside the marks
// decide. clear is false where nothing does.
func markSide(text []rune, pieces []piece) (side int, clear bool) {
	rank := pieces
	boxed := slices.ContainsFunc(pieces, func(p piece) bool { return p.word < 0 && p.box })
	if boxed {
		rank = slices.DeleteFunc(slices.Clone(pieces), func(p piece) bool { return p.word < 0 && !p.box })
	}
	first, last := rank[0].word < 0, rank[len(rank)-1].word < 0
	switch {
	case first && !last:
		return -1, true
	case last && !first:
		return 1, true
	}
	before, after := 0, 0
	for i, p := range rank {
		if p.word >= 0 {
			continue
		}
		toLeft, toRight := i > 0 && rank[i-1].word >= 0, i+1 < len(rank) && rank[i+1].word >= 0
		gapLeft := toLeft && !apart(text, rank[i-1].end, p.at)
		gapRight := toRight && !apart(text, p.end, rank[i+1].at)
		if gapRight && !gapLeft {
			before++
		}
		if gapLeft && !gapRight {
			after++
		}
	}
	switch {
	case before > 0 && after == 0:
		return -1, true
	case after > 0 && before == 0:
		return 1, true
	case first && last: // a mark at both ends: one of them is a lone check
		return -1, boxed && before >= after && before > 0
	}
	return -1, false
}

// regular reports whether every word has one mark before it, as a form prints
// them: a check among boxes (□甲√乙□丙) then stands in place of the box behind
// it. Read from pixels a box may be lost, and the check another word's.
func regular(pieces []piece) bool {
	for i, p := range pieces {
		if (p.word < 0) != (i%2 == 0) {
			return false
		}
	}
	return len(pieces) > 2 && len(pieces)%2 == 0
}

// asBoxes counts every mark as a printed box.
func asBoxes(pieces []piece) []piece {
	out := slices.Clone(pieces)
	for i := range out {
		out[i].box = out[i].word < 0
	}
	return out
}

// apart reports whether something but a mark stands between two places.
func apart(text []rune, from, to int) bool {
	for _, r := range text[from:to] {
		if !isMark(r) {
			return true
		}
	}
	return false
}

// assign gives every mark its word. on are the words that are ticked, owned
// those that have any mark.
func assign(text []rune, pieces []piece, side int) (on, owned []int) {
	boxed := slices.ContainsFunc(pieces, func(p piece) bool { return p.word < 0 && p.box })
	for i, p := range pieces {
		if p.word >= 0 {
			continue
		}
		w := -1
		if boxed && !p.box {
			w = checkedWord(text, pieces, i, side)
		} else {
			w = neighbour(text, pieces, i, side)
		}
		if w < 0 {
			continue
		}
		if p.on && !slices.Contains(on, w) {
			on = append(on, w)
		}
		if (p.box || !boxed) && !slices.Contains(owned, w) {
			owned = append(owned, w)
		}
	}
	return on, owned
}

// neighbour is the word next to the mark at i on the other side of it, over
// other marks but not over other words; -1 where there is none.
func neighbour(text []rune, pieces []piece, i, side int) int {
	for j := i - side; j >= 0 && j < len(pieces); j -= side {
		from, to := pieces[j+side].end, pieces[j].at
		if side > 0 {
			from, to = pieces[j].end, pieces[j+side].at
		}
		if slices.ContainsFunc(text[from:to], func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			return -1 // the mark belongs to a word we do not know
		}
		if pieces[j].word >= 0 {
			return pieces[j].word
		}
	}
	return -1
}

// checkedWord finds the word of a check among printed boxes: a check that
// touches a box belongs to the box; else it belongs to the word it touches;
// else to the word whose part of the line it stands in.
func checkedWord(text []rune, pieces []piece, i, side int) int {
	p := pieces[i]
	for _, j := range []int{i - 1, i + 1} { // □√ and √□
		if j < 0 || j >= len(pieces) || pieces[j].word >= 0 || !pieces[j].box {
			continue
		}
		if pieces[j].end == p.at || p.end == pieces[j].at {
			// √ between a word and the next box touches both: the word wins
			if other := 2*i - j; other >= 0 && other < len(pieces) && pieces[other].word >= 0 &&
				(pieces[other].end == p.at || p.end == pieces[other].at) && j == i-side {
				continue
			}
			return neighbour(text, pieces, j, side)
		}
	}
	if i > 0 && pieces[i-1].word >= 0 && pieces[i-1].end == p.at {
		return pieces[i-1].word
	}
	if i+1 < len(pieces) && pieces[i+1].word >= 0 && pieces[i+1].at == p.end {
		return pieces[i+1].word
	}
	return neighbour(text, pieces, i, -side)
}

// leftover are the words of a text that no piece covers.
func leftover(text []rune, pieces []piece) []string {
	rest := slices.Clone(text)
	for _, p := range pieces {
		for k := p.at; k < p.end; k++ {
			rest[k] = ' '
		}
	}
	return nonEmpty(strings.FieldsFunc(string(rest), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}))
}

// tickedLeftover are unknown words right beside a mark that chooses.
func tickedLeftover(text []rune, pieces []piece, side int) []string {
	var out []string
	for i, p := range pieces {
		if p.word >= 0 || !p.on {
			continue
		}
		from, to := p.end, len(text)
		if side < 0 && i+1 < len(pieces) {
			to = pieces[i+1].at
		}
		if side > 0 {
			from, to = 0, p.at
			if i > 0 {
				from = pieces[i-1].end
			}
		}
		if from < to {
			out = append(out, leftover(text[from:to], nil)...)
		}
	}
	return out
}

func withUnknown(r Result, unknown []string) Result {
	if len(unknown) == 0 || r.State != StateValue && r.State != StateUnreadable {
		return r
	}
	return r.detail("unknown", unknown).doubt(CodeFormatInvalid, "“%s”不是所列选项", strings.Join(unknown, "、"))
}

// freeChoices reads boxes without a vocabulary: the words behind the ticks, or
// before them where the line begins with a word.
func freeChoices(text []rune) Result {
	var words []string
	var ons []bool
	on, start, seen := false, 0, false
	after := len(text) > 0 && !isMark(text[0])
	flush := func(end int, on bool) {
		if w := strings.TrimSpace(string(text[start:end])); w != "" {
			words, ons = append(words, tidySpaces(w, true)), append(ons, on)
		}
	}
	for i, r := range text {
		if !isMark(r) {
			continue
		}
		ticked := strings.ContainsRune(onMarks+checkMarks, r)
		if after {
			flush(i, ticked)
		} else {
			flush(i, on)
			on = ticked || on && strings.TrimSpace(string(text[start:i])) == ""
		}
		start, seen = i+1, true
	}
	if !seen {
		return valueOf(nonEmpty(strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune("、，,；;/ ", r) })))
	}
	flush(len(text), on && !after)
	var out []string
	for i, w := range words {
		if ons[i] {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return Result{State: StateBlank}
	}
	return valueOf(out)
}
