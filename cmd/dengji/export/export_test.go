package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dengji/cmd/dengji/store"
	"dengji/normalize"
	"dengji/rules"
)

const formID = "excellent-software-product"

func field(path, label string, v any) rules.Field {
	return rules.Field{Path: path, Label: label, Value: v, State: normalize.StateValue, Confidence: 0.9}
}

func sample() []*rules.Record {
	three := 3
	doubtful := field("enterprise.name", "企业名称", `=HYPERLINK("http://x","y")`)
	doubtful.Review, doubtful.Raw = true, "原文"
	doubtful.Flags = []rules.Flag{{Code: "low_confidence", Message: "不清楚"}, {Code: "under_seal", Message: "印章遮盖"}}
	doubtful.Evidence = []rules.Evidence{{Path: "a/扫描.pdf", Page: &three}, {Path: "a/电子版.docx", Cell: "table 1, row 2, column 3", Raw: "乙公司"}}
	share := field("products[1].revenue_share", "占比", nil)
	share.State, share.Review = normalize.StateBlank, true
	share.Evidence = []rules.Evidence{{Path: "a/电子版.docx", Cell: "table 2, row 4, column 5"}}
	half := field("products[1].release_date", "发布时间", "2021-06")
	half.Review = true
	return []*rules.Record{{ID: "aaaaaaaaaaaa", Status: "review", Revision: 1, Form: formID, Data: rules.NewData(),
		Fields: []rules.Field{doubtful, field("enterprise.business_categories", "主营业务", []string{"应用软件", "其他软件"}), field("enterprise.address", "通信地址", "@SUM(A1)"),
			field("products[0].name", "产品名称", "+平台"), field("products[0].release_date", "发布时间", "2021-06-15"), field("products[0].revenue_share", "占比", 35.2),
			field("products[1].name", "产品名称", "系统"), half, share},
		Checks:  []rules.Check{{ID: "sealed", Clause: "报送", Outcome: "fail", Message: "没有公章"}},
		Missing: []rules.Missing{{Kind: rules.KindReport, Message: "请补充用户使用报告。"}, {Kind: rules.KindCertificate, For: "products[0]", Message: "请补充证书。", Unsure: true}}},
		{ID: "bbbbbbbbbbbb", Status: "clean", Revision: 2, Form: formID, Data: rules.NewData(),
			Fields: []rules.Field{field("enterprise.name", "企业名称", "乙公司")}}}
}

func forms(t testing.TB) *rules.Forms {
	t.Helper()
	f, err := rules.LoadForms()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// workbook writes a book without page pictures and opens it.
func workbook(t *testing.T, b *Book) *excelize.File {
	t.Helper()
	var buf bytes.Buffer
	if _, err := b.Write(context.Background(), &buf); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// under is the text in a row of a sheet's column of a head.
func under(t *testing.T, f *excelize.File, sheet, head string, row int) string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil || len(rows) < row {
		t.Fatalf("sheet %s has %d rows, %v", sheet, len(rows), err)
	}
	i := slices.Index(rows[0], head)
	if i < 0 {
		t.Fatalf("sheet %s has no column %s: %q", sheet, head, rows[0])
	}
	if i >= len(rows[row-1]) {
		return ""
	}
	return rows[row-1][i]
}

func TestWorkbook(t *testing.T) {
	f := workbook(t, &Book{Records: sample(), Forms: forms(t), Last: map[store.FieldOf]int64{{Submission: "aaaaaaaaaaaa", Path: "enterprise.name"}: 7}})
	if got := strings.Join(f.GetSheetList(), " "); got != "汇总 产品 复核清单 缺件清单 检查" {
		t.Errorf("sheets are %s", got)
	}
	for _, tt := range []struct {
		sheet, head string
		row         int
		want        string
	}{
		{"汇总", HeadID, 2, "aaaaaaaaaaaa"}, {"汇总", "待复核", 2, "3"}, {"汇总", "未通过", 2, "1"}, {"汇总", "缺件", 2, "2"}, {"汇总", "状态", 3, "无疑点"},
		{"汇总", "通信地址", 2, "@SUM(A1)"}, {"汇总", "主营业务", 2, "应用软件、其他软件"}, {"汇总", "主营业务", 3, ""},
		{"产品", "序号", 3, "2"}, {"产品", "产品名称", 2, "+平台"}, {"产品", "占比", 2, "35.2"}, {"产品", "占比", 3, ""},
		{"产品", "发布时间", 2, "2021-06-15"}, {"产品", "发布时间", 3, "2021-06"},
		{"复核清单", HeadPath, 2, "enterprise.name"}, {"复核清单", headValue, 2, `=HYPERLINK("http://x","y")`}, {"复核清单", headRaw, 2, "原文"},
		{"复核清单", headReason, 2, "不清楚；印章遮盖"}, {"复核清单", headPage, 2, "3"}, {"复核清单", HeadLast, 2, "7"}, {"复核清单", HeadCorrection, 2, ""},
		{"复核清单", headOthers, 2, "电子版.docx 表1第2行第3列：乙公司"}, {"复核清单", HeadItem, 3, "产品2：发布时间"}, {"复核清单", headCrop, 3, "没有找到"},
		{"复核清单", headCrop, 4, "见表2第4行第5列"}, {"复核清单", headValue, 4, "（空白）"}, {"复核清单", headReason, 4, "把握 90.0%，低于 95%"},
		{"检查", "结果", 2, "未通过"}, {"缺件清单", "缺件", 2, "用户使用报告"}, {"缺件清单", "请转告", 3, "确实没有的：请补充证书。"}, {"缺件清单", HeadWhy, 3, "所附材料中有未能识别的，请先查看"},
	} {
		if got := under(t, f, tt.sheet, tt.head, tt.row); got != tt.want {
			t.Errorf("%s, %s, row %d is %q, want %q", tt.sheet, tt.head, tt.row, got, tt.want)
		}
	}
	for at, want := range map[string]excelize.CellType{"E2": excelize.CellTypeUnset, "F2": excelize.CellTypeUnset, "E3": excelize.CellTypeInlineString, "D2": excelize.CellTypeInlineString} {
		if kind, err := f.GetCellType("产品", at); err != nil || kind != want {
			t.Errorf("产品!%s is of type %v (%v), want %v", at, kind, err, want)
		}
	}
	if raw, err := f.GetCellValue("产品", "E2", excelize.Options{RawCellValue: true}); err != nil || raw != "44362" {
		t.Errorf("the date is %q, %v", raw, err)
	}
}

// What makes a sheet one to work with.
func TestWorkbookFurniture(t *testing.T) {
	f := workbook(t, &Book{Records: sample(), Forms: forms(t)})
	for _, name := range f.GetSheetList() {
		panes, err := f.GetPanes(name)
		if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.XSplit < 2 {
			t.Errorf("%s: panes %+v, %v", name, panes, err)
		}
		layout, err := f.GetPageLayout(name)
		if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth < 1 || *layout.FitToHeight != 0 {
			t.Errorf("%s: layout %+v, %v", name, layout, err)
		}
	}
	titles, filters := 0, 0
	for _, d := range f.GetDefinedName() {
		switch d.Name {
		case "_xlnm.Print_Titles":
			titles++
		case "_xlnm._FilterDatabase":
			filters++
		}
	}
	if titles != 5 || filters != 5 {
		t.Errorf("%d repeated heads and %d filters of 5 sheets", titles, filters)
	}
	if link, target, err := f.GetCellHyperLink("汇总", "D2"); err != nil || !link || target != "'复核清单'!F2" {
		t.Errorf("the link to the review is %v %q %v", link, target, err)
	}
	notes, err := f.GetComments("复核清单")
	if err != nil || len(notes) != 3 || len(notes[0].Paragraph) != 1 || !strings.Contains(notes[0].Paragraph[0].Text, "确认") {
		t.Errorf("notes %+v, %v", notes, err)
	}
	for _, head := range []string{HeadPath, HeadSeen, HeadLast} {
		rows, err := f.GetRows("复核清单")
		if err != nil {
			t.Fatal(err)
		}
		column, err := excelize.ColumnNumberToName(slices.Index(rows[0], head) + 1)
		if err != nil {
			t.Fatal(err)
		}
		if visible, err := f.GetColVisible("复核清单", column); err != nil || visible {
			t.Errorf("%s is visible, %v", head, err)
		}
	}
}

// What a cell to fill in offers comes from the form's definition.
func TestChoices(t *testing.T) {
	r := sample()[0]
	for i := range r.Fields {
		r.Fields[i].Review = true
	}
	f := workbook(t, &Book{Records: []*rules.Record{r}, Forms: forms(t)})
	rules, err := f.GetDataValidations("复核清单")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, v := range rules {
		for _, at := range strings.Fields(v.Sqref) {
			found[at] = v.Type + " " + v.Formula1
		}
	}
	for at, want := range map[string]string{
		"F3": "list '词表'!$A$1:$A$6", // business_categories
		"F6": `custom IFERROR(AND(VALUE(LEFT(F6,4))>=1980,VALUE(LEFT(F6,4))<2100),LEN(F6)<=2)`,
		"F7": `custom IFERROR(AND(VALUE(SUBSTITUTE(F7,"%",""))>=0,VALUE(SUBSTITUTE(F7,"%",""))<=100),LEN(F7)<=2)`,
		"F5": "none ",
	} {
		if found[at] != want {
			t.Errorf("%s offers %q, want %q", at, found[at], want)
		}
	}
	words, err := f.GetCols("词表")
	if err != nil || strings.Join(words[0], " ") != "确认 基础软件 工业软件 支撑软件 应用软件 其他软件" {
		t.Errorf("the words are %q, %v", words, err)
	}
	if visible, err := f.GetSheetVisible("词表"); err != nil || visible {
		t.Errorf("the words are visible, %v", err)
	}
}

func TestWorkbookOfNothing(t *testing.T) {
	f := workbook(t, &Book{Forms: forms(t)})
	if got := strings.Join(f.GetSheetList(), " "); got != "汇总 复核清单 缺件清单 检查" {
		t.Errorf("sheets are %s", got)
	}
}

// A record of a form that is no longer known still has its rows.
func TestWorkbookOfUnknownForm(t *testing.T) {
	r := sample()[0]
	r.Form = "gone"
	f := workbook(t, &Book{Records: []*rules.Record{r}, Forms: forms(t)})
	if got := under(t, f, "复核清单", HeadPath, 2); got != "enterprise.name" {
		t.Errorf("the first row is of %q", got)
	}
}

func TestCSV(t *testing.T) {
	for _, tt := range []struct {
		name string
		opt  CSVOptions
		want [][]string
	}{
		{"submissions", CSVOptions{BOM: true}, [][]string{
			{"id", "status", "revision", "form", "enterprise.name", "enterprise.business_categories", "enterprise.address"},
			{"aaaaaaaaaaaa", "review", "1", formID, `'=HYPERLINK("http://x","y")`, "应用软件、其他软件", "'@SUM(A1)"},
			{"bbbbbbbbbbbb", "clean", "2", formID, "乙公司", "", ""}}},
		{"rows", CSVOptions{Rows: "products"}, [][]string{
			{"id", "row", "name", "release_date", "revenue_share"},
			{"aaaaaaaaaaaa", "1", "'+平台", "2021-06-15", "35.2"}, {"aaaaaaaaaaaa", "2", "系统", "2021-06", ""}}},
		{"rows of none in a part", CSVOptions{Rows: "certificates", Part: true, Gone: []string{"cccccccccccc"}}, [][]string{{"id", "row"}}},
		{"withdrawn", CSVOptions{Gone: []string{"cccccccccccc"}}, [][]string{
			{"id", "status", "revision", "form", "enterprise.name", "enterprise.business_categories", "enterprise.address"},
			{"aaaaaaaaaaaa", "review", "1", formID, `'=HYPERLINK("http://x","y")`, "应用软件、其他软件", "'@SUM(A1)"},
			{"bbbbbbbbbbbb", "clean", "2", formID, "乙公司", "", ""}, {"cccccccccccc", "gone", "", "", "", "", ""}}},
	} {
		var b bytes.Buffer
		if err := CSV(&b, sample(), tt.opt); err != nil {
			t.Fatal(err)
		}
		text, bom := strings.CutPrefix(b.String(), "\ufeff")
		if bom != tt.opt.BOM {
			t.Errorf("%s: byte order mark is %v", tt.name, bom)
		}
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || fmt.Sprint(rows) != fmt.Sprint(tt.want) {
			t.Errorf("%s: rows are %q, %v", tt.name, rows, err)
		}
	}
	var none *NoList
	if err := CSV(&bytes.Buffer{}, sample(), CSVOptions{Rows: "cars"}); !errors.As(err, &none) || !strings.Contains(err.Error(), "products") {
		t.Errorf("an unknown list: %v", err)
	}
}

func TestLines(t *testing.T) {
	var b bytes.Buffer
	if err := Lines(&b, sample()); err != nil || strings.Count(b.String(), "\n") != 2 || strings.Contains(b.String(), `\u003c`) {
		t.Errorf("lines are %q, %v", b.String(), err)
	}
}

func TestSplitRow(t *testing.T) {
	for path, want := range map[string][2]any{
		"products[12].name": {"products", 12}, "enterprise.name": {"", 0}, "products[]": {"", 0}, "products[0]": {"", 0}, "a[x].b": {"", 0},
	} {
		if list, i, _ := splitRow(path); list != want[0] || i != want[1] {
			t.Errorf("splitRow(%q) = %q, %d", path, list, i)
		}
	}
}

func TestRowSheet(t *testing.T) {
	for list, want := range map[string]string{"products": "产品", "people": "people", "a/b[0]": "a_b_0_", strings.Repeat("x", 40): strings.Repeat("x", 31)} {
		if got := rowSheet(list); got != want {
			t.Errorf("rowSheet(%q) = %q, want %q", list, got, want)
		}
	}
}
