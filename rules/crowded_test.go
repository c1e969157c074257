package rules

import "testing"

func TestCrowdedDate(t *testing.T) {
	for raw, want := range map[string]bool{"2021年08月23日": false, "二〇二一年八月二十三日": false, "2021年07月21日、": false, "大型2021年08月23日": true, "2021-08-23": false} {
		f := RawField{Field: FieldDef{Type: "date"}, Raw: raw}
		if got := crowded(&f); got != want {
			t.Errorf("%q: crowded %v, want %v", raw, got, want)
		}
		if f.Sure = true; crowded(&f) {
			t.Errorf("%q of a file's own text is doubted", raw)
		}
	}
}
