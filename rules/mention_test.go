package rules

import (
	"strings"
	"testing"
)

// A text that begins with its product's name but for the first letter goes to a person.
func TestMentionWithoutFirstLetter(t *testing.T) {
	for begin, odd := range map[string]bool{
		"岭政务协同平台是我公司研发的软件。":    true,
		"云岭政务协同平台是我公司研发的软件。":   false,
		"平台采用微服务架构。":           false,
		"政务协同平台是同类产品，岭政务协同平台。": false,
	} {
		scan := sample(true)
		put(t, &scan.doc, summary, begin)
		rec, _ := build(t, &scan.doc)
		f := field1(t, rec, "product_summary")
		got := false
		for _, fl := range f.Flags {
			got = got || strings.Contains(fl.Message, "第一个字可能没有读到")
		}
		if got != odd || odd && !f.Review {
			t.Errorf("%s: review %v, %v", begin, f.Review, f.Flags)
		}
	}
}
