package normalize

import (
	"slices"
	"testing"
)

func TestEveryTypeIsFound(t *testing.T) {
	names := Types()
	for _, n := range names {
		if f, ok := Lookup(n); !ok || f == nil {
			t.Errorf("%s: not found", n)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
		t.Errorf("a name stands twice: %v", names)
	}
	if _, ok := Lookup("no such type"); ok {
		t.Error("an unknown type was found")
	}
}

// Every type knows the two ways to say nothing.
func TestEveryTypeKnowsNoneAndBlank(t *testing.T) {
	for _, n := range Types() {
		f, _ := Lookup(n)
		for _, opt := range []Options{typed, ocr, {Vocabulary: boxes}, {Vocabulary: boxes, OCR: true}} {
			for _, raw := range []string{"无", " 无。", "/", "／", "—", "——", "-", "N/A", "没有", "暂无"} {
				if r := f(raw, opt); r.State != StateNone || r.Value != nil || len(r.Doubts) != 0 {
					t.Errorf("%s: %q is %s", n, raw, show(r))
				}
			}
			for _, raw := range []string{"", " ", "\n", "\u3000", "____", "＿ ＿"} {
				if r := f(raw, opt); r.State != StateBlank || r.Value != nil || len(r.Doubts) != 0 {
					t.Errorf("%s: %q is %s", n, raw, show(r))
				}
			}
		}
	}
}

func TestIsNoneAndIsBlank(t *testing.T) {
	if !IsNone("无") || IsNone("无锡") || IsNone("") || !IsBlank(" _ ") || IsBlank("无") {
		t.Error("none and blank are mixed up")
	}
}
