package normalize

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// awkward texts seed every target.
var awkward = []string{
	"", "无", "____", "2021年6月15日", "2O21-06-l5", "二〇二一年六月", "2021年6月-8月", "15/06/2021", "June 15, 2021", "2021年上半年",
	"约35.2％", "30%-40%", "0.35", "5‰", "三成半", "百分之三十五点二", "3S%", "35.20/0", "30%±5%", "1e309", "-0",
	"13800000000/0532-69326660转801", "+86 (0)532 6932 6660", "400-123-4567", "138O0000000", "0532-69326660/61",
	"zhang san@163,com", "a@b.cn; c@d.com", "http;//www,example.com", "https://例子.中国/a(b)?c",
	"☑基础软件 □工业软件", "基础软件√ 工业软件", "□√应用软件", "[√]基础软件", "口应用软忤", "工业软件/应用软件",
	"软著登字第8347956号", "2021SR1625330", "2024R11L0965327", "91350100M000100Y4Z", "某某系统 V1.O", "甲有限公司、乙大学\n张三",
	"\xff\x00\u202e", "（（（", ")))", "''''", "年月日", "%%%", "@@@", "----", "ﷺ", "Ⅷ", "a\u0301",
}

// fuzz runs a normaliser on any text in any mode and checks what must always
// hold, then what inRange says of values.
func fuzz(f *testing.F, fn Func, vocabulary []string, inRange func(v any) bool) {
	for _, s := range awkward {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, raw string, pixels bool) {
		if len(raw) > 2000 {
			return
		}
		opt := Options{OCR: pixels, Vocabulary: vocabulary}
		r := fn(raw, opt)
		if err := sound(fn, opt, r); err != nil {
			t.Errorf("%q: %v (%s)", raw, err, show(r))
		}
		if r.Value != nil && !inRange(r.Value) {
			t.Errorf("%q: value %v is out of range", raw, r.Value)
		}
	})
}

func matches(pattern string) func(any) bool {
	re := regexp.MustCompile(pattern)
	return func(v any) bool { s, ok := v.(string); return ok && re.MatchString(s) }
}

func cleanText(v any) bool {
	s, ok := v.(string)
	return ok && s != "" && utf8.ValidString(s) && !strings.ContainsAny(s, "\n\r\t\x00\u202e\u200b") && strings.TrimSpace(s) == s
}

func FuzzText(f *testing.F)    { fuzz(f, Text, nil, cleanText) }
func FuzzName(f *testing.F)    { fuzz(f, Name, nil, cleanText) }
func FuzzCompany(f *testing.F) { fuzz(f, Company, nil, cleanText) }
func FuzzProduct(f *testing.F) { fuzz(f, ProductName, nil, cleanText) }
func FuzzVersion(f *testing.F) { fuzz(f, Version, nil, cleanText) }
func FuzzPhone(f *testing.F) {
	fuzz(f, Phone, nil, matches(`^(?:1[3-9]\d{9}|(?:0\d{2,3}-)?[2-8]\d{6,7}|[48]00-\d{3}-\d{4}|\+[1-9]\d{6,14})(?:-\d{1,6})?$`))
}
func FuzzPostalCode(f *testing.F) { fuzz(f, PostalCode, nil, matches(`^\d{6}$`)) }
func FuzzEmail(f *testing.F)      { fuzz(f, Email, nil, matches(`^[^@\s]+@[a-z0-9.-]+\.[a-z]{2,}$`)) }
func FuzzURL(f *testing.F) {
	fuzz(f, URL, nil, matches(`^(?:(?:https?|ftp)://)?[^\s/@"<>]+\.[^\s"<>]+$`))
}
func FuzzCertificateNumber(f *testing.F) {
	fuzz(f, CertificateNumber, nil, matches(`^软著登字第\d{7,8}号$`))
}
func FuzzRegistrationNumber(f *testing.F) {
	fuzz(f, RegistrationNumber, nil, matches(`^(?:19|20)\d{2}SR\d{6,7}$`))
}

func FuzzDate(f *testing.F) {
	fuzz(f, Date, nil, func(v any) bool {
		s, _ := v.(string)
		for _, layout := range []string{"2006", "2006-01", "2006-01-02"} {
			if d, err := time.Parse(layout, s); err == nil {
				return d.Year() >= minYear && d.Year() <= maxYear
			}
		}
		return false
	})
}

func FuzzPercent(f *testing.F) {
	fuzz(f, Percent, nil, func(v any) bool { p, ok := v.(float64); return ok && p >= 0 && p <= 100 })
}

func FuzzCreditCode(f *testing.F) {
	fuzz(f, CreditCode, nil, func(v any) bool { s, ok := v.(string); return ok && validCredit(s) })
}

func FuzzChoices(f *testing.F) {
	fuzz(f, Choices, boxes, func(v any) bool {
		words, ok := v.([]string)
		at := -1
		for _, w := range words {
			i := slices.Index(boxes, w)
			if i <= at {
				return false // unknown, twice, or out of order
			}
			at = i
		}
		return ok && len(words) > 0
	})
}

func FuzzCategory(f *testing.F) { fuzz(f, Category, boxes, cleanText) }

func FuzzOwners(f *testing.F) {
	fuzz(f, Owners, nil, func(v any) bool {
		names, ok := v.([]string)
		return ok && len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return !cleanText(n) })
	})
}

func FuzzHelpers(f *testing.F) {
	for _, s := range awkward {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 {
			return
		}
		if once := FoldWidth(s); FoldWidth(once) != once {
			t.Errorf("FoldWidth(%q) is not stable: %q, %q", s, once, FoldWidth(once))
		}
		once := JoinLines([]string{s})
		if twice := JoinLines([]string{once}); twice != once {
			t.Errorf("JoinLines(%q) is not stable: %q, %q", s, once, twice)
		}
		if a, b := CountRunes(FoldWidth(s)), CountRunes(once); a != b {
			t.Errorf("JoinLines(%q) has %d characters of %d", s, b, a)
		}
		if key := NameKey(s, false); NameKey(key, false) != key {
			t.Errorf("NameKey(%q) is not stable: %q", s, key)
		}
		if name, version := SplitVersion(s); CountRunes(name)+CountRunes(version) > CountRunes(FoldWidth(s)) {
			t.Errorf("SplitVersion(%q) invents characters: %q, %q", s, name, version)
		}
	})
}
