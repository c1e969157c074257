package rules

import (
	"strings"
	"testing"

	"dengji/extract"
)

// Whatever text stands on a page, in lines or in cells (parted by |), a
// record comes out that keeps its promises.
func FuzzBuild(f *testing.F) {
	f.Add("优秀软件产品登记表\n企业名称：|某某有限公司\n项目联系人张三联系电话13800000000邮箱a@b.cn部门与职务经理", true)
	f.Add("计算机软件著作权登记证书\n证书号：软著登字第8347956号\n软件名称：甲系统\n[简称：甲\nV1.0\n著作权人：甲；乙", true)
	f.Add("产品名称|发布时间|细分类别①|应用领域|产品收入占企业主营业务收入比重（%）|市场占有率（%）|产品出口额占产品总收入比重（%）\n甲|2021|应用软件|政务|1|2|3", false)
	f.Add("用户使用报告\n使用人签字：", false)
	f.Add("[[((：：简称：]简称：\n|||\n主营业务□☑√", true)
	forms := loadForms(f)
	f.Fuzz(func(t *testing.T, text string, scan bool) {
		if len(text) > 4000 {
			return
		}
		p := newPaper(scan)
		for line := range strings.SplitSeq(text, "\n") {
			cells := strings.Split(line, "|")
			if len(cells) == 1 || len(cells) > 20 {
				p.text(line)
				continue
			}
			row := make([]c, len(cells))
			for i, s := range cells {
				row[i] = c{text: s}
			}
			p.table(len(cells), row)
		}
		subs, _ := Group([]Input{{Path: "f/a.pdf", Doc: &p.doc}}, forms)
		if len(subs) == 0 {
			return
		}
		rec, _, err := Build(subs[0], forms, Options{})
		if err != nil {
			t.Fatal(err)
		}
		agree(t, rec)
		if err := Validate(encodeRecord(t, rec)); err != nil {
			t.Fatal(err)
		}
	})
}

// Indices that point nowhere cost a cell, not the program.
func TestBrokenDocument(t *testing.T) {
	p := sample(true)
	p.doc.Tables[0].Cells[0].Lines = []int{-1, 9999}
	p.doc.Tables[0].Cells[1].Row, p.doc.Tables[0].Cells[1].Col = -3, 70
	p.doc.Tables[1].Rows = 0
	p.doc.Lines[0].Chars = p.doc.Lines[0].Chars[:1]
	p.doc.Ticks = []extract.Tick{{Line: 999, Rune: -1}}
	p.doc.Seals = []extract.Seal{{Page: 77}}
	p.doc.Tables = append(p.doc.Tables, extract.Table{Rows: 1 << 30, Cols: 1 << 30, Cells: []extract.Cell{{RowSpan: 1 << 30, ColSpan: 1 << 30}}})
	rec, _ := build(t, &p.doc)
	agree(t, rec)
}
