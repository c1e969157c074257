package rules

import (
	"strings"
	"testing"
)

// twoProducts is a sample whose second table has two products of several lines.
func twoProducts(first, second []c) *paper {
	p := newPaper(true)
	p.text("优秀软件产品登记表", "一、企业基本信息")
	p.table(7, top()...)
	p.text("二、优秀创新产品信息（没有的请填“无”）")
	p.table(7, append([][]c{header(), first, second}, bottom()...)...)
	tail(p)
	return p
}

// fuse joins the first two cells of the rows from up to to of a table: the
// ruling line between them was not found.
func fuse(p *paper, table, from, to int) {
	t := &p.doc.Tables[table]
	kept := t.Cells[:0]
	for _, cell := range t.Cells {
		if cell.Col == 1 && cell.Row >= from && cell.Row < to {
			before := &kept[len(kept)-1]
			before.ColSpan, before.Box.X1 = 2, cell.Box.X1
			before.Lines = append(before.Lines, cell.Lines...)
			continue
		}
		kept = append(kept, cell)
	}
	t.Cells = kept
}

// crowd sets values of one line to the middle of their cells, as forms do, and
// moves the first product's second lines down and the second product's lines up
// by five points, so that they overlap: by height alone the two are one.
func crowd(p *paper, table int) {
	for _, cell := range p.doc.Tables[table].Cells {
		if cell.Row != 1 && cell.Row != 2 {
			continue
		}
		for i, l := range cell.Lines {
			by := 0.0
			if len(cell.Lines) == 1 {
				by = height / 2
			}
			if cell.Row == 2 {
				by -= 5
			} else if i == 1 {
				by += 5
			}
			box := &p.doc.Lines[l].Box
			box.Y0, box.Y1 = box.Y0+by, box.Y1+by
		}
	}
}

// A grid that lacks an upright line through its labels is not believed, but its
// rows part the products; where there are no rows either, a date beneath a date
// does.
func TestRowsOfGridNotBelieved(t *testing.T) {
	a := product("云岭政务协同\n平台V1.0", "2021年6月15日", "应用软件", "电子政务、\n智慧城市", "35.2%", "约12%", "无")
	b := product("云岭数据中台\nV2.1", "2022.03", "支撑软件", "大数据", "5%", "3", "0")
	undated := product("云岭数据中台\nV2.1", "贰零贰", "支撑软作", "大数据", "5 96", "3", "0")
	for _, tt := range []struct {
		name   string
		second []c
		rows   int // of the table whose upright line is lost, from the header; 0 for no table at all
	}{
		{"an upright line lost", b, 3},
		{"an upright line lost, values misread", undated, 3},
		{"no table", b, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := twoProducts(a, tt.second)
			crowd(p, 1)
			if tt.rows > 0 {
				fuse(p, 1, 0, tt.rows)
			} else {
				p.doc.Tables = nil
			}
			rec, _ := build(t, &p.doc)
			got := values(rec)
			for path, want := range map[string]any{"products[0].name": "云岭政务协同平台V1.0", "products[1].name": "云岭数据中台V2.1", "products[1].application_field": "大数据", "products[0].revenue_share": 35.2} {
				if got[path] != want {
					t.Errorf("%s is %v, want %v", path, got[path], want)
				}
			}
			for _, f := range rec.Fields {
				if strings.HasPrefix(f.Path, "products[2]") {
					t.Errorf("%s: no third product stands on the paper", f.Path)
				}
				if strings.HasPrefix(f.Path, "products[") && !f.Review {
					t.Errorf("%s was placed without a grid and needs no review", f.Path)
				}
			}
		})
	}
}

// Percentages alone part rows only where two columns agree, and a single
// product whose values wrap stays one.
func TestStackedValues(t *testing.T) {
	two := product("云岭政务协同\n数据中台", "贰零贰壹\n贰零贰贰", "应用\n支撑", "电子政务\n大数据", "35.2%\n5%", "12%\n3%", "无\n0")
	single := product("云岭政务协同\n平台V1.0", "2021年6月\n15日", "应用\n软件", "电子\n政务", "35.2%\n5%", "12%", "无")
	for _, tt := range []struct {
		name string
		row  []c
		want int
	}{{"three columns of percentages", two, 2}, {"one column", single, 1}} {
		p := newPaper(true)
		p.text("优秀软件产品登记表")
		p.table(7, top()...)
		p.table(7, append([][]c{header(), tt.row}, bottom()...)...)
		tail(p)
		rec, _ := build(t, &p.doc)
		n := 0
		for _, f := range rec.Fields {
			if strings.HasSuffix(f.Path, "].name") && strings.HasPrefix(f.Path, "products[") {
				n++
			}
		}
		if n != tt.want {
			t.Errorf("%s: %d products, want %d", tt.name, n, tt.want)
		}
	}
}
