package extract

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestReadableName(t *testing.T) {
	for raw, want := range map[string]string{
		"登记表.pdf":          "登记表.pdf",
		"\xb5\xc7\xbc\xc7": "登记",
		"a/\xb5\xc7/b":     "a/登/b",
		"a\xffb":           `a\xffb`,
		"tab\tname":        `tab\u0009name`,
		"two\nlines":       `two\u000alines`,
		"\x1b[31mred":      `\u001b[31mred`,
		"left\u202eright":  `left\u202eright`,
		"no\u200bthing":    `no\u200bthing`,
		"end\u2028of line": `end\u2028of line`,
		"（括号）【】 空 格":       "（括号）【】 空 格",
	} {
		if got := ReadableName(raw); got != want || !utf8.ValidString(got) {
			t.Errorf("ReadableName(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestUniqueName(t *testing.T) {
	seen := map[string]bool{}
	raws := []string{"登记表.pdf", "\xb5\xc7\xbc\xc7\xb1\xed.pdf", "a", "a"}
	for _, raw := range raws {
		UniqueName(raw, seen)
	}
	// A name that looks like one already marked is kept apart as well.
	for name := range seen {
		raws = append(raws, name)
	}
	for _, raw := range raws[4:] {
		UniqueName(raw, seen)
	}
	if len(seen) != len(raws) {
		t.Errorf("%d names became %d: %v", len(raws), len(seen), seen)
	}
}

func FuzzReadableName(f *testing.F) {
	for _, s := range []string{"登记表.pdf", "\xb5\xc7\xbc\xc7\xb1\xed", "a\xff/../b", "\u202egpj.exe", "new\nline", "", "/", "\x81\x30\x81\x30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		name := ReadableName(raw)
		if !utf8.ValidString(name) || strings.Count(name, "/") != strings.Count(raw, "/") {
			t.Errorf("%q became %q", raw, name)
		}
		if strings.IndexFunc(name, unicode.IsControl) >= 0 || strings.ContainsAny(name, "\u202e\u2028\u200b") {
			t.Errorf("%q became %q, with control characters", raw, name)
		}
		if again := ReadableName(name); again != name {
			t.Errorf("%q became %q and then %q", raw, name, again)
		}
	})
}
