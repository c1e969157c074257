package rules

import "testing"

// What print cannot tell, or a reader loses without a trace, is doubted on a
// scan and not in a file's own text.
func TestDoubtsWhatPrintCannotTell(t *testing.T) {
	for _, tt := range []struct {
		kind, raw string
		doubted   bool
	}{
		{"email", "wang.145306@example.com", true},
		{"email", "wang@example.com", false},
		{"percent", "百分之七十", true},
		{"percent", "百分之七十一", false},
		{"percent", "70%", false},
	} {
		for _, sure := range []bool{false, true} {
			raw := RawField{Field: FieldDef{Type: tt.kind}, Raw: tt.raw, Label: true, Exact: 1, Sure: sure, Scores: []float64{1}}
			w := witness{raw: raw, result: normalizeField(&raw.Field, tt.raw, !sure)}
			if got := w.features()[featConfusable] > 0; got != (tt.doubted && !sure) {
				t.Errorf("%s, sure %v: doubted %v", tt.raw, sure, got)
			}
		}
	}
}

// Under a seal a word ends in no stroke; a figure may be the value's.
func TestShortTextsEndInNoStroke(t *testing.T) {
	for raw, want := range map[string]string{"项目经理L": "项目经理", "工程师>": "工程师", "软件园3号楼东区1": "软件园3号楼东区1", "创业园B座": "创业园B座", "软件园A": "软件园A"} {
		f := RawField{Field: FieldDef{Type: "text"}, Raw: raw, Seal: true}
		if got := f.despeckled(raw); got != want {
			t.Errorf("%q became %q, want %q", raw, got, want)
		}
		if f.Seal = false; f.despeckled(raw) != raw {
			t.Errorf("%q without a seal was changed", raw)
		}
	}
}

func TestShortTextsEndInNoSpeck(t *testing.T) {
	for raw, want := range map[string]string{
		"学院路2482号11号楼1-967室.": "学院路2482号11号楼1-967室",
		"学院路2482号．，":          "学院路2482号",
		"银荷大厦A座27层（":          "银荷大厦A座27层",
		"工程建设“":               "工程建设",
		"Acme Co., Ltd.":      "Acme Co., Ltd.",
	} {
		f := RawField{Field: FieldDef{Type: "text"}, Raw: raw}
		if got := f.despeckled(raw); got != want {
			t.Errorf("%q became %q, want %q", raw, got, want)
		}
		if f.Sure = true; f.despeckled(raw) != raw {
			t.Errorf("%q of a file's own text was changed", raw)
		}
	}
}
