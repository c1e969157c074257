package rules

import (
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"dengji/extract"
)

// ringOf reads places as a test writes them, parted by blanks: characters each
// with its share in hundredths, ! behind a sure one, - where nothing was read.
func ringOf(t *testing.T, text string) []extract.SealPlace {
	t.Helper()
	var out []extract.SealPlace
	for _, word := range strings.Fields(text) {
		p := extract.SealPlace{Scores: []float64{}}
		for word != "" && word != "-" {
			c, n := utf8.DecodeRuneInString(word)
			word = word[n:]
			if c == '!' {
				p.Sure = true
				continue
			}
			digits := strings.IndexFunc(word+"|", func(r rune) bool { return !unicode.IsDigit(r) })
			share := 100
			if digits > 0 {
				var err error
				if share, err = strconv.Atoi(word[:digits]); err != nil {
					t.Fatal(err)
				}
			}
			word = word[digits:]
			p.Chars, p.Scores = p.Chars+string(c), append(p.Scores, float64(share)/100)
		}
		out = append(out, p)
	}
	return out
}

func TestLayRing(t *testing.T) {
	for _, tc := range []struct {
		what, ring, name string
		want             string // same, other or open
		whole            bool
	}{
		{"all is sure", "大! 连! 星! 海! 软! 件! 有! 限! 公! 司!", "大连星海软件有限公司", "same", true},
		{"two are doubtful, and have the name's character", "大! 连! 星60 海40悔20 软! 件! 有! 限! 公30 司!", "大连星海软件有限公司", "same", true},
		{"one is covered", "大! 连! - 海! 软! 件! 有! 限! 公! 司!", "大连星海软件有限公司", "same", true},
		{"one looks like another", "大! 连! 星! 梅! 软! 件! 有! 限! 公! 司!", "大连星海软件有限公司", "same", true},
		{"the end was lost", "大! 连! 星! 海! 软! 件! 有! 限!", "大连星海软件有限公司", "same", false},
		{"strays at both ends", "十30 大! 连! 星! 海! 软! 件! 有! 限! 公! 司! 口20", "大连星海软件有限公司", "same", false},
		{"what tells the firm from others is not there", "大! 连! - - 软! 件! 有! 限! 公! 司!", "大连星海软件有限公司", "open", false},
		{"nor badly read", "大! 连! 显30 每20 软! 件! 有! 限! 公! 司!", "大连星海软件有限公司", "open", false},
		{"one is surely another", "大! 连! 望! 海! 软! 件! 有! 限! 公! 司!", "大连星海软件有限公司", "same", false},
		{"one is surely another, one not there", "大! 连! 望! 海! 软! - 有! 限! 公! 司!", "大连星海软件有限公司", "open", false},
		{"nothing but the legal form", "- - - - - - 有! 限! 公! 司!", "大连星海软件有限公司", "open", false},
		{"a branch of the firm", "大! 连! 星! 海! 软! 件! 有! 限! 公! 司! 分! 公! 司!", "大连星海软件有限公司", "open", false},
		{"rubbish", "号20 县40 - 邑10 有80 湖70 北20", "大连星海软件有限公司", "open", false},
		{"another firm", "西! 安! 嘴20 捷! 智! 能! 科! 技! 有! 限! 公! 司!", "大连星海软件有限公司", "other", false},
		{"another firm of the city", "大! 连! 捷! 通! 软! 件! - 限! 公! 司!", "大连星海软件有限公司", "other", false},
		{"another firm, read in part", "北73 望40 誉! 测! 核59 技71 有30 路10 限! 责30 任38 公69 司52", "乌鲁木齐星海软件有限公司", "other", false},
		{"another firm, hardly legible, longer than the name", "- - 北73 享19 昊23 誉98! 测95! 核59控13 技71 有35 路10 限99! 贵52责34 件61任10 公69 司52 - 口98!", "乌鲁木齐星海软件有限公司", "other", false},
		{"a place out of step", "大! 连! 星! 海! - 软! 件! 有! 限! 公! 司!", "大连星海软件有限公司", "open", false},
		{"no ring", "", "大连星海软件有限公司", "open", false},
	} {
		fit := layRing(ringOf(t, tc.ring), []rune(tc.name))
		got := "open"
		switch {
		case fit.same() && fit.other():
			got = "both"
		case fit.same():
			got = "same"
		case fit.other():
			got = "other"
		}
		if got != tc.want || got == "same" && fit.whole() != tc.whole {
			t.Errorf("%s: %s, whole %v, want %s, whole %v: %+v", tc.what, got, fit.whole(), tc.want, tc.whole, fit)
		}
	}
}

func TestPartly(t *testing.T) {
	if got, want := partly(ringOf(t, "大! 连50 - 海!")), "大□□海"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLostEnd(t *testing.T) {
	for text, want := range map[string]bool{
		"连星海软件有限公司": true, "大连星海软件有限公": true, "大连星海软件有限公司": false,
		"星海软件有限公司": false, "大连海软件有限公司": false, "天连星海软件有限公司": false, "": false,
	} {
		if got := lostEnd(text, "大连星海软件有限公司"); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
