package normalize

import (
	"slices"
	"strings"
)

// creditAlphabet holds the characters of a unified social credit code in the
// order of their values (GB 32100-2015): no I, O, S, V, Z.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var creditWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// organizationWeights check positions 9 to 16 of the code against position 17
// (GB 11714).
var organizationWeights = [8]int{3, 7, 9, 10, 5, 8, 4, 2}

// validCredit reports whether the check character of an 18-character code fits.
func validCredit(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i, w := range creditWeights {
		v := strings.IndexByte(creditAlphabet, s[i])
		if v < 0 {
			return false
		}
		sum += v * w
	}
	return creditAlphabet[(31-sum%31)%31] == s[17]
}

// validOrganization reports whether the organization code inside a credit
// code has its own check character right.
func validOrganization(s string) bool {
	sum := 0
	for i, w := range organizationWeights {
		c := s[8+i]
		if digit(rune(c)) {
			sum += int(c-'0') * w
		} else {
			sum += (int(c-'A') + 10) * w
		}
	}
	return "0X987654321"[sum%11] == s[16]
}

// CreditCode reads a unified social credit code of 18 characters. A code whose
// check character does not fit is unreadable with format_invalid. In text read
// from pixels one character may be replaced by a look-alike, and the letters
// that no code has (I, O, S, V, Z) by what they must have been, where exactly
// one code comes of it that passes both its check characters.
func CreditCode(raw string, opt Options) Result {
	s, r, done := readEmptyCode(raw, opt)
	if done {
		return r
	}
	code := strings.ToUpper(strings.Trim(dropSpaces(foldSigns(s)), ".,;:()-_"))
	if i := strings.LastIndex(code, ":"); i >= 0 {
		code = code[i+1:]
	}
	switch {
	case code == "":
		return Result{State: StateBlank}
	case len(code) == 15 && digitsOnly(code):
		return unreadable(CodeFormatInvalid, "“%s”是15位的注册号，不是统一社会信用代码", s)
	case len(code) != 18:
		return unreadable(CodeFormatInvalid, "统一社会信用代码应为18位，“%s”有%d位", s, CountRunes(code))
	case validCredit(code):
		return valueOf(code)
	}
	if opt.OCR {
		if fits := creditCandidates(code); len(fits) == 1 {
			return valueOf(fits[0]).doubt(CodeRepaired, "读到“%s”，按校验位改为“%s”", s, fits[0])
		}
	}
	return unreadable(CodeFormatInvalid, "“%s”的校验位不符", s)
}

// creditAlike gives, for a character that was read, those it may have been.
var creditAlike = map[byte]string{
	'I': "1", 'O': "0", 'S': "5", 'Z': "2", 'V': "UY", '0': "DQC8", 'D': "0Q", 'Q': "0D", 'C': "G0", '1': "LT7", 'L': "1", 'T': "17", '7': "1T",
	'2': "7", '8': "B03", 'B': "83", '3': "8B", '5': "6", '6': "5G8", 'G': "6C", 'U': "W", 'W': "U", 'M': "NH", 'N': "MH", 'H': "NM",
	'E': "F", 'F': "EP", 'P': "RF", 'R': "P", 'K': "X", 'X': "K", 'Y': "X", '4': "A", 'A': "4", '9': "6",
}

// creditCandidates lists the valid codes that a misread code may stand for.
// Characters 3 to 8 name the administrative division and are digits.
func creditCandidates(code string) []string {
	starts := []string{code}
	foreign := 0
	for i := range len(code) {
		if strings.IndexByte(creditAlphabet, code[i]) >= 0 {
			continue
		}
		options, known := creditAlike[code[i]]
		if foreign++; !known || foreign > 4 {
			return nil
		}
		var next []string
		for _, s := range starts {
			for _, c := range options {
				next = append(next, s[:i]+string(c)+s[i+1:])
			}
		}
		starts = next
	}
	var fits []string
	add := func(s string) {
		if validCredit(s) && validOrganization(s) && digitsOnly(s[2:8]) && !slices.Contains(fits, s) {
			fits = append(fits, s)
		}
	}
	for _, s := range starts {
		if foreign > 0 {
			add(s)
			continue
		}
		for i := range len(s) {
			for _, c := range creditAlike[s[i]] {
				add(s[:i] + string(c) + s[i+1:])
			}
		}
	}
	return fits
}
