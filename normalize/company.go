package normalize

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// legalForms end the names of legal persons, the longer ones first.
var legalForms = []string{
	"股份有限公司", "有限责任公司", "有限公司", "分公司", "总公司", "公司", "（有限合伙）", "（普通合伙）", "（特殊普通合伙）",
	"合伙企业", "集团", "企业", "研究院", "研究所", "设计院", "科学院", "医院", "学院", "大学", "中学", "小学", "学校", "实验室",
	"中心", "事务所", "工作室", "合作社", "银行", "协会", "学会", "委员会", "基金会", "厂", "局", "厅", "站", "部", "馆", "社", "店", "行", "队",
}

// cutForms are what is left of a legal form whose end was lost. None of them
// ends a whole name.
var cutForms = []string{"股份有限公", "责任公", "有限公", "有限责任", "股份有限", "有限责", "股份有", "有限"}

var (
	speckInside = regexp.MustCompile(`(\p{Han})[.,，、。；'‘’]+([\p{Han}（])`) // of dust or a seal
	sealNote    = regexp.MustCompile(`[（(](?:请?加?盖.{0,4}章?处?|公章|单位公章|签章|盖章处)[)）]$`)
	halfOpen    = strings.NewReplacer("(", "（", ")", "）")
	latinRun    = regexp.MustCompile(`[A-Za-z]{2}`)
	listNumber  = regexp.MustCompile(`^(?:(?:\d{1,2}[、.)）]|[①-⑳])\s*)+(\p{Han})`)
)

// Company normalises the name of an enterprise or institution: brackets
// become full width （）, blanks go (between Latin words one stays), a printed
// （盖章） behind the name is detail.note. A name whose legal form is cut off
// (…有限公) has the doubt format_invalid. In text read from pixels a single
// misread character inside 有限公司 is repaired, and a name that lost one there
// (…有限司), is a number, or ends in no legal form at all, is format_invalid.
// Other unusual names are not doubted.
func Company(raw string, opt Options) Result {
	s, r, done := readEmpty(raw, opt)
	if done {
		return r
	}
	return limitText(company(s, opt), opt)
}

func company(s string, opt Options) Result {
	s = tidySpaces(s, true)
	note := sealNote.FindString(s)
	s = strings.TrimSpace(strings.TrimSuffix(s, note))
	s = strings.TrimRight(s, "，,。；;、 ")
	if !latinRun.MatchString(s) || strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
		s = tidySpaces(halfOpen.Replace(s), true) // a purely Latin name keeps its Latin brackets
	}
	if _, r, done := readEmpty(s, opt); done {
		return r // 无（盖章）
	}
	if CountRunes(s) < 2 {
		return unreadable(CodeFormatInvalid, "“%s”不是完整的名称", s)
	}
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return unreadable(CodeFormatInvalid, "“%s”不像名称", s)
	}
	r := valueOf(s)
	if opt.OCR {
		if fixed := withoutSpecks(s); fixed != s {
			r = r.doubt(CodeRepaired, "“%s”按“%s”处理", s, fixed)
			r.Value, s = fixed, fixed
		}
		if fixed, ok := repairLegalForm(s); ok {
			r = valueOf(fixed).doubt(CodeRepaired, "“%s”按“%s”处理", s, fixed)
		} else if fixed, ok := cutBehindForm(s); ok {
			r = valueOf(fixed).doubt(CodeRepaired, "“%s”之后的文字“%s”不像名称的一部分，已略去", fixed, strings.TrimPrefix(s, fixed))
		}
	}
	if strings.Count(s, "（") != strings.Count(s, "）") {
		r = r.doubt(CodeFormatInvalid, "名称“%s”的括号不成对", s)
	}
	if name := r.Value.(string); opt.OCR && strings.HasSuffix(name, "司") && !strings.HasSuffix(name, "公司") {
		r = r.doubt(CodeFormatInvalid, "名称“%s”的结尾似乎缺字", s)
	} else if opt.OCR && strings.IndexFunc(name, unicode.IsLetter) < 0 {
		r = r.doubt(CodeFormatInvalid, "“%s”不像名称", s)
	} else if twice := repeated(name); opt.OCR && twice != "" {
		r = r.doubt(CodeFormatInvalid, "名称“%s”中的“%s”出现了两次，可能读入了印文", s, twice)
	} else if opt.OCR && endless(name) {
		r = r.doubt(CodeFormatInvalid, "名称“%s”没有以公司、厂、院、所等结尾，可能不完整", s)
	}
	for _, cut := range cutForms {
		if strings.HasSuffix(r.Value.(string), cut) {
			r = r.doubt(CodeFormatInvalid, "名称“%s”似乎不完整", s)
			break
		}
	}
	return r.detail("note", strings.Trim(note, "（）()"))
}

// withoutSpecks takes signs off a name's beginning and out of its middle that are dust
// or a seal's ink. Behind a legal form they part two names.
func withoutSpecks(s string) string {
	if bare := strings.TrimLeft(s, "/\\，。、；：.,;:·-—_| "); endsLegalForm(bare) {
		s = bare
	}
	for {
		at := speckInside.FindStringSubmatchIndex(s)
		if at == nil || slices.ContainsFunc(legalForms, func(form string) bool { return strings.HasSuffix(s[:at[3]], form) }) {
			return s
		}
		s = s[:at[3]] + s[at[4]:]
	}
}

// repeated is the first run of three Chinese characters that a name holds
// twice, "" for none: a line read twice over, or with a piece of the seal's ring.
func repeated(name string) string {
	r := []rune(name)
	for i := 0; i+6 <= len(r); i++ {
		run := string(r[i : i+3])
		if strings.IndexFunc(run, func(c rune) bool { return !unicode.Is(unicode.Han, c) }) < 0 && strings.Contains(string(r[i+3:]), run) {
			return run
		}
	}
	return ""
}

// endless reports whether a Chinese name longer than a person's ends in no legal
// form, a bracket behind it aside: the end of the line was not read.
func endless(name string) bool {
	if at := strings.LastIndex(name, "（"); at > 0 && strings.HasSuffix(name, "）") {
		name = name[:at]
	}
	last, _ := utf8.DecodeLastRuneInString(name)
	return CountRunes(name) > 4 && unicode.Is(unicode.Han, last) &&
		!slices.ContainsFunc(legalForms, func(form string) bool { return strings.HasSuffix(name, form) })
}

// cutBehindForm drops a few characters behind 有限公司 or 有限责任公司 that end no
// name of their own (…有限公司青岛分公司 does): pieces of a seal's ring read
// along with the line it lies over.
func cutBehindForm(s string) (string, bool) {
	for _, form := range []string{"有限责任公司", "有限公司"} {
		i := strings.Index(s, form)
		if i <= 0 {
			continue
		}
		name, rest := s[:i+len(form)], s[i+len(form):]
		if n := CountRunes(rest); n == 0 || n > 8 {
			return s, false
		}
		for _, f := range legalForms {
			if CountRunes(rest) > 1 && strings.HasSuffix(rest, f) || strings.HasPrefix(rest, "（") {
				return s, false
			}
		}
		return name, true
	}
	return s, false
}

// Distinctive is the key of a name without the legal form at its end, which
// says little: most names share it.
func Distinctive(name string) string {
	key := NameKey(name, false)
	for _, form := range []string{"股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "公司"} {
		if rest, ok := strings.CutSuffix(key, form); ok && rest != "" {
			return rest
		}
	}
	return key
}

// repairLegalForm puts one wrong character of 有限公司 at the end of s right.
// The other three leave no room for another word.
func repairLegalForm(s string) (string, bool) {
	const form = "有限公司"
	r, want := []rune(s), []rune(form)
	if len(r) <= len(want)+1 {
		return s, false
	}
	tail := r[len(r)-len(want):]
	wrong := 0
	for i := range want {
		if tail[i] != want[i] {
			wrong++
		}
	}
	if wrong != 1 {
		return s, false
	}
	return string(r[:len(r)-len(want)]) + form, true
}

// endsLegalForm reports whether s ends as the names of legal persons do.
func endsLegalForm(s string) bool {
	for _, f := range legalForms {
		if strings.HasSuffix(s, f) && CountRunes(s) > CountRunes(f) {
			return true
		}
	}
	low := strings.ToLower(strings.TrimRight(s, ". "))
	for _, f := range []string{"ltd", "limited", "inc", "llc", "gmbh", "corp", "corporation", "company", "co"} {
		if strings.HasSuffix(low, " "+f) || strings.HasSuffix(low, ","+f) {
			return true
		}
	}
	return false
}

// personLike reports whether s may be a Chinese person's name.
func personLike(s string) bool {
	if strings.Contains(s, "·") {
		return CountRunes(s) <= 20
	}
	n := 0
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
		n++
	}
	return n >= 2 && n <= 4
}

var (
	surely  = regexp.MustCompile(`[;；]+`)
	perhaps = regexp.MustCompile(`[、，,/／\s]+`)

	// what a reader makes of the ； between two owners
	ownersRepair = regexp.MustCompile(`公司[:：]`)
	partBracket  = regexp.MustCompile(`[;；、,，]\s*([（(])`)
)

// Owners splits the owners of a right, as a certificate lists them. ；always
// separates. A line break, 、, a comma or a blank separates where every part
// is a whole name by itself (has a legal form at its end, or is as long as a
// person's name); else the parts are one name, which for 、 leaves the doubt
// ambiguous. The value is a []string without repetitions.
//
// In text read from pixels a colon behind 公司 is the ；, and none stands before
// a bracket: both are repaired.
func Owners(raw string, opt Options) Result {
	_, r, done := readEmpty(raw, opt)
	if done {
		return r
	}
	var names []string
	var doubts []Doubt
	text := FoldWidth(raw)
	if opt.OCR {
		if fixed := ownersRepair.ReplaceAllString(partBracket.ReplaceAllString(text, "$1"), "公司；"); fixed != text {
			doubts = append(doubts, Doubt{Code: CodeRepaired, Message: "读到“" + strings.TrimSpace(raw) + "”，分隔符按“；”处理"})
			text = fixed
		}
	}
	for _, part := range nonEmpty(surely.Split(text, -1)) {
		pieces, sure := splitOwners(part)
		for _, p := range pieces {
			c := company(p, opt)
			doubts = append(doubts, c.Doubts...)
			if v, ok := c.Value.(string); ok && !slices.Contains(names, v) {
				names = append(names, v)
			}
		}
		if !sure {
			doubts = append(doubts, Doubt{Code: CodeAmbiguous, Message: "“" + part + "”中的顿号或逗号是否分隔两个著作权人不能确定"})
		}
	}
	if len(names) == 0 {
		return unreadable(CodeFormatInvalid, "“%s”中没有名称", strings.TrimSpace(raw))
	}
	r = valueOf(names)
	r.Doubts = doubts
	return r
}

// splitOwners splits one part at its doubtful separators, if all pieces can
// stand alone. sure is false where a written separator was not taken as one.
func splitOwners(part string) (names []string, sure bool) {
	var lines []string
	for _, l := range nonEmpty(strings.Split(part, "\n")) {
		n := len(lines)
		if n > 0 && !newOwner(lines[n-1], l) {
			lines[n-1] = JoinLines([]string{lines[n-1], l})
			continue
		}
		lines = append(lines, l)
	}
	sure = true
	for _, l := range lines {
		pieces, ok := splitLine(l)
		names = append(names, pieces...)
		sure = sure && ok
	}
	return names, sure
}

// splitLine splits one line; it is tried as written, where blanks separate,
// and then as a name is written.
func splitLine(l string) (names []string, sure bool) {
	l = joinBracket(l)
	for {
		l = listNumber.ReplaceAllString(l, "$1")
		pieces := nonEmpty(perhaps.Split(l, -1))
		whole := true
		for _, p := range pieces {
			p = tidySpaces(p, true)
			whole = whole && (endsLegalForm(p) || personLike(p))
		}
		if spelled := strings.Fields(l); whole && len(pieces) == len(spelled) && allSingle(spelled) {
			whole = false // 张 三: a name set with blanks
		}
		if whole && len(pieces) > 1 {
			return pieces, true
		}
		tidy, _ := company(l, Options{}).Value.(string)
		if tidy == l || tidy == "" {
			return []string{l}, len(pieces) < 2 || !strings.ContainsAny(l, "、，")
		}
		l = tidy
	}
}

// joinBracket takes the blank out that a reader sees before a bracket inside a
// name, half of whose square is empty: 金安 （福州）科技有限公司 is one name. Behind
// a legal form it parts two.
func joinBracket(l string) string {
	words := strings.Fields(l)
	var b strings.Builder
	for i, w := range words {
		if i > 0 && (!strings.ContainsRune("（(", firstRune(w)) || endsLegalForm(words[i-1])) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

func allSingle(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return CountRunes(w) > 1 })
}

// newOwner reports whether the line next begins another owner's name after
// the line prev.
func newOwner(prev, next string) bool {
	prev, next = tidySpaces(prev, true), tidySpaces(next, true)
	if strings.HasSuffix(next, "分公司") && CountRunes(next) <= 8 || strings.ContainsRune("（(", firstRune(next)) {
		return false
	}
	if !endsLegalForm(prev) && !personLike(prev) {
		return false
	}
	return endsLegalForm(next) && CountRunes(next) > 5 || personLike(next)
}
