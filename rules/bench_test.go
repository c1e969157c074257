package rules

import "testing"

// From a DOCX's Document to its record.
func BenchmarkBuildDOCX(b *testing.B) {
	forms := loadForms(b)
	p := sample(false)
	for b.Loop() {
		subs, _ := Group([]Input{{Path: "a/form.docx", Doc: &p.doc}}, forms)
		if _, _, err := Build(subs[0], forms, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// The same with scan, certificate and report.
func BenchmarkBuildWhole(b *testing.B) {
	forms := loadForms(b)
	docs := whole()
	for b.Loop() {
		var in []Input
		for i, d := range docs {
			in = append(in, Input{Path: "a/" + string(rune('a'+i)), Doc: d})
		}
		subs, _ := Group(in, forms)
		if _, _, err := Build(subs[0], forms, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Reading all definitions and making their dictionaries.
func BenchmarkLoadForms(b *testing.B) {
	for b.Loop() {
		if _, err := LoadForms(); err != nil {
			b.Fatal(err)
		}
	}
}
