package rules

import (
	"testing"

	"dengji/extract"
)

// A scanned form without a single cell sends all its fields to a person: a
// product's row may be missing altogether, and nothing is there to flag.
func TestGridLostDoubtsEveryField(t *testing.T) {
	forms, err := LoadForms()
	if err != nil {
		t.Fatal(err)
	}
	line := func(y float64, text string) extract.Line {
		l := extract.Line{Text: text, Score: 0.99, Reader: extract.ReaderPPOCR, Box: extract.Box{X0: 60, Y0: y, X1: 400, Y1: y + 14}}
		for i := range []rune(text) {
			l.Chars = append(l.Chars, extract.Char{X0: 60 + float64(i)*12, X1: 72 + float64(i)*12, Score: 0.999})
		}
		return l
	}
	doc := extract.Document{
		Format: "image", SHA256: "00", Pages: []extract.Page{{Number: 1, Width: 595, Height: 842, Source: extract.SourceScan}},
		Lines: []extract.Line{line(60, "优秀软件产品登记表"), line(120, "法人代表姓名：王立新"), line(150, "邮政编码：250101")},
	}
	sure := func(d *extract.Document) map[string]bool {
		out := map[string]bool{}
		for _, part := range Segment(d, forms) {
			for _, f := range Map(part, forms) {
				if f.Raw != "" {
					out[f.Path] = !f.Stretched
				}
			}
		}
		return out
	}
	got := sure(&doc)
	if len(got) == 0 {
		t.Fatal("nothing was read from the page")
	}
	for path, s := range got {
		if s {
			t.Errorf("%s needs no review on a page whose grid was lost", path)
		}
	}
	framed := doc
	framed.Tables = []extract.Table{{Rows: 1, Cols: 1, Cells: []extract.Cell{{RowSpan: 1, ColSpan: 1, Box: extract.Box{X0: 50, Y0: 110, X1: 500, Y1: 170}, Lines: []int{1, 2}}}}}
	if got := sure(&framed); !got["enterprise.postal_code"] {
		t.Errorf("a framed page is doubted as well: %v", got)
	}
}
