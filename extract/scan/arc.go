package scan

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"dengji/extract/ocr"
	"dengji/extract/seal"
)

// arcReading is what one reading of a ring's text saw: characters with the
// angles they stand at, radians clockwise from the right.
type arcReading struct {
	text  []rune
	at    []float64
	score []float64
}

// newArcReading keeps what an owner's name is made of; width is that of the
// strip which the arc was unrolled to.
func newArcReading(r ocr.Reading, width int, arc seal.Arc) arcReading {
	var out arcReading
	for i, c := range []rune(r.Text) {
		if nameRune(c) {
			out.text = append(out.text, bracket(c))
			out.at = append(out.at, arc.Start+(arc.End-arc.Start)*(r.Chars[i].X0+r.Chars[i].X1)/2/float64(width))
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
			return bracket(r)
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

// Scores from which two readings that say the same are not asked further.
const (
	agreedScore   = 0.95 // mean of both
	agreedWeakest = 0.5  // weakest character of the last
)

// agreed reports whether an earlier reading surely says the same as the last.
func agreed(seen []arcReading) bool {
	last := seen[len(seen)-1]
	if !last.even() {
		return false
	}
	for _, o := range seen[:len(seen)-1] {
		if (o.mean()+last.mean())/2 >= agreedScore && string(o.text) == string(last.text) && slices.Min(last.score) >= agreedWeakest {
			return true
		}
	}
	return false
}

// place is one character's place on the ring, and what the readings say
// stands there.
type place struct {
	angle float64
	votes map[rune]float64
	best  map[rune]float64 // each rune's best score
	all   float64
	n     int // readings that saw something
}

// winner is the rune with the most votes and its share: its own best score as
// far as it has no rivals. 0 where nothing was seen.
func (p place) winner() (rune, float64) {
	var win rune
	for c, v := range p.votes {
		if v > p.votes[win] || v == p.votes[win] && c < win {
			win = c
		}
	}
	if win == 0 {
		return 0, 0
	}
	return win, p.best[win] * p.votes[win] / p.all
}

// row is an even row of places: the characters' angles are at + pitch × k.
type row struct{ at, pitch float64 }

// fit lays an even row through a reading's characters, of which some may be
// missing.
func (a arcReading) fit() (row, bool) {
	if len(a.text) < leastName {
		return row{}, false
	}
	r := row{a.at[0], a.pitch()}
	for range 3 {
		var n, sk, skk, sa, ska float64
		k := 0.0
		for i, t := range a.at {
			if i > 0 {
				k += max(1, math.Round((t-a.at[i-1])/r.pitch))
			}
			n, sk, skk, sa, ska = n+1, sk+k, skk+k*k, sa+t, ska+k*t
		}
		d := n*skk - sk*sk
		if d == 0 {
			return row{}, false
		}
		r.pitch = (n*ska - sk*sa) / d
		r.at = (sa - r.pitch*sk) / n
	}
	return r, r.pitch > leastPitch && r.pitch < mostPitch
}

// Distances between characters on a ring, radians: 30 characters all around,
// or four with wide gaps.
const (
	leastPitch = 0.14
	mostPitch  = 0.8
)

// index is the place nearest to an angle, and how far off it is in pitches.
func (r row) index(angle float64) (int, float64) {
	k := math.Round((angle - r.at) / r.pitch)
	return int(k), math.Abs(angle-r.at-k*r.pitch) / r.pitch
}

// collect puts the readings' characters in an even row of places, that of the
// reading that knows most.
func collect(seen []arcReading) ([]place, row, bool) {
	base, know := -1, 0.0
	for i, a := range seen {
		if _, ok := a.fit(); !ok {
			continue
		}
		s := a.mean() * a.mean() * float64(len(a.text))
		if a.even() {
			s *= 1.2
		}
		if s > know {
			base, know = i, s
		}
	}
	if base < 0 {
		return nil, row{}, false
	}
	r, _ := seen[base].fit()
	middle := (seen[base].at[0] + seen[base].at[len(seen[base].at)-1]) / 2
	places := map[int]*place{}
	low, high := 0, 0
	for _, a := range seen {
		weight := a.mean() * a.mean()
		had := map[int]bool{}
		for i, c := range a.text {
			t := a.at[i] - math.Round((a.at[i]-middle)/(2*math.Pi))*2*math.Pi
			k, off := r.index(t)
			if off > 0.42 {
				continue
			}
			p := places[k]
			if p == nil {
				p = &place{angle: r.at + float64(k)*r.pitch, votes: map[rune]float64{}, best: map[rune]float64{}}
				places[k] = p
			}
			p.votes[c] += a.score[i] * weight
			p.best[c] = max(p.best[c], a.score[i])
			p.all += a.score[i] * weight
			if !had[k] {
				had[k] = true
				p.n++
			}
			low, high = min(low, k), max(high, k)
		}
	}
	out := make([]place, 0, high-low+1)
	for k := low; k <= high; k++ {
		if p := places[k]; p != nil {
			out = append(out, *p)
			continue
		}
		out = append(out, place{angle: r.at + float64(k)*r.pitch})
	}
	return out, r, true
}
