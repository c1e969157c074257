package normalize

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Years that a date may have. The first software was registered in China in
// 1991; founding dates of enterprises go further back.
const (
	minYear = 1900
	maxYear = 2099
)

// maxCode bounds the runes of a text that is read as a number, date, code or
// address: more is a paragraph in the wrong cell.
const maxCode = 300

// Date reads a date and writes it in ISO 8601, as precise as the source:
// 2021-06-15, 2021-06 or 2021.
//
//   - Years of two digits are 1980 to 2079, read year first (21年6月, 21.6.15), with
//     the doubt ambiguous.
//   - Half years, quarters, 年初 and 年底 give the year with detail.period (H1,
//     H2, Q1 … Q4, early, mid, late) and ambiguous; 上旬, 中旬, 下旬 give the month
//     with the period early, mid, late, not doubted.
//   - A range has no value but detail.min and detail.max; several dates have
//     detail.candidates; both are ambiguous.
//   - 约 and 左右 are detail.qualifier about; 以前 and 以后 less_than and
//     more_than; both leave ambiguous. Other words are detail.note.
//   - 未发表 and its like are StateNone with detail.note.
//   - A date that does not exist is unreadable with format_invalid.
//   - In text read from pixels, letters for digits (O, l), 曰 for 日 and such are
//     repaired; 2021年6月1 without its 日 may have lost a digit and is
//     format_invalid.
func Date(raw string, opt Options) Result {
	s, r, done := readEmptyCode(raw, opt)
	if done {
		return r
	}
	if CountRunes(s) > maxCode {
		return unreadable(CodeFormatInvalid, "文字过长，不是日期")
	}
	if r, done := unpublished(s, opt); done {
		return r
	}
	text, letters := prepareDate(s)
	if blankDate.MatchString(text) {
		return Result{State: StateBlank}
	}
	fixed := text
	if opt.OCR {
		fixed = repairDate(text)
	}
	r = readDate(fixed, s)
	if opt.OCR && dayCut.MatchString(fixed) {
		r = r.doubt(CodeFormatInvalid, "“%s”的“日”没有读到，日期可能不完整", s)
	}
	if letters || fixed != text {
		r = r.doubt(CodeRepaired, "读到“%s”，其中的字符按“%s”处理", s, fixed)
	}
	return r
}

// notPublished are the words for a work without publication.
var notPublished = []string{"未发表", "未首次发表", "未公开发表", "尚未发表", "未发布", "尚未发布", "未发行", "未上市", "未公开"}

func unpublished(s string, opt Options) (Result, bool) {
	bare := strings.Trim(dropSpaces(s), "。.，,；;（）()【】[]")
	for _, w := range notPublished {
		if bare == w {
			return Result{State: StateNone}.detail("note", w), true
		}
	}
	for _, w := range notPublished {
		if opt.OCR && len([]rune(bare)) == len([]rune(w)) && Distance(bare, w) <= 2.1*costAlike {
			return Result{State: StateNone}.detail("note", w).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, w), true
		}
	}
	return Result{}, false
}

var (
	blankDate = regexp.MustCompile(`^[\s_./-]*年[\s_./-]*月([\s_./-]*[日号])?\s*$|^[\s_]*年\s*$`)
	// lostMonth is a month whose 月 a seal's star hides, so that signs are read
	// there: written with two figures it cannot be anything else.
	lostMonth = regexp.MustCompile(`(年(?:0[1-9]|1[0-2]))[^\d年月日号]{1,3}((?:0[1-9]|[12]\d|3[01])[日号])`)
	// strokeFirst is a ruling line or a seal's stroke before the year.
	strokeFirst = regexp.MustCompile(`^[1lI|丨]((?:19|20)\d\d年)`)
	dayCut      = regexp.MustCompile(`年\d{1,2}月\d$`)
	timeOfDay   = regexp.MustCompile(`(\d)(?:T| +|([日号]) *)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?(?: ?[AaPp][Mm])?$`)
	dayFirst    = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?[ \-/.,]+` + monthName + `[ \-/.,]+(\d{4}|\d{2})\b`)
	dayThen     = regexp.MustCompile(`(?i)\b` + monthName + `[ \-/.,]*(\d{1,2})(?:st|nd|rd|th)?[ ,]+(\d{4})\b`)
	monthOnly   = regexp.MustCompile(`(?i)\b` + monthName + `[ \-/.,]+(\d{4})\b`)
)

const monthName = `(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?`

// prepareDate folds a date's text to ASCII signs, Arabic digits and 年月日.
func prepareDate(s string) (out string, letters bool) {
	s = strings.TrimSpace(foldSigns(s))
	s = timeOfDay.ReplaceAllString(s, "$1$2")
	short := func(y string) string {
		if len(y) == 2 {
			return fmt.Sprint(fullYear(y))
		}
		return y
	}
	s = replaceGroups(dayFirst, s, func(g []string) string { return short(g[3]) + "-" + monthNumber(g[2]) + "-" + g[1] })
	s = replaceGroups(dayThen, s, func(g []string) string { return g[3] + "-" + monthNumber(g[1]) + "-" + g[2] })
	s = replaceGroups(monthOnly, s, func(g []string) string { return g[2] + "-" + monthNumber(g[1]) })
	return arabicDate(s)
}

func monthNumber(name string) string {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	return fmt.Sprintf("%02d", strings.Index(names, strings.ToLower(name)[:3])/3+1)
}

// fullYear puts the century before a year of two digits.
func fullYear(y string) int {
	n := atoi(y)
	if n >= 80 {
		return 1900 + n
	}
	return 2000 + n
}

// atoi reads at most nine digits; the patterns see to that.
func atoi(s string) int {
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}

// calendar is a date as precise as its source: month and day may be 0.
type calendar struct{ year, month, day int }

// iso writes the date, or says in Chinese why there is no such date.
func (c calendar) iso() (string, string) {
	switch {
	case c.year < minYear || c.year > maxYear:
		return "", fmt.Sprintf("年份%d不合理", c.year)
	case c.month < 0:
		return fmt.Sprintf("%04d", c.year), ""
	case c.month < 1 || c.month > 12:
		return "", fmt.Sprintf("没有%d月", c.month)
	case c.day < 0:
		return fmt.Sprintf("%04d-%02d", c.year, c.month), ""
	}
	t := time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC)
	if c.day < 1 || t.Day() != c.day {
		return "", fmt.Sprintf("没有%d年%d月%d日这一天", c.year, c.month, c.day)
	}
	return t.Format(time.DateOnly), ""
}

var (
	yearLike  = regexp.MustCompile(`(\d{4})\s*[牛午]`)
	monthLike = regexp.MustCompile(`(年\s*\d{1,2}\s*)[目用且]`)
	dayLike   = regexp.MustCompile(`(月\s*\d{1,2}\s*)[曰口囗目白□年]`)
	oneDash   = regexp.MustCompile(`(\d)\s*[一丨]\s*(\d)`)
	wrongSep  = regexp.MustCompile(`(\d{4})\s*[,、:;]\s*(\d{1,2})\s*[,、:;.]\s*(\d{1,2})$`)
	latinWord = regexp.MustCompile(`[A-Za-z]{4,}`)
)

// repairDate puts right what readers do to dates. Without a doubtful sign the
// text comes back as it was.
func repairDate(s string) string {
	r := []rune(s)
	out := []rune(s)
	for i, c := range r {
		if c == 'Q' && i+1 < len(r) && r[i+1] >= '1' && r[i+1] <= '4' {
			continue // a quarter
		}
		if d, ok := digitLike[c]; ok && !latinWord.MatchString(s) && besideNumber(r, i) {
			out[i] = d
		}
	}
	s = string(out)
	s = yearLike.ReplaceAllString(s, "${1}年")
	s = monthLike.ReplaceAllString(s, "${1}月")
	s = dayLike.ReplaceAllString(s, "${1}日")
	s = lostMonth.ReplaceAllString(s, "${1}月$2")
	s = strokeFirst.ReplaceAllString(s, "$1")
	s = oneDash.ReplaceAllString(s, "$1-$2")
	if !strings.Contains(s, "年") {
		s = wrongSep.ReplaceAllString(s, "$1-$2-$3")
	}
	return joinDigits(s)
}

// besideNumber reports whether the rune at i touches a digit, 年月日 or a
// separator, over other letters that may be digits themselves.
func besideNumber(r []rune, i int) bool {
	for _, step := range []int{-1, 1} {
		for j := i + step; j >= 0 && j < len(r); j += step {
			if _, also := digitLike[r[j]]; also {
				continue
			}
			if digit(r[j]) || step == 1 && strings.ContainsRune("年月日号", r[j]) {
				return true
			}
			break
		}
	}
	return false
}

var splitYear = regexp.MustCompile(`^(\d) ?(\d) ?(\d) ?(\d)(\s*[年./-])`)

// joinDigits closes blanks that a reader put inside a leading year.
func joinDigits(s string) string {
	return splitYear.ReplaceAllString(s, "$1$2$3$4$5")
}
