package normalize

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// ocr and typed are the two kinds of source.
var (
	typed = Options{}
	ocr   = Options{OCR: true}
)

// show writes a result in one line: value, state unless value, details by
// key, codes of doubts.
func show(r Result) string {
	var parts []string
	switch v := r.Value.(type) {
	case nil:
		parts = append(parts, "<"+string(r.State)+">")
	case []string:
		parts = append(parts, strings.Join(v, "|"))
	default:
		parts = append(parts, fmt.Sprint(v))
	}
	for _, k := range slices.Sorted(maps.Keys(r.Detail)) {
		parts = append(parts, fmt.Sprintf("%s=%v", k, r.Detail[k]))
	}
	var codes []string
	for _, d := range r.Doubts {
		if !slices.Contains(codes, d.Code) {
			codes = append(codes, d.Code)
		}
	}
	for _, c := range codes {
		parts = append(parts, "!"+c)
	}
	return strings.Join(parts, " ")
}

// spelling is one row of a table: a text and what show says of its result.
type spelling struct{ raw, want string }

func check(t *testing.T, f Func, opt Options, table []spelling) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range table {
		if seen[c.raw] {
			t.Errorf("%q stands twice in the table", c.raw)
		}
		seen[c.raw] = true
		r := f(c.raw, opt)
		if got := show(r); got != c.want {
			t.Errorf("%q: got %s, want %s; doubts %v", c.raw, got, c.want, r.Doubts)
		}
		if err := sound(f, opt, r); err != nil {
			t.Errorf("%q: %v", c.raw, err)
		}
	}
}

// sound checks what every result must keep, whatever the text.
func sound(f Func, opt Options, r Result) error {
	switch r.State {
	case StateValue, StateNone, StateBlank, StateUnreadable:
	default:
		return fmt.Errorf("state %q", r.State)
	}
	switch {
	case r.State != StateValue && r.Value != nil:
		return fmt.Errorf("state %s with value %v", r.State, r.Value)
	case r.State == StateValue && r.Value == nil && len(r.Doubts) == 0:
		return fmt.Errorf("no value and no doubt")
	case r.State == StateUnreadable && len(r.Doubts) == 0:
		return fmt.Errorf("unreadable without a doubt")
	case r.Detail != nil && len(r.Detail) == 0:
		return fmt.Errorf("empty detail is not nil")
	}
	for _, d := range r.Doubts {
		if d.Code == "" || d.Message == "" {
			return fmt.Errorf("doubt %+v says nothing", d)
		}
	}
	if r.Value == nil {
		return nil
	}
	again := f(spell(r.Value), opt)
	if !reflect.DeepEqual(again.Value, r.Value) {
		return fmt.Errorf("not idempotent: %v gives %v", r.Value, again.Value)
	}
	return nil
}

// spell writes a value as text again.
func spell(v any) string {
	switch v := v.(type) {
	case float64:
		return number(v) + "%"
	case []string:
		return strings.Join(v, "；")
	}
	return v.(string)
}
