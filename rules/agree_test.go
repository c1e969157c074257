package rules

import (
	"testing"

	"dengji/normalize"
)

// What was pieced together where the layout was not clear may hold the text of
// two cells, and is held against no copy.
func TestStretchedReadingAccusesNobody(t *testing.T) {
	for _, stretched := range []bool{false, true} {
		scan := fieldRead("text", "张三13800000000", 50, 0, 0, "")
		scan.Stretched = stretched
		best := newWitness(scan, KindFormScan, "a.pdf")
		copied := newWitness(RawField{Field: scan.Field, Raw: "张三", Sure: true, Label: true}, KindFormCopy, "a.docx")
		if copied.result.State != normalize.StateValue {
			t.Fatal("the copy has no value")
		}
		if got := best.unsureOf(&copied); got != stretched {
			t.Errorf("stretched %v: unsure %v", stretched, got)
		}
	}
}
