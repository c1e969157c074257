package rules

import (
	"strings"
	"testing"

	"dengji/extract"
)

// fusedRow is a sample whose two products stand in one row of cells: the
// ruling line between them was not found.
func fusedRow(first, second []c) *paper {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	row := make([]c, len(first))
	for i := range row {
		row[i] = c{text: first[i].text + "\n" + second[i].text, span: first[i].span}
	}
	p.table(7, append([][]c{header(), row}, bottom()...)...)
	tail(p)
	return p
}

func TestFusedRows(t *testing.T) {
	a := product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")
	b := product("云岭数据中台V2.1", "2022.03", "支撑软件", "大数据", "5%", "3", "0")
	rec, _ := build(t, &fusedRow(a, b).doc)
	got := values(rec)
	for path, want := range map[string]any{
		"products[0].name": "云岭政务协同平台V1.0", "products[1].name": "云岭数据中台V2.1",
		"products[0].release_date": "2021-06-15", "products[1].release_date": "2022-03",
		"products[0].revenue_share": 35.2, "products[1].revenue_share": 5.0,
		"products[0].application_field": "电子政务", "products[1].application_field": "大数据",
	} {
		if got[path] != want {
			t.Errorf("%s is %v, want %v", path, got[path], want)
		}
	}
	for _, f := range rec.Fields {
		if strings.HasPrefix(f.Path, "products[") && !f.Review {
			t.Errorf("%s from a row that was parted needs no review", f.Path)
		}
	}
}

// A value that wraps is not two rows.
func TestWrappedValuesAreOneRow(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	p.table(7, append([][]c{header(), product("云岭政务协同\n平台V1.0", "2021年6月\n15日", "应用\n软件", "电子\n政务", "35.2%\n（约）", "约\n12%", "无")}, bottom()...)...)
	tail(p)
	rec, _ := build(t, &p.doc)
	for _, f := range rec.Fields {
		if strings.HasPrefix(f.Path, "products[1]") {
			t.Errorf("%s was made of a wrapped value: %v", f.Path, f.Value)
		}
	}
}

// Text beside the rows that is in no cell may be a row that was lost.
func TestStrayTextBesideRows(t *testing.T) {
	for _, tt := range []struct {
		name string
		text string
		x    float64
		seal bool
		want bool // the product's fields need review
	}{
		{"a lost first column", "数据中台", 40, false, true},
		{"a seal's letters", "有限公司", 40, true, false},
		{"a speck", "丶", 40, false, false},
		{"right of the table", "数据中台", 570, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPaper(true)
			p.text("优秀软件产品登记表")
			p.table(7, top()...)
			p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "12%", "无")}, bottom()...)...)
			tail(p)
			var row extract.Box
			for _, cell := range p.doc.Tables[1].Cells {
				if cell.Row == 1 {
					row = row.Union(cell.Box)
				}
			}
			p.y = row.Y0 + 2
			k := p.line(tt.x, tt.text)
			p.doc.Lines[k].Seal = tt.seal
			if tt.x < left {
				p.doc.Lines[k].Box.X1 = min(p.doc.Lines[k].Box.X1, left-1)
			}
			rec, _ := build(t, &p.doc)
			if f := field1(t, rec, "products[0].category"); f.Review != tt.want {
				t.Errorf("review is %v, want %v", f.Review, tt.want)
			}
		})
	}
}

// One line of text over two columns is cut at the blank between them.
func TestLineOverTwoColumnsIsCut(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "12%", "无")}, bottom()...)...)
	tab := &p.doc.Tables[1]
	for i := range tab.Cells {
		if a := &tab.Cells[i]; a.Row == 1 && a.Col == 4 {
			b := tab.Cells[i+1]
			one, two := &p.doc.Lines[a.Lines[0]], &p.doc.Lines[b.Lines[0]]
			one.Text += " " + two.Text
			space := extract.Char{X0: one.Box.X1, X1: two.Box.X0, Score: 1}
			one.Chars = append(append(one.Chars, space), two.Chars...)
			one.Box = one.Box.Union(two.Box)
			two.Text, two.Chars, two.Box = "", nil, extract.Box{}
			a.ColSpan = 2
			tab.Cells = append(tab.Cells[:i+1], tab.Cells[i+2:]...)
			break
		}
	}
	tail(p)
	rec, _ := build(t, &p.doc)
	for path, want := range map[string]any{"products[0].revenue_share": 35.2, "products[0].market_share": 12.0} {
		if f := field1(t, rec, path); f.Value != want || !f.Review {
			t.Errorf("%s is %v, review %v; want %v for review", path, f.Value, f.Review, want)
		}
	}
}

// A fold's shadow across one column parts its cell, and no row: the date goes on
// beneath, and the next row is the next product.
func TestHalfCellIsNoRow(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表", "一、企业基本信息")
	p.table(7, top()...)
	rows := [][]c{header(), product("云岭政务协同平台V1.0", "2021年03", "应用软件", "电子政务", "35.2%", "约12%", "无"), product("", "月21日", "", "", "", "", ""), product("云岭数据中台", "2022.03", "支撑软件", "大数据", "7", "3", "0")}
	p.table(7, append(rows, bottom()...)...)
	tail(p)
	tab := &p.doc.Tables[len(p.doc.Tables)-1]
	var cells []extract.Cell
	for _, cell := range tab.Cells {
		switch {
		case cell.Row == 2 && cell.Col != 1:
			continue // the cell above reaches down here
		case cell.Row == 1 && cell.Col != 1:
			cell.RowSpan = 2
		}
		cells = append(cells, cell)
	}
	tab.Cells = cells
	rec, _ := build(t, &p.doc)
	for path, want := range map[string]any{"products[0].release_date": "2021-03-21", "products[1].name": "云岭数据中台"} {
		if f := field1(t, rec, path); f.Value != want {
			t.Errorf("%s is %v, want %v", path, f.Value, want)
		}
	}
	if f := field1(t, rec, "products[0].release_date"); !f.Review {
		t.Error("a date pieced together goes to nobody")
	}
}
