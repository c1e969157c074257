package normalize

import (
	"regexp"
	"strings"
)

var (
	certificateForm  = regexp.MustCompile(`^软著登字第(\d{7,8})号$`)
	registrationForm = regexp.MustCompile(`^((?:19|20)\d{2})SR(\d{6,7})$`)
	serialForm       = regexp.MustCompile(`^(?:19|20)\d{2}R\d{2}[A-Z]\d{6,8}$`)
	certificateLoose = regexp.MustCompile(`^(.{0,6}?)([0-9OoQDlI|!iZzSsBG]{6,10})(.?)$`)
	registrationSeen = regexp.MustCompile(`^([0-9OoQDlI|!ZzSsBG]{4})([Ss5$8][A-Za-z])([0-9OoQDlI|!iZzSsBGg]{5,9})$`)
	supplementForm   = regexp.MustCompile(`软著(?:变|补|变补|转)`)
	numberLabel      = regexp.MustCompile(`^(?:软件)?(?:著作权)?(?:登记号|证书号|登记证书号|证书编号|流水号|编号)[:]?|^号[:]`)
)

// What a number is like among the characters of a page's back or of a seal: whole, and
// with no letter or figure beside it that may be its own.
var (
	certificateInside  = regexp.MustCompile(`(软著登字第\d{7,8}号)`)
	registrationInside = regexp.MustCompile(`(?:^|[^0-9A-Za-z])((?:19|20)\d{2}SR\d{7})(?:[^0-9A-Za-z]|$)`)
	emailInside        = regexp.MustCompile(`([A-Za-z0-9._-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,6})(?:[^A-Za-z0-9.-]|$)`)
)

// among takes the one number that stands among other characters, in doubt.
func among(form *regexp.Regexp, code, raw string) (Result, bool) {
	found := form.FindAllStringSubmatch(code, -1)
	if len(found) != 1 {
		return Result{}, false
	}
	return valueOf(found[0][1]).doubt(CodeRepaired, "读到“%s”，按“%s”处理", raw, found[0][1]), true
}

// wrongNumber says what a number is that stands in another one's place.
func wrongNumber(s string) string {
	up := strings.ToUpper(s)
	switch {
	case serialForm.MatchString(up):
		return "是流水号"
	case registrationForm.MatchString(up):
		return "是登记号"
	case certificateForm.MatchString(s):
		return "是证书号"
	case supplementForm.MatchString(s):
		return "是变更或补充证明的编号"
	}
	return ""
}

func readNumber(raw string, opt Options) (code, s string, r Result, done bool) {
	s, r, done = readEmptyCode(raw, opt)
	if done {
		return "", s, r, true
	}
	code = strings.Trim(dropSpaces(foldSigns(s)), ".,;:()-_。")
	code = numberLabel.ReplaceAllString(code, "")
	if code == "" {
		return "", s, Result{State: StateBlank}, true
	}
	return code, s, Result{}, false
}

// CertificateNumber reads the number of a software copyright certificate,
// 软著登字第8347956号. Digits alone, or a number without its 号, are completed
// with the doubt repaired, and so are misread characters in text read from
// pixels. A registration number (登记号) or serial number (流水号) in its place is
// unreadable with format_invalid, and the doubt says which it is.
func CertificateNumber(raw string, opt Options) Result {
	code, s, r, done := readNumber(raw, opt)
	if done {
		return r
	}
	if certificateForm.MatchString(code) {
		return valueOf(code)
	}
	if wrong := wrongNumber(code); wrong != "" {
		return unreadable(CodeFormatInvalid, "“%s”%s，不是证书号", s, wrong)
	}
	m := certificateLoose.FindStringSubmatch(code)
	if r, ok := among(certificateInside, code, s); ok && opt.OCR {
		return r
	}
	if m == nil {
		return unreadable(CodeFormatInvalid, "“%s”不是证书号（软著登字第…号）", s)
	}
	digits := m[2]
	if opt.OCR {
		digits, _ = repairDigits(digits)
	}
	allowed := 0.0 // wrong characters around the digits
	if opt.OCR {
		allowed = 2
	}
	front := Distance(m[1], "软著登字第")
	if m[1] == "" {
		front = 0
	}
	back := m[3] == "" || m[3] == "号" || opt.OCR
	fixed := "软著登字第" + digits + "号"
	if !certificateForm.MatchString(fixed) || front > allowed && !strings.HasSuffix("软著登字第", m[1]) || !back {
		return unreadable(CodeFormatInvalid, "“%s”不是证书号（软著登字第…号）", s)
	}
	return valueOf(fixed).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, fixed)
}

// RegistrationNumber reads the registration number of a software copyright,
// 2021SR1625330. A serial number (流水号, 2024R11L0965327) or certificate number
// in its place is unreadable with format_invalid, and the doubt says which it
// is. In text read from pixels, letters among the digits and 5R for SR are
// repaired.
func RegistrationNumber(raw string, opt Options) Result {
	code, s, r, done := readNumber(raw, opt)
	if done {
		return r
	}
	up := strings.ToUpper(code)
	if registrationForm.MatchString(up) {
		return valueOf(up)
	}
	wrong := wrongNumber(code)
	if strings.HasPrefix(code, "软著登字") {
		wrong = "是证书号"
	}
	if wrong != "" {
		return unreadable(CodeFormatInvalid, "“%s”%s，不是登记号", s, wrong)
	}
	if m := registrationSeen.FindStringSubmatch(code); m != nil && opt.OCR {
		year, _ := repairDigits(m[1])
		tail, _ := repairDigits(m[3])
		known := strings.EqualFold(m[2][len(m[2])-1:], "R") // else the letter may be the first figure, and the R lost
		if fixed := year + "SR" + tail; registrationForm.MatchString(fixed) && (known || len(tail) == 7) {
			return valueOf(fixed).doubt(CodeRepaired, "读到“%s”，按“%s”处理", s, fixed)
		}
	}
	if r, ok := among(registrationInside, up, s); ok && opt.OCR && strings.Count(up, "SR") == 1 {
		return r
	}
	return unreadable(CodeFormatInvalid, "“%s”不是登记号（如2021SR1625330）", s)
}
