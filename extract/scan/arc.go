package scan

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"dengji/extract/ocr"
)

// arcReading is what one reading of a ring's text saw: characters with their
// places as shares of the arc's length.
type arcReading struct {
	text  []rune
	at    []float64
	score []float64
}

// newArcReading keeps what an owner's name is made of.
func newArcReading(r ocr.Reading, width int) arcReading {
	var out arcReading
	for i, c := range []rune(r.Text) {
		if nameRune(c) {
			out.text = append(out.text, bracket(c))
			out.at = append(out.at, (r.Chars[i].X0+r.Chars[i].X1)/2/float64(width))
			out.score = append(out.score, r.Chars[i].Score)
		}
	}
	return out
}

// nameRune reports what stands on a ring: Chinese characters and brackets. The
// star, the ring's own line and the number read as other signs.
func nameRune(r rune) bool {
	return unicode.Is(unicode.Han, r) || strings.ContainsRune("（）()", r)
}

// bracket gives brackets the form they have in names.
func bracket(r rune) rune {
	switch r {
	case '(':
		return '（'
	case ')':
		return '）'
	}
	return r
}

func onlyHan(s string) string {
	return strings.Map(func(r rune) rune {
		if nameRune(r) {
			return r
		}
		return -1
	}, s)
}

func (a arcReading) mean() float64 {
	sum := 0.0
	for _, s := range a.score {
		sum += s
	}
	return sum / float64(max(1, len(a.score)))
}

// leastName is the fewest characters a ring's text has.
const leastName = 4

// pitch is the usual distance between characters.
func (a arcReading) pitch() float64 {
	gaps := a.gaps()
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

func (a arcReading) gaps() []float64 {
	var out []float64
	for i := 1; i < len(a.at); i++ {
		out = append(out, a.at[i]-a.at[i-1])
	}
	return out
}

// even reports whether no character is missing between the others and none is
// too many: on a ring they stand at equal distances.
func (a arcReading) even() bool {
	if len(a.text) < leastName {
		return false
	}
	p := a.pitch()
	for _, g := range a.gaps() {
		if g > 1.6*p || g < 0.5*p {
			return false
		}
	}
	return true
}

// Scores from which a ring's text is believed: better no name than a wrong
// one. They are means and minima of votes, 0 to 1.
const (
	agreedScore   = 0.95 // mean of two readings that say the same
	agreedWeakest = 0.5  // weakest character of two readings that say the same
	voteScore     = 0.85 // mean of the winners' shares
	voteWeakest   = 0.5  // the weakest winner's share
)

// agreed looks for an earlier reading that says the same as the last one.
func agreed(seen []arcReading) (string, float64, bool) {
	last := seen[len(seen)-1]
	if !last.even() {
		return "", 0, false
	}
	for _, o := range seen[:len(seen)-1] {
		if s := (o.mean() + last.mean()) / 2; s >= agreedScore && string(o.text) == string(last.text) && slices.Min(last.score) >= agreedWeakest {
			return string(last.text), s, true
		}
	}
	return "", 0, false
}

// vote takes the places of the surest even reading and asks all readings what
// stands there. A character wins by the sum of its scores, a
// sure reading's counting more; its
// own best score counts as far as it has no rivals. The text is empty
// where the mean score does not suffice.
func vote(seen []arcReading) (string, float64) {
	best := -1
	for i, r := range seen {
		if r.even() && (best < 0 || r.mean()*float64(len(r.text)) > seen[best].mean()*float64(len(seen[best].text))) {
			best = i
		}
	}
	if best < 0 {
		return "", 0
	}
	base := seen[best]
	half := base.pitch() / 2
	var text []rune
	weakest, sum := 1.0, 0.0
	for _, at := range base.at {
		votes, sure, all := map[rune]float64{}, map[rune]float64{}, 0.0
		for _, r := range seen {
			weight := r.mean() * r.mean()
			for k, t := range r.at {
				if c := r.text[k]; math.Abs(t-at) < half {
					votes[c] += r.score[k] * weight
					sure[c] = max(sure[c], r.score[k])
					all += r.score[k] * weight
				}
			}
		}
		var win rune
		for c, v := range votes {
			if v > votes[win] || v == votes[win] && c < win {
				win = c
			}
		}
		share := sure[win] * votes[win] / all
		text = append(text, win)
		weakest, sum = min(weakest, share), sum+share
	}
	mean := sum / float64(len(text))
	if mean < voteScore || weakest < voteWeakest {
		return "", mean
	}
	return string(text), mean
}
