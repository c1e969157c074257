package normalize

import (
	_ "embed"
	"strings"
)

//go:embed divisions.txt
var divisionsText string

// places are the divisions that an address begins with.
type places struct {
	provinces   [][]rune
	prefectures map[string][][]rune // by province
	counties    map[string][][]rune // by prefecture, and by province those that it has itself
	known       map[string]bool     // names of prefectures and counties anywhere
}

var divisions = readDivisions(divisionsText)

func readDivisions(text string) places {
	p := places{prefectures: map[string][][]rune{}, counties: map[string][][]rune{}, known: map[string]bool{}}
	for line := range strings.SplitSeq(text, "\n") {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] == "#" {
			continue
		}
		province, prefecture := words[0], words[1]
		if n := len(p.provinces); n == 0 || string(p.provinces[n-1]) != province {
			p.provinces = append(p.provinces, []rune(province))
		}
		holder := province
		if prefecture != "-" {
			holder = prefecture
			p.prefectures[province] = append(p.prefectures[province], []rune(prefecture))
			p.known[prefecture] = true
		}
		for _, county := range words[2:] {
			p.counties[holder] = append(p.counties[holder], []rune(county))
			p.known[county] = true
		}
	}
	return p
}

// repairPlaces writes the province, prefecture and county that an address
// begins with as they are where one character of one of them was misread
// (村肃省兰州市, 厦门司湖里区). A province or prefecture needs a name below or
// above it that was read without fault; a county, of which there are many, needs four
// characters or one that readers are known to take for the right one. What is the name
// of another place stays, and so does what is none (高新区).
func repairPlaces(s string) (string, []slip) {
	r := []rune(s)
	var slips []slip
	province, whole := nearest(r, divisions.provinces)
	if province == nil {
		return s, nil
	}
	rest := r[len(province):]
	prefecture, wholeBelow := nearest(rest, divisions.prefectures[string(province)])
	if !whole && !(prefecture != nil && wholeBelow) {
		return s, nil
	}
	repair := func(at []rune, name []rune, whole bool) {
		if !whole {
			slips = append(slips, slip{string(at[:len(name)]), string(name)})
			copy(at, name)
		}
	}
	repair(r, province, whole)
	holder := string(province)
	if prefecture != nil {
		repair(rest, prefecture, wholeBelow)
		holder, rest = string(prefecture), rest[len(prefecture):]
	}
	if county, whole := nearest(rest, divisions.counties[holder]); county != nil && (whole || longButOne(rest, county) || oneSlip(rest[:len(county)], county)) {
		repair(rest, county, whole)
	}
	return string(r), slips
}

// longButOne reports whether a text begins with a name of four characters and more of
// which one inside was misread: its first and its kind, 区 or 县, were not (红命滩区). 红谷滩新区
// is another place.
func longButOne(s, name []rune) bool {
	return len(name) > 3 && s[0] == name[0] && s[len(name)-1] == name[len(name)-1] && s[len(name)-2] == name[len(name)-2]
}

// nearest is the name that a text begins with, whole or but for one of at least
// three characters; one that readers are known to take for the right one counts
// before any other. nil where there is none, where two are as near, or where the
// text begins with another place's name.
func nearest(s []rune, names [][]rune) (name []rune, whole bool) {
	alike, doubled := false, false
	for _, n := range names {
		if len(n) > len(s) {
			continue
		}
		switch wrong := differing(s, n); {
		case wrong == 0:
			return n, true
		case wrong > 1 || len(n) < 3 || divisions.known[string(s[:len(n)])]:
			continue
		}
		switch likes := oneSlip(s[:len(n)], n); {
		case name == nil || likes && !alike:
			name, alike, doubled = n, likes, false
		case likes == alike:
			doubled = true
		}
	}
	if doubled {
		return nil, false
	}
	return name, false
}

// differing counts the characters of a name that differ from a text's first.
func differing(s, name []rune) int {
	n := 0
	for i := range name {
		if s[i] != name[i] {
			n++
		}
	}
	return n
}
