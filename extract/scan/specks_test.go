package scan

import (
	"slices"
	"testing"

	"dengji/extract"
	"dengji/extract/ocr"
)

// A mark without room between its ideographs is a speck; which of two in one's room
// stays is the surer.
func TestWithoutSpecks(t *testing.T) {
	const em = 30.0
	for _, tt := range []struct {
		text  string
		marks []float64 // room of each mark, in em
		score []float64
		want  string
	}{
		{"推动电网公司数字.化转型", []float64{0.1}, []float64{0.96}, "推动电网公司数字化转型"},
		{"推动电网公司数字，化转型", []float64{1}, []float64{0.5}, "推动电网公司数字，化转型"},
		{"推动电网公司数字。，化转型", []float64{0.6, 0.4}, []float64{0.99, 0.6}, "推动电网公司数字。化转型"},
		{"推动电网公司数字.，化转型", []float64{0.2, 0.9}, []float64{0.6, 0.99}, "推动电网公司数字，化转型"},
		{"推动电网公司数字。“化转型", []float64{0.6, 0.4}, []float64{0.99, 0.95}, "推动电网公司数字。“化转型"},
		{"推动电网公司数字。“化转型", []float64{1, 1}, []float64{0.99, 0.6}, "推动电网公司数字。“化转型"},
		{"提升3.5%，电网公司数字化", []float64{0.3, 0.5}, []float64{0.9, 0.9}, "提升3.5%，电网公司数字化"},
		{"采用统一的微服务架构,支持分布式部署", []float64{0.27}, []float64{0.999}, "采用统一的微服务架构,支持分布式部署"},
		{"构建统一的“数据中台”服务体系", []float64{0.44, 0.44}, []float64{0.999, 0.999}, "构建统一的“数据中台”服务体系"},
		{"推动电网公司数字,化转型", []float64{0.05}, []float64{0.96}, "推动电网公司数字化转型"},
		{"数字.化", []float64{0.1}, []float64{0.9}, "数字.化"}, // too short to tell a pitch
		{"", nil, nil, ""},
	} {
		var chars []ocr.Char
		x, k := 0.0, 0
		for _, r := range tt.text {
			c := ocr.Char{X0: x, X1: x + em, Score: 0.99}
			if marksBetween([]rune("字"+string(r)+"字"), 1) == 1 {
				c.X1, c.Score = x+tt.marks[k]*em, tt.score[k]
				k++
			}
			chars = append(chars, c)
			x = c.X1
		}
		got, left := withoutSpecks(tt.text, chars)
		if doubted := slices.ContainsFunc(left, func(c ocr.Char) bool { return c.Score <= extract.UnreadInk }); doubted != (tt.want != tt.text) {
			t.Errorf("%s: doubted %v", tt.text, doubted)
		}
		if got != tt.want || len(left) != len([]rune(got)) {
			t.Errorf("%s: %s with %d places, want %s", tt.text, got, len(left), tt.want)
		}
	}
}

// Figures with more room than they take lost one of their number.
func TestDoubtFigures(t *testing.T) {
	const em = 30.0
	for _, tt := range []struct {
		text  string
		room  float64 // of all figures, in em
		doubt bool
	}{
		{"由二十四天缩短至1天，", 0.6, false},
		{"由二十四天缩短至1天，", 1.0, false}, // with Word's quarters of an em
		{"由二十四天缩短至1天，", 1.1, true},
		{"由二十四天缩短至11天，", 1.1, false},
		{"由二十四天缩短至11天，", 0.6, true},
		{"由二十四天缩短至121天，", 2.3, true},
		{"由二十四天缩短至121天，", 2.0, false},
		{"由二十四天缩短至1.1天，", 2.3, false}, // a point may have any room
		{"缩短至1天", 1.1, false},         // too short to tell a pitch
	} {
		n := 0
		for _, r := range tt.text {
			if figure(r) {
				n++
			}
		}
		var chars []ocr.Char
		x := 0.0
		for _, r := range tt.text {
			c := ocr.Char{X0: x, X1: x + em, Score: 0.99}
			if figure(r) {
				c.X1 = x + tt.room*em/float64(n)
			}
			chars = append(chars, c)
			x = c.X1
		}
		w := &work{read: []readLine{{first: reading{Reading: ocr.Reading{Text: tt.text, Chars: chars}}}}}
		w.doubtFigures()
		for i, r := range []rune(tt.text) {
			if doubted := chars[i].Score < 0.9; doubted != (tt.doubt && figure(r)) {
				t.Errorf("%s with %.1f em for its figures: %c has %.2f", tt.text, tt.room, r, chars[i].Score)
			}
		}
	}
}
