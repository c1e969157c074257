package normalize

import (
	"regexp"
	"strings"
)

var (
	versionForm  = regexp.MustCompile(`^[Vv]?\d+(?:\.\d+)*(?:[-_ ]?[A-Za-z]+[-_. ]?\d*(?:\.\d+)*)?$`)
	versionTrim  = regexp.MustCompile(`^(?:版本号?|[Vv]er(?:sion)?\.?)[:： ]*`)
	versionLoose = regexp.MustCompile(`([Vv])\s*([0-9OoQIil|ZSB]+(?:\s*[.,，。·]\s*[0-9OoQIil|ZSB]+)*)$`)
)

// Version normalises a version: v 1.0 and 版本V1.0 are V1.0, 1.0 stays 1.0.
// In text read from pixels letters among the digits are repaired. What does
// not look like a version is kept with the doubt format_invalid.
func Version(raw string, opt Options) Result {
	s, r, done := readEmpty(raw, opt)
	if done {
		return r
	}
	s = tidySpaces(s, true)
	v := strings.TrimSuffix(strings.TrimSuffix(versionTrim.ReplaceAllString(s, ""), "版本"), "版")
	v = spacedVersion.ReplaceAllString(strings.Trim(v, "，。,；;（）() "), "$1$2")
	fixed := v
	if opt.OCR {
		fixed = repairVersion(v)
	}
	if strings.HasPrefix(fixed, "v") {
		fixed = "V" + fixed[1:]
		v = "V" + v[1:]
	}
	if !versionForm.MatchString(fixed) {
		return valueOf(s).doubt(CodeFormatInvalid, "“%s”不像版本号", s)
	}
	r = valueOf(fixed)
	if fixed != v {
		r = r.doubt(CodeRepaired, "版本号“%s”按“%s”处理", v, fixed)
	}
	return r
}

// repairVersion puts letters and signs inside the version at the end of s
// right: V1.O, Vl.0, V1,0. A version without any digit is left alone.
func repairVersion(s string) string {
	m := versionLoose.FindStringSubmatchIndex(s)
	if m == nil {
		return s
	}
	if m[0] > 0 && latin(rune(s[m[0]-1])) {
		return s // the V belongs to a Latin word
	}
	num := s[m[4]:m[5]]
	if strings.IndexFunc(num, digit) < 0 {
		return s
	}
	num = looseDot.Replace(dropSpaces(num))
	num, _ = repairDigits(num)
	return s[:m[2]] + s[m[2]:m[3]] + num
}

var looseDot = strings.NewReplacer(",", ".", "，", ".", "。", ".", "·", ".")

// versionTail is the version at the end of a name, for messages.
func versionTail(s string) string {
	if i := strings.LastIndexAny(s, "Vv"); i >= 0 {
		return s[i:]
	}
	return s
}

// digitLike are the letters and signs that readers put for a digit.
var digitLike = map[rune]rune{
	'O': '0', 'o': '0', 'Q': '0', 'D': '0', '〇': '0', '○': '0', '◯': '0', 'О': '0', 'о': '0', 'Ο': '0',
	'l': '1', 'I': '1', 'i': '1', '|': '1', '!': '1', '丨': '1',
	'Z': '2', 'z': '2', 'З': '3', 'S': '5', 's': '5', 'b': '6', 'G': '6', 'B': '8', 'g': '9', 'q': '9',
}

// repairDigits puts the digit that was meant for every letter that readers
// take for one. The caller has made sure that s ought to be a number.
func repairDigits(s string) (string, bool) {
	out := strings.Map(func(r rune) rune {
		if d, ok := digitLike[r]; ok {
			return d
		}
		return r
	}, s)
	return out, out != s
}
