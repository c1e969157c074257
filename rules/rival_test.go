package rules

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// fieldRead is a raw field read from pixels with a high score but for one
// character.
func fieldRead(typ, raw string, most int, doubted rune, score float64, rivals string) RawField {
	f := RawField{Field: FieldDef{Type: typ, MaxRunes: most}, Raw: raw, Label: true}
	for _, r := range strings.Join(strings.Fields(raw), "") {
		s, rival := 0.999, ""
		if r == doubted {
			s, rival = score, rivals
		}
		f.Scores, f.Rivals = append(f.Scores, s), append(f.Rivals, rival)
	}
	return f
}

func TestRivalsRepairValues(t *testing.T) {
	for _, tt := range []struct {
		name string
		f    RawField
		want string
	}{
		{"a word of prose over a line's end", fieldRead("text", "举办培\n调10场。", 500, '调', 0.7, "训谓"), "举办培训10场。"},
		{"a surname", fieldRead("name", " 草晨刚", 0, '草', 0.9, "蕈覃掌"), "覃晨刚"},
		{"none, written with a single character", fieldRead("email", "左", 0, '左', 0.6, "无右"), ""},
		{"no word of a web address", fieldRead("url", "www.kefan.cn", 0, 'f', 0.7, "t"), "http://www.kefan.cn"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWitness(tt.f, KindFormScan, "a.pdf")
			if got, _ := w.result.Value.(string); got != tt.want && strings.TrimPrefix(tt.want, "http://") != got {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if (len(w.result.Doubts) == 0) != (tt.f.Field.Type == "url") {
				t.Errorf("the doubts are %v", w.result.Doubts)
			}
			if w.raw.Raw != tt.f.Raw {
				t.Errorf("the raw text became %q", w.raw.Raw)
			}
		})
	}
	if w := newWitness(fieldRead("percent", "5", 0, '5', 0.6, "无"), KindFormScan, "a.pdf"); w.result.Value != 5.0 {
		t.Errorf("a figure that may be 无 became %v", w.result.Value)
	}
	f := fieldRead("text", "举办培调10场。", 500, '调', 0.7, "训谓")
	f.Sure = true
	if w := newWitness(f, KindFormCopy, "a.docx"); w.result.Value != f.Raw {
		t.Errorf("a text that was not recognised became %q", w.result.Value)
	}
	f.Sure, f.Rivals = false, f.Rivals[:utf8.RuneCountInString(f.Raw)-1]
	if w := newWitness(f, KindFormScan, "a.pdf"); w.result.Value != f.Raw {
		t.Errorf("with rivals of other characters the text became %q", w.result.Value)
	}
}

func TestDoubtfulMarks(t *testing.T) {
	for _, tt := range []struct {
		name string
		f    RawField
		want bool
	}{
		{"a comma that may be a full stop", fieldRead("text", "用户3524家，同时", 500, '，', 0.7, "。、"), true},
		{"read well", fieldRead("text", "用户3524家，同时", 500, '，', 0.995, "。、"), false},
		{"no other mark", fieldRead("text", "用户3524家，同时", 500, '，', 0.7, "丿"), false},
		{"a word", fieldRead("text", "用户3524家，同时", 500, '同', 0.7, "。"), false},
		{"a short text", fieldRead("text", "市场部，主管", 50, '，', 0.7, "。"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWitness(tt.f, KindFormScan, "a.pdf")
			if got := w.confusable(); got != tt.want {
				t.Errorf("confusable is %v, want %v", got, tt.want)
			}
		})
	}
}
