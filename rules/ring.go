package rules

import (
	"slices"
	"strings"
	"unicode/utf8"

	"dengji/extract"
	"dengji/normalize"
)

// sourceSeal is a seal as the record has it. Where its ring was not read
// throughout, the places that were are held against the applicant's name: they
// may tell that it is the name, which then completes the text, or another one.
func (b *builder) sourceSeal(page int, s *extract.Seal) SourceSeal {
	out := SourceSeal{Page: page, Box: s.Box, Shape: s.Shape, Text: s.Text, Inside: s.Inside, MatchesEnterprise: b.sealMatches(s.Text), seen: s}
	name := b.text(b.form.Identity.Applicant)
	if lostEnd(s.Text, name) {
		out.Text = name
	}
	if out.MatchesEnterprise != nil || name == "" || s.Filled > 0 {
		return out
	}
	places := s.Places
	if s.Text != "" {
		places = placesOf(s.Text)
	}
	fit := layRing(places, []rune(squeezed(name)))
	switch {
	case fit.same():
		out.MatchesEnterprise = &[]bool{true}[0]
		if s.Text == "" && fit.whole() {
			out.Text = string(fit.name)
		}
	case fit.other() && b.nameStands(name) && !b.ownerOn(places, name):
		out.MatchesEnterprise = new(bool)
	}
	out.unlike = fit.unlike()
	return out
}

// nameStands says whether the applicant's name is sure enough to be held against
// a ring that was read in part: two doubtful readings make no other firm.
func (b *builder) nameStands(name string) bool {
	return b.ownerIs(name) || b.certain(Fail, b.find(b.form.Identity.Applicant)) != Unknown
}

// lostEnd says whether a ring's text is a name without its first or last
// character: no firm is called so, the ring's end was lost.
func lostEnd(text, name string) bool {
	t, n := []rune(text), []rune(squeezed(name))
	return len(t) >= 6 && len(t) == len(n)-1 && (slices.Equal(t, n[1:]) || slices.Equal(t, n[:len(t)]))
}

// ownerIs says whether a certificate names the applicant as the form does: two
// papers do not misread alike.
func (b *builder) ownerIs(name string) bool {
	key := normalize.NameKey(name, false)
	return key != "" && slices.ContainsFunc(b.certs, func(c *certificate) bool {
		return slices.ContainsFunc(c.owners(), func(o string) bool { return normalize.NameKey(o, false) == key })
	})
}

// ownerOn says whether a ring bears the name of a certificate's owner that is
// much like the applicant's: then the form's own spelling may be the wrong one.
func (b *builder) ownerOn(places []extract.SealPlace, name string) bool {
	for _, c := range b.certs {
		for _, o := range c.owners() {
			fit := layRing(places, []rune(squeezed(o)))
			if nameSimilarity(o, name) >= 0.6 && fit.same() {
				return true
			}
		}
	}
	return false
}

// placesOf are the places of a text that is sure.
func placesOf(text string) []extract.SealPlace {
	var out []extract.SealPlace
	for _, c := range text {
		out = append(out, extract.SealPlace{Chars: string(c), Scores: []float64{1}, Sure: true})
	}
	return out
}

// ringFit says how a ring's places go with a name, laid against it where they
// go best.
type ringFit struct {
	name   []rune
	places int // of the ring
	begin  int // the name's character at the first place
	sure   int // places that are sure

	agree   int // places that most likely say what the name says
	maybe   int // places that may say it
	against int // places that surely say something else
	weak    int // places that seem to say something else
	misfit  int // places that were read badly, as something else
	blank   int // places where nothing was read
	beyond  int // sure places before or behind the name

	own      int // characters that tell the name from others
	ownAgree int // of these, those with a place that says so
	ownMaybe int
	gap      int // most neighbouring characters that tell the name from others and that no place says
	run      int // most neighbouring places that surely say something else
}

// Weights of a place's likeliest character, from which it is read.
const (
	likelyShare  = 0.5
	hintShare    = 0.03 // from which a place may hold a character
	leastOverlap = 4
)

// layRing lays a ring's places along a name in all ways in which most of the
// shorter lies along the longer, and returns the best.
func layRing(places []extract.SealPlace, name []rune) ringFit {
	best := ringFit{name: name}
	overlap := max(leastOverlap, 2*min(len(places), len(name))/3)
	for begin := overlap - len(places); begin <= len(name)-overlap; begin++ {
		if f := layAt(places, name, begin); best.places == 0 || f.score() > best.score() {
			best = f
		}
	}
	return best
}

func (f *ringFit) score() float64 {
	return float64(f.agree) + 0.4*float64(f.maybe) - float64(f.against) - 0.3*float64(f.weak+f.beyond)
}

func layAt(places []extract.SealPlace, name []rune, begin int) ringFit {
	f := ringFit{name: name, places: len(places), begin: begin}
	run := 0
	for i := range places {
		if places[i].Sure {
			f.sure++
		}
		at := begin + i
		if at < 0 || at >= len(name) {
			if places[i].Sure {
				f.beyond++
			}
			run = 0
			continue
		}
		switch sayOf(&places[i], name, at) {
		case sayAgree:
			f.agree++
			run = 0
		case sayMaybe:
			f.maybe++
			run = 0
		case sayAgainst:
			f.against++
			run++
		case sayWeak:
			f.weak++
			run = 0
		case sayMisfit:
			f.misfit++
			run = 0
		default:
			f.blank++
			run = 0
		}
		f.run = max(f.run, run)
	}
	f.countOwn(places)
	return f
}

// countOwn counts what tells the name from others, and the most such
// neighbours without support.
func (f *ringFit) countOwn(places []extract.SealPlace) {
	gap := 0
	for at, c := range f.name {
		if strings.ContainsRune(commonInNames, c) {
			gap = 0
			continue
		}
		f.own++
		say := sayBlank
		if i := at - f.begin; i >= 0 && i < len(places) {
			say = sayOf(&places[i], f.name, at)
		}
		switch say {
		case sayAgree:
			f.ownAgree++
			gap = 0
		case sayMaybe:
			f.ownMaybe++
			gap = 0
		default:
			gap++
			f.gap = max(f.gap, gap)
		}
	}
}

// commonInNames are characters that most names of firms share: they say little
// about which firm it is.
const commonInNames = "有限责任公司股份集团科技信息技术软件网络电子数据智能系统工程服务发展市省（）"

// What a place says of a name's character.
type placeSays int

const (
	sayBlank placeSays = iota
	sayAgree
	sayMaybe
	sayMisfit
	sayWeak
	sayAgainst
)

func sayOf(p *extract.SealPlace, name []rune, at int) placeSays {
	top, share := rune(0), 0.0
	if p.Chars != "" {
		top, _ = utf8.DecodeRuneInString(p.Chars)
		share = p.Scores[0]
	}
	best, alike := 0.0, false
	for i, c := range []rune(p.Chars) {
		switch {
		case c == name[at]:
			best = max(best, p.Scores[i])
		case normalize.LookAlike(c, name[at]) && p.Scores[i] >= hintShare:
			alike = true
		}
	}
	beside := slices.Contains(name[max(0, at-2):min(len(name), at+3)], top) // the places may be out of step
	switch {
	case top == name[at] && (p.Sure || share >= likelyShare):
		return sayAgree
	case best >= hintShare || alike:
		return sayMaybe
	case p.Sure && !beside:
		return sayAgainst
	case share >= likelyShare:
		return sayWeak
	case share >= hintShare:
		return sayMisfit
	}
	return sayBlank
}

// same says whether the ring bears the name: what tells it from others is there
// but for single characters, most of the rest as well, and nothing surely says
// something else. One such place is misread where all others agree.
func (f *ringFit) same() bool {
	misread := f.against == 1 && f.agree+1 >= len(f.name)
	return (f.against == 0 || misread) && f.beyond == 0 && f.gap < 2 &&
		f.ownAgree >= 2 && 4*(f.ownAgree+f.ownMaybe) >= 3*f.own && 2*f.ownAgree >= f.own &&
		5*(f.agree+f.maybe) >= 3*len(f.name) && 5*f.weak <= len(f.name)
}

// other says whether the ring surely bears another name: neighbouring places
// that can be none of the name's characters, and either next to nothing that
// speaks for the name, or a ring that was read well otherwise (two firms of one
// city). Single characters are misread.
func (f *ringFit) other() bool {
	return f.run >= 2 && (f.unlike() >= foreign || 5*f.sure >= 3*f.places && 3*(f.against+f.weak) >= f.own)
}

// Weights of unlike from which a ring bears another name, and from which it does
// beside a seal that surely does.
const (
	foreign    = 7
	foreignToo = 4
	ofAgainst  = 3
	ofWeak     = 1
	ofUnlike   = 0.3
	ofOwn      = 4
	ofOwnMaybe = 2
)

// unlike weighs what speaks against a name on a ring.
func (f *ringFit) unlike() float64 {
	return ofAgainst*float64(f.against) + ofWeak*float64(f.weak) + ofUnlike*float64(f.misfit) - ofOwn*float64(f.ownAgree) - ofOwnMaybe*float64(f.ownMaybe)
}

// whole says whether the ring has a place for each of the name's characters,
// and no place seems to say something else.
func (f *ringFit) whole() bool {
	return f.begin == 0 && f.places == len(f.name) && f.against+f.weak == 0 && 4*(f.blank+f.misfit) <= f.places
}

// openPlace stands for a character on a ring that could not be read.
const openPlace = "□"

// partly is what could be read of a ring.
func partly(places []extract.SealPlace) string {
	var s strings.Builder
	for _, p := range places {
		if c, _ := utf8.DecodeRuneInString(p.Chars); p.Sure && p.Chars != "" {
			s.WriteRune(c)
		} else {
			s.WriteString(openPlace)
		}
	}
	return s.String()
}

// sealMatches compares a seal's ring with the applicant's name; nil where they
// can be said neither to match nor to differ.
func (b *builder) sealMatches(text string) *bool {
	name := b.text(b.form.Identity.Applicant)
	if text == "" || name == "" {
		return nil
	}
	x, y := normalize.Distinctive(text), normalize.Distinctive(name)
	match := false
	switch firm := sameFirm(x, y); {
	case firm == sameName, firm == nearName && nameSimilarity(text, name) >= 0.8: // the ring's end was lost
		match = true
	case firm == nearName:
		return nil
	}
	return &match
}

// sameFirm compares what is a firm's own in two names, where one was read off
// a ring. Single characters that differ are misread, a ring's ends are lost;
// two that stand side by side and look like nothing of the other name are
// another firm's.
func sameFirm(x, y string) nameMatch {
	a, z := []rune(x), []rune(y)
	d := normalize.Distance(x, y)
	n := float64(max(len(a), len(z)))
	switch {
	case n == 0:
		return nearName
	case d <= max(1, 0.2*n) && !swappedRun(a, z):
		return sameName
	case swappedRun(a, z) && len(a) >= 4, d >= 0.6*n && len(a) >= 4:
		return otherName
	}
	return nearName
}

// swappedRun says whether two texts of one length, or their beginnings, have
// two or more neighbouring characters each of which is quite another one.
func swappedRun(a, z []rune) bool {
	if len(a) != len(z) {
		return false
	}
	run := 0
	for i := range a {
		if a[i] == z[i] || normalize.LookAlike(a[i], z[i]) {
			run = 0
			continue
		}
		if run++; run == 2 {
			return true
		}
	}
	return false
}
