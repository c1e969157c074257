package normalize

import (
	"regexp"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// group is a run of digits with what stands before it: + for a country code,
// ~ for a written extension, ( for a bracket, else " " or "-".
type group struct {
	digits string
	mark   byte
}

// digitGroups cuts a text at everything that is no digit.
func digitGroups(s string) []group {
	var out []group
	end := 0
	for _, m := range phoneRuns.FindAllStringIndex(s, -1) {
		mark := byte(' ')
		between := s[end:m[0]]
		switch {
		case strings.Contains(between, "+"):
			mark = '+'
		case strings.ContainsAny(between, "~#"):
			mark = '~'
		case strings.Contains(between, "("):
			mark = '('
		case strings.ContainsAny(between, "-._·"):
			mark = '-'
		}
		digits := s[m[0]:m[1]]
		if len(digits) == 22 && mobileForm.MatchString(digits[:11]) && mobileForm.MatchString(digits[11:]) {
			out = append(out, group{digits[:11], mark}) // two mobile numbers whose line break was lost
			digits, mark = digits[11:], ' '
		}
		out = append(out, group{digits, mark})
		end = m[1]
	}
	return out
}

// phone is one number, written as the record has it.
type phone struct {
	text  string
	area  string // of a fixed number: 0532
	doubt string // Chinese: what is unusual about it
}

// maxGroups bounds the groups one number may be written in.
const maxGroups = 6

// partPhones divides groups into numbers so that the fewest groups are left
// over, then so that there are the fewest numbers. left tells that some were.
func partPhones(groups []group, area string) (found []phone, left bool) {
	type best struct {
		loose, count int
		p            phone
		next         int
	}
	n := len(groups)
	table := make([]best, n+1)
	for i := n - 1; i >= 0; i-- {
		table[i] = best{loose: table[i+1].loose + len(groups[i].digits), count: table[i+1].count, next: i + 1}
		for j := min(n, i+maxGroups); j > i; j-- {
			p, ok := parsePhone(groups[i:j], area)
			if !ok {
				continue
			}
			b := best{table[j].loose, table[j].count + 1, p, j}
			if p.doubt != "" {
				b.count++ // a number in need of excuse is worth less than a whole one
			}
			if b.loose < table[i].loose || b.loose == table[i].loose && b.count < table[i].count {
				table[i] = b
			}
		}
	}
	for i := 0; i < n; i = table[i].next {
		if table[i].p.text != "" {
			found = append(found, table[i].p)
		}
	}
	return found, table[0].loose > 0
}

var (
	mobileForm  = regexp.MustCompile(`^1[3-9]\d{9}$`)
	serviceForm = regexp.MustCompile(`^([48]00)(\d{3})(\d{4})$`)
	fixedForm   = regexp.MustCompile(`^(010|02[0-57-9]|0[3-9]\d{2})([2-8]\d{6,7})$`)
	localForm   = regexp.MustCompile(`^[2-8]\d{6,7}$`)
	abroadForm  = regexp.MustCompile(`^[1-9]\d{6,14}$`)
	extForm     = regexp.MustCompile(`^\d{1,6}$`)
)

// parsePhone reads groups as one number. area is the area code that a local
// number may go without.
func parsePhone(groups []group, area string) (phone, bool) {
	ext := ""
	for k, g := range groups {
		if g.mark == '+' && k > 0 || g.mark == '~' && k != len(groups)-1 {
			return phone{}, false
		}
	}
	// 4001-234-567 is one number, but what follows seven digits is an extension
	n := len(groups)
	local := n > 1 && len(groups[n-2].digits) >= 7
	if p, ok := wholePhone(groups, area); ok && !local && p.doubt == "" && groups[n-1].mark != '~' {
		return p, true
	}
	if last := groups[len(groups)-1]; len(groups) > 1 && extForm.MatchString(last.digits) && (last.mark == '~' || last.mark == '-') {
		if p, ok := wholePhone(groups[:len(groups)-1], area); ok {
			ext = last.digits
			p.text += "-" + ext
			return p, true
		}
	}
	if groups[len(groups)-1].mark == '~' && len(groups) > 1 {
		return phone{}, false
	}
	return wholePhone(groups, area)
}

// wholePhone reads groups as one number without extension.
func wholePhone(groups []group, area string) (phone, bool) {
	all := joinGroups(groups)
	if groups[0].mark == '+' || strings.HasPrefix(all, "0086") {
		rest, home := strings.CutPrefix(strings.TrimPrefix(all, "00"), "86")
		if !home {
			return phone{text: "+" + all, doubt: "是境外号码"}, groups[0].mark == '+' && abroadForm.MatchString(all)
		}
		return homePhone(rest, groups, "")
	}
	if rest, ok := strings.CutPrefix(all, "86"); ok && len(rest) >= 10 {
		if p, ok := homePhone(rest, groups, ""); ok {
			return p, true
		}
	}
	return homePhone(all, groups, area)
}

func joinGroups(groups []group) string {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(g.digits)
	}
	return b.String()
}

// homePhone reads the digits of a number in China, without country code.
// The groups tell where the area code was cut off.
func homePhone(d string, groups []group, area string) (phone, bool) {
	if mobileForm.MatchString(d) {
		return phone{text: d}, true
	}
	if rest, ok := strings.CutPrefix(d, "0"); ok && mobileForm.MatchString(rest) {
		return phone{text: rest, doubt: "的手机号前多一个0"}, true
	}
	if m := serviceForm.FindStringSubmatch(d); m != nil {
		return phone{text: m[1] + "-" + m[2] + "-" + m[3]}, true
	}
	if m := fixedForm.FindStringSubmatch(d); m != nil && areaFits(m[1], groups) {
		return phone{text: m[1] + "-" + m[2], area: m[1], doubt: shortLocal(m[1], m[2])}, true
	}
	// +86 532 6932 6660 has no 0 before the area code
	if m := fixedForm.FindStringSubmatch("0" + d); m != nil && strings.HasPrefix(joinGroups(groups), "86") && areaFits(m[1], groups) {
		return phone{text: m[1] + "-" + m[2], area: m[1], doubt: shortLocal(m[1], m[2])}, true
	}
	if localForm.MatchString(d) {
		if area != "" {
			return phone{text: area + "-" + d, area: area}, true
		}
		return phone{text: d, doubt: "缺少区号"}, true
	}
	return phone{}, false
}

// eightDigits are the area codes, beside 010 and 02x, where every local number
// has eight digits.
const eightDigits = " 0311 0371 0379 0411 0431 0451 0510 0511 0512 0513 0514 0515 0516 0517 0518 0519 0523 0527 0531 0532 0551" +
	" 0571 0573 0574 0575 0576 0577 0579 0591 0595 0731 0755 0757 0760 0769 0791 0851 0871 0898 "

// shortLocal doubts a local number that must have lost a digit.
func shortLocal(area, local string) string {
	if len(local) == 7 && (len(area) == 3 || strings.Contains(eightDigits, " "+area+" ")) {
		return "的号码少一位：区号" + area + "的号码为8位"
	}
	return ""
}

// areaFits reports whether the number is cut where its area code ends, if it
// is cut near there at all: 053-269326660 is not 0532-69326660.
func areaFits(area string, groups []group) bool {
	if len(groups) == 1 || groups[0].digits == "" {
		return true
	}
	pos := 0
	for _, g := range groups[:len(groups)-1] {
		pos += len(g.digits)
		for _, before := range []int{0, 2, 4} { // nothing, 86, 0086
			if p := pos - before; p == len(area) || p == len(area)-1 && before > 0 {
				return true
			}
		}
	}
	return false
}
