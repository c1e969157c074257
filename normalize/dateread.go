package normalize

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// dateForm is one way to write a date; its pattern is anchored at the start.
type dateForm struct {
	re   *regexp.Regexp
	read func(g []string) (found, bool)
}

// found is a date seen in a text.
type found struct {
	cal    calendar
	until  *calendar // end of a range written with the date
	period string    // part of the year or month
	doubt  string    // Chinese; why the reading is not certain
}

func exact(y, m, d int) (found, bool) { return found{cal: calendar{y, m, d}}, true }

const absent = -1

// dateForms are tried in order at every place of the text; the first that
// fits is taken.
var dateForms = []dateForm{
	{regexp.MustCompile(`^(\d{4})\s*年\s*(\d{1,2})\s*月?\s*[-~至到]+\s*(\d{1,2})\s*月`), func(g []string) (found, bool) {
		return found{cal: calendar{atoi(g[1]), atoi(g[2]), absent}, until: &calendar{atoi(g[1]), atoi(g[3]), absent}}, true
	}},
	{regexp.MustCompile(`^(\d{4})\s*年\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*(?:日|号)?`), func(g []string) (found, bool) {
		return exact(atoi(g[1]), atoi(g[2]), atoi(g[3]))
	}},
	{regexp.MustCompile(`^'?(\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*(?:日|号)?`), func(g []string) (found, bool) {
		return found{cal: calendar{fullYear(g[1]), atoi(g[2]), atoi(g[3])}, doubt: shortYear(g[1])}, true
	}},
	{regexp.MustCompile(`^'?(\d{4}|\d{2})\s*年\s*(\d{1,2})\s*月\s*[_ ]*[日号]`), func(g []string) (found, bool) {
		return found{cal: calendar{anyYear(g[1]), atoi(g[2]), absent}, doubt: "日期只填到月"}, true
	}},
	{regexp.MustCompile(`^'?(\d{4}|\d{2})\s*年\s*(\d{1,2})\s*月\s*(?:份)?\s*(上旬|中旬|下旬|初|中|底|末)?`), func(g []string) (found, bool) {
		return found{cal: calendar{anyYear(g[1]), atoi(g[2]), absent}, period: periodOf(g[3]), doubt: shortYear(g[1])}, true
	}},
	{regexp.MustCompile(`^'?(\d{4}|\d{2})\s*年[\s_]*月(?:[\s_]*[日号])?`), func(g []string) (found, bool) {
		return found{cal: calendar{anyYear(g[1]), absent, absent}, doubt: "日期只填到年"}, true
	}},
	{regexp.MustCompile(`^'?(\d{4}|\d{2})\s*年?\s*(?:的|第)?\s*(上半年|下半年|[Hh][12]|[Qq][1-4]|[1-4一二三四]\s*季度|初|年初|年中|年底|年末|中旬|底|末)`), func(g []string) (found, bool) {
		p := periodOf(dropSpaces(g[2]))
		return found{cal: calendar{anyYear(g[1]), absent, absent}, period: p, doubt: "只写了一年中的一段时间（" + g[2] + "）"}, true
	}},
	{regexp.MustCompile(`^(\d{4})\s*年(?:度)?`), func(g []string) (found, bool) {
		return exact(atoi(g[1]), absent, absent)
	}},
	{regexp.MustCompile(`^'?(\d{2})\s*年(?:度)?`), func(g []string) (found, bool) {
		return found{cal: calendar{fullYear(g[1]), absent, absent}, doubt: shortYear(g[1])}, true
	}},
	{regexp.MustCompile(`^(\d{4})(\s*[./·。_-]+\s*|\s+)(\d{1,2})(\s*[./·。_-]+\s*|\s+)(\d{1,2})(?:\s*[日号])?`), func(g []string) (found, bool) {
		if strings.Trim(g[2], " ") != strings.Trim(g[4], " ") {
			return found{}, false // 2021.06-08 may be a range
		}
		return exact(atoi(g[1]), atoi(g[3]), atoi(g[5]))
	}},
	{regexp.MustCompile(`^(\d{4})\s*[./·。_-]+\s*(\d{1,2})\s*[-~至到]\s*(\d{1,2})`), func(g []string) (found, bool) {
		return found{cal: calendar{atoi(g[1]), atoi(g[2]), absent}, until: &calendar{atoi(g[1]), atoi(g[3]), absent}}, true
	}},
	{regexp.MustCompile(`^(\d{4})(?:\s*[./·。_-]+\s*|\s+)(\d{1,2})(?:\s*月份?)?`), func(g []string) (found, bool) {
		return exact(atoi(g[1]), atoi(g[2]), absent)
	}},
	{regexp.MustCompile(`^(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})`), func(g []string) (found, bool) {
		return yearLast(atoi(g[1]), atoi(g[2]), atoi(g[3]))
	}},
	{regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})`), func(g []string) (found, bool) {
		return exact(atoi(g[1]), atoi(g[2]), atoi(g[3]))
	}},
	{regexp.MustCompile(`^(\d{4})(\d{2})`), sixDigits},
	{regexp.MustCompile(`^(\d{4})`), func(g []string) (found, bool) { return exact(atoi(g[1]), absent, absent) }},
	{regexp.MustCompile(`^'?(\d{2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,2})`), func(g []string) (found, bool) {
		return found{cal: calendar{fullYear(g[1]), atoi(g[2]), atoi(g[3])}, doubt: "年份只有两位，按年、月、日的次序读"}, true
	}},
}

func anyYear(y string) int {
	if len(y) == 2 {
		return fullYear(y)
	}
	return atoi(y)
}

// shortYear doubts a year of two digits.
func shortYear(y string) string {
	if len(y) == 2 {
		return fmt.Sprintf("年份只有两位，按%d年读", fullYear(y))
	}
	return ""
}

// yearLast reads 15/06/2021: the part beyond 12 is the day.
func yearLast(a, b, y int) (found, bool) {
	switch {
	case a > 12:
		return exact(y, b, a)
	case b > 12 || a == b:
		return exact(y, a, b)
	}
	return found{cal: calendar{y, a, absent}, until: &calendar{y, b, absent}, doubt: "日和月的次序不明"}, true
}

// sixDigits reads 202106; 201112 may be 2011-12 or 2020-11-12 as well.
func sixDigits(g []string) (found, bool) {
	f := found{cal: calendar{atoi(g[1]), atoi(g[2]), absent}}
	short := found{cal: calendar{fullYear(g[1][:2]), atoi(g[1][2:]), atoi(g[2])}, doubt: "六位数字按年、月、日读，年份只有两位"}
	_, badLong := f.cal.iso()
	_, badShort := short.cal.iso()
	switch {
	case badLong == "" && badShort == "":
		f.doubt = "六位数字既可读作年月，也可读作两位年份的年月日"
	case badLong != "" && badShort == "":
		return short, true
	}
	return f, true
}

func periodOf(word string) string {
	switch word {
	case "":
		return ""
	case "上半年", "H1", "h1":
		return "H1"
	case "下半年", "H2", "h2":
		return "H2"
	case "上旬", "初", "年初":
		return "early"
	case "中旬", "中", "年中":
		return "mid"
	case "下旬", "底", "末", "年底", "年末":
		return "late"
	}
	for i, names := range []string{"1一", "2二", "3三", "4四"} {
		if strings.ContainsAny(word, names) {
			return "Q" + string(rune('1'+i))
		}
	}
	return ""
}

var (
	bracketed  = regexp.MustCompile(`\(([^()]*)\)`)
	rangeWord  = regexp.MustCompile(`^\s*(?:[-~]+|至|到)\s*$`)
	dateUntil  = regexp.MustCompile(`^\s*(?:[-~]+|至|到)\s*(?:(\d{1,2})\s*月\s*)?(?:(\d{1,2})\s*[日号])?`)
	dateUnits  = regexp.MustCompile(`[\d年月日号]`)
	weekday    = regexp.MustCompile(`(?:星期|周)[一二三四五六日天]`)
	goesOn     = regexp.MustCompile(`^[./_-]\d{1,3}(?:\D|$)`) // a number that has more parts than a date
	dateBefore = regexp.MustCompile(`^(?:之|以)?前`)
	dateAfter  = regexp.MustCompile(`^(?:之|以)后|^起`)
	dateAbout  = regexp.MustCompile(`^约|^大约|^大概|左右$|前后$`)
	datePlan   = regexp.MustCompile(`预计|计划|拟|将于|预期|暂定|争取`)
)

// readDate reads prepared text; raw is for messages.
func readDate(s, raw string) Result {
	var notes []string
	outside := bracketed.ReplaceAllStringFunc(s, func(m string) string {
		notes = append(notes, strings.Trim(m, "() "))
		return " "
	})
	dates, rest := scanDates(outside)
	if len(dates) == 0 && len(notes) > 0 { // (2021-06-15)
		notes = nil
		dates, rest = scanDates(strings.NewReplacer("(", " ", ")", " ").Replace(s))
	}
	if len(dates) == 0 {
		return unreadable(CodeFormatInvalid, "“%s”不是日期", raw)
	}
	isos := make([]string, len(dates))
	for i, d := range dates {
		iso, why := d.cal.iso()
		if why == "" && d.until != nil {
			_, why = d.until.iso()
		}
		if why != "" {
			return unreadable(CodeFormatInvalid, "“%s”：%s", raw, why)
		}
		isos[i] = iso
	}
	words := trimWords(strings.Join(nonEmpty(rest), " "))
	note := strings.Join(nonEmpty(append([]string{words}, notes...)), "；")
	first := dates[0]
	switch {
	case first.until != nil && len(dates) == 1:
		return dateRange(isos[0], *first.until, first.doubt, raw).detail("note", note)
	case len(dates) == 2 && len(rest) == 3 && rangeWord.MatchString(rest[1]):
		return dateRange(isos[0], dates[1].cal, "", raw)
	case len(slices.Compact(slices.Clone(isos))) > 1:
		return undecided("“%s”中有%d个日期", raw, len(isos)).detail("candidates", isos)
	}
	r := valueOf(isos[0]).detail("period", first.period)
	if first.doubt != "" {
		r = r.doubt(CodeAmbiguous, "“%s”：%s", raw, first.doubt)
	}
	if dateUnits.MatchString(weekday.ReplaceAllString(words, "")) {
		r = r.doubt(CodeAmbiguous, "“%s”中除日期外还有“%s”", raw, words)
	}
	return dateNote(r, note, raw)
}

func trimWords(s string) string { return strings.Trim(s, " ,.;:、。/-~_") }

// dateNote reads the words beside a date.
func dateNote(r Result, note, raw string) Result {
	r = r.detail("note", note)
	qualifier := ""
	switch {
	case dateAbout.MatchString(note):
		qualifier = "about"
	case dateBefore.MatchString(note):
		qualifier = "less_than"
	case dateAfter.MatchString(note):
		qualifier = "more_than"
	}
	if qualifier != "" {
		return r.detail("qualifier", qualifier).doubt(CodeAmbiguous, "“%s”不是确定的日期", raw)
	}
	if datePlan.MatchString(note) {
		return r.doubt(CodeAmbiguous, "“%s”是计划的日期", raw)
	}
	return r
}

func dateRange(from string, until calendar, why, raw string) Result {
	to, _ := until.iso()
	if why != "" {
		return undecided("“%s”：%s", raw, why).detail("candidates", []string{from, to})
	}
	if to < from {
		return unreadable(CodeFormatInvalid, "“%s”：起止日期颠倒", raw)
	}
	return undecided("“%s”是一段时间", raw).detail("min", from).detail("max", to)
}

// scanDates finds all dates in s; rest is the text before, between and after
// them.
func scanDates(s string) (dates []found, rest []string) {
	start := 0
	for i := 0; i < len(s); {
		f, n := dateAt(s, i)
		if n == 0 {
			i++
			continue
		}
		rest = append(rest, s[start:i])
		i += n
		if f.until == nil {
			if end, n := rangeEnd(f.cal, s[i:]); n > 0 {
				f.until = &end
				i += n
			}
		}
		dates = append(dates, f)
		start = i
	}
	return dates, append(rest, s[start:])
}

// dateAt reads a date that begins at byte i and is not part of a longer
// number or code.
func dateAt(s string, i int) (found, int) {
	if !digit(rune(s[i])) && s[i] != '\'' || i > 0 && (digit(rune(s[i-1])) || latin(rune(s[i-1]))) {
		return found{}, 0
	}
	for _, form := range dateForms {
		m := form.re.FindStringSubmatch(s[i:])
		if m == nil {
			continue
		}
		if next := firstRune(s[i+len(m[0]):]); digit(lastRune(m[0])) && (digit(next) || latin(next)) {
			continue
		}
		if digit(lastRune(m[0])) && goesOn.MatchString(s[i+len(m[0]):]) {
			continue
		}
		if f, ok := form.read(m); ok {
			return f, len(m[0])
		}
	}
	return found{}, 0
}

// rangeEnd reads 至8月, -20日 after a date; what is not written is the date's.
func rangeEnd(from calendar, s string) (calendar, int) {
	m := dateUntil.FindStringSubmatch(s)
	if m == nil || m[1] == "" && m[2] == "" || from.month == absent {
		return calendar{}, 0
	}
	to := calendar{from.year, from.month, absent}
	if m[1] != "" {
		to.month = atoi(m[1])
	}
	if m[2] != "" {
		to.day = atoi(m[2])
	}
	return to, len(m[0])
}
