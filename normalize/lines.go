package normalize

import (
	"regexp"
	"strings"
	"unicode"
)

// JoinLines joins the lines of one cell to one line without inventing or
// losing characters. Beside a Chinese character nothing goes between. Where
// both ends are Latin it cannot be known whether the line broke at a space:
// inside a number, code, web or e-mail address the parts belong together, two
// words get a space.
func JoinLines(lines []string) string {
	out := ""
	for _, l := range lines {
		for part := range strings.SplitSeq(FoldWidth(l), "\n") {
			part = strings.TrimSpace(part)
			switch {
			case part == "":
			case out == "":
				out = part
			case breaksWord(out, part):
				out += part
			default:
				out += " " + part
			}
		}
	}
	return out
}

var (
	addressEnd = regexp.MustCompile(`(?i)(@|://|^www\.|^https?:)`)
	codeEnd    = regexp.MustCompile(`^[A-Z]*\d[A-Z0-9.-]*$|^\d+[A-Z]+$`)
	codeStart  = regexp.MustCompile(`^[A-Z]{1,2}\d`)
)

// breaksWord reports whether the break between a and b lies inside a word.
func breaksWord(a, b string) bool {
	l, f := lastRune(a), firstRune(b)
	end, start := lastToken(a), firstToken(b)
	switch {
	case wide(l) || wide(f):
		return true
	case addressEnd.MatchString(end) && !strings.ContainsRune(",;", l):
		return !strings.Contains(start, "@") || !strings.Contains(end, "@")
	case strings.Contains(start, "@") && !strings.ContainsRune(",;:", l):
		return true // the local part of an e-mail address broke
	case digit(l) && digit(f):
		return true
	case strings.ContainsRune("-/_&+=(#~", l) || strings.ContainsRune("-/_%‰&+=),.;:!?~", f):
		return true
	case l == '.':
		// a sentence ends before a capital; elsewhere the dot is inside
		return !unicode.IsUpper(f) || strings.Count(end, ".") > 1
	case latin(l) && digit(f):
		return end == "V" || end == "v" || codeEnd.MatchString(end)
	case digit(l) && latin(f):
		return codeStart.MatchString(start) && codeEnd.MatchString(end) ||
			digitsOnly(end) && len(end) == 4 && (start == "SR" || start == "S")
	}
	return false
}

func digitsOnly(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !digit(r) }) < 0
}

func lastToken(s string) string {
	i := strings.LastIndexFunc(s, boundary)
	if i < 0 {
		return s
	}
	return s[i+len(string(firstRune(s[i:]))):]
}

func firstToken(s string) string {
	if i := strings.IndexFunc(s, boundary); i >= 0 {
		return s[:i]
	}
	return s
}

func boundary(r rune) bool { return unicode.IsSpace(r) || wide(r) }
