package scan

import (
	"image"
	"testing"

	"dengji/extract"
	"dengji/extract/page"
)

// The end of a wrapped value that no reader knows leaves its trace; a speck, a
// piece of a seal and a line far below do not.
func TestDoubtBesideALineLeftOut(t *testing.T) {
	for _, c := range []struct {
		name string
		box  image.Rectangle // of what is left out
		ink  image.Rectangle
		seal bool
		want bool
	}{
		{"a character under the line", image.Rect(120, 142, 170, 182), image.Rect(126, 146, 162, 180), false, true},
		{"a speck", image.Rect(120, 142, 150, 162), image.Rect(130, 150, 136, 156), false, false},
		{"a piece of a seal", image.Rect(120, 142, 170, 182), image.Rect(126, 146, 162, 180), true, false},
		{"a character far below", image.Rect(120, 300, 170, 340), image.Rect(126, 304, 162, 338), false, false},
		{"one in another column", image.Rect(620, 142, 670, 182), image.Rect(626, 146, 662, 180), false, false},
	} {
		w := &work{ink: page.NewBitmap(800, 400), read: []readLine{
			{box: image.Rect(100, 100, 300, 140), first: spaced("食品药品追")},
			{box: c.box, first: spaced("溯", .2), seal: c.seal},
		}}
		for y := c.ink.Min.Y; y < c.ink.Max.Y; y++ {
			for x := c.ink.Min.X; x < c.ink.Max.X; x++ {
				w.ink.Pix[y*w.ink.W+x] = 1
			}
		}
		lines := []extract.Line{{Text: "食品药品追", Chars: make([]extract.Char, 5)}}
		for i := range lines[0].Chars {
			lines[0].Chars[i].Score = 0.99
		}
		w.doubtBeside(w.read[1], []int{0, 1}, lines, []int{0, -1})
		if got := lines[0].Chars[4].Score <= extract.UnreadInk; got != c.want {
			t.Errorf("%s: the line above has the score %v", c.name, lines[0].Chars[4].Score)
		}
	}
}

func TestPlaceAsSeen(t *testing.T) {
	for _, c := range []struct {
		what  string
		place place
		chars string
		share float64
	}{
		{"several readings", place{votes: map[rune]float64{'海': 1.5, '悔': 0.5}, best: map[rune]float64{'海': 0.8, '悔': 0.4}, all: 2}, "海悔", 0.6},
		{"nothing seen", place{}, "", 0},
		{"no score at all", place{votes: map[rune]float64{'一': 0}, best: map[rune]float64{'一': 0}}, "一", 0},
	} {
		got := ringPlace{place: c.place}.seen()
		if got.Chars != c.chars || len(got.Scores) != len([]rune(c.chars)) || len(got.Scores) > 0 && got.Scores[0] != c.share {
			t.Errorf("%s: %+v, want %s, the first %.1f", c.what, got, c.chars, c.share)
		}
	}
}
