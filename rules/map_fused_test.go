package rules

import (
	"testing"

	"dengji/extract"
)

// A grid of which only some lines were found fuses the header row with what
// is beneath: the places of the lines are believed then, not the cells.
func TestFusedHeader(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	p.table(7, header(), product("云岭平台", "2021.6.15", "应用软件", "电子政务", "35.2%", "约12%", "无"))
	tab := &p.doc.Tables[1]
	var all []int
	box := extract.Box{}
	for _, cell := range tab.Cells {
		all = append(all, cell.Lines...)
		box = box.Union(cell.Box)
	}
	*tab = extract.Table{Rows: 1, Cols: 1, Cells: []extract.Cell{{RowSpan: 1, ColSpan: 1, Box: box, Lines: all}}}
	p.table(7, bottom()...)
	tail(p)
	rec, _ := build(t, &p.doc)
	want := sampleValues()
	want["products[0].name"] = "云岭平台"
	diff(t, values(rec), want)
	if f := field1(t, rec, "products[0].revenue_share"); !f.Review {
		t.Errorf("placed by guess and not for review: %+v", f)
	}
}

// A row struck through with / is no product, also where the stroke was read
// as 1 or l.
func TestStruckRow(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无"), product("1", "/", "l", "/", "1", "/", "|")}, bottom()...)...)
	tail(p)
	rec, _ := build(t, &p.doc)
	diff(t, values(rec), sampleValues())
}

// Where the label between two texts was not read, they are not one value
// without a word.
func TestLostLabelBetweenTexts(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	p.table(7, header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无"), bottom()[0], one("■■■■■■■■\n"+caseText))
	tail(p)
	rec, _ := build(t, &p.doc)
	for _, path := range []string{"product_summary", "case_summary"} {
		if f := field1(t, rec, path); !f.Review {
			t.Errorf("%s: %+v", path, f)
		}
	}
}

// A name that the first character of the neighbouring label ran into is cut
// and doubted; one that only happens to end so is left alone.
func TestNextLabelInName(t *testing.T) {
	for _, tt := range []struct{ what, name, label, want string }{
		{"the label lost its first character", "王建国企", "业网址：", "王建国"},
		{"the label is whole", "王建企", "企业网址：", "王建企"},
		{"another character", "王建国平", "业网址：", "王建国平"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			scan := sample(true)
			put(t, &scan.doc, "王建国", tt.name)
			put(t, &scan.doc, "企业网址：", tt.label)
			rec, _ := build(t, &scan.doc)
			if f := field1(t, rec, "enterprise.legal_representative"); f.Value != tt.want || tt.want == "王建国" && !f.Review {
				t.Errorf("%v, review %v", f.Value, f.Review)
			}
		})
	}
}
