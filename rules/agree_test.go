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

// A scan whose reader says itself that it may be what the copy says accuses
// nobody, and neither does a line of which a third was read badly.
func TestDoubtedReadingAccusesNobody(t *testing.T) {
	for _, tt := range []struct {
		name, copied string
		scan         RawField
		want         bool
	}{
		{"the copy's character is a rival", "李伟晓", fieldRead("name", "李信晓", 50, '信', 0.95, "伟传"), true},
		{"another is", "李伟晓", fieldRead("name", "李信晓", 50, '信', 0.95, "倍传"), false},
		{"a third of what differs is weak", "启禾能源科技", fieldRead("company", "这枯能源科盾", 50, '枯', 0.5, ""), true},
		{"one clear character", "启禾能源科技", fieldRead("company", "启木能源科技", 50, '源', 0.5, ""), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			best := newWitness(tt.scan, KindFormScan, "a.pdf")
			copied := newWitness(RawField{Field: tt.scan.Field, Raw: tt.copied, Sure: true, Label: true}, KindFormCopy, "a.docx")
			if got := best.unsureOf(&copied); got != tt.want {
				t.Errorf("unsure %v, want %v", got, tt.want)
			}
		})
	}
}

func TestSignAsFigures(t *testing.T) {
	for _, tt := range []struct {
		read, copied string
		want         bool
	}{
		{"8880", "88%", true}, {"8890", "88%", true}, {"88", "88%", false}, {"8980", "88%", false}, {"881", "88%", false}, {"88", "88", false}, {"00", "%", false},
	} {
		if got := signAsFigures(tt.read, tt.copied); got != tt.want {
			t.Errorf("%s for %s: %v", tt.read, tt.copied, got)
		}
	}
}
