package rules

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dengji/extract"
)

// paper makes Documents by hand: a scan has boxes and character scores, a
// DOCX has neither.
type paper struct {
	doc   extract.Document
	scan  bool
	score float64
	y     float64
}

// c is a cell: its text, lines parted by \n, and its column span (0 is 1).
type c struct {
	text string
	span int
}

const (
	left   = 50.0
	wide   = 490.0
	height = 14.0
	em     = 10.0
)

func newPaper(scan bool) *paper {
	p := &paper{scan: scan, score: 0.995}
	p.doc = extract.Document{Format: "docx", Name: "form.docx", SHA256: "00ff"}
	if scan {
		p.doc.Format, p.doc.Name = "pdf", "scan.pdf"
	}
	p.page()
	return p
}

// page begins a new page; a DOCX has only one.
func (p *paper) page() {
	p.y = 60
	if !p.scan {
		if len(p.doc.Pages) == 0 {
			p.doc.Pages = append(p.doc.Pages, extract.Page{Name: "body", Source: extract.SourceText})
		}
		return
	}
	p.doc.Pages = append(p.doc.Pages, extract.Page{Number: len(p.doc.Pages) + 1, Width: 595, Height: 842, Source: extract.SourceScan})
}

// line adds a line at x and the current height and returns its index.
func (p *paper) line(x float64, text string) int {
	l := extract.Line{Page: len(p.doc.Pages) - 1, Text: text, Score: 1, Reader: extract.ReaderDOCX}
	if p.scan {
		l.Reader, l.Score = extract.ReaderPPOCR, p.score
		at := x
		for _, r := range text {
			w := em
			if r < 0x80 {
				w = em / 2
			}
			l.Chars = append(l.Chars, extract.Char{X0: at, X1: at + w, Score: p.score})
			at += w
		}
		l.Box = extract.Box{X0: x, Y0: p.y, X1: at, Y1: p.y + height - 2}
	}
	p.doc.Lines = append(p.doc.Lines, l)
	return len(p.doc.Lines) - 1
}

// text adds lines of their own.
func (p *paper) text(lines ...string) {
	for _, l := range lines {
		p.line(left, l)
		p.y += height + 6
	}
}

// table adds a ruled table of so many columns.
func (p *paper) table(cols int, rows ...[]c) {
	t := extract.Table{Rows: len(rows), Cols: cols}
	for r, row := range rows {
		tall := 1
		for _, cell := range row {
			tall = max(tall, strings.Count(cell.text, "\n")+1)
		}
		col, top := 0, p.y
		for _, cell := range row {
			span := max(1, cell.span)
			x0 := left + wide*float64(col)/float64(cols)
			box := extract.Cell{Row: r, Col: col, RowSpan: 1, ColSpan: span, Page: len(p.doc.Pages) - 1}
			if p.scan {
				box.Box = extract.Box{X0: x0, Y0: top, X1: left + wide*float64(col+span)/float64(cols), Y1: top + float64(tall)*height + 4}
			}
			for i, text := range strings.Split(cell.text, "\n") {
				if text == "" {
					continue
				}
				p.y = top + 2 + float64(i)*height
				box.Lines = append(box.Lines, p.line(x0+2, text))
			}
			t.Cells = append(t.Cells, box)
			col += span
		}
		p.y = top + float64(tall)*height + 4
	}
	p.doc.Tables = append(p.doc.Tables, t)
	p.y += 10
}

func one(text string) []c { return []c{{text: text, span: 7}} }

// header is the row of product labels, as narrow columns wrap them.
func header() []c {
	return []c{{text: "产品名称"}, {text: "发布时间（以软\n著上的时间为准\n或其他相关证明）"}, {text: "细分类别1\n（参照主营业\n务类别）"}, {text: "应用领域"},
		{text: "产品收入占企\n业主营业务收\n入比重（%）"}, {text: "市场占有\n率（%）"}, {text: "产品出口额占\n产品总收入比\n重（%）"}}
}

func product(cells ...string) []c {
	row := make([]c, len(cells))
	for i, t := range cells {
		row[i] = c{text: t}
	}
	return row
}

// top is the first table with label and value in one cell.
func top() [][]c {
	return [][]c{
		one("企业名称（填写企业全称并盖章）：济南云岭软件有限公司"),
		{{text: "法人代表姓名：王建国", span: 3}, {text: "企业网址：www.yunling.cn", span: 4}},
		{{text: "通信地址：山东省济南市高新区舜华路1号", span: 5}, {text: "邮政编码：250101", span: 2}},
		one("主营业务（可多选）：\n□基础软件 □工业软件 □支撑软件 ☑应用软件 □其他软件"),
		one("项目联系人：李明 联系电话：13800000000 邮箱：li@yunling.cn 部门与职务：市场部经理"),
	}
}

const summary = "本产品面向政务服务，采用微服务架构。"
const caseText = "在三个地市应用，成效显著。"

func bottom() [][]c {
	return [][]c{
		one("软件产品简述（500字以内，突出软件产品的创新性和竞争力）：\n" + summary),
		one("应用案例简述（500字以内，突出应用成效和带动支撑作用）\n" + caseText),
	}
}

func tail(p *paper) {
	p.text("注：每家企业报送优秀创新产品不得超过2个。", "三、产品相关著作权证明、知识产权证明等", "四、用户使用报告（加盖用户单位公章或使用人签字）", "五、其他需要说明的材料（如产品详细介绍、视频展示等）")
}

// sample is the whole form in its usual layout.
func sample(scan bool) *paper {
	p := newPaper(scan)
	p.text("附件2：", "优秀软件产品登记表", "一、企业基本信息")
	p.table(7, top()...)
	p.text("二、优秀创新产品信息（没有的请填“无”）")
	rows := [][]c{header(), product("云岭政务协同\n平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无"), product("", "", "", "", "", "", "")}
	p.table(7, append(rows, bottom()...)...)
	tail(p)
	return p
}

func sampleValues() map[string]any {
	return map[string]any{
		"enterprise.name": "济南云岭软件有限公司", "enterprise.legal_representative": "王建国", "enterprise.website": "www.yunling.cn",
		"enterprise.address": "山东省济南市高新区舜华路1号", "enterprise.postal_code": "250101", "enterprise.business_categories": []string{"应用软件"},
		"contact.name": "李明", "contact.phone": "13800000000", "contact.email": "li@yunling.cn", "contact.title": "市场部经理",
		"products[0].name": "云岭政务协同平台V1.0", "products[0].release_date": "2021-06-15", "products[0].category": "应用软件",
		"products[0].application_field": "电子政务", "products[0].revenue_share": 35.2, "products[0].market_share": 12.0, "products[0].export_share": nil,
		"product_summary": summary, "case_summary": caseText,
	}
}

func loadForms(t testing.TB, dirs ...string) *Forms {
	t.Helper()
	forms, err := LoadForms(dirs...)
	if err != nil {
		t.Fatal(err)
	}
	return forms
}

// build makes the record of documents in one folder.
func build(t testing.TB, docs ...*extract.Document) (*Record, *Trace) {
	t.Helper()
	forms := loadForms(t)
	sub := Submission{Key: "x"}
	for i, d := range docs {
		sub.Inputs = append(sub.Inputs, Input{Path: fmt.Sprintf("x/%d-%s", i, d.Name), Doc: d})
	}
	rec, trace, err := Build(sub, forms, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return rec, trace
}

func values(rec *Record) map[string]any {
	m := map[string]any{}
	for _, f := range rec.Fields {
		m[f.Path] = f.Value
	}
	return m
}

func diff(t *testing.T, got, want map[string]any) {
	t.Helper()
	for _, k := range slices.Sorted(maps.Keys(want)) {
		g, ok := got[k]
		if !ok {
			t.Errorf("%s: no such field, want %v", k, want[k])
		} else if !reflect.DeepEqual(g, want[k]) {
			t.Errorf("%s: got %#v, want %#v", k, g, want[k])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[k]; !ok {
			t.Errorf("%s: not asked for, got %v", k, got[k])
		}
	}
}

func field1(t *testing.T, rec *Record, path string) *Field {
	t.Helper()
	for i := range rec.Fields {
		if rec.Fields[i].Path == path {
			return &rec.Fields[i]
		}
	}
	t.Fatalf("no field %s", path)
	return nil
}

func (f *Field) flagged(code string) bool {
	return slices.ContainsFunc(f.Flags, func(g Flag) bool { return g.Code == code })
}

// certificatePage is a certificate of the printed layout.
func certificatePage(name, version, owner, done, published, number string) *paper {
	p := newPaper(true)
	p.doc.Name = "软著.pdf"
	p.text("中华人民共和国国家版权局", "计算机软件著作权登记证书", "证书号：软著登字第8347956号", "软件名称："+name, version, "著作权人："+owner,
		"开发完成日期："+done, "首次发表日期："+published, "权利取得方式：原始取得", "权利范围：全部权利", "登记号："+number,
		"根据《计算机软件保护条例》和《计算机软件著作权登记办法》的规定，经中国版权保护中心审核，对以上事项予以登记。", "2021年11月03日", "No. 08999999")
	return p
}
