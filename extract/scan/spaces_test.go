package scan

import (
	"slices"
	"testing"

	"dengji/extract"
	"dengji/extract/ocr"
)

// A blank between small letters behind a capital is a letter's lost stem, and stays
// doubted; one between words stays.
func TestDropBlanks(t *testing.T) {
	for text, want := range map[string]string{
		"DataH ub智慧": "DataHub智慧", "iF low": "iFlow",
		"Spring Cloud框架": "Spring Cloud框架", "OPC UA协议": "OPC UA协议", "A B": "A B", " ": " ", "": "",
		"云岭SaaS ERP": "云岭SaaS ERP", "IoT Cloud": "IoT Cloud", "SaaS V1": "SaaS V1",
	} {
		chars := make([]ocr.Char, len([]rune(text)))
		for i := range chars {
			chars[i].Score = 0.99
		}
		l := &readLine{first: reading{Reading: ocr.Reading{Text: text, Chars: chars}}}
		dropBlanks(l)
		if got := l.first.Text; got != want || len(l.first.Chars) != len([]rune(want)) {
			t.Errorf("%q became %q with %d places, want %q", text, got, len(l.first.Chars), want)
		}
		doubted := slices.ContainsFunc(l.first.Chars, func(c ocr.Char) bool { return c.Score <= extract.UnreadInk })
		if doubted != (text != want) {
			t.Errorf("%q is doubted: %v", text, doubted)
		}
	}
}

// No blank is put behind a letter with which no word ends.
func TestInsideWord(t *testing.T) {
	for _, tt := range []struct {
		text string
		at   int
		want bool
	}{{"标准API", 2, true}, {"OPCUA", 2, false}, {"DataHub", 4, true}, {"SpringCloud", 5, false}, {"SaaSERP", 3, false}, {"平台SaaS", 5, false}} {
		if got := insideWord([]rune(tt.text), tt.at); got != tt.want {
			t.Errorf("behind %c of %s: %v", []rune(tt.text)[tt.at], tt.text, got)
		}
	}
}
