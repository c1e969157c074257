package normalize

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

//go:embed words.txt
var wordsText string

// lexicon says how often characters stand alone and follow one another within
// Chinese words, in powers of four.
type lexicon struct {
	alone map[rune]uint8
	pairs map[[2]rune]uint8
}

// termGrade is the grade of the pairs in terms of the trade, which jieba's texts
// hardly know (运维).
const termGrade = 6

// words is read when the first doubtful character is looked at: a folder of
// DOCX files never needs it.
var words = sync.OnceValue(func() lexicon {
	l := readLexicon(wordsText)
	for _, list := range terms.han {
		for _, term := range list {
			for i := 1; i < len(term); i++ {
				p := [2]rune{term[i-1], term[i]}
				l.pairs[p] = max(l.pairs[p], termGrade)
			}
		}
	}
	return l
})

func readLexicon(text string) lexicon {
	l := lexicon{alone: map[rune]uint8{}, pairs: map[[2]rune]uint8{}}
	for line := range strings.SplitSeq(text, "\n") {
		head, last := rune(0), rune(0)
		for i, r := range line {
			switch {
			case i == 0 && r == '#':
			case i == 0:
				head = r
			case head == 0:
			case r < '0' || r > '9':
				last = r
			case last == 0:
				l.alone[head] = uint8(r - '0')
			default:
				l.pairs[[2]rune{head, last}] = uint8(r - '0')
			}
		}
	}
	return l
}

// Doubted is a character of a text that a reader is not sure of.
type Doubted struct {
	At     int     // index into the text's runes
	Rivals string  // what it may be instead, the likelier first
	Score  float64 // 0 to 1, as the reader gives it
}

// A rival takes a character's place where words say so by this many powers of
// four: by a pair it makes with a neighbour against the pairs of what was read,
// or, where no pair is known of either and they look alike, by how often it is
// a word. Characters that are words so often need no neighbour.
const (
	byPair  = 3
	byAlone = 3
	oftenA  = 7
)

// Scores of what was read: from wellRead on more must speak for a rival, and
// under badlyRead less.
const (
	wellRead  = 0.985
	badlyRead = 0.7
)

// RepairWords puts rivals in the place of doubted characters where what was
// read makes no word with its neighbours and the rival does (培调, 训: 培训),
// with a doubt for each. Outside prose, where names stand, a rival must look like
// what was read and make a word, unless that was read badly; in a text with
// figures, an address, it must all the same.
func RepairWords(text string, doubted []Doubted, prose bool) (string, []Doubt) {
	if len(doubted) == 0 {
		return text, nil
	}
	l := words()
	r := []rune(text)
	doubts := l.repairPairs(r, doubted, prose)
	for _, d := range doubted {
		if d.At >= len(r) || !unicode.Is(unicode.Han, r[d.At]) {
			continue
		}
		before, after := beside(r, d.At, -1), beside(r, d.At, 1)
		best, gain := rune(0), 0
		for _, c := range d.Rivals {
			g, ok := l.gain(r[d.At], c, before, after), LookAlike(r[d.At], c)
			if g <= gain {
				continue
			}
			switch {
			case d.Score >= wellRead:
				ok = ok && g > byPair
			case prose:
				ok = true
			case d.Score < badlyRead && g > byPair && strings.IndexFunc(text, unicode.IsDigit) < 0:
				ok = true
			default:
				ok = ok && g >= byPair
			}
			if ok {
				best, gain = c, g
			}
		}
		if best == 0 {
			continue
		}
		seen := around(r, d.At)
		r[d.At] = best
		doubts = append(doubts, repaired(seen, around(r, d.At)))
	}
	return string(r), doubts
}

// repairPairs puts two rivals in the place of two doubted neighbours of prose that
// make no word with one another or with what is beside them, where the rivals make a
// common one (进洲: 追溯). It changes r.
func (l lexicon) repairPairs(r []rune, doubted []Doubted, prose bool) []Doubt {
	var doubts []Doubt
	for k := 0; prose && k+1 < len(doubted); k++ {
		a, b := doubted[k], doubted[k+1]
		if b.At != a.At+1 || b.At >= len(r) || !unicode.Is(unicode.Han, r[a.At]) || !unicode.Is(unicode.Han, r[b.At]) || max(a.Score, b.Score) >= wellRead ||
			l.support(r[a.At], beside(r, a.At, -1), r[b.At]) > 0 || l.support(r[b.At], 0, beside(r, b.At, 1)) > 0 {
			continue
		}
		best, first, second := uint8(commonPair-1), rune(0), rune(0)
		for _, x := range a.Rivals {
			for _, y := range b.Rivals {
				if g := l.pairs[[2]rune{x, y}]; g > best {
					best, first, second = g, x, y
				}
			}
		}
		if first != 0 {
			seen := around(r, a.At)
			r[a.At], r[b.At] = first, second
			doubts = append(doubts, repaired(seen, around(r, a.At)))
			k++
		}
	}
	return doubts
}

// commonPair is the grade from which two characters make a common word.
const commonPair = 4

// gain is by how much c suits a place better than what was read there, 0 where
// it does not.
func (l lexicon) gain(read, c, before, after rune) int {
	if !unicode.Is(unicode.Han, c) || l.alone[read] >= oftenA {
		return 0
	}
	now, then := l.support(read, before, after), l.support(c, before, after)
	switch {
	case then >= now+byPair:
		return then - now
	case now == 0 && then == 0 && l.alone[read] > 0 && l.alone[c] >= l.alone[read]+byAlone && LookAlike(read, c):
		return 1
	}
	return 0
}

// support is what the better of the two pairs says that a character makes with
// its neighbours.
func (l lexicon) support(c, before, after rune) int {
	return int(max(l.pairs[[2]rune{before, c}], l.pairs[[2]rune{c, after}]))
}

// beside is the rune next to one, blanks and line ends left out; 0 where there
// is none.
func beside(r []rune, at, step int) rune {
	for i := at + step; i >= 0 && i < len(r); i += step {
		if !unicode.IsSpace(r[i]) {
			return r[i]
		}
	}
	return 0
}

// around is a character with two on either side.
func around(r []rune, at int) string {
	return strings.Join(strings.Fields(string(r[max(0, at-2):min(len(r), at+3)])), "")
}

// endsInWord reports whether a text's last ideograph goes with nothing before it, so that
// the word that it begins was perhaps cut off (食品药品追 of 食品药品追溯).
func endsInWord(r []rune) bool {
	n := len(r)
	if n < 4 || !unicode.Is(unicode.Han, r[n-1]) || !unicode.Is(unicode.Han, r[n-2]) {
		return false
	}
	l := words()
	return l.pairs[[2]rune{r[n-2], r[n-1]}] == 0 && l.alone[r[n-1]] < oftenA && l.mostlyBegins(r[n-1])
}

// mostlyBegins reports whether a character stands at the beginning of words far more
// often than at their end (追, and not 谷 or 港).
func (l lexicon) mostlyBegins(c rune) bool {
	begins, ends := uint8(0), uint8(0)
	for p, n := range l.pairs {
		if p[0] == c {
			begins = max(begins, n)
		}
		if p[1] == c {
			ends = max(ends, n)
		}
	}
	return begins >= ends+byEnd
}

// byEnd is by how many powers of four a character begins words more often.
const byEnd = 1
