package tesseract

import (
	"image"
	"testing"
	"unicode/utf8"
)

func TestAssemble(t *testing.T) {
	at := func(text string, x0, x1 int) symbol {
		return symbol{text, image.Rect(x0, 0, x1, 20), 0.5}
	}
	for _, c := range []struct {
		name    string
		symbols []symbol
		want    string
	}{
		{"nothing", nil, ""},
		{"Chinese apart stays together", []symbol{at("济", 0, 20), at("南", 60, 80)}, "济南"},
		{"letters apart are words", []symbol{at("A", 0, 10), at("B", 30, 40)}, "A B"},
		{"letters close are a word", []symbol{at("A", 0, 10), at("B", 14, 24)}, "AB"},
		{"punctuation has gaps of its own", []symbol{at("a", 0, 10), at(".", 25, 28), at("c", 43, 53)}, "a.c"},
		{"Chinese beside a letter", []symbol{at("版", 0, 20), at("V", 50, 60)}, "版V"},
		{"a symbol of two runes", []symbol{at("fi", 0, 20), at("x", 22, 30)}, "fix"},
		{"beyond the edges", []symbol{at("A", -5, 10), at("B", 90, 130)}, "A B"},
	} {
		r := assemble(c.symbols, 100)
		if r.Text != c.want || utf8.RuneCountInString(r.Text) != len(r.Chars) {
			t.Errorf("%s: %q with %d chars, want %q", c.name, r.Text, len(r.Chars), c.want)
		}
		for _, ch := range r.Chars {
			if ch.X0 < 0 || ch.X1 > 100 || ch.X1 < ch.X0 || ch.Score != 0.5 {
				t.Errorf("%s: %+v", c.name, ch)
			}
		}
	}
}
