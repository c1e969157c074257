package normalize

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Percent reads a share in percent points: 35.2% and 35.2 are 35.2, 5‰ is 0.5,
// 三成 is 30.
//
//   - Without a unit a number between 0 and 1 (0.35) may be a fraction or mean
//     percent: it is kept as written, with the doubt ambiguous.
//   - A range has no value but detail.min and detail.max, and is ambiguous;
//     several numbers have detail.candidates.
//   - 约, 左右, 近 are detail.qualifier about, 不足, 低于, 以内 less_than, 超过, 以上,
//     余 more_than; none of them is doubted. Brackets are detail.note.
//   - What lies outside opt.Min and opt.Max (0 and 100) has no value: unreadable
//     with out_of_range and the number in the doubt's detail.
//   - Sums of money, counts and ranks are no percentages: format_invalid.
//   - In text read from pixels, letters among digits, 0/0 or o/o for % and signs
//     for the decimal point are repaired; 96 at the end of decimals without a
//     unit may be a misread % and is ambiguous, and so is a 1 or 7 that is
//     all there is: a / looks like them.
func Percent(raw string, opt Options) Result {
	s, r, done := readEmptyCode(raw, opt)
	if done {
		return r
	}
	if CountRunes(s) > maxCode {
		return unreadable(CodeFormatInvalid, "文字过长，不是百分比")
	}
	seen := s
	if opt.OCR {
		s = repairTen(s)
	}
	text := preparePercent(s)
	if percentOnly.MatchString(text) {
		return Result{State: StateBlank}
	}
	fixed := text
	if opt.OCR {
		fixed = repairPercent(text)
	}
	r = readPercent(fixed, s, opt)
	if opt.OCR && signAsDigits.MatchString(fixed) && r.State == StateValue {
		r = r.doubt(CodeAmbiguous, "“%s”末尾的“%s”可能是百分号", seen, fixed[len(fixed)-2:])
	}
	if opt.OCR && strokeAlone.MatchString(seen) && r.State == StateValue {
		r = r.doubt(CodeAmbiguous, "只读到一笔“%s”，可能是斜线", seen)
	}
	if opt.OCR && strings.HasSuffix(strings.TrimSpace(seen), "十") && r.State == StateValue {
		r = r.doubt(CodeAmbiguous, "“%s”以“十”结尾，其后的“一”可能没有读到", seen)
	}
	if opt.OCR && pointFirst.MatchString(seen) && r.State == StateValue {
		r = r.doubt(CodeAmbiguous, "“%s”的小数点前后似乎缺数字", seen)
	}
	if fixed != text || s != seen {
		r = r.doubt(CodeRepaired, "读到“%s”，按“%s”处理", seen, fixed)
	}
	return r
}

// lostOne is a lone stroke behind 十, which is 一 and no dash: nothing follows.
var lostOne = regexp.MustCompile(`十\s*[-—–－ー_]\s*$`)

// repairTen reads the signs that readers make of 十 in 百分之二十, and of 一
// in 百分之十一.
func repairTen(s string) string {
	head, tail, ok := strings.Cut(s, "百分之")
	if !ok {
		return s
	}
	tail = strings.NewReplacer("+", "十", "＋", "十", "†", "十", "t", "十").Replace(tail)
	return head + "百分之" + lostOne.ReplaceAllString(tail, "十一")
}

var (
	pointFirst   = regexp.MustCompile(`^\D*[.．]\d|\d[.．]\s*[%％]?$`) // in print figures stand before and behind it
	percentOnly  = regexp.MustCompile(`^[\s_]*[%‰]$`)
	unitFirst    = regexp.MustCompile(`^%\s*(\d+(?:\.\d+)?)$`)
	percentWords = regexp.MustCompile(`(?i)个?百分点|percent|per cent|pct`)
	yearNote     = regexp.MustCompile(`(?:19|20)\d{2}\s*年度?(?:上半年|下半年|全年|底|末)?|近[一二两三五]年`)
	fractionOf   = regexp.MustCompile(`(百|千|万|[一二三四五六七八九十]{1,3}|\d{1,4})分之\s*([零〇一二三四五六七八九十百两\d.点]+)(?:\s*[-~至到]+\s*(?:百分之)?\s*([零〇一二三四五六七八九十百两\d.点]+))?`)
	tenthsRange  = regexp.MustCompile(`([一二三四五六七八九十两]|\d(?:\.\d)?)成?\s*[-~至到]+\s*([一二三四五六七八九十两]|\d(?:\.\d)?)成`)
	tenthsPair   = regexp.MustCompile(`([一二三四五六七八])([二三四五六七八九])成`)
	tenths       = regexp.MustCompile(`([一二三四五六七八九十两半]|\d+(?:\.\d+)?)成([一二三四五六七八九半])?`)
	chineseWhole = regexp.MustCompile(`[零〇一二三四五六七八九十百两]+(?:点[零〇一二三四五六七八九]+)?`)
	thousands    = regexp.MustCompile(`(\d),(\d{3})\b`)
	halfWords    = regexp.MustCompile(`^(?:一半|半数|百分之五十)$`)
)

// preparePercent folds signs and writes every Chinese way to say a share as
// Arabic digits with %.
func preparePercent(s string) string {
	s = tidySpaces(foldSigns(s), false)
	s = percentWords.ReplaceAllString(s, "%")
	s = unitFirst.ReplaceAllString(strings.NewReplacer("%%", "%", "。", ".").Replace(s), "$1%")
	if halfWords.MatchString(s) {
		return "50%"
	}
	s = replaceGroups(fractionOf, s, func(g []string) string { return fraction(g[0], g[1], g[2], g[3]) })
	s = replaceGroups(tenthsRange, s, func(g []string) string { return tenth(g[1], "") + "-" + tenth(g[2], "") })
	s = replaceGroups(tenthsPair, s, func(g []string) string {
		a, _ := smallNumeral(g[1])
		if b, _ := smallNumeral(g[2]); b != a+1 {
			return g[0]
		}
		return tenth(g[1], "") + "-" + tenth(g[2], "")
	})
	s = replaceGroups(tenths, s, func(g []string) string { return tenth(g[1], g[2]) })
	if chineseNumber(s) {
		s = chineseWhole.ReplaceAllStringFunc(s, func(m string) string {
			if f, ok := decimalNumeral(m); ok {
				return number(f)
			}
			return m
		})
	}
	return s
}

// chineseNumber reports whether Chinese digits in s stand for the number
// itself (三十五%, 三十五) and are not part of a word (一般).
func chineseNumber(s string) bool {
	if strings.IndexFunc(s, digit) >= 0 {
		return false
	}
	bare := strings.Trim(chineseWhole.ReplaceAllString(s, "#"), "约大左右近超过不足以上下低于高%-~至到# ")
	return bare == ""
}

// fraction writes 百分之三十五点二 as 35.2%, and 三分之一 as 约33.33%.
func fraction(all, base, part, until string) string {
	unit := map[string]float64{"百": 100, "千": 1000, "万": 10000}[base]
	if unit == 0 {
		unit, _ = decimalNumeral(base)
	}
	f, ok := decimalNumeral(part)
	if !ok || unit <= 0 {
		return all
	}
	v := f / unit * 100
	out := number(v) + "%"
	if short := math.Round(v*100) / 100; math.Abs(short-v) > 1e-6 {
		out = "约" + number(short) + "%"
	}
	if until == "" {
		return out
	}
	g, ok := decimalNumeral(until)
	if !ok {
		return all
	}
	return out + "-" + number(g/unit*100) + "%"
}

// tenth writes 三成 as 30%, 三成五 and 三成半 as 35%.
func tenth(n, more string) string {
	f, ok := decimalNumeral(n)
	if n == "半" {
		f, ok = 0.5, true
	}
	if !ok {
		return n + "成" + more
	}
	f *= 10
	if d, ok := smallNumeral(more); ok {
		f += float64(d)
	} else if more == "半" {
		f += 5
	}
	return number(f) + "%"
}

// number writes f with at most six decimals: 5‰ is 0.5, not 0.50000000001.
func number(f float64) string { return strconv.FormatFloat(round6(f), 'f', -1, 64) }

func round6(f float64) float64 {
	if math.Abs(f) > 1e9 {
		return f
	}
	return math.Round(f*1e6) / 1e6
}

var (
	looksPercent = regexp.MustCompile(`(\d)\s*[0oO°]\s*/\s*[0oO°]$`)
	thousandOCR  = regexp.MustCompile(`%[oO0]$`)
	signForDot   = regexp.MustCompile(`(\d)\s*[,·、]\s*(\d{1,2}\s*%?)$`)
	letterDigits = regexp.MustCompile(`[OoDQ]\.[0-9]+|[0-9OoQDlI|!iZzЗSsbGBgq]*[0-9][0-9OoQDlI|!iZzЗSsbGBgq.]*|[OoDlI|iZSBgq]{1,2}(?:\.[0-9OoQlI|]+)?%`)
)

// repairPercent puts right what readers do to percentages. Without a doubtful
// sign the text comes back as it was.
func repairPercent(s string) string {
	s = looksPercent.ReplaceAllString(s, "$1%")
	s = thousandOCR.ReplaceAllString(s, "‰")
	s = letterDigits.ReplaceAllStringFunc(s, func(m string) string {
		out, _ := repairDigits(m)
		return out
	})
	return signForDot.ReplaceAllString(s, "$1.$2")
}

var (
	signAsDigits = regexp.MustCompile(`\d\.\d+96$`)
	strokeAlone  = regexp.MustCompile(`^[17]$`)
	shareNumber  = regexp.MustCompile(`([+-]?)\s*(\d+(?:\s*\.\s*\d+)?|\.\d+)\s*(余|多|几)?\s*([%‰])?`)
	shareRange   = regexp.MustCompile(`^\s*(?:[-~]+|至|到)\s*$`)
	plusMinus    = regexp.MustCompile(`^\s*(?:±|\+/-)\s*$`)
)

// share is a number seen in a text.
type share struct {
	value    float64
	text     string
	unit     bool
	odd      bool // 余, 多, 几 behind it
	negative bool
}

// readPercent reads prepared text; raw is for messages.
func readPercent(s, raw string, opt Options) Result {
	var notes []string
	outside := bracketed.ReplaceAllStringFunc(s, func(m string) string {
		notes = append(notes, strings.Trim(m, "() "))
		return " "
	})
	if strings.IndexFunc(outside, digit) < 0 { // (35%)
		outside, notes = strings.NewReplacer("(", " ", ")", " ").Replace(s), nil
	}
	outside = yearNote.ReplaceAllStringFunc(outside, func(m string) string {
		notes = append(notes, m)
		return " "
	})
	outside = thousands.ReplaceAllString(outside, "$1$2")
	shares, rest := scanShares(outside)
	if len(shares) == 0 {
		return unreadable(CodeFormatInvalid, "“%s”不是百分比", raw)
	}
	qualifier, words, known := qualify(rest)
	note := strings.Join(nonEmpty(append(words, notes...)), "；")
	if foreignUnit.MatchString(strings.Join(rest, "#")) {
		return unreadable(CodeFormatInvalid, "“%s”是数量或金额，不是百分比", raw)
	}
	if !known && !shares[0].unit {
		return unreadable(CodeFormatInvalid, "“%s”不是百分比", raw)
	}
	if len(shares) == 1 {
		r := oneShare(shares[0], qualifier, raw, opt).detail("note", note)
		if !known && r.State == StateValue {
			r = r.doubt(CodeAmbiguous, "“%s”中除百分比外还有“%s”", raw, strings.Join(words, " "))
		}
		return r
	}
	return manyShares(shares, rest, raw, opt).detail("note", note)
}

func scanShares(s string) (shares []share, rest []string) {
	start := 0
	for _, m := range shareNumber.FindAllStringSubmatchIndex(s, -1) {
		sign, num := s[m[2]:m[3]], dropSpaces(s[m[4]:m[5]])
		from := m[0]
		before := strings.TrimSpace(s[start:m[0]])
		negative := sign == "-"
		if sign == "-" && before == "" && len(shares) > 0 || sign == "+" && len(shares) > 0 {
			negative, from = false, m[3] // the dash or plus of 30%-40%
		}
		f, err := strconv.ParseFloat(num, 64)
		if err != nil {
			f = math.Inf(1)
		}
		unit := ""
		if m[8] >= 0 {
			unit = s[m[8]:m[9]]
		}
		if unit == "‰" {
			f /= 10
		}
		f = round6(f)
		if negative {
			f = -f
		}
		rest = append(rest, s[start:from])
		shares = append(shares, share{value: f, text: num, unit: unit != "", odd: m[6] >= 0, negative: negative})
		start = m[1]
	}
	return shares, append(rest, s[start:])
}

// limits are the bounds a percentage must keep, in percent points.
func limits(opt Options) (lo, hi float64) {
	lo, hi = 0, 100
	if opt.Min != nil {
		lo = *opt.Min
	}
	if opt.Max != nil {
		hi = *opt.Max
	}
	return lo, hi
}

func beyond(v float64, raw string, opt Options) (Result, bool) {
	lo, hi := limits(opt)
	if v >= lo && v <= hi {
		return Result{}, false
	}
	detail := map[string]any{"min": lo, "max": hi}
	if !math.IsInf(v, 0) {
		detail["seen"] = v
	}
	r := Result{State: StateUnreadable}
	return r.doubtWith(CodeOutOfRange, detail, "“%s”不在%s到%s之间", raw, number(lo), number(hi)), true
}

func oneShare(n share, qualifier, raw string, opt Options) Result {
	if r, bad := beyond(n.value, raw, opt); bad {
		return r
	}
	if n.odd && qualifier == "" {
		qualifier = "more_than"
	}
	r := valueOf(n.value+0).detail("qualifier", qualifier) // + 0 makes -0 a plain 0
	if !n.unit && n.value > 0 && n.value < 1 {
		r = r.doubt(CodeAmbiguous, "“%s”没有百分号，可能是%s%%，也可能是%s%%", raw, number(n.value), number(n.value*100))
	}
	if len(n.text) > 1 && n.text[0] == '0' && n.text[1] != '.' {
		r = r.doubt(CodeAmbiguous, "“%s”以0开头，可能缺小数点", raw)
	}
	return r
}

// manyShares reads ranges: 30%-40%, 30%±5%, 大于30%小于40%.
func manyShares(shares []share, rest []string, raw string, opt Options) Result {
	for _, n := range shares {
		if r, bad := beyond(n.value, raw, opt); bad {
			return r
		}
	}
	a, b := shares[0].value, shares[1].value
	lo, _, _ := qualify(rest[:1])
	hi, _, _ := qualify(rest[1:])
	switch {
	case len(shares) > 2:
	case shareRange.MatchString(rest[1]), lo == "more_than" && hi == "less_than", hi == "more_than_less_than":
		if a > b {
			return unreadable(CodeFormatInvalid, "“%s”：范围的两端颠倒", raw)
		}
		r := undecided("“%s”是一个范围", raw).detail("min", a).detail("max", b)
		if shares[1].unit && !shares[0].unit && a > 0 && a < 1 {
			r = r.doubt(CodeAmbiguous, "“%s”的下限没有百分号", raw)
		}
		return r
	case plusMinus.MatchString(rest[1]):
		if r, bad := beyond(round6(a-b), raw, opt); bad {
			return r
		}
		if r, bad := beyond(round6(a+b), raw, opt); bad {
			return r
		}
		return undecided("“%s”是一个范围", raw).detail("min", round6(a-b)).detail("max", round6(a+b))
	}
	values := make([]float64, len(shares))
	for i, n := range shares {
		values[i] = n.value
	}
	return undecided("“%s”中有%d个数字", raw, len(values)).detail("candidates", values)
}
