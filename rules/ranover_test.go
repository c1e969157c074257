package rules

import (
	"strings"
	"testing"

	"dengji/extract"
)

// A stroke taken for a ruling line parts a value: its text runs into the next
// cell without a gap. Between two cells' texts there is one.
func TestValueRunsOverAStroke(t *testing.T) {
	for _, touching := range []bool{true, false} {
		p := newPaper(true)
		p.text("优秀软件产品登记表")
		rows := top()
		rows[2] = []c{{text: "通信地址"}, {text: "山东省济南市历下区颖秀", span: 2}, {text: "路1号", span: 2}, {text: "邮政编码"}, {text: "250101"}}
		p.table(7, rows...)
		var first, rest *extract.Line
		for i := range p.doc.Lines {
			l := &p.doc.Lines[i]
			if strings.HasPrefix(l.Text, "山东省") {
				first = l
			}
			if l.Text == "路1号" {
				rest = l
			}
		}
		first.Box.X1 = rest.Box.X0 - 20
		if touching {
			first.Box.X1 = rest.Box.X0 - 1
		}
		rec, _ := build(t, &p.doc)
		f, want := field1(t, rec, "enterprise.address"), "山东省济南市历下区颖秀"
		if touching {
			want += "路1号"
		}
		if f.Value != want || touching && !f.Review {
			t.Errorf("touching %v: got %v, review %v", touching, f.Value, f.Review)
		}
	}
}
