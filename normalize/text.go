package normalize

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Text joins the lines of a free text and removes the blanks that stand
// between Chinese characters. Words and punctuation stay the form's own.
// Beyond opt.MaxRunes it has the doubt too_long, with count and limit in
// characters without white space. In text read from pixels, terms of the trade
// that are one look-alike away are repaired.
func Text(raw string, opt Options) Result {
	s, r, done := readEmpty(raw, opt)
	if done {
		return r
	}
	r = withTerms(valueOf(tidySpaces(s, false)), opt)
	if odd := oddMarks(r.Value.(string)); opt.OCR && opt.MaxRunes >= proseRunes && odd != "" {
		r = r.doubt(CodeFormatInvalid, "标点%s，可能有误读", odd)
	}
	if text := r.Value.(string); opt.OCR && opt.MaxRunes < proseRunes && strokeForHan.MatchString(text) {
		r = r.doubt(CodeAmbiguous, "“%s”中单独的一个字母可能是“工”等汉字的误读", text)
	}
	if opt.OCR {
		r = doubtOdd(r, opt.MaxRunes >= proseRunes)
	}
	return limitText(r, opt)
}

// doubtOdd doubts, in a text read from pixels, what hardly anybody writes, and puts
// right what can be nothing else.
func doubtOdd(r Result, prose bool) Result {
	text := r.Value.(string)
	if prose {
		if m := openEnd.FindStringSubmatch(text); m != nil {
			seen := text
			text = m[1] + "。"
			r = r.doubt(CodeRepaired, "读到“%s”，按“%s”处理", lastRunes(seen, 4), lastRunes(text, 4))
		}
		if m := twiceRinged.FindStringSubmatch(text); m != nil {
			text = twiceRinged.ReplaceAllString(text, "$1$2")
			r = r.doubt(CodeRepaired, "读到“%s”，按“%s”处理，也可能是千分号", m[0], m[1]+m[2])
		}
		if m := tenForPlus(text); m != "" {
			r = r.doubt(CodeAmbiguous, "“%s”中的“十”可能是“+”", m)
		}
	} else {
		if runes := []rune(text); endsInWord(runes) {
			r = r.doubt(CodeAmbiguous, "“%s”与末尾的“%c”不成词，其后可能还有字没有读到", string(runes[:len(runes)-1]), runes[len(runes)-1])
		}
		if m := beforePlace(text); m != "" {
			r = r.doubt(CodeAmbiguous, "地址前面的“%s”可能是印章的字", m)
		}
	}
	for _, o := range oddTexts {
		if m := o.form.FindString(foldSigns(text)); m != "" && prose == o.prose {
			r = r.doubt(CodeAmbiguous, "“%s”中%s", m, o.why)
		}
	}
	r.Value = text
	return r
}

// twiceRinged is a percentage of whose sign the second ring was read as a figure, too.
var twiceRinged = regexp.MustCompile(`(\d[%％])[0Oo]([，。、；,;.])`)

// openEnd is prose that ends with a mark after which something must follow: it was a
// full stop.
var openEnd = regexp.MustCompile(`^(.*\p{Han})[：:，,、；;]$`)

func lastRunes(s string, n int) string {
	r := []rune(s)
	return string(r[max(0, len(r)-n):])
}

// beforePlace is what stands before the region that an address should begin with and is
// no word that goes there (科技北京市朝阳区丹桂路22号), "" for nothing.
func beforePlace(s string) string {
	r := []rune(s)
	if !strings.ContainsAny(s, "路街道号") {
		return ""
	}
	for n := 1; n <= 3 && n < len(r); n++ {
		before, rest := string(r[:n]), string(r[n:])
		if !unicode.Is(unicode.Han, r[n-1]) || strings.ContainsRune("国于在址省市驻", r[n-1]) {
			return ""
		}
		for _, region := range regions {
			if strings.HasPrefix(rest, region) && !slices.Contains(provinces, before) {
				return before
			}
		}
	}
	return ""
}

// tenForPlus is a 十 with its neighbours that makes no word with them and is no number:
// a + between two words (平台十应用); "" for none.
func tenForPlus(s string) string {
	const numbers = "零一二三四五六七八九十百千万亿第数几近约逾超满达整过初双合两多余半"
	const counted = "分年月日天周岁个大佳强项家台套种类届倍足字来点名人次件条所座户城里米级本篇块平公款位省市县区辆批优支载层楼场笔道门章节期代轮步组系"
	r := []rune(s)
	for i := 1; i+1 < len(r); i++ {
		if r[i] != '十' || !unicode.Is(unicode.Han, r[i-1]) || !unicode.Is(unicode.Han, r[i+1]) ||
			strings.ContainsRune(numbers, r[i-1]) || strings.ContainsRune(numbers+counted, r[i+1]) {
			continue
		}
		if l := words(); l.pairs[[2]rune{r[i-1], r[i]}] == 0 && l.pairs[[2]rune{r[i], r[i+1]}] == 0 {
			return string(r[i-1 : i+2])
		}
	}
	return ""
}

// oddTexts are what hardly anybody writes and readers make of specks and signs.
var oddTexts = []struct {
	form  *regexp.Regexp
	prose bool   // of texts of sentences, else of short ones
	why   string // goes on after “…”中
}{
	{regexp.MustCompile(`\d\.\d{3}(?:人次|余?[家台名个户人项次套件份所座])`), true, "的点可能是污点或千分位的逗号"},
	{regexp.MustCompile(`\d方[条元台人次户件家个份吨笔套]`), true, "的“方”可能是“万”"},
	{regexp.MustCompile(`^\D*\p{Han}\d$`), false, "末尾的数字可能是印章的笔画"},
	{regexp.MustCompile(`(?:路|街|道|巷)\d+$`), false, "的门牌号后面可能还有字没有读到"},
	{regexp.MustCompile(`^(?:[.,:;、。·]\p{Han}|\d+[.,:;、。·](?:` + strings.Join(provinces, "|") + `))`), false, "开头的标点可能是污点或印章的笔画"},
}

// strokeForHan is a lone upright stroke among Chinese characters: what readers
// see in 工 (石油化I).
var strokeForHan = regexp.MustCompile(`\p{Han}[Il|](?:\p{Han}|$)`)

// proseRunes is the limit from which a text is one of sentences.
const proseRunes = 100

var markRun = regexp.MustCompile(`[,;:、。.·][,;:、。·]|[(][)]|[)]{2}|[\p{Han}a-z][,;:、。]\.`)

// oddMarks says what is wrong with a text's punctuation: quotation marks or
// brackets without their pair, signs one after another. "" is nothing.
func oddMarks(s string) string {
	s = foldSigns(s)
	for _, pair := range []string{"“”", "()", "《》", "【】"} {
		p := []rune(pair)
		if strings.Count(s, string(p[0])) != strings.Count(s, string(p[1])) {
			return pair + "不成对"
		}
	}
	if m := markRun.FindString(s); m != "" {
		return "“" + m + "”连用"
	}
	return ""
}

func limitText(r Result, opt Options) Result {
	s, _ := r.Value.(string)
	if n := CountRunes(s); opt.MaxRunes > 0 && n > opt.MaxRunes {
		r = r.doubtWith(CodeTooLong, map[string]any{"count": n, "limit": opt.MaxRunes},
			"共%d字，超过%d字的上限", n, opt.MaxRunes)
	}
	return r
}

var (
	trailingNote = regexp.MustCompile(`^(.+?)[（(]([^（()）]*)[)）]$`)
	nameSplit    = regexp.MustCompile(`[、/／;；,，]+`)
	nameDots     = strings.NewReplacer("•", "·", "・", "·", "∙", "·", "‧", "·", "⋅", "·")
)

// Name normalises a person's name: 张 三 is 张三, the dot of names such as
// 买买提·吐尔逊 is always ·, a bracket behind the name is detail.note. Of
// several names the first is the value, the others are detail.others, with
// the doubt ambiguous. Digits in a name are format_invalid, and in text read
// from pixels so is what has a single ideograph, more of them than Chinese
// names have, or signs among them. There a name that begins with no common
// surname is ambiguous.
func Name(raw string, opt Options) Result {
	s, r, done := readEmpty(raw, opt)
	if done {
		return r
	}
	s = nameDots.Replace(tidySpaces(s, true))
	s, notes := cutNotes(s)
	var parts []string
	for _, p := range nonEmpty(nameSplit.Split(s, -1)) {
		p, more := cutNotes(p) // 张三（经理），李四
		if notes = append(notes, more...); p != "" && !IsNone(p) && !IsBlank(p) {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return unreadable(CodeFormatInvalid, "“%s”中没有姓名", s)
	}
	r = valueOf(parts[0]).detail("note", strings.Join(notes, "；"))
	if len(parts) > 1 {
		r = r.detail("others", parts[1:]).doubt(CodeAmbiguous, "填写了%d个姓名，取第一个", len(parts))
	}
	if m := strayBehindName.FindStringSubmatch(parts[0]); m != nil && opt.OCR {
		r.Value = m[1]
		return r.doubt(CodeRepaired, "“%s”按“%s”处理", parts[0], m[1]).doubt(CodeFormatInvalid, "姓名后的“%s”不像姓名的一部分", m[2])
	}
	if strings.IndexFunc(parts[0], unicode.IsDigit) >= 0 {
		r = r.doubt(CodeFormatInvalid, "姓名“%s”中有数字", parts[0])
	}
	if opt.OCR && !likeName(parts[0]) {
		r = r.doubt(CodeFormatInvalid, "“%s”不像姓名", parts[0])
	} else if name := []rune(parts[0]); opt.OCR && unicode.Is(unicode.Han, name[0]) && !strings.Contains(parts[0], "·") && !knownSurname(name) {
		r = r.doubt(CodeAmbiguous, "“%c”不是常见的姓，可能有误读", name[0])
	} else if i := strings.LastIndexAny(parts[0], unnamed); opt.OCR && i > 0 && !strings.Contains(parts[0], "·") {
		r = r.doubt(CodeAmbiguous, "“%s”很少用作人名，可能有误读", parts[0][i:i+len("下")])
	}
	return limitText(r, opt)
}

// strayBehindName is a Chinese name with figures or Latin signs behind it: a
// seal's strokes, or what stands beside.
var strayBehindName = regexp.MustCompile(`^(\p{Han}{2,4})([^\p{Han}·]+)$`)

// cutNotes takes brackets off the end of s.
func cutNotes(s string) (rest string, notes []string) {
	for {
		m := trailingNote.FindStringSubmatch(s)
		if m == nil {
			return s, notes
		}
		s = strings.TrimSpace(m[1])
		if n := strings.TrimSpace(m[2]); n != "" {
			notes = append(notes, n)
		}
	}
}

// likeName says whether a text can be a person's name: two to four ideographs,
// more only around the dot of a name in another language, or Latin words.
func likeName(s string) bool {
	han, dots, latin := 0, 0, 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case r == '·':
			dots++
		case unicode.IsLetter(r):
			latin++
		case !unicode.IsSpace(r) && r != '.' && r != '-' && r != '\'':
			return false
		}
	}
	switch {
	case han == 0:
		return latin > 1
	case dots > 0:
		return han >= 2
	}
	return latin == 0 && han >= 2 && han <= 4
}

// nonEmpty trims the parts and leaves out the empty ones.
func nonEmpty(parts []string) []string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// ProductName normalises a product's name together with its version, as the
// form has it: 某某系统 V1.0 is 某某系统V1.0. Brackets, quotation marks and the
// case of the V stay. In text read from pixels a letter among the version's
// digits (V1.O, Vl.0) is repaired, and so are terms of the trade; a version alone
// is no name.
func ProductName(raw string, opt Options) Result {
	s, r, done := readEmpty(raw, opt)
	if done {
		return r
	}
	s = spacedVersion.ReplaceAllString(tidySpaces(s, true), "$1$2")
	r = valueOf(s)
	if opt.OCR {
		if fixed := repairVersion(s); fixed != s {
			r = valueOf(fixed).doubt(CodeRepaired, "版本号“%s”按“%s”处理", versionTail(s), versionTail(fixed))
		}
	}
	if opt.OCR && versionAlone.MatchString(r.Value.(string)) {
		return unreadable(CodeFormatInvalid, "“%s”只是版本号，不是名称", s)
	}
	return limitText(withTerms(r, opt), opt)
}

// versionAlone is a version without the name before it, which stands on another
// line.
var versionAlone = regexp.MustCompile(`^[Vv]\d+(?:\.\d+)*$`)

// spacedVersion finds blanks inside a version at the end of a name.
var spacedVersion = regexp.MustCompile(`\b([Vv])\s+(\d+(?:\.\d+)*)$`)
