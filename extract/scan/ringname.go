package scan

import (
	"math"
	"slices"
	"strings"

	"dengji/extract/seal"
)

// ringPlace is a place on the ring that belongs to the name, as far as the
// ring tells.
type ringPlace struct {
	place
	seal.Sector
	win    rune    // 0 where nothing was read
	share  float64 // of the winner
	sure   bool
	filled bool // the winner is a phrase's
}

// nameOnRing is the name's places in order: those that were read, cut and
// completed at the ends by what the ring's shape says.
func (r *ringWork) nameOnRing() []ringPlace {
	read, row, ok := collect(r.seen)
	if !ok {
		return nil
	}
	at := func(p place) ringPlace {
		out := ringPlace{place: p, Sector: r.look(p.angle, row.pitch)}
		out.win, out.share = p.winner()
		return out
	}
	var ps []ringPlace
	for _, p := range core(read, len(r.seen)) {
		ps = append(ps, at(p))
	}
	if len(ps) == 0 { // nothing of what was read stands close enough together
		return nil
	}
	ink := usualInk(ps)
	before := func() ringPlace { return at(place{angle: ps[0].angle - row.pitch}) }
	after := func() ringPlace { return at(place{angle: ps[len(ps)-1].angle + row.pitch}) }
	lean, known := r.lean(ps, row.pitch)
	for ; known && lean > 0 && len(ps) > leastName; lean-- { // leans to the right
		if b := before(); b.holds(ink) || ps[len(ps)-1].firm() {
			ps = append([]ringPlace{b}, ps...)
		} else {
			ps = ps[:len(ps)-1]
		}
	}
	for ; known && lean < 0 && len(ps) > leastName; lean++ {
		if a := after(); a.holds(ink) || ps[0].firm() {
			ps = append(ps, a)
		} else {
			ps = ps[1:]
		}
	}
	// A name of which both ends were missed stands evenly as well.
	if r.planes.Ink != nil && float64(len(ps)+1)*row.pitch < mostSpan {
		if b := before(); b.Covered < 0.3 && b.holds(ink) {
			ps = append([]ringPlace{b}, ps...)
		}
		if a := after(); a.Covered < 0.3 && a.holds(ink) {
			ps = append(ps, a)
		}
	}
	for i := range ps {
		p := &ps[i]
		need := sureShare
		if p.Covered > 0.2 || p.Ink > 1.6*ink {
			need = overlaidShare
		}
		p.sure = p.share >= need
	}
	return ps
}

// Shares of the winner from which a place is sure, and where print lies over
// it or seems to.
const (
	sureShare     = 0.9
	overlaidShare = 0.97
)

// mostSpan is the widest arc of a name, from the first character's middle to
// the last one's, radians: below it stand the seal's purpose and number.
const mostSpan = 4.7

// core is the longest run of places that several readings saw, without the
// strays that print beside the name is read as.
func core(ps []place, readings int) []place {
	firm := func(p place) bool {
		_, share := p.winner()
		return share >= strayShare && 5*p.n >= 2*readings
	}
	best, from, last := ps[:0], -1, -1
	for i, p := range ps {
		if !firm(p) {
			continue
		}
		if from < 0 || i-last > 2 {
			from = i
		}
		last = i
		if run := ps[from : i+1]; len(run) > len(best) {
			best = run
		}
	}
	return best
}

// strayShare is the share under which a character at an end is not believed
// to be one.
const strayShare = 0.15

// look measures a character's place.
func (r *ringWork) look(angle, pitch float64) seal.Sector {
	if r.flat {
		return seal.Sector{Covered: r.hiddenShare(angle-pitch*0.4, angle+pitch*0.4)}
	}
	return seal.Look(r.through, r.covered, r.ring, r.arc, angle-pitch*0.4, angle+pitch*0.4)
}

// hiddenShare is the share of an oval's strip that print covers between two
// angles.
func (r *ringWork) hiddenShare(from, to float64) float64 {
	column := func(t float64) int {
		return max(0, min(len(r.hidden), int((t+r.span)/(2*r.span)*float64(len(r.hidden)))))
	}
	sum, n := 0.0, 0
	for _, v := range r.hidden[column(from):column(to)] {
		sum, n = sum+v, n+1
	}
	return sum / float64(max(1, n))
}

// holds reports whether a character may stand where none was read: there is
// ink, or print hides the place.
func (p ringPlace) holds(ink float64) bool {
	return p.Ink > 0.45*ink || p.Covered > 0.4
}

// firm reports whether a place at an end is too sure to be a stray.
func (p ringPlace) firm() bool { return p.share >= sureShare && p.n > 1 }

// usualInk is the median darkness of the places that were read.
func usualInk(ps []ringPlace) float64 {
	var all []float64
	for _, p := range ps {
		if p.win != 0 {
			all = append(all, p.Ink)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// lean tells by how many places the name leans over to the right of the
// seal's axis (negative: to the left). False where the axis is unknown or the
// name does not stand evenly about it.
func (r *ringWork) lean(ps []ringPlace, pitch float64) (int, bool) {
	if !r.upright || len(ps) == 0 {
		return 0, false
	}
	middle := (ps[0].angle + ps[len(ps)-1].angle) / 2
	off := middle - r.axis
	off -= math.Round(off/(2*math.Pi)) * 2 * math.Pi
	n := math.Round(2 * off / pitch)
	if math.Abs(2*off/pitch-n) > 0.4 || math.Abs(n) > 6 {
		return 0, false
	}
	return int(n), true
}

// allSure reports whether every place of a name is sure, and the name whole.
func allSure(ps []ringPlace) bool {
	for _, p := range ps {
		if !p.sure {
			return false
		}
	}
	name, _, _ := textOf(ps)
	return len(ps) >= leastName && !breaksOff(name)
}

// textOf is the name, the mean of its places' shares, and how many of its
// characters the ring itself does not show.
func textOf(ps []ringPlace) (name string, score float64, filled int) {
	var text []rune
	for _, p := range ps {
		text = append(text, p.win)
		score += p.share / float64(len(ps))
		if p.filled {
			filled++
		}
	}
	return string(text), score, filled
}

// breaksOff reports whether a name ends in the middle of a word that no name
// ends in, or with an open bracket, or is nothing but a form of company.
func breaksOff(name string) bool {
	if strings.HasPrefix(name, "有限") || strings.HasPrefix(name, "股份有限") || strings.HasPrefix(name, "责任") {
		return true
	}
	if strings.HasSuffix(name, "（") || strings.HasPrefix(name, "）") || strings.Count(name, "（") != strings.Count(name, "）") {
		return true
	}
	for _, whole := range []string{"有限公司", "有限责任公司", "专用章"} {
		for cut := range whole {
			if cut > 0 && strings.HasSuffix(name, whole[:cut]) {
				return true
			}
		}
	}
	return false
}
