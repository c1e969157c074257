package normalize

import (
	"regexp"
	"strings"
	"unicode"
)

// Phone reads telephone numbers as the record writes them: 13800000000,
// 0532-69326660, with an extension 0532-69326660-801, and 400-123-4567 for
// service numbers of ten digits.
//
//   - Of several numbers the first is the value, the others are detail.others;
//     that alone is not doubted. A local number after one with an area code has
//     the same area code.
//   - Words beside a number (手机, a name) are detail.note.
//   - A fixed number without area code, one with seven digits where all have
//     eight, and a number abroad (+852…) are kept with the doubt format_invalid.
//   - Digits that belong to no number leave the doubt ambiguous; if there is no
//     number at all the text is unreadable with format_invalid.
//   - In text read from pixels, letters for digits are repaired.
func Phone(raw string, opt Options) Result {
	// two numbers on two lines must not grow together
	s, r, done := readEmptyCode(strings.ReplaceAll(FoldWidth(raw), "\n", " "), opt)
	if done {
		return r
	}
	if CountRunes(s) > maxCode {
		return unreadable(CodeFormatInvalid, "文字过长，不是电话号码")
	}
	text := foldSigns(s)
	fixed := text
	if opt.OCR {
		fixed = repairPhone(text)
	}
	if len(phoneRuns.FindAllString(fixed, -1)) == 0 && strings.Trim(dropSpaces(fixed), "-_()/+") == "" {
		return Result{State: StateBlank} // printed signs alone
	}
	r = readPhones(fixed, s)
	if fixed != text {
		r = r.doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, fixed)
	}
	return r
}

var (
	phoneRuns   = regexp.MustCompile(`\d+`)
	hardBreak   = regexp.MustCompile(`[/;,、\\|&]+|或者?|和`)
	extWord     = regexp.MustCompile(`(?i)\s*(?:(?:转接?|分机号?|内线|extension|ext\.?|x|#|\*)[ :.]*)+(\d{1,6})`)
	phoneSymbol = regexp.MustCompile(`[^\d+~#() .·_-]+`)
	phoneLetter = regexp.MustCompile(`[A-Za-z〇○|!]+`)
)

// repairPhone puts digits for letters that touch a digit, where the text has
// many digits and few such letters. A word (Tel) stays a word.
func repairPhone(s string) string {
	digits := len(strings.Join(phoneRuns.FindAllString(s, -1), ""))
	out, last, letters := "", 0, 0
	for _, m := range phoneLetter.FindAllStringIndex(s, -1) {
		before, after := lastRune(s[:m[0]]), firstRune(s[m[1]:])
		word := s[m[0]:m[1]]
		fixed, _ := repairDigits(word)
		if digitsOnly(fixed) && (digit(before) || digit(after)) {
			letters += len([]rune(word))
			out, last = out+s[last:m[0]]+fixed, m[1]
		}
	}
	if digits < 5 || letters > 3 {
		return s
	}
	return out + s[last:]
}

// readPhones reads all numbers of a text.
func readPhones(s, raw string) Result {
	var numbers, notes []string
	loose, area := false, ""
	firstBad := false
	var doubts []string
	for _, part := range hardBreak.Split(s, -1) {
		part = extWord.ReplaceAllString(part, "~$1")
		words := phoneWords(part)
		notes = append(notes, words...)
		found, left := partPhones(digitGroups(phoneSymbol.ReplaceAllString(part, " ")), area)
		loose = loose || left
		firstBad = firstBad || left && len(numbers) == 0 && len(found) == 0
		for _, p := range found {
			numbers = append(numbers, p.text)
			if p.area != "" {
				area = p.area
			}
			if p.doubt != "" {
				doubts = append(doubts, p.doubt)
			}
		}
	}
	if len(numbers) == 0 {
		return unreadable(CodeFormatInvalid, "“%s”%s", raw, phoneComplaint(s))
	}
	r := valueOf(numbers[0]).detail("note", strings.Join(notes, "；"))
	if others := uniqueAfter(numbers); len(others) > 0 {
		r = r.detail("others", others)
	}
	for _, d := range doubts {
		r = r.doubt(CodeFormatInvalid, "“%s”%s", raw, d)
	}
	if loose {
		r = r.doubt(CodeAmbiguous, "“%s”中有数字不属于任何一个完整的号码", raw)
	}
	return r
}

// uniqueAfter returns what follows the first of texts, without repetitions.
func uniqueAfter(texts []string) []string {
	seen := map[string]bool{texts[0]: true}
	var out []string
	for _, t := range texts[1:] {
		if !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

var phoneLabel = regexp.MustCompile(`(?i)^(?:联系|办公|固定|移动|手机|座机|电话|号码|及|固话|传真|tel|phone|mobile|mob|cell|[:. ()])+$`)

// phoneWords are the words beside a number that are no label of it.
func phoneWords(part string) []string {
	var out []string
	for _, w := range phoneSymbol.FindAllString(part, -1) {
		w = strings.Trim(w, " :.,'\"")
		if w != "" && !phoneLabel.MatchString(w) && strings.IndexFunc(w, unicode.IsLetter) >= 0 {
			out = append(out, w)
		}
	}
	return out
}

// phoneComplaint says what is wrong with a text that holds no number.
func phoneComplaint(s string) string {
	digits := strings.Join(phoneRuns.FindAllString(s, -1), "")
	switch {
	case digits == "":
		return "不是电话号码"
	case strings.HasPrefix(digits, "1") && len(digits) != 11 && len(digits) >= 9 && len(digits) <= 13:
		return "不是电话号码：手机号应为11位，读到" + itoa(len(digits)) + "位"
	}
	return "不是电话号码：读到" + itoa(len(digits)) + "位数字"
}
