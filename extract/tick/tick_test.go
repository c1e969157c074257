package tick

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dengji/extract"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ in, want, doubt string }{
		// Boxes by nature.
		{"□基础软件 ☑工业软件 ☐支撑软件", "□基础软件 ☑工业软件 □支撑软件", ""},
		{"✅基础软件 ▢工业软件 ▣应用软件 ☒其他软件", "☑基础软件 □工业软件 ☑应用软件 ☑其他软件", "其他"},
		{"□基础软件 ☒工业软件", "□基础软件 ☑工业软件", ""},
		{"☑", "☑", ""},
		{"✔️基础软件 □工业软件", "☑基础软件 □工业软件", ""},
		{"\uF0A8基础软件 \uF0FE工业软件 \uF0A3支撑软件 \uF052应用软件", "□基础软件 ☑工业软件 □支撑软件 ☑应用软件", ""},
		// A sign in the place of its box.
		{"□基础软件      √工业软件     □支撑软件", "□基础软件      ☑工业软件     □支撑软件", ""},
		{"√基础软件 □工业软件", "☑基础软件 □工业软件", ""},
		{"主营业务（可多选）：■基础软件 □工业软件", "主营业务（可多选）：☑基础软件 □工业软件", ""},
		{"□基础软件、✓工业软件、✔应用软件", "□基础软件、☑工业软件、☑应用软件", ""},
		{"□通用软件 √APP软件", "□通用软件 ☑APP软件", ""},
		// A sign beside its box.
		{"□√基础软件 □工业软件", "☑基础软件 □工业软件", ""},
		{"√□基础软件 □工业软件", "☑基础软件 □工业软件", ""},
		{"□基础软件 √□工业软件 □支撑软件", "□基础软件 ☑工业软件 □支撑软件", ""},
		{"□ √ 基础软件 □ 工业软件", "☑  基础软件 □ 工业软件", ""},
		{"□ 基础软件√ □ 工业软件", "☑ 基础软件 □ 工业软件", ""},
		{"□基础软件 □工业软件√", "□基础软件 ☑工业软件", ""},
		{"□基础软件 □工业软件 √", "□基础软件 ☑工业软件 ", ""},
		{"□☑基础软件 □工业软件", "☑基础软件 □工业软件", ""},
		{"□■基础软件 □√工业软件√", "☑基础软件 ☑工业软件", ""},
		// Boxes behind their words.
		{"基础软件□ 工业软件□√ 支撑软件□", "基础软件□ 工业软件☑ 支撑软件□", ""},
		{"基础软件□ 工业软件√ 支撑软件□", "基础软件□ 工业软件☑ 支撑软件□", ""},
		{"基础软件□ √工业软件□ 支撑软件□", "基础软件□ 工业软件☑ 支撑软件□", ""},
		{"√是□ 否□", "是☑ 否□", ""},
		// Nobody can tell.
		{"□基础软件√□工业软件", "☑基础软件□工业软件", "基础 工业"},
		{"□基础软件 √ □工业软件", "☑基础软件  □工业软件", "基础 工业"},
		{"□基础软件√工业软件□支撑软件", "□基础软件√工业软件□支撑软件", "基础"},
		{"□基础软件 √ 工业软件 □支撑软件", "□基础软件 ☑ 工业软件 □支撑软件", "基础 工业"},
		{"基础软件√ □工业软件 □支撑软件", "基础软件☑ □工业软件 □支撑软件", "☑"},
		{"☑基础软件 ☒工业软件", "☑基础软件 ☑工业软件", "工业"},
		// Look-alikes.
		{"口基础软件 √工业软件 口支撑软件", "□基础软件 ☑工业软件 □支撑软件", ""},
		{"□其他软件 口腔医疗软件", "□其他软件 口腔医疗软件", ""},
		{"口岸 口腔", "口岸 口腔", ""},
		// Running text stays.
		{"■产品特点", "■产品特点", ""},
		{"√ 支持多租户", "√ 支持多租户", ""},
		{"误差为√2倍 □应用软件", "误差为√2倍 □应用软件", ""},
		{"□ √2", "□ √2", ""},
		{"支持√与■等符号", "支持√与■等符号", ""},
		{"编码□□□□√", "编码□□□□√", ""},
		{"", "", ""},
		{"√", "√", ""},
		{"出口额占比 35%", "出口额占比 35%", ""},
	} {
		got, marks := Canonical(c.in)
		if got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.in, got, c.want)
			continue
		}
		check(t, c.in, got, marks)
		for _, m := range marks {
			after := string([]rune(got)[m.Rune:])
			doubtful := false
			for _, w := range strings.Fields(c.doubt) {
				doubtful = doubtful || strings.HasPrefix(after, w) || strings.HasPrefix(strings.TrimSpace(after[len("□"):]), w)
			}
			if (m.Score < 1) != doubtful {
				t.Errorf("%q: mark %+v before %q, doubtful %v", c.in, m, after, doubtful)
			}
		}
	}
}

// check holds for every line: a mark points at its rune.
func check(t *testing.T, in, out string, marks []Mark) {
	t.Helper()
	runes, last := []rune(out), -1
	for _, m := range marks {
		if m.Rune <= last || m.Rune >= len(runes) {
			t.Fatalf("%q: mark %+v out of order or range in %q", in, m, out)
		}
		want := extract.TickOff
		if m.On {
			want = extract.TickOn
		}
		if runes[m.Rune] != want {
			t.Fatalf("%q: mark %+v points at %q in %q", in, m, runes[m.Rune], out)
		}
		last = m.Rune
	}
}

func TestBlock(t *testing.T) {
	for _, c := range []struct {
		name     string
		in, want []string
	}{
		{"a box a line", []string{"□基础软件", "√工业软件", "应用软件√"}, []string{"□基础软件", "☑工业软件", "应用软件☑"}},
		{"bullets without boxes", []string{"■功能", "√快"}, []string{"■功能", "√快"}},
		{"long text beside boxes", []string{"□基础软件", "√" + strings.Repeat("字", 60)}, []string{"□基础软件", "√" + strings.Repeat("字", 60)}},
	} {
		for i, got := range Block(c.in) {
			if got.Text != c.want[i] {
				t.Errorf("%s: got %q, want %q", c.name, got.Text, c.want[i])
			}
		}
	}
}

func TestSource(t *testing.T) {
	in := "□ 基础软件√ □工业"
	got := Block([]string{in})[0]
	if want := "☑ 基础软件 □工业"; got.Text != want {
		t.Fatalf("got %q, want %q", got.Text, want)
	}
	if len(got.Source) != utf8.RuneCountInString(got.Text) || got.Source[5] != 5 || got.Source[6] != 7 {
		t.Errorf("source %v", got.Source)
	}
}

func TestSymbol(t *testing.T) {
	for _, c := range []struct {
		font string
		code rune
		want rune
		ok   bool
	}{
		{"Wingdings", 0xF0FE, '☑', true},
		{"Wingdings", 0xFE, '☑', true},
		{"wingdings", 0xF0FD, '☒', true},
		{"Wingdings", 0xF0A8, '□', true},
		{"Wingdings", 0xF06F, '□', true},
		{"Wingdings", 0xF0FC, '✓', true},
		{"Wingdings 2", 0xF052, '☑', true},
		{"Wingdings 2", 0xF050, '✓', true},
		{"Wingdings 2", 0xF0A3, '□', true},
		{"Symbol", 0xF0A3, '≤', true},
		{"Symbol", 0xF061, 'α', true},
		{"Wingdings", 0xF021, 0, false},
		{"SimSun", 0xF0FE, 0, false},
	} {
		if got, ok := Symbol(c.font, c.code); got != c.want || ok != c.ok {
			t.Errorf("Symbol(%q, %#x) = %q, %v; want %q, %v", c.font, c.code, got, ok, c.want, c.ok)
		}
	}
}

func FuzzBlock(f *testing.F) {
	f.Add("□基础软件√□工业软件\n√")
	f.Add("☑☒√□√√口口a口b")
	f.Fuzz(func(t *testing.T, s string) {
		lines := strings.Split(s, "\n")
		for i, got := range Block(lines) {
			check(t, lines[i], got.Text, got.Marks)
			if n := utf8.RuneCountInString(got.Text); n != len(got.Source) {
				t.Fatalf("%q: %d runes, %d sources", lines[i], n, len(got.Source))
			}
			last := -1
			for _, s := range got.Source {
				if s <= last || s >= utf8.RuneCountInString(lines[i]) {
					t.Fatalf("%q: sources %v", lines[i], got.Source)
				}
				last = s
			}
		}
	})
}
