package scan

import (
	"slices"
	"strings"
)

// phrase is a text that may stand on a seal: a line of the page the seal is
// on, or an expression that seals are made of.
type phrase struct {
	text  []rune
	sure  []bool // characters that may be taken over
	fixed bool   // stands on a seal as a whole or not at all
}

// fixedPhrases are expressions that names on seals are made of: forms of
// companies by law and what seals are for.
func fixedPhrases() []phrase {
	var out []phrase
	for _, s := range []string{"有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "科技有限公司", "中华人民共和国", "登记专用章", registrySeal, "合同专用章", "财务专用章", "发票专用章", "业务专用章"} {
		p := phrase{text: []rune(s), fixed: true}
		p.sure = slices.Repeat([]bool{true}, len(p.text))
		out = append(out, p)
	}
	return out
}

// registrySeal is on every certificate of a software copyright.
const registrySeal = "中华人民共和国国家版权局计算机软件著作权登记专用章"

// surePrint is the score from which a printed character may stand for one that
// print hides on a seal.
const surePrint = 0.9

// phrases are the page's lines, and those of each cell joined.
func (w *work) phrases() []phrase {
	boxes := make([]phrase, 0, len(w.read))
	for _, l := range w.read {
		boxes = append(boxes, linePhrase(l))
	}
	out := slices.Clone(boxes)
	all := make([]int, len(w.read))
	for i := range all {
		all[i] = i
	}
	at := func(i int) [2]int {
		if g, c, ok := cellOf(w.read[i].box, w.grids); ok {
			return [2]int{g, c}
		}
		return [2]int{-1, i}
	}
	slices.SortStableFunc(all, func(a, b int) int { return w.read[a].box.Min.Y - w.read[b].box.Min.Y })
	joined := map[[2]int]phrase{}
	for _, i := range all {
		key := at(i)
		p := joined[key]
		p.text, p.sure = append(p.text, boxes[i].text...), append(p.sure, boxes[i].sure...)
		joined[key] = p
	}
	for _, i := range all {
		if p := joined[at(i)]; len(p.text) > len(boxes[i].text) {
			out = append(out, p)
			delete(joined, at(i))
		}
	}
	return out
}

// linePhrase keeps of a line what may stand on a seal. Where a line has a
// figure or a mark, a character that no seal has keeps what stands on either
// side apart.
func linePhrase(l readLine) phrase {
	var p phrase
	for i, c := range []rune(l.first.Text) {
		switch {
		case nameRune(c):
			p.text = append(p.text, bracket(c))
			p.sure = append(p.sure, i < len(l.first.Chars) && l.first.Chars[i].Score >= surePrint)
		case c != ' ':
			p.text, p.sure = append(p.text, '|'), append(p.sure, false)
		}
	}
	return p
}

// complete fills places that print hides, or that were read badly, with what
// phrases say that the sure places say as well; the phrase that says most
// first, then what it leaves open.
func complete(ps []ringPlace, phrases []phrase) []ringPlace {
	for !allSure(ps) && len(ps) >= leastName {
		best, most := ps, 0
		parts := inner(ps)
		for _, ph := range phrases {
			for o := -len(ps) + leastName; o <= len(ph.text)-leastName; o++ {
				if got, n := fillFrom(ps, ph, o); n > most {
					best, most = got, n
				}
				for _, part := range parts {
					if !ph.isName(o, len(part)) {
						continue
					}
					if got, n := fillFrom(part, ph, o); n > most && allSure(got) {
						best, most = got, n
					}
				}
			}
		}
		if most == 0 {
			break
		}
		ps = best
	}
	return ps
}

// inner are the places without ends that may be none of the name's: those of
// which no reading saw anything, and as many doubtful ones on either side.
func inner(ps []ringPlace) [][]ringPlace {
	var out [][]ringPlace
	blank := ps
	for len(blank) > leastName && blank[0].win == 0 {
		blank = blank[1:]
	}
	for len(blank) > leastName && blank[len(blank)-1].win == 0 {
		blank = blank[:len(blank)-1]
	}
	if len(blank) < len(ps) {
		out = append(out, blank)
	}
	for k := 1; k < 3 && len(ps)-2*k >= leastName && !ps[k-1].sure && !ps[len(ps)-k].sure; k++ {
		out = append(out, ps[k:len(ps)-k])
	}
	return out
}

// oneOff reports whether a name differs from one printed on the page in a
// single character: far more often that is a misreading than another firm.
func oneOff(name string, phrases []phrase) bool {
	text := []rune(name)
	for _, ph := range phrases {
		for o := 0; o+len(text) <= len(ph.text); o++ {
			differ := 0
			for i, c := range text {
				if ph.text[o+i] != c {
					if differ++; !ph.sure[o+i] {
						differ = 2
					}
				}
			}
			if differ == 1 && len(text) >= 6 && ph.isName(o, len(text)) {
				return true
			}
		}
	}
	return false
}

// isName reports whether the n runes from o on stand alone in a phrase, as a
// name does behind a colon and before a bracket.
func (ph phrase) isName(o, n int) bool {
	return o >= 0 && o+n <= len(ph.text) && (o == 0 || ph.text[o-1] == '|') && (o+n == len(ph.text) || strings.ContainsRune("|（", ph.text[o+n]))
}

// fillFrom lays a phrase along the ring, its rune o at the first place, and fills
// the run of places where they do not differ. It returns how many places it
// made sure; 0 where too little speaks for the phrase.
func fillFrom(ps []ringPlace, ph phrase, o int) ([]ringPlace, int) {
	from, to, most := 0, 0, 0
	for i := 0; i < len(ps); i++ { // the run with the most sure places
		start, sure := i, 0
		for ; i < len(ps) && o+i >= 0 && o+i < len(ph.text) && mayBe(ps[i], ph, o+i); i++ {
			if ps[i].sure {
				sure++
			}
		}
		if sure > most {
			from, to, most = start, i, sure
		}
	}
	if !ph.fixed {
		from, to = ph.anchored(ps, from, to, o)
	}
	whole := to-from == len(ps)
	var e evidence
	for i := from; i < to; i++ {
		e.add(ps[i], ph.text[o+i])
	}
	if e.doubtful == 0 || !e.enough(ph, to-from, whole) || goesOn(ph.text, o, len(ps)) {
		return ps, 0
	}
	out := slices.Clone(ps)
	for i := from; i < to; i++ {
		if p := &out[i]; !p.sure {
			c := ph.text[o+i]
			p.filled = p.votes[c] == 0
			p.win, p.sure, p.share = c, true, max(p.best[c], filledScore)
		}
	}
	return out, e.doubtful
}

// anchored cuts a run back to where two sure places hold it: beside a place
// that says something else the phrase is no witness. At an end that the name
// and the phrase share nothing needs to hold it.
func (ph phrase) anchored(ps []ringPlace, from, to, o int) (int, int) {
	if !(from == 0 && to == len(ps)) {
		for from < to && !(from == 0 && (o == 0 || o > 0 && ph.text[o-1] == '|')) && !(from+1 < to && ps[from].sure && ps[from+1].sure) {
			from++
		}
		end := o + len(ps)
		for to > from && !(to == len(ps) && (end == len(ph.text) || ph.text[end] == '|')) && !(to-2 >= from && ps[to-1].sure && ps[to-2].sure) {
			to--
		}
	}
	return from, to
}

// goesOn reports whether a phrase goes on, without a mark between, on both
// sides of the n runes from o on: then the ring says a piece of it at best.
func goesOn(text []rune, o, n int) bool {
	return o > 0 && o+n < len(text) && !strings.ContainsRune("|（）", text[o-1]) && !strings.ContainsRune("|（）", text[o+n])
}

// evidence is what speaks for a phrase on a run of places.
type evidence struct {
	sure     int // places that surely hold its characters
	own      int // of these, characters that tell one name from another
	doubtful int // places that are not sure
	unseen   int // of these, those where no reading saw its character
	ownBlind int // of these, characters that tell one name from another
}

func (e *evidence) add(p ringPlace, c rune) {
	own := !strings.ContainsRune(commonRunes, c)
	switch {
	case p.sure:
		e.sure++
		if own {
			e.own++
		}
	case p.votes[c] > 0:
		e.doubtful++
	default:
		e.doubtful++
		e.unseen++
		if own {
			e.ownBlind++
		}
	}
}

// commonRunes are characters that most names of firms share: they say little
// about which firm it is.
const commonRunes = "有限责任公司股份集团科技信息技术软件网络电子数据智能系统工程服务发展市省"

// enough reports whether the evidence on a run of n places suffices; whole
// means that the run is the whole name.
func (e *evidence) enough(ph phrase, n int, whole bool) bool {
	switch {
	case ph.fixed:
		return n == len(ph.text) && e.unseen <= max(1, n/8) && e.sure >= max(3, n/2)
	case whole && e.sure >= 2*e.unseen+2 && e.sure >= e.doubtful && (e.ownBlind == 0 || e.ownBlind < e.own):
		return true
	}
	return e.sure >= 2+2*e.unseen+e.doubtful
}

// filledScore is the score of a character that the ring does not show.
const filledScore = 0.5

// mayBe reports whether a place can hold a phrase's character.
func mayBe(p ringPlace, ph phrase, k int) bool {
	c := ph.text[k]
	if c == p.win {
		return true
	}
	if strings.ContainsRune("（）", c) && p.votes[c] == 0 {
		return false // a bracket beside the name is none of the name's
	}
	return !p.sure && ph.sure[k]
}
