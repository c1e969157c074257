package normalize

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NameKey is the key under which two spellings of a company's or product's
// name meet: letters, digits and ideographs in one width and case, without
// blanks, brackets, quotation marks and other signs (the dot inside a number
// stays: V1.0 and V10 differ). With stripVersion a version at the end goes as
// well. Keys of different legal forms differ.
func NameKey(s string, stripVersion bool) string {
	if stripVersion {
		s, _ = SplitVersion(s)
	}
	r := []rune(strings.ToLower(norm.NFKC.String(FoldWidth(s))))
	var b strings.Builder
	for i, c := range r {
		switch {
		case unicode.IsLetter(c), unicode.IsNumber(c), unicode.Is(unicode.Mn, c):
			b.WriteRune(c)
		case c == '.' && i > 0 && i+1 < len(r) && digit(r[i-1]) && digit(r[i+1]):
			b.WriteRune(c)
		case c == '+' || c == '#':
			b.WriteRune(c) // C++, C#
		}
	}
	// what stood apart before the signs went may have to be composed now
	return norm.NFKC.String(b.String())
}

var (
	// a version needs a V before it or a dot in it, and no Latin letter
	// before that: U8 and ERP2021 are names
	versionEnd = regexp.MustCompile(`^(.*?[^A-Za-z0-9.\-]|)((?:[Vv](?:er(?:sion)?)?\.?\s?|版本(?:号)?[:：]?\s?)\d+(?:\.\d+)*[A-Za-z0-9.]*|\d+(?:\.\d+)+[A-Za-z]?\d*)(版|版本)?$`)
	// behind capitals a V with a dotted number is one all the same: MESV1.0
	versionTight = regexp.MustCompile(`^(.*[A-Z])(V\d+(?:\.\d+)+[A-Za-z0-9.]*)(版|版本)?$`)
	// a speck before or behind a version is read as a sign: 某某系统.V1.0, V1.0-
	speckEnd  = regexp.MustCompile(`(\p{Han})[.·,，、]?\s?(V\d[\d.]*\d)[-—–.·,，、:：;；。]?$`)
	shortName = regexp.MustCompile(`[\[（(【]简称[:：]?[^\])）】]*[\])）】]?`)
)

// SplitVersion cuts the version off the end of a product's name: 某某系统V1.0,
// 某某系统 V1.0版 and 某某系统（V1.0） are 某某系统 and V1.0. A [简称：…] between
// them goes. Without a version the second text is empty; digits that belong
// to the name (ERP-U8, 系统2021) are no version.
func SplitVersion(s string) (name, version string) {
	s = strings.TrimSpace(shortName.ReplaceAllString(tidySpaces(FoldWidth(s), true), ""))
	s = speckEnd.ReplaceAllString(s, "$1$2")
	core := s
	for _, pair := range []string{"（）", "()", "[]", "【】"} {
		p := []rune(pair)
		if lastRune(core) == p[1] {
			if i := strings.LastIndex(core, string(p[0])); i > 0 {
				inner := strings.TrimSuffix(core[i+len(string(p[0])):], string(p[1]))
				if m := versionEnd.FindStringSubmatch(inner); m != nil && m[1] == "" {
					return strings.TrimSpace(core[:i]), dropSpaces(m[2])
				}
			}
		}
	}
	m := versionEnd.FindStringSubmatch(core)
	if m == nil {
		m = versionTight.FindStringSubmatch(core)
	}
	if m == nil || strings.TrimSpace(m[1]) == "" {
		return s, ""
	}
	return strings.TrimSpace(m[1]), dropSpaces(m[2])
}
