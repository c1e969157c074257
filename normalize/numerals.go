package normalize

import (
	"regexp"
	"strconv"
	"strings"
)

// numeralDigits are the Chinese digits, formal ones too.
var numeralDigits = map[rune]int{
	'〇': 0, '○': 0, '◯': 0, '零': 0, '0': 0,
	'一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9, '两': 2, '元': 1, '正': 1,
	'壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9,
}

var tens = strings.NewReplacer("拾", "十", "廿", "二十", "卅", "三十", "佰", "百")

// smallNumeral reads a Chinese numeral from 0 to 999: 三十五, 一百, 廿三, 二〇.
func smallNumeral(s string) (int, bool) {
	s = tens.Replace(s)
	if s == "" {
		return 0, false
	}
	total, current, seen := 0, -1, false
	for _, r := range s {
		d, isDigit := numeralDigits[r]
		switch {
		case isDigit && current < 0:
			current = d
		case isDigit && !seen && current >= 0: // digits in a row: 三五, 一〇〇
			current = current*10 + d
		case isDigit:
			if current != 0 { // only 零 stands between a unit and a digit
				return 0, false
			}
			current = d
		case r == '十' && current < 0 && total%100 == 0 && (!seen || total >= 100):
			total, current, seen = total+10, -1, true
		case r == '十' && current > 0 && current < 10 && total%100 == 0:
			total, current, seen = total+current*10, -1, true
		case r == '百' && current < 0 && !seen: // 百分之百
			total, seen = 100, true
		case r == '百' && current > 0 && current < 10 && !seen:
			total, current, seen = current*100, -1, true
		default:
			return 0, false
		}
	}
	if current > 9 && seen || current > 999 {
		return 0, false
	}
	return total + max(current, 0), true
}

// decimalNumeral reads a Chinese number with 点: 三十五点二, 零点五. Arabic
// digits are read as they are.
func decimalNumeral(s string) (float64, bool) {
	if f, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "eExXpPnNiI_+-") {
		return f, true
	}
	whole, frac, hasFrac := strings.Cut(s, "点")
	n, ok := smallNumeral(whole)
	if !ok {
		return 0, false
	}
	if !hasFrac {
		return float64(n), true
	}
	var digits strings.Builder
	for _, r := range frac {
		d, ok := numeralDigits[r]
		if !ok {
			return 0, false
		}
		digits.WriteString(strconv.Itoa(d))
	}
	f, err := strconv.ParseFloat(strconv.Itoa(n)+"."+digits.String(), 64)
	return f, err == nil && digits.Len() > 0
}

const (
	yearNumerals = `[〇零○◯0OoО一二三四五六七八九壹贰叁肆伍陆柒捌玖]`
	dayNumerals  = `[一二三四五六七八九十廿卅元正〇零壹贰叁肆伍陆柒捌玖拾]`
)

var (
	chineseYear  = regexp.MustCompile(`(` + yearNumerals + `{4})(\s*年|$|\s)|(` + yearNumerals + `{2})(\s*年)`)
	chineseMonth = regexp.MustCompile(`(` + dayNumerals + `{1,3})(\s*月)`)
	chineseDay   = regexp.MustCompile(`(月\s*|初)?(` + dayNumerals + `{1,4})(\s*[日号])|(月\s*)(` + dayNumerals + `{1,4})$`)
)

// arabicDate puts Arabic digits for the Chinese numerals of a date. letters
// tells that a Latin O stood for 〇 in the year.
func arabicDate(s string) (out string, letters bool) {
	out = replaceGroups(chineseYear, s, func(g []string) string {
		num, tail := g[1], g[2]
		if num == "" {
			num, tail = g[3], g[4]
		}
		if strings.IndexFunc(num, func(r rune) bool {
			return strings.ContainsRune("一二三四五六七八九壹贰叁肆伍陆柒捌玖〇零○◯", r)
		}) < 0 {
			return g[0]
		}
		var b strings.Builder
		for _, r := range num {
			if strings.ContainsRune("OoО", r) {
				letters = true
				r = '0'
			}
			b.WriteString(strconv.Itoa(numeralDigits[r]))
		}
		return b.String() + tail
	})
	out = replaceGroups(chineseMonth, out, func(g []string) string {
		if n, ok := smallNumeral(g[1]); ok {
			return strconv.Itoa(n) + g[2]
		}
		return g[0]
	})
	out = replaceGroups(chineseDay, out, func(g []string) string {
		before, num, tail := g[1], g[2], g[3]
		if num == "" {
			before, num = g[4], g[5]
		}
		if n, ok := smallNumeral(num); ok {
			return before + strconv.Itoa(n) + tail
		}
		return g[0]
	})
	return out, letters
}

// replaceGroups is ReplaceAllStringFunc with the groups of each match.
func replaceGroups(re *regexp.Regexp, s string, f func(groups []string) string) string {
	return re.ReplaceAllStringFunc(s, func(m string) string { return f(re.FindStringSubmatch(m)) })
}
