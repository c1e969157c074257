package export

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dengji/normalize"
	"dengji/rules"
)

func sample() []*rules.Record {
	three := 3
	field := func(path, label string, v any) rules.Field {
		return rules.Field{Path: path, Label: label, Value: v, State: normalize.StateValue, Confidence: 0.9}
	}
	doubtful := field("enterprise.name", "企业名称", `=HYPERLINK("http://x","y")`)
	doubtful.Review, doubtful.Raw = true, "原文"
	doubtful.Flags = []rules.Flag{{Code: "low_confidence", Message: "不清楚"}, {Code: "under_seal", Message: "印章遮盖"}}
	doubtful.Evidence = []rules.Evidence{{Path: "a/扫描.pdf", Page: &three}}
	return []*rules.Record{{ID: "aaaaaaaaaaaa", Status: "review", Revision: 1, Form: "f", Data: rules.NewData(),
		Fields: []rules.Field{doubtful, field("enterprise.categories", "主营业务", []string{"应用软件", "其他软件"}), field("note", "备注", "@SUM(A1)"),
			field("products[0].name", "产品名称", "+平台"), field("products[0].share", "占比", 35.2), field("products[1].name", "产品名称", "系统"), field("products[1].share", "占比", nil)},
		Checks:  []rules.Check{{ID: "sealed", Clause: "报送", Outcome: "fail", Message: "没有公章"}},
		Missing: []rules.Missing{{Kind: rules.KindReport, Message: "请补充用户使用报告。"}, {Kind: rules.KindCertificate, For: "products[0]", Message: "请补充证书。", Unsure: true}}},
		{ID: "bbbbbbbbbbbb", Status: "clean", Revision: 2, Form: "f", Data: rules.NewData(),
			Fields: []rules.Field{field("enterprise.name", "企业名称", "乙公司")}}}
}

func TestWorkbook(t *testing.T) {
	var b bytes.Buffer
	if err := Workbook(&b, sample()); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), " "); got != "汇总 产品 复核清单 缺件清单 检查" {
		t.Errorf("sheets are %s", got)
	}
	for _, tt := range []struct{ sheet, at, want string }{
		{"汇总", "A2", "aaaaaaaaaaaa"}, {"汇总", "E2", "1"}, {"汇总", "F1", "企业名称"}, {"汇总", "F2", `=HYPERLINK("http://x","y")`},
		{"汇总", "G2", "应用软件、其他软件"}, {"汇总", "F3", "乙公司"}, {"汇总", "G3", ""},
		{"产品", "B3", "2"}, {"产品", "C2", "+平台"}, {"产品", "D2", "35.2"}, {"产品", "D3", ""},
		{"复核清单", "B2", "enterprise.name"}, {"复核清单", "G2", "不清楚；印章遮盖"}, {"复核清单", "I2", "3"}, {"复核清单", "J1", "更正"},
		{"检查", "D2", "fail"}, {"缺件清单", "F2", "用户使用报告"}, {"缺件清单", "H3", "请补充证书。"}, {"缺件清单", "I3", "所附材料中有未能识别的，请先查看"},
	} {
		if got, err := f.GetCellValue(tt.sheet, tt.at); err != nil || got != tt.want {
			t.Errorf("%s!%s is %q (%v), want %q", tt.sheet, tt.at, got, err, tt.want)
		}
		if formula, err := f.GetCellFormula(tt.sheet, tt.at); err != nil || formula != "" {
			t.Errorf("%s!%s is the formula %q (%v)", tt.sheet, tt.at, formula, err)
		}
	}
	if kind, err := f.GetCellType("产品", "D2"); err != nil || (kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber) {
		t.Errorf("a share is of cell type %v (%v), want a number", kind, err)
	}
}

func TestWorkbookOfNothing(t *testing.T) {
	var b bytes.Buffer
	if err := Workbook(&b, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := excelize.OpenReader(&b); err != nil {
		t.Fatal(err)
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := CSV(&b, sample()); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if rows[0][4] != "enterprise.name" || rows[1][4] != `'=HYPERLINK("http://x","y")` || rows[1][6] != "'@SUM(A1)" || rows[2][4] != "乙公司" {
		t.Errorf("rows are %q", rows)
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
