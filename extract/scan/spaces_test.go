package scan

import (
	"testing"

	"dengji/extract/ocr"
)

// A blank behind a capital in a word's middle is a letter's lost stem; one between
// words stays.
func TestDropBlanks(t *testing.T) {
	for text, want := range map[string]string{
		"DataH ub智慧": "DataHub智慧", "Spring Cloud框架": "Spring Cloud框架", "OPC UA协议": "OPC UA协议", "iF low": "iFlow", "A B": "A B", " ": " ", "": "",
	} {
		l := &readLine{first: reading{Reading: ocr.Reading{Text: text, Chars: make([]ocr.Char, len([]rune(text)))}}}
		dropBlanks(l)
		if got := l.first.Text; got != want || len(l.first.Chars) != len([]rune(want)) {
			t.Errorf("%q became %q with %d places, want %q", text, got, len(l.first.Chars), want)
		}
	}
}

// No blank is put behind a letter with which no word ends.
func TestInsideWord(t *testing.T) {
	for _, tt := range []struct {
		text string
		at   int
		want bool
	}{{"标准API", 2, true}, {"OPCUA", 2, false}, {"DataHub", 4, true}, {"SpringCloud", 5, false}} {
		if got := insideWord([]rune(tt.text), tt.at); got != tt.want {
			t.Errorf("behind %c of %s: %v", []rune(tt.text)[tt.at], tt.text, got)
		}
	}
}
