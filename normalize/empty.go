package normalize

import "strings"

// noneWords say that there is nothing to fill in. Compared in lower case,
// without blanks and enclosing punctuation.
var noneWords = []string{
	"无", "無", "没有", "暂无", "尚无", "暂时没有", "暂没有", "不适用", "无此项", "无相关内容",
	"n/a", "n.a", "na", "none", "nil", "null", "no",
	"/", "//", "///", "\\", "-", "--", "---", "----",
}

// noneMisread are readings of a lone 无 or of a lone dash that mean nothing
// themselves as a number, date or address.
const noneMisread = "元天尢兀旡"

// readEmpty handles what is no value in any type: blanks and the words for
// 无. It returns the joined text, and done where the result is final.
func readEmpty(raw string, opt Options) (s string, r Result, done bool) {
	s = JoinLines([]string{raw})
	bare := strings.ToLower(dropSpaces(asciiPunct.Replace(s)))
	if strings.Trim(bare, "_﹍﹎￣") == "" {
		return s, Result{State: StateBlank}, true
	}
	bare = strings.Trim(bare, "。.,;:、()\"'“”_·•`‘’")
	for _, w := range noneWords {
		if bare == w {
			return s, Result{State: StateNone}, true
		}
	}
	if opt.OCR && bare == "一" {
		return s, Result{State: StateNone}.doubt(CodeRepaired, "读到“%s”，按横线（无）处理", s), true
	}
	return s, Result{}, false
}

// readEmptyCode is readEmpty for types in which a single ideograph is no
// value, so that a misread 无 can be told.
func readEmptyCode(raw string, opt Options) (string, Result, bool) {
	s, r, done := readEmpty(raw, opt)
	if !done && opt.OCR {
		if bare := strings.Trim(dropSpaces(s), "。.,，;；"); len([]rune(bare)) == 1 && strings.Contains(noneMisread, bare) {
			return s, Result{State: StateNone}.doubt(CodeRepaired, "读到“%s”，按“无”处理", s), true
		}
	}
	return s, r, done
}

// IsNone reports whether a text only says that there is nothing to fill in
// (无, 没有, /, —, N/A …).
func IsNone(raw string) bool {
	_, r, done := readEmpty(raw, Options{})
	return done && r.State == StateNone
}

// IsBlank reports whether nothing was filled in: blanks, or the blank line
// printed to write on.
func IsBlank(raw string) bool {
	_, r, done := readEmpty(raw, Options{})
	return done && r.State == StateBlank
}
