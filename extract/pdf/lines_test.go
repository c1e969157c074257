package pdf

import (
	"math"
	"slices"
	"testing"
)

// run sets a text on a baseline, each glyph one em (CJK) or half an em wide.
func run(x, base, size float64, text string) []glyph {
	var out []glyph
	for _, r := range text {
		w := size
		if r < 0x2000 {
			w = size / 2
		}
		out = append(out, glyph{r: r, x0: x, x1: x + w, base: base, size: size})
		x += w
	}
	return out
}

func TestGroup(t *testing.T) {
	tests := []struct {
		name string
		in   [][]glyph
		want []string
	}{
		{"one line", [][]glyph{run(0, 10, 10, "企业名称：某某")}, []string{"企业名称：某某"}},
		{"wide gap parts columns", [][]glyph{run(0, 10, 10, "姓名"), run(40, 10, 10, "电话")}, []string{"姓名", "电话"}},
		{"narrow gap does not", [][]glyph{run(0, 10, 10, "姓"), run(16, 10, 10, "名")}, []string{"姓名"}},
		{"cells close together", [][]glyph{run(0, 10, 10, "企业主营业"), run(58, 10, 10, "市场占有")}, []string{"企业主营业", "市场占有"}},
		{"an ideographic space does not part", [][]glyph{run(0, 10, 10, "姓　名")}, []string{"姓　名"}},
		{"justified Latin words", [][]glyph{run(0, 10, 10, "ab"), run(20, 10, 10, "cd")}, []string{"ab cd"}},
		{"tick drawn last stands first", [][]glyph{run(10, 10, 10, "基础软件"), run(0, 10, 10, "☑")}, []string{"☑基础软件"}},
		{"tick drawn last stands between", [][]glyph{run(0, 10, 10, "□甲"), run(30, 10, 10, "乙"), run(20, 10.4, 10, "√")}, []string{"□甲√乙"}},
		{"many spaces are a gap", [][]glyph{run(0, 10, 10, "甲      乙")}, []string{"甲", "乙"}},
		{"two spaces are one", [][]glyph{run(0, 10, 10, "a  b")}, []string{"a b"}},
		{"space at the ends goes", [][]glyph{run(0, 10, 10, " ab ")}, []string{"ab"}},
		{"word gap without a space", [][]glyph{run(0, 10, 10, "ab"), run(13, 10, 10, "cd")}, []string{"ab cd"}},
		{"no space between ideographs", [][]glyph{run(0, 10, 10, "企"), run(15, 10, 10, "业")}, []string{"企业"}},
		{"bold drawn twice", [][]glyph{run(0, 10, 10, "标题"), run(0.4, 10, 10, "标题")}, []string{"标题"}},
		{"doubled letter stays", [][]glyph{run(0, 10, 10, "aa谢谢")}, []string{"aa谢谢"}},
		{"superscript in the word", [][]glyph{run(0, 10, 10, "类别"), run(20, 6, 5, "1"), run(22.5, 10, 10, "（")}, []string{"类别1（"}},
		{"superscript behind the word", [][]glyph{run(20, 6, 5, "1"), run(0, 10, 10, "类别")}, []string{"类别1"}},
		{"two small lines beside a large one", [][]glyph{run(0, 20, 20, "大"), run(21, 8, 8, "上"), run(21, 20, 8, "下")}, []string{"上", "大下"}},
		{"tight lines stay apart", [][]glyph{run(0, 10, 10, "上行"), run(0, 20, 10, "下行")}, []string{"上行", "下行"}},
		{"rows before columns", [][]glyph{run(50, 30, 10, "丁"), run(0, 30, 10, "丙"), run(50, 10.5, 10, "乙"), run(0, 10, 10, "甲")}, []string{"甲", "乙", "丙", "丁"}},
		{"nothing", nil, nil},
		{"spaces alone", [][]glyph{run(0, 10, 10, "   ")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, l := range group(slices.Concat(tt.in...)) {
				got = append(got, l.Text)
				if len(l.Chars) != len([]rune(l.Text)) {
					t.Errorf("%q has %d characters", l.Text, len(l.Chars))
				}
				for _, c := range l.Chars {
					if c.X0 < l.Box.X0 || c.X1 > l.Box.X1 || c.X1 < c.X0 {
						t.Errorf("%q: character %v outside %v", l.Text, c, l.Box)
					}
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFrame(t *testing.T) {
	// A mark near the lower left corner of a page cropped to 100 × 200.
	f := frame{left: 10, bottom: 20, right: 110, top: 220}
	for turn, want := range [][2]float64{{5, 193}, {7, 5}, {95, 7}, {193, 95}} {
		g := f.turned(turn)
		x, y := g.point(15, 27)
		if x != want[0] || y != want[1] {
			t.Errorf("turn %d: %g, %g, want %v", turn, x, y, want)
		}
		if !g.page().Intersect(g.box(10, 20, 110, 220)).Empty() && g.box(10, 20, 110, 220) != g.page() {
			t.Errorf("turn %d: the page itself lands on %v", turn, g.box(10, 20, 110, 220))
		}
		// A vector is the difference of two points.
		x1, y1 := g.point(18, 31)
		if vx, vy := g.vector(3, 4); vx != x1-x || vy != y1-y {
			t.Errorf("turn %d: vector %g, %g, want %g, %g", turn, vx, vy, x1-x, y1-y)
		}
	}
}

func TestOrientation(t *testing.T) {
	// A picture drawn upright on a page of every /Rotate needs the same turn.
	for turn, want := range []int{1, 6, 3, 8} {
		m := matrix{a: 100, d: 200}
		if got := m.orientation(frame{right: 100, top: 200, turn: turn}); got != want {
			t.Errorf("turn %d: %d, want %d", turn, got, want)
		}
	}
	slanted := matrix{a: 100, b: 5, c: -10, d: 200}
	if got := slanted.orientation(frame{right: 100, top: 200}); got != 0 {
		t.Errorf("slanted: %d", got)
	}
	mirrored := matrix{a: -100, d: 200, e: 100}
	if got := mirrored.orientation(frame{right: 100, top: 200}); got != 2 {
		t.Errorf("mirrored: %d", got)
	}
}

func TestMatrixTimes(t *testing.T) {
	m := matrix{a: 2, d: 3, e: 5, f: 7}.times(matrix{b: 1, c: -1, e: 100})
	// (1, 1) → (7, 10) → (-10+100, 7)
	x, y := m.a+m.c+m.e, m.b+m.d+m.f
	if math.Abs(x-90) > 1e-9 || math.Abs(y-7) > 1e-9 {
		t.Errorf("got %g, %g", x, y)
	}
}
