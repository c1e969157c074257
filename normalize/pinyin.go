package normalize

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Letters that the pinyin of two characters or more must have: to stand in an
// address by more than chance, to be missed by one letter in a longer one, and what a
// further character must have to be missed behind others that are there.
const (
	leastPinyin   = 5
	leastNear     = 6
	leastGap      = 8 // a letter more or less makes another word too easily
	leastSyllable = 3
	mostSyllables = 64
)

// NearPinyin finds the pinyin of characters that follow one another in a name in the
// letters of an address but for one letter: hengie for 恒禾 (henghe) was misread, or
// mistyped. Both texts are "" where the address has the pinyin as it is, or nothing
// like it. Points, hyphens and underscores in the address do not count. n for ng and s, z, c for sh, zh, ch are spellings that people use.
func NearPinyin(name, letters string) (seen, want string) {
	letters = strings.NewReplacer(".", "", "-", "", "_", "").Replace(strings.ToLower(letters))
	if strings.IndexFunc(letters, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
		return "", ""
	}
	loose := looseSpelling.Replace(letters)
	syllables := syllablesOf(name)
	exactFrom, exactTo := exactRun(syllables, letters)
	for from := range syllables {
		p := syllables[from][0]
		for to := from + 2; to <= len(syllables); to++ {
			last := syllables[to-1][0]
			if p += last; len(p) > len(letters)+1 {
				break
			}
			if len(p) < leastPinyin || len(p) < leastNear && len(letters) > leastNear || len(p) <= len(want) || strings.Contains(loose, looseSpelling.Replace(p)) {
				continue
			}
			beyond := exactFrom < exactTo
			if beyond && !growsBeyond(syllables, from, to, exactFrom, exactTo) {
				continue
			}
			if s := windowNear(letters, p, beyond); s != "" {
				seen, want = s, p
			}
		}
	}
	return seen, want
}

// growsBeyond reports whether a run of syllables goes on where an exact one ends,
// with more than the two letters that anything may have.
func growsBeyond(syllables [][]string, from, to, exactFrom, exactTo int) bool {
	before := from == exactFrom || from < exactFrom && len(syllables[from][0]) >= leastSyllable
	behind := to == exactTo || to > exactTo && len(syllables[to-1][0]) >= leastSyllable
	return before && behind && to-from > exactTo-exactFrom
}

// looseSpelling makes one of spellings of a sound that people do not keep apart.
var looseSpelling = strings.NewReplacer("ng", "n", "zh", "z", "ch", "c", "sh", "s", "lyu", "lu", "nyu", "nu", "lv", "lu", "nv", "nu")

// syllablesOf are the readings of a name's characters, the commonest first;
// letters and figures read as themselves.
func syllablesOf(name string) [][]string {
	args := pinyin.NewArgs()
	args.Heteronym = true
	var out [][]string
	for _, r := range strings.ToLower(name) {
		if len(out) == mostSyllables {
			break
		}
		if readings := pinyin.SinglePinyin(r, args); len(readings) > 0 {
			out = append(out, readings)
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, []string{string(r)})
		}
	}
	return out
}

// exactRun is the longest run of two syllables or more that stands in the letters
// in any of their readings, empty for none.
func exactRun(syllables [][]string, letters string) (from, to int) {
	long := leastPinyin - 1
	for start := range letters {
		for i := range syllables {
			at := start
			for k := i; k < len(syllables); k++ {
				n := 0
				for _, reading := range syllables[k] {
					if len(reading) > n && strings.HasPrefix(letters[at:], reading) {
						n = len(reading)
					}
				}
				if n == 0 {
					break
				}
				if at += n; k > i && at-start > long {
					from, to, long = i, k+1, at-start
				}
			}
		}
	}
	return from, to
}

// windowNear is the part of the letters that is one letter away from p: another
// letter, in long ones one too few or one too many, too. Beyond what stands there
// letter by letter another word may go on (dinglanghanginfo for 鼎朗航信).
func windowNear(letters, p string, beyond bool) string {
	lengths := []int{len(p), len(p) - 1, len(p) + 1}
	if beyond || len(p) < leastGap && len(letters) > len(p)+1 {
		lengths = lengths[:1]
	}
	for _, n := range lengths {
		for at := 0; at+n <= len(letters); at++ {
			if w := letters[at : at+n]; oneAway([]rune(w), []rune(p)) || oneAway([]rune(p), []rune(w)) {
				return w
			}
		}
	}
	return ""
}
