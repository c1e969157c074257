package normalize

import (
	"strings"
	"testing"
)

func TestJoinLines(t *testing.T) {
	for _, c := range []struct{ lines, want string }{
		{"", ""},
		{"某某平|台", "某某平台"},
		{"某某|ERP|平台", "某某ERP平台"},
		{"Spring|Cloud", "Spring Cloud"},
		{"cloud|platform", "cloud platform"},
		{"Windows|10", "Windows 10"},
		{"系统V|1.0", "系统V1.0"},
		{"V1|.0", "V1.0"},
		{"V1.|0", "V1.0"},
		{"138|00000000", "13800000000"},
		{"0532-|69326660", "0532-69326660"},
		{"0532|-69326660", "0532-69326660"},
		{"2021-06|-15", "2021-06-15"},
		{"35|%", "35%"},
		{"35.|2%", "35.2%"},
		{"2021SR|1625330", "2021SR1625330"},
		{"2021|SR1625330", "2021SR1625330"},
		{"2021SR16|25330", "2021SR1625330"},
		{"www.example|.com", "www.example.com"},
		{"www.exam|ple.com", "www.example.com"},
		{"www.example.|com", "www.example.com"},
		{"https://www.|example.com/pa|th", "https://www.example.com/path"},
		{"zhangsan@|163.com", "zhangsan@163.com"},
		{"zhangsan|@163.com", "zhangsan@163.com"},
		{"zhang|san@163.com", "zhangsan@163.com"},
		{"a@b.cn|c@d.cn", "a@b.cn c@d.cn"},
		{"a@b.cn,|c@d.cn", "a@b.cn, c@d.cn"},
		{"One sentence.|Another", "One sentence. Another"},
		{"Co.,|Ltd.", "Co., Ltd."},
		{"  某某 |  平台  ", "某某平台"},
		{"第一，|第二", "第一，第二"},
		{"某||某", "某某"},
		{"state-of-|the-art", "state-of-the-art"},
	} {
		lines := strings.Split(c.lines, "|")
		if got := JoinLines(lines); got != c.want {
			t.Errorf("%q: got %q, want %q", c.lines, got, c.want)
		}
		if got := JoinLines([]string{strings.Join(lines, "\n")}); got != c.want {
			t.Errorf("%q as one text: got %q, want %q", c.lines, got, c.want)
		}
	}
}

func TestFoldWidth(t *testing.T) {
	for raw, want := range map[string]string{
		"ＡＢＣ１２３":         "ABC123",
		"３５％＠／－．＿":       "35%@/-._",
		"（一），：；！？～":      "（一），：；！？～",
		"a\u3000b\u00a0": "a b ",
		"a\u200b\ufeffb": "ab",
		"☑\ufe0f基础":      "☑基础",
		"⼯业⽤":            "工业用",
		"㎡①":             "㎡①",
		"｡｢｣":            "。「」",
		"a\tb\x07":       "a b",
		"a\nb":           "a\nb",
	} {
		if got := FoldWidth(raw); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

func TestCountRunes(t *testing.T) {
	for raw, want := range map[string]int{"": 0, " \n\u3000": 0, "一二三": 3, "a b\tc": 3, "，。": 2, "１２": 2} {
		if got := CountRunes(raw); got != want {
			t.Errorf("%q: got %d, want %d", raw, got, want)
		}
	}
}
