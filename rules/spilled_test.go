package rules

import "testing"

// A seal's ring taken for a ruling line cuts an address in two: what stands in
// the next cell before its label is the rest, and a person looks.
func TestSpilledOverAStroke(t *testing.T) {
	b := block{runes: []rune("件园7号楼2-502室邮政编码：250101"), hits: []*hit{{start: 10}}}
	if !spilled(&b) {
		t.Error("the rest of an address before a label is not seen")
	}
	b = block{runes: []rune("1、邮政编码：250101"), hits: []*hit{{start: 2}}}
	if spilled(&b) {
		t.Error("numbering is taken for the rest of a value")
	}
}
