package rules

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"dengji/extract"
	"dengji/normalize"
)

func TestLayouts(t *testing.T) {
	type table = [][]c
	ordinary := [][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")}
	tests := []struct {
		name string
		make func(p *paper)
		want map[string]any // what differs from the sample's values
	}{
		{"one cell for label and value", func(p *paper) {
			p.text("优秀软件产品登记表")
			p.table(7, top()...)
			p.table(7, append(ordinary, bottom()...)...)
		}, nil},
		{"two cells", func(p *paper) {
			p.text("优秀软件产品登记表")
			p.table(7, table{
				{{text: "企业名称（填写企业全称并盖章）", span: 2}, {text: "济南云岭软件有限公司", span: 5}},
				{{text: "法人代表姓名"}, {text: "王建国", span: 2}, {text: "企业网址", span: 2}, {text: "www.yunling.cn", span: 2}},
				{{text: "通信地址"}, {text: "山东省济南市高新区\n舜华路1号", span: 2}, {text: "邮政编码", span: 2}, {text: "250101", span: 2}},
				{{text: "主营业务\n（可多选）"}, {text: "□基础软件 □工业软件 □支撑软件 ☑应用软件 □其他软件", span: 6}},
				{{text: "项目联系人"}, {text: "李明"}, {text: "联系电话"}, {text: "13800000000"}, {text: "邮箱"}, {text: "li@yunling.cn", span: 2}},
				{{text: "部门与职务", span: 2}, {text: "市场部经理", span: 5}},
			}...)
			p.table(7, append(ordinary, table{
				{{text: "软件产品简述（500字以内，突出软件产品的创新性和竞争力）", span: 2}, {text: summary, span: 5}},
				{{text: "应用案例简述（500字以内）", span: 2}, {text: caseText, span: 5}},
			}...)...)
		}, nil},
		{"contact row without spaces and colons", func(p *paper) {
			p.text("优秀软件产品登记表")
			rows := top()
			rows[4] = one("项目联系人李明联系电话13800000000邮箱li@yunling.cn部门与职务市场部经理")
			p.table(7, rows...)
			p.table(7, append(ordinary, bottom()...)...)
		}, nil},
		{"misread labels", func(p *paper) {
			p.text("优秀软件产品登记表")
			p.table(7, table{
				one("企业各称（填写企业全称并盖草）：济南云岭软件有限公司"),
				{{text: "法入代表姓名:王建国", span: 3}, {text: "企业网扯：www.yunling.cn", span: 4}},
				{{text: "通信地扯：山东省济南市高新区舜华路1号", span: 5}, {text: "邮攻编码：250101", span: 2}},
				one("主营业务（可多选)：\n□基础软件 □工业软件 □支撑软件 ☑应用软件 □其他软件"),
				one("项日联系人：李明 联系电活：13800000000 邮箱；li@yunling.cn 部门与职各：市场部经理"),
			}...)
			h := header()
			h[0].text, h[4].text = "产品各称", "产晶收入占企\n业主营业务收\n人比重（%)"
			p.table(7, append(table{h, ordinary[1]}, table{
				one("软件产品简述（5o0字以内，突出软件产品的创新性和竞争刀）：\n" + summary),
				one("应用案例简术（500字以内，突出应用成效和带动支掌作用)\n" + caseText),
			}...)...)
		}, nil},
		{"spaces and another width in labels", func(p *paper) {
			p.text("优 秀 软 件 产 品 登 记 表")
			p.table(7, table{
				one("企 业 名 称 (填写企业全称并盖章) : 济南云岭软件有限公司"),
				{{text: "法人代表 姓名：王建国", span: 3}, {text: "企业网址 ：www.yunling.cn", span: 4}},
				{{text: "通 信 地 址：山东省济南市高新区舜华路1号", span: 5}, {text: "邮政编码：２５０１０１", span: 2}},
				one("主营业务(可多选):\n□基础软件 □工业软件 □支撑软件 ☑应用软件 □其他软件"),
				one("项目联系人 ： 李明   联系电话 ： 13800000000   邮 箱 ： li@yunling.cn   部门与职务 ： 市场部经理"),
			}...)
			p.table(7, append(ordinary, bottom()...)...)
		}, nil},
		{"label words inside values", func(p *paper) {
			p.text("优秀软件产品登记表")
			rows := top()
			rows[4] = one("项目联系人：李明 联系电话：13800000000 邮箱：li@yunling.cn 部门与职务：联系电话组组长")
			p.table(7, rows...)
			p.table(7, append(table{header(), product("邮政编码管理软件V1.0", "2021年6月15日", "应用软件", "通信地址服务", "35.2%", "约12%", "无")}, table{
				one("软件产品简述（500字以内，突出软件产品的创新性和竞争力）：\n企业名称与产品名称自动识别，提高市场占有率。"),
				bottom()[1],
			}...)...)
		}, map[string]any{"contact.title": "联系电话组组长", "products[0].name": "邮政编码管理软件V1.0", "products[0].application_field": "通信地址服务",
			"product_summary": "企业名称与产品名称自动识别，提高市场占有率。"}},
		{"two products", func(p *paper) {
			p.text("优秀软件产品登记表")
			p.table(7, top()...)
			p.table(7, append(append(ordinary, product("云岭数据\n中台V2.1", "2022.03", "支撑软件", "大数据", "不足5%", "3", "0")), bottom()...)...)
		}, map[string]any{"products[1].name": "云岭数据中台V2.1", "products[1].release_date": "2022-03", "products[1].category": "支撑软件",
			"products[1].application_field": "大数据", "products[1].revenue_share": 5.0, "products[1].market_share": 3.0, "products[1].export_share": 0.0}},
		{"a second row that only says 无", func(p *paper) {
			p.text("优秀软件产品登记表")
			p.table(7, top()...)
			p.table(7, append(append(ordinary, product("无", "无", "无", "无", "无", "无", "无")), bottom()...)...)
		}, nil},
		{"label and value parted by a line break, text in the next cell", func(p *paper) {
			p.text("优秀软件产品登记表")
			p.table(7, top()...)
			p.table(7, append(ordinary, one("软件产品简述（500字以内，突出软件产品的创新性和竞争力）"), one(summary), one("应用案例简述"), one(caseText))...)
		}, nil},
	}
	for _, tt := range tests {
		for _, scan := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/scan=%v", tt.name, scan), func(t *testing.T) {
				p := newPaper(scan)
				tt.make(p)
				tail(p)
				rec, _ := build(t, &p.doc)
				want := sampleValues()
				maps.Copy(want, tt.want)
				diff(t, values(rec), want)
			})
		}
	}
}

// A table that a page break cuts: the header on one page, rows and texts on
// the next, as one table and as two, with footnotes at the foot of the page.
func TestPageBreak(t *testing.T) {
	long := "第一页的文字，"
	rest := "第二页的文字。"
	make1 := func(joined, ruled bool) *paper {
		p := newPaper(true)
		p.text("优秀软件产品登记表")
		p.table(7, top()...)
		rows := [][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无"), bottom()[0],
			one("应用案例简述（500字以内，突出应用成效和带动支撑作用）\n" + long)}
		p.table(7, rows...)
		p.y = 790
		p.text("1 基础软件：能够对硬件资源进行调度和管理、为应用软件提供运行支撑的软件，包括操作系统")
		p.line(290, "- 1 -")
		p.page()
		if !ruled {
			p.text(rest)
		} else {
			p.table(1, []c{{text: rest}})
		}
		if joined {
			last := len(p.doc.Tables) - 1
			a, b := &p.doc.Tables[last-1], p.doc.Tables[last]
			for _, cell := range b.Cells {
				cell.Row += a.Rows
				cell.ColSpan = a.Cols
				a.Cells = append(a.Cells, cell)
			}
			a.Rows += b.Rows
			p.doc.Tables = p.doc.Tables[:last]
		}
		tail(p)
		return p
	}
	for name, p := range map[string]*paper{"one table": make1(true, true), "two tables": make1(false, true), "no grid on the second page": make1(false, false)} {
		t.Run(name, func(t *testing.T) {
			rec, _ := build(t, &p.doc)
			want := sampleValues()
			want["case_summary"] = long + rest
			diff(t, values(rec), want)
		})
	}
	for name, cut := range map[string]string{"another picture": "", "another picture, which begins with the label's end": "动支撑作用）", "another picture, above which a page beneath shows": "草星理面口同"} {
		t.Run(name, func(t *testing.T) {
			p := make1(false, true)
			first, second := p.doc, p.doc
			first.Name, second.Name = "扫描-1.jpg", "扫描-2.jpg"
			first.Pages = p.doc.Pages[:1]
			first.Tables = p.doc.Tables[:2]
			second.Pages = []extract.Page{p.doc.Pages[1]}
			second.Pages[0].Number = 1
			second.Lines, second.Tables = nil, nil
			index := map[int]int{}
			first.Lines = nil
			for i, l := range p.doc.Lines {
				if l.Page == 0 {
					first.Lines = append(first.Lines, l)
					continue
				}
				l.Page = 0
				index[i] = len(second.Lines)
				second.Lines = append(second.Lines, l)
			}
			tab := p.doc.Tables[2]
			tab.Cells = append([]extract.Cell{}, tab.Cells...)
			for i := range tab.Cells {
				tab.Cells[i].Page = 0
				tab.Cells[i].Lines = []int{index[tab.Cells[i].Lines[0]]}
			}
			switch {
			case strings.HasPrefix(cut, "草"): // outside of the table
				beneath := extract.Line{Box: extract.Box{X0: 40, Y0: 5, X1: 200, Y1: 15}, Text: cut, Score: 0.25, Reader: extract.ReaderPPOCR}
				second.Lines = append([]extract.Line{beneath}, second.Lines...)
				for i := range tab.Cells {
					tab.Cells[i].Lines[0]++
				}
			case cut != "": // the label's cell was cut by the page break, too
				at := tab.Cells[len(tab.Cells)-1]
				label := extract.Cell{RowSpan: 1, ColSpan: 1, Box: extract.Box{X0: at.Box.X0, Y0: at.Box.Y0, X1: at.Box.X0 + 60, Y1: at.Box.Y1}, Lines: []int{len(second.Lines)}}
				second.Lines = append(second.Lines, extract.Line{Box: extract.Box{X0: at.Box.X0 + 2, Y0: at.Box.Y0 + 2, X1: at.Box.X0 + 50, Y1: at.Box.Y0 + 14}, Text: cut, Score: 1, Reader: extract.ReaderPPOCR})
				tab.Cols++
				for i := range tab.Cells {
					tab.Cells[i].Col++
				}
				tab.Cells = append([]extract.Cell{label}, tab.Cells...)
			}
			second.Tables = []extract.Table{tab}
			rec, _ := build(t, &first, &second)
			want := sampleValues()
			want["case_summary"] = long + rest
			diff(t, values(rec), want)
		})
	}
	t.Run("rows on the second page under a repeated header", func(t *testing.T) {
		p := newPaper(true)
		p.text("优秀软件产品登记表")
		p.table(7, top()...)
		p.table(7, header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无"))
		p.page()
		p.table(7, append([][]c{header(), product("云岭数据中台", "2022.03", "支撑软件", "大数据", "7", "3", "0")}, bottom()...)...)
		tail(p)
		rec, _ := build(t, &p.doc)
		if got := field1(t, rec, "products[1].name").Value; got != "云岭数据中台" {
			t.Errorf("second product %v", got)
		}
		if n := len(values(rec)); n != 19+7 {
			t.Errorf("%d fields, want 26: a repeated header is no product", n)
		}
	})
}

// A note at the top of the second page, after the first one's footnotes, is no
// part of the text before them.
func TestNoteAfterFootnotes(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")}, bottom()...)...)
	p.y = 780
	p.text("1基础软件：能够对硬件资源进行调度和管理、为应用软件提供运行支撑的软件，包括操作系统、数据库、中间件、各类固件等；",
		"工业软件：应用于工业领域，以提高工业企业研发、生产、管理水平和工业装备性能的应用软件；",
		"支撑软件：软件开发过程中使用到的支撑软件开发的工具和集成环境、测试工具软件等；",
		"应用软件：独立销售的面向应用需求的软件和解决方案软件等，包括通用软件、行业软件、嵌入式应用软件等；",
		"其他软件：未列明的软件开发，如平台软件、信息安全软件等。")
	p.page()
	p.text("注：每家企业报送优秀创新产品不得超过2个。")
	p.text("三、产品相关著作权证明、知识产权证明等")
	rec, _ := build(t, &p.doc)
	diff(t, values(rec), sampleValues())
}

// A page whose grid was not recognised: nothing that was read is lost.
func TestNoGrid(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表", "一、企业基本信息", "企业名称（填写企业全称并盖章）：济南云岭软件有限公司")
	row := func(cells ...any) {
		for i := 0; i < len(cells); i += 2 {
			p.line(cells[i].(float64), cells[i+1].(string))
		}
		p.y += height + 6
	}
	row(50.0, "法人代表姓名：", 130.0, "王建国", 300.0, "企业网址：www.yunling.cn")
	row(50.0, "通信地址：山东省济南市高新区舜华路1号", 400.0, "邮政编码：250101")
	row(50.0, "主营业务（可多选）：")
	row(50.0, "□基础软件", 150.0, "□工业软件", 250.0, "□支撑软件", 350.0, "☑应用软件", 450.0, "□其他软件")
	row(50.0, "项目联系人：李明", 160.0, "联系电话：13800000000", 320.0, "邮箱：li@yunling.cn", 430.0, "部门与职务：市场部经理")
	p.text("二、优秀创新产品信息（没有的请填“无”）")
	x := []float64{50, 150, 220, 290, 350, 430, 490}
	top := p.y
	for i, cell := range header() {
		p.y = top
		for _, l := range strings.Split(cell.text, "\n") {
			p.line(x[i], l)
			p.y += height - 1
		}
	}
	p.y = top + 60
	for i, text := range []string{"云岭平台", "2021.6.15", "应用软件", "电子政务", "35.2%", "12%", "无"} {
		p.line(x[i], text)
	}
	p.y += 30
	p.text("软件产品简述（500字以内，突出软件产品的创新性和竞争力）：", summary, "应用案例简述（500字以内，突出应用成效和带动支撑作用）", caseText)
	tail(p)
	rec, _ := build(t, &p.doc)
	want := sampleValues()
	want["products[0].name"] = "云岭平台"
	diff(t, values(rec), want)
	for _, path := range []string{"products[0].name", "products[0].revenue_share"} {
		if f := field1(t, rec, path); !f.Review {
			t.Errorf("%s was placed by guess and needs no review (confidence %v)", path, f.Confidence)
		}
	}
}

// clearCells says of a document's cells that no ink is in them but what was read.
func clearCells(d *extract.Document) {
	for i := range d.Tables {
		for k := range d.Tables[i].Cells {
			d.Tables[i].Cells[k].Clear = true
		}
	}
}

// An empty place is believed where the page shows no ink in it, and doubted
// where nothing was read.
func TestEmptyCells(t *testing.T) {
	confidence := func(clear bool, path string) float64 {
		p := newPaper(true)
		p.text("优秀软件产品登记表")
		rows := top()
		rows[1][1].text = "企业网址："
		p.table(7, rows...)
		p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "", "无")}, bottom()...)...)
		if clear {
			clearCells(&p.doc)
		}
		rec, _ := build(t, &p.doc)
		f := field1(t, rec, path)
		if f.State != "blank" {
			t.Errorf("%s: state %s", path, f.State)
		}
		return f.Confidence
	}
	for _, path := range []string{"enterprise.website", "products[0].market_share"} {
		if seen, unseen := confidence(true, path), confidence(false, path); seen < unseen+0.1 {
			t.Errorf("%s: confidence %.3f where no ink is seen, %.3f where nobody looked", path, seen, unseen)
		}
	}
}

// What is not there is missing, and never somebody else's value.
func TestMissingLabels(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	rows := top()
	rows[1] = []c{{text: "王建国", span: 3}, {text: "企业网址：www.yunling.cn", span: 4}}
	rows[2] = []c{{text: "通信地址：山东省济南市高新区舜华路1号", span: 5}, {text: "邮政编码：", span: 2}}
	p.table(7, rows...)
	p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")}, bottom()...)...)
	tail(p)
	rec, _ := build(t, &p.doc)
	want := sampleValues()
	want["enterprise.legal_representative"], want["enterprise.postal_code"] = nil, nil
	diff(t, values(rec), want)
	for _, path := range []string{"enterprise.legal_representative", "enterprise.postal_code"} {
		f := field1(t, rec, path)
		if !f.flagged(FlagMissing) || !f.Review || f.State != normalize.StateBlank {
			t.Errorf("%s: %+v", path, f)
		}
	}
	if f := field1(t, rec, "enterprise.postal_code"); len(f.Evidence) != 1 || f.Evidence[0].Box == nil || f.Evidence[0].Box.Empty() {
		t.Errorf("an empty place has no evidence: %+v", f.Evidence)
	}
}

// A column whose header was not read is the one left between its neighbours,
// and said to be guessed.
func TestUnreadHeader(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	h := header()
	h[5].text = "币扬古"
	p.table(7, append([][]c{h, product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")}, bottom()...)...)
	tail(p)
	rec, _ := build(t, &p.doc)
	diff(t, values(rec), sampleValues())
	if f := field1(t, rec, "products[0].market_share"); !f.Review {
		t.Errorf("a guessed column needs no review: %+v", f)
	}
}

// A ruling line that was not found makes one cell of two columns.
func TestFusedColumns(t *testing.T) {
	p := newPaper(true)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	row := product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")
	p.table(7, append([][]c{header(), row}, bottom()...)...)
	tab := &p.doc.Tables[1]
	for i := range tab.Cells {
		if a := &tab.Cells[i]; a.Row == 1 && a.Col == 4 {
			a.ColSpan = 2
			a.Lines = append(a.Lines, tab.Cells[i+1].Lines...)
			tab.Cells = append(tab.Cells[:i+1], tab.Cells[i+2:]...)
			break
		}
	}
	tail(p)
	rec, _ := build(t, &p.doc)
	diff(t, values(rec), sampleValues())
	for _, path := range []string{"products[0].revenue_share", "products[0].market_share"} {
		if f := field1(t, rec, path); !f.Review {
			t.Errorf("%s from a shared cell needs no review: %+v", path, f)
		}
	}
}

// The same ink read twice is one value.
func TestLineReadTwice(t *testing.T) {
	p := sample(true)
	for i, l := range p.doc.Lines {
		if !strings.HasPrefix(l.Text, "邮政编码") {
			continue
		}
		again := l
		again.Text, again.Chars = "：250101", l.Chars[4:]
		again.Box.X0 += 40
		p.doc.Lines = append(p.doc.Lines, again)
		for k := range p.doc.Tables[0].Cells {
			cell := &p.doc.Tables[0].Cells[k]
			if len(cell.Lines) > 0 && cell.Lines[0] == i {
				cell.Lines = append(cell.Lines, len(p.doc.Lines)-1)
			}
		}
	}
	rec, _ := build(t, &p.doc)
	diff(t, values(rec), sampleValues())
}

func TestCertificate(t *testing.T) {
	forms := loadForms(t)
	printed := certificatePage("云岭政务协同平台", "[简称：云岭政务]V1.0", "济南云岭软件有限公司；济南某研究院", "2021年05月10日", "未发表", "2021SR1625330")
	electronic := newPaper(true)
	electronic.text("中华人民共和国国家版权局", "计算机软件著作权", "登记证书")
	pairs := []string{"证书号：", "软著登字第8347956号", "软件名称：", "云岭政务协同平台", "", "[简称：云岭政务]", "", "V1.0", "著作权人：", "济南云岭软件有限公司；济南某研", "", "究院",
		"权利取得方式：", "原始取得", "权利范围：", "全部权利", "登记E号：", "2021SR1625330"}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] != "" {
			electronic.line(80, pairs[i])
		}
		electronic.line(210, pairs[i+1])
		electronic.y += height + 4
	}
	electronic.y += 60
	electronic.line(330, "2021年11月03日")
	electronic.y += 40
	electronic.text("流水号：2021R11L0965327")
	// the ornament around the text is read as one large cell
	var all []int
	for i := range electronic.doc.Lines {
		all = append(all, i)
	}
	electronic.doc.Tables = []extract.Table{{Rows: 1, Cols: 1, Cells: []extract.Cell{{RowSpan: 1, ColSpan: 1, Box: extract.Box{X0: 20, Y0: 20, X1: 575, Y1: 820}, Lines: all}}}}

	for name, p := range map[string]*paper{"printed": printed, "electronic": electronic} {
		t.Run(name, func(t *testing.T) {
			parts := Segment(&p.doc, forms)
			if len(parts) != 1 || parts[0].Kind != KindCertificate {
				t.Fatalf("parts %+v", parts)
			}
			rec, _ := build(t, &p.doc)
			got := map[string]any{}
			for path, v := range values(rec) {
				if strings.HasPrefix(path, "certificates") {
					got[path] = v
				}
			}
			want := map[string]any{"certificates[0].certificate_number": "软著登字第8347956号", "certificates[0].registration_number": "2021SR1625330",
				"certificates[0].software_name": "云岭政务协同平台", "certificates[0].short_name": "云岭政务", "certificates[0].version": "V1.0",
				"certificates[0].owners":          []string{"济南云岭软件有限公司", "济南某研究院"},
				"certificates[0].completion_date": "2021-05-10", "certificates[0].first_publication_date": nil,
				"certificates[0].acquisition": "原始取得", "certificates[0].scope": "全部权利", "certificates[0].issue_date": "2021-11-03"}
			if name == "electronic" {
				want["certificates[0].completion_date"] = nil
			}
			diff(t, got, want)
		})
	}
}
