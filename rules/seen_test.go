package rules

import (
	"encoding/json"
	"testing"

	"dengji/extract"
)

// What a reviewer saw is another thing when the value or what stands on a
// paper is, and the same when only our opinion of it is another one.
func TestSeen(t *testing.T) {
	page, other := 1, 2
	field := func() *Field {
		return &Field{Path: "contact.phone", Label: "联系电话", Value: "13800000000", Raw: "138 0000 0000", State: "value", Confidence: 0.7, Review: true,
			Evidence: []Evidence{{Document: "sha256:aa", Page: &page, Box: &extract.Box{X0: 1}, Raw: "138 0000 0000"}}}
	}
	seen := field().Seen()
	for name, tt := range map[string]struct {
		edit func(*Field)
		same bool
	}{
		"nothing":       {func(*Field) {}, true},
		"confidence":    {func(f *Field) { f.Confidence, f.Review = 0.99, false }, true},
		"flags":         {func(f *Field) { f.Flags = []Flag{{Code: FlagUnderSeal}} }, true},
		"box":           {func(f *Field) { f.Evidence[0].Box = &extract.Box{X0: 2} }, true},
		"value":         {func(f *Field) { f.Value = "13800000001" }, false},
		"state":         {func(f *Field) { f.Value, f.State = nil, "none" }, false},
		"raw":           {func(f *Field) { f.Raw = "138" }, false},
		"page":          {func(f *Field) { f.Evidence[0].Page = &other }, false},
		"paper":         {func(f *Field) { f.Evidence[0].Document = "sha256:bb" }, false},
		"paper's text":  {func(f *Field) { f.Evidence[0].Raw = "139" }, false},
		"another paper": {func(f *Field) { f.Evidence = append(f.Evidence, Evidence{Document: "sha256:cc"}) }, false},
		"path":          {func(f *Field) { f.Path = "contact.fax" }, false},
	} {
		f := field()
		tt.edit(f)
		if got := f.Seen(); (got == seen) != tt.same {
			t.Errorf("another %s: %s, before %s", name, got, seen)
		}
	}
	list := Field{Path: "c", Value: []string{"甲", "乙"}, State: "value"}
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	var again Field
	if err := json.Unmarshal(text, &again); err != nil || again.Seen() != list.Seen() {
		t.Errorf("kept and read again it is %s, before %s (%v)", again.Seen(), list.Seen(), err)
	}
}

func TestSaid(t *testing.T) {
	for want, f := range map[string]Field{
		"“无”": {State: "none"}, "空白": {State: "blank"}, "无法辨认": {State: "unreadable"}, "“35.2”": {State: "value", Value: 35.2},
		"“甲、乙”": {State: "value", Value: []any{"甲", "乙"}}, "“丙”": {State: "value", Value: []string{"丙"}}, "“30%-40%”（不止一种读法）": {State: "value", Raw: "30%-40%"},
	} {
		if got := Said(&f); got != want {
			t.Errorf("%+v is said to be %s, want %s", f, got, want)
		}
	}
}
