package scan

import (
	"testing"

	"dengji/extract/ocr"
)

// spaced makes a reading whose characters stand 10 pixels apart, with the
// scores given; a space in text leaves its place empty.
func spaced(text string, scores ...float64) reading {
	var r reading
	k := 0
	for i, c := range []rune(text) {
		if c == ' ' {
			continue
		}
		score := 0.99
		if k < len(scores) {
			score = scores[k]
		}
		k++
		r.Text += string(c)
		r.Chars = append(r.Chars, ocr.Char{X0: float64(i * 10), X1: float64(i*10 + 10), Score: score})
		r.Score += score
	}
	if k > 0 {
		r.Score /= float64(k)
	}
	return r
}

func TestConsensus(t *testing.T) {
	for _, c := range []struct {
		name     string
		readings []reading
		want     string
		doubtful bool // a character is left with a score under 0.9
	}{
		{"one reading stands", []reading{spaced("广州凌辰")}, "广州凌辰", false},
		{"all agree", []reading{spaced("广州凌辰"), spaced("广州凌辰")}, "广州凌辰", false},
		{"the sure character wins", []reading{spaced("广州凌展", .99, .99, .99, .4), spaced("广川凌辰", .99, .3, .99, .99)}, "广州凌辰", true},
		{"two against one", []reading{spaced("技术银公司"), spaced("技术限公司"), spaced("技术限公司")}, "技术限公司", true},
		{"a lost character comes back", []reading{spaced("  省南昌市东湖"), spaced("江西省南昌市东湖")}, "江西省南昌市东湖", true},
		{"a lost character in the middle", []reading{spaced("渝 区高新"), spaced("渝北区高新"), spaced("渝北区高新")}, "渝北区高新", true},
		{"strokes of the seal fall away", []reading{spaced("常阳林州多", .99, .99, .99, .4, .4), spaced("常阳林"), spaced("常阳林")}, "常阳林", true},
		{"an empty reading says nothing", []reading{{}, spaced("汤秋兰", .7, .7, .7)}, "汤秋兰", true},
		{"nothing at all", []reading{{}, {}}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := consensus(c.readings)
			if got.Text != c.want || len(got.Chars) != len([]rune(c.want)) {
				t.Fatalf("got %q with %d characters, want %q", got.Text, len(got.Chars), c.want)
			}
			low := false
			for i, ch := range got.Chars {
				low = low || ch.Score < 0.9
				if i > 0 && middleOf(ch) < middleOf(got.Chars[i-1]) {
					t.Errorf("character %d stands left of the one before it", i)
				}
			}
			if low != c.doubtful {
				t.Errorf("doubtful %v, want %v: %v", low, c.doubtful, got.Chars)
			}
		})
	}
}

// Characters read at other places of the line are not each other's
// counterpart, even where the texts have the same length.
func TestAlignMindsThePlace(t *testing.T) {
	for _, p := range align(spaced("甲乙丙"), spaced("    丁戊己")) {
		if p.base >= 0 && p.other >= 0 {
			t.Fatalf("characters %d and %d stand for each other", p.base, p.other)
		}
	}
}
