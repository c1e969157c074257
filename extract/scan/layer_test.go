package scan

import (
	"image"
	"slices"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/extract/ocr"
)

// A line of a text layer is cut between its characters, and every character
// lands in a piece.
func TestApart(t *testing.T) {
	line := readLine{box: image.Rect(0, 0, 100, 20)}
	line.first.Text = "一二三四五六七八九十"
	for i := range 10 {
		line.first.Chars = append(line.first.Chars, ocr.Char{X0: float64(10 * i), X1: float64(10*i + 10), Score: 1})
	}
	cut := func(xs ...int) (boxes []image.Rectangle) {
		from := 0
		for _, x := range append(xs, 102) {
			boxes = append(boxes, image.Rect(from, 0, x-2, 20))
			from = x + 2
		}
		return boxes
	}
	for _, c := range []struct {
		name  string
		boxes []image.Rectangle
		want  []string
	}{
		{"whole", cut(), []string{"一二三四五六七八九十"}},
		{"between two characters", cut(30), []string{"一二三", "四五六七八九十"}},
		{"a little inside a character", cut(31, 69), []string{"一二三", "四五六七", "八九十"}},
		{"through a character", cut(35), []string{"一二三四五六七八九十"}},
		{"through one, beside another", cut(35, 70), []string{"一二三四五六七", "八九十"}},
		{"the first piece was a sliver", []image.Rectangle{image.Rect(6, 0, 100, 20)}, []string{"一二三四五六七八九十"}},
		{"above one another", []image.Rectangle{image.Rect(0, 0, 100, 10), image.Rect(0, 12, 100, 20)}, []string{"一二三四五六七八九十"}},
	} {
		var got []string
		for _, p := range apart(line, c.boxes) {
			got = append(got, p.first.Text)
			if len(p.first.Chars) != len([]rune(p.first.Text)) {
				t.Errorf("%s: %q has %d characters", c.name, p.first.Text, len(p.first.Chars))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	spaced := line
	spaced.first.Text = "一二三四 六七八九十" // its space lies across the cut
	if got := apart(spaced, cut(45)); len(got) != 2 || got[1].first.Text != "六七八九十" {
		t.Errorf("through a space: %v", got)
	}
	line.first.Chars = nil
	if got := apart(line, cut(30)); len(got) != 1 || got[0].first.Text != line.first.Text {
		t.Errorf("a line without places of its characters: %v", got)
	}
}

// A layer's line is the better spelling of what was read unless it denies a
// character that was surely read.
func TestTrustLayer(t *testing.T) {
	for _, tt := range []struct {
		name, read string
		doubtful   string // the characters of read that are not sure
		layer      string
		want       string
	}{
		{"the same", "济南云岭软件有限公司", "", "济南云岭软件有限公司", "济南云岭软件有限公司"},
		{"a slip of the reader", "济南云岭软仵有限公司", "仵", "济南云岭软件有限公司", "济南云岭软件有限公司"},
		{"a slip of an old reader", "济南云岭软件有限公司", "", "济南云岭软仵有限公司", "济南云岭软件有限公司"},
		{"two for one", "济南云岭软件客户有限公司项目", "", "济南云岭软件未有限公司项目", "济南云岭软件客户有限公司项目"},
		{"a character that the reader lost", "济南云岭软件有限公", "", "济南云岭软件有限公司", "济南云岭软件有限公司"},
		{"one that the layer lost", "济南云岭软件有限公司", "", "济南云岭软件有限公", "济南云岭软件有限公司"},
		{"width of signs", "济南（云岭）软件信息技术有限责任公司", "", "济南(云岭)软件信息技术有限责任公司", "济南(云岭)软件信息技术有限责任公司"},
		{"something else", "济南云岭软件有限公司", "济南云岭", "青岛远航软件有限公司", "济南云岭软件有限公司"},
	} {
		line := readLine{box: image.Rect(0, 0, 400, 40)}
		line.first.Text = tt.read
		for i, r := range []rune(tt.read) {
			score := 0.99
			if strings.ContainsRune(tt.doubtful, r) {
				score = 0.5
			}
			line.first.Chars = append(line.first.Chars, ocr.Char{X0: float64(30 * i), X1: float64(30*i + 30), Score: score})
		}
		w := &work{dpi: 72, read: []readLine{line}}
		layer := extract.Line{Text: tt.layer, Score: 1, Box: extract.Box{X1: 400, Y1: 40}}
		for i := range []rune(tt.layer) {
			layer.Chars = append(layer.Chars, extract.Char{X0: float64(30 * i), X1: float64(30*i + 30), Score: 1})
		}
		w.trustLayer(extract.Sheet{Lines: []extract.Line{layer}})
		if got := w.read[0].first.Text; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if len(w.read[0].others) != 1 {
			t.Errorf("%s: the other reading is not kept", tt.name)
		}
	}
}
