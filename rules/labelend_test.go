package rules

import (
	"strings"
	"testing"

	"dengji/extract"
)

// cutText is a form whose last text and its label, in cells of their own, run
// over the page's end. rest is what the label's column holds on the next page.
func cutText(rest string) *paper {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	p.table(7, header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无"), bottom()[0],
		[]c{{text: "应用案例简述\n（500字以内，\n突出应用成效和", span: 2}, {text: "第一页的文字，", span: 5}})
	p.page()
	p.table(7, []c{{text: rest, span: 2}, {text: "第二页的文字。", span: 5}})
	last := len(p.doc.Tables) - 1
	a, b := &p.doc.Tables[last-1], p.doc.Tables[last]
	for _, cell := range b.Cells {
		cell.Row += a.Rows
		a.Cells = append(a.Cells, cell)
	}
	a.Rows += b.Rows
	p.doc.Tables = p.doc.Tables[:last]
	tail(p)
	return p
}

// A hint that the page break cut in two is no part of the value on either side.
func TestHintCutByPageBreak(t *testing.T) {
	p := cutText("突出应用成效和带动支撑作用）")
	for i := range p.doc.Lines {
		if p.doc.Lines[i].Text == "突出应用成效和" {
			p.doc.Lines[i].Text, p.doc.Lines[i].Chars = "", nil
		}
	}
	rec, _ := build(t, &p.doc)
	if f := field1(t, rec, "case_summary"); f.Value != "第一页的文字，第二页的文字。" {
		t.Errorf("%v", f.Value)
	}
}

// The end of a label that a page break cut off is no part of the value; other
// words in its column are kept, and doubted.
func TestLabelCutByPageBreak(t *testing.T) {
	for _, rest := range []string{"带动支撑作用）", "带动支撑作用）：", "带动支掌作用）", "支撑作用）"} {
		rec, trace := build(t, &cutText(rest).doc)
		if f := field1(t, rec, "case_summary"); f.Value != "第一页的文字，第二页的文字。" {
			t.Errorf("%s: %v", rest, f.Value)
		}
		if f := traced(t, trace, "case_summary"); f[featStretched] != 0 {
			t.Errorf("%s: in doubt %v", rest, f)
		}
	}
	rec, trace := build(t, &cutText("平台已推广。").doc)
	if f := field1(t, rec, "case_summary"); !strings.Contains(f.Value.(string), "平台已推广") || traced(t, trace, "case_summary")[featStretched] == 0 {
		t.Errorf("words in the label's column: %v %v", f.Value, traced(t, trace, "case_summary"))
	}
}

func traced(t *testing.T, trace *Trace, path string) map[string]float64 {
	t.Helper()
	for _, f := range trace.Fields {
		if f.Path == path {
			return f.Features
		}
	}
	t.Fatalf("no trace of %s", path)
	return nil
}

// A page's own text layer is written text; one over a picture of the page is a
// reading.
func TestSureTextLayer(t *testing.T) {
	for _, c := range []struct {
		source string
		reader string
		sure   float64
	}{
		{extract.SourceText, extract.ReaderTextLayer, 1},
		{extract.SourceScan, extract.ReaderTextLayer, 0},
		{extract.SourceScan, extract.ReaderPPOCR, 0},
	} {
		p := sample(true)
		for i := range p.doc.Pages {
			p.doc.Pages[i].Source = c.source
		}
		for i := range p.doc.Lines {
			p.doc.Lines[i].Reader = c.reader
		}
		_, trace := build(t, &p.doc)
		for _, path := range []string{"enterprise.name", "contact.phone", "products[0].revenue_share"} {
			if got := traced(t, trace, path)[featSure]; got != c.sure {
				t.Errorf("%s, %s on a page of %s: sure %v", path, c.reader, c.source, got)
			}
		}
	}
}

// What is left of a label that a seal hid is no part of the value before it.
func TestBeginningOfLostLabel(t *testing.T) {
	for _, tt := range []struct{ seen, path, want string }{
		{"项目联系人：李明联系 邮箱：li@yunling.cn 部门与职务：市场部经理", "contact.name", "李明"},
		{"项目联系人：李明 联系电话：13800000000 邮箱：li@yunling.cn部门", "contact.email", "li@yunling.cn"},
		{"项目联系人：李明 联系电话：13800000000邮 部门与职务：市场部经理", "contact.phone", "13800000000"},
	} {
		scan := sample(true)
		put(t, &scan.doc, "项目联系人：李明 联系电话：13800000000 邮箱：li@yunling.cn 部门与职务：市场部经理", tt.seen)
		rec, trace := build(t, &scan.doc)
		if f := field1(t, rec, tt.path); f.Value != tt.want || traced(t, trace, tt.path)[featStretched] == 0 {
			t.Errorf("%s of %q: %v, %v", tt.path, tt.seen, f.Value, f.Flags)
		}
	}
}
