package rules

import (
	"slices"
	"testing"
)

func TestDateUnderSeal(t *testing.T) {
	for _, c := range []struct {
		raw  string
		seal bool
		want string
	}{
		{"可2025年01月25日", true, "2025年01月25日"},
		{`-'" 2022年04月18日`, true, "2022年04月18日"},
		{"2021年7月2日回罐", true, "2021年7月2日"},
		{"可2025年01月25日", false, ""},       // nothing lies over it: somebody wrote that
		{"2025年01月25日", true, ""},         // nothing to take off
		{"12025年01月25日", true, ""},        // a figure before the year is no stroke
		{"2025年01月", true, ""},            // not to the day
		{"2021年7月2日至2021年8月3日", true, ""}, // two dates
	} {
		f := RawField{Raw: c.raw, Seal: c.seal}
		f.Field.Type = "date"
		for _, r := range c.raw {
			score := 0.99
			if r != '年' && r != '月' && r != '日' && (r < '0' || r > '9') {
				score = 0.2
			}
			if r != ' ' {
				f.Scores = append(f.Scores, score)
			}
		}
		date, scores, ok := f.dateUnderSeal()
		if date != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v", c.raw, date, ok)
		}
		if ok && (len(scores) != len([]rune(date)) || slices.Min(scores) < 0.9) {
			t.Errorf("%s: scores %v", c.raw, scores)
		}
	}
}
