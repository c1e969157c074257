package normalize

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

//go:embed terms.txt
var termsText string

// vocabulary is the list of terms, by the ways they are looked for.
type vocabulary struct {
	han    map[rune][][]rune // terms of ideographs, by their first rune and by their second
	latin  map[string]bool   // terms of ASCII without blanks
	spaced map[string]string // terms with a blank, by their text without
	byForm map[string]string // terms of ASCII by their shape, "" where two share it
}

var terms = readTerms(termsText)

func readTerms(text string) vocabulary {
	v := vocabulary{han: map[rune][][]rune{}, latin: map[string]bool{}, spaced: map[string]string{}, byForm: map[string]string{}}
	for line := range strings.SplitSeq(text, "\n") {
		term, pair := strings.CutSuffix(strings.TrimSpace(line), "!")
		r := []rune(term)
		switch {
		case term == "" || strings.HasPrefix(term, "#"):
		case strings.Contains(term, " "):
			v.spaced[strings.ReplaceAll(term, " ", "")] = term
		case tokenRune(r[0]):
			v.latin[term] = true
			if form := shape(term); v.byForm[form] == "" {
				v.byForm[form] = term
			}
		case len(r) >= 3 || pair:
			v.han[r[0]] = append(v.han[r[0]], r)
			v.han[r[1]] = append(v.han[r[1]], r)
		}
	}
	return v
}

// slip is a stretch of a text that is a term but for a look-alike or a blank.
type slip struct{ seen, term string }

// repairTerms writes terms of the trade that are one look-alike away (数字李生)
// as they are, and so abbreviations with digits for letters or letters for
// digits (0A, IS027001) and names that lost the blank inside (OPCUA). Nothing
// else of the text changes, and a term that stands there already stays.
func repairTerms(s string) (string, []slip) {
	var slips []slip
	s = repairTokens(joinTokens(s, &slips), &slips)
	r := []rune(s)
	for i := range r {
		for _, term := range terms.han[r[i]] {
			from := i
			if term[0] != r[i] {
				from-- // found by its second rune
			}
			if from < 0 || from+len(term) > len(r) || !oneSlip(r[from:from+len(term)], term) {
				continue
			}
			slips = append(slips, slip{string(r[from : from+len(term)]), string(term)})
			copy(r[from:], term)
		}
	}
	return string(r), slips
}

// joinTokens takes the blank out of an abbreviation that is a term without it
// (M ES).
func joinTokens(s string, slips *[]slip) string {
	return partedToken.ReplaceAllStringFunc(s, func(m string) string {
		joined := strings.ReplaceAll(m, " ", "")
		if !terms.latin[joined] {
			return m
		}
		*slips = append(*slips, slip{m, joined})
		return joined
	})
}

// partedToken are capitals that a blank parts.
var partedToken = regexp.MustCompile(`\b[A-Z]+ [A-Z]+\b`)

// oneSlip says whether got is term but for exactly one character that readers
// take for the term's (李 for 孪, - for 一).
func oneSlip(got, term []rune) bool {
	wrong := 0
	for i := range term {
		if got[i] == term[i] {
			continue
		}
		if wrong++; wrong > 1 || !LookAlike(got[i], term[i]) {
			return false
		}
	}
	return wrong == 1
}

// repairTokens looks at each run of Latin letters and digits.
func repairTokens(s string, slips *[]slip) string {
	if strings.IndexFunc(s, tokenRune) < 0 {
		return s
	}
	var b strings.Builder
	r := []rune(s)
	for i := 0; i < len(r); {
		j := i
		for j < len(r) && tokenRune(r[j]) {
			j++
		}
		if j == i {
			b.WriteRune(r[i])
			i++
			continue
		}
		token := string(r[i:j])
		term := termFor(token)
		if inAddress(r, i, j) {
			term = token
		}
		if term != token {
			*slips = append(*slips, slip{token, term})
		}
		b.WriteString(term)
		i = j
	}
	return b.String()
}

// inAddress says whether a run of letters is part of a web or e-mail address
// or of a longer code.
func inAddress(r []rune, from, to int) bool {
	const joins = ".@:_-+"
	return from > 0 && strings.ContainsRune(joins, r[from-1]) && (from < 2 || !wide(r[from-2])) ||
		to < len(r) && strings.ContainsRune(joins, r[to]) && to+1 < len(r) && tokenRune(r[to+1])
}

// termFor is the term that a token is meant to be, or the token itself.
func termFor(token string) string {
	if terms.latin[token] || digitsOnly(token) {
		return token
	}
	if term, ok := terms.spaced[token]; ok {
		return term
	}
	term := terms.byForm[shape(token)]
	if len(term) != len(token) || !mixed(token, term) {
		return token
	}
	return term
}

// mixed says whether a token has a digit where the term has a letter or the
// other way about, or in four signs and more another capital (MOTT), and is like
// it elsewhere. Another case alone is another way to write.
func mixed(token, term string) bool {
	crossed := false
	for i := range len(term) {
		a, b := rune(token[i]), rune(term[i])
		if a == b {
			continue
		}
		if digit(a) == digit(b) && (len(term) < 4 || !unicode.IsUpper(a) || !unicode.IsUpper(b)) {
			return false
		}
		crossed = true
	}
	return crossed
}

// shape is an ASCII text with one sign for characters that look alike.
func shape(s string) string { return toShape.Replace(s) }

var toShape = strings.NewReplacer("O", "0", "o", "0", "Q", "0", "D", "0", "I", "1", "l", "1", "i", "1", "|", "1", "S", "5", "s", "5", "B", "8", "Z", "2", "z", "2")

func tokenRune(r rune) bool {
	return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '/')
}

// withTerms repairs terms in a result's text and the places that it begins with,
// with a doubt that names them.
func withTerms(r Result, opt Options) Result {
	s, ok := r.Value.(string)
	if !ok || !opt.OCR {
		return r
	}
	fixed, slips := repairTerms(s)
	fixed, misplaced := repairPlaces(fixed)
	slips = append(slips, misplaced...)
	if len(slips) == 0 {
		return r
	}
	r.Value = fixed
	for _, s := range slices.CompactFunc(slips, func(a, b slip) bool { return a == b }) {
		r = r.doubt(CodeRepaired, "读到“%s”，按“%s”处理", s.seen, s.term)
	}
	return r
}
