package normalize

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"", "", 0},
		{"有限公司", "有限公司", 0},
		{"ＡＢＣ", "ABC", 0},
		{"abc", "", 3},
		{"2021", "2O21", costAlike},
		{"未发表", "末发表", costAlike},
		{"第1行", "第l行", costAlike},
		{"户籍", "戸籍", costAlike},
		{"□应用", "口应用", costAlike},
		{"已经", "己经", costAlike},
		{"V1.0", "v1.0", costCase},
		{"Foo Bar", "FooBar", costBlank},
		{"甲（乙）", "甲乙", 2 * costPunct},
		{"甲(乙)", "甲（乙）", 2 * costAlike},
		{"基础软件", "工业软件", 2},
		{"软件有限公司", "件有限公司", 1},
		{"有公司", "无公司", 1},
	} {
		if got := Distance(c.a, c.b); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%q, %q: got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestSimilarity(t *testing.T) {
	near := Similarity("济南某某软件有限公司", "济南某某软忤有限公司")
	far := Similarity("济南某某软件有限公司", "青岛别家科技有限公司")
	if Similarity("某", "某") != 1 || Similarity("", "") != 1 || Similarity("甲", "乙") != 0 || Similarity("甲", "") != 0 {
		t.Error("ends of the scale are off")
	}
	if near < 0.95 || near == 1 || far > 0.6 {
		t.Errorf("near %v, far %v", near, far)
	}
}

func TestDistanceOfLongTexts(t *testing.T) {
	long := strings.Repeat("长", maxDistance+1)
	if Distance(long, long) != 0 || Distance(long, long+"短") == 0 {
		t.Error("long texts are compared as equal or not")
	}
}

func TestLookAlikesArePairs(t *testing.T) {
	for _, g := range lookAlikes {
		if n := utf8.RuneCountInString(g); n < 2 {
			t.Errorf("group %q has %d character", g, n)
		}
		for _, a := range g {
			for _, b := range g {
				if !LookAlike(a, b) || !LookAlike(b, a) {
					t.Errorf("%c and %c of group %q are not alike", a, b, g)
				}
			}
		}
	}
	if len(lookAlikes) > len(groupSet{})*64 {
		t.Errorf("%d groups do not fit a set of %d", len(lookAlikes), len(groupSet{})*64)
	}
	if LookAlike('甲', '软') || LookAlike('济', '州') {
		t.Error("characters without a group are alike")
	}
}

func FuzzDistance(f *testing.F) {
	f.Add("未发表", "末发表")
	f.Add("a b", "（）")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 300 || len(b) > 300 {
			return
		}
		d := Distance(a, b)
		if back := Distance(b, a); math.Abs(d-back) > 1e-9 {
			t.Errorf("%v one way, %v the other", d, back)
		}
		if (d == 0) != (FoldWidth(a) == FoldWidth(b)) {
			t.Errorf("distance %v of %q and %q", d, a, b)
		}
		if s := Similarity(a, b); s < 0 || s > 1 {
			t.Errorf("similarity %v", s)
		}
	})
}
