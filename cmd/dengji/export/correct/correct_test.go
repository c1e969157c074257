package correct

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"dengji/cmd/dengji/export"
)

// heads are those of a workbook with its columns in another order than they
// are exported in.
var heads = []any{export.HeadCorrection, export.HeadID, "我的列", export.HeadItem, export.HeadSeen, export.HeadLast, export.HeadPath, export.HeadWhy}

// save writes a sheet of rows and returns the file.
func save(t *testing.T, sheet string, edit func(*excelize.File), rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if edit != nil {
		edit(f)
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func row(correction any) []any {
	return []any{correction, "aaaaaaaaaaaa", "x", "联系电话", "s12", 3, "contact.phone", "核实"}
}

func TestRead(t *testing.T) {
	path := save(t, export.SheetReview, nil,
		[]any{"标题行"}, heads, row(" 13800000000 "), row(nil), row("✓"), row(export.WordBlank), row("无"), []any{"别的"}, []any{}, row("  "))
	f, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []Correction{
		{Row: 3, Value: "13800000000"}, {Row: 5, Confirm: true}, {Row: 6}, {Row: 7, Value: "无"}, {Row: 8, Value: "别的", Refused: "没有编号"},
	}
	if len(f.Corrections) != len(want) || f.Rows != 6 || fmt.Sprint(f.OnlyWhy) != "[4 10]" {
		t.Fatalf("read %+v", f)
	}
	for i, w := range want {
		c := f.Corrections[i]
		if c.Row != w.Row || c.Value != w.Value || c.Confirm != w.Confirm || (w.Refused == "") != (c.Refused == "") || !strings.Contains(c.Refused, w.Refused) || c.Column != "A" {
			t.Errorf("row %d is %+v, want %+v", i, c, w)
		}
		if w.Refused == "" && (c.ID != "aaaaaaaaaaaa" || c.Path != "contact.phone" || c.Seen != "s12" || c.Last != 3 || c.Why != "核实" || c.Item != "联系电话") {
			t.Errorf("row %d is %+v", i, c)
		}
	}
}

// What is typed as a number, a date or a percentage reads as it is shown.
func TestReadNumbers(t *testing.T) {
	june := time.Date(2021, 6, 15, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		value  any
		format string
		want   string
	}{
		{35.2, "", "35.2"}, {13800000000, "", "13800000000"}, {0.352, "0.0%", "35.2%"}, {0.07, "0%", "7%"}, {1.1, "0%", "110%"},
		{june, "yyyy-mm-dd", "2021-06-15"}, {june, `yyyy"年"m"月"d"日";@`, "2021-06-15"}, {june, "m/d/yy", "2021-06-15"},
		{june, "mmm-yy", "2021-06"}, {june, `yyyy"年"m"月"`, "2021-06"}, {250101, "000000", "250101"}, {true, "", "TRUE"}, {12, `0"d"`, "12"}, {5, "[Red]0", "5"},
	} {
		path := save(t, export.SheetReview, func(f *excelize.File) {
			if tt.format == "" {
				return
			}
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &tt.format})
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStyle(export.SheetReview, "A2", "A2", style); err != nil {
				t.Fatal(err)
			}
		}, heads, row(tt.value))
		f, err := Read(path)
		if err != nil || len(f.Corrections) != 1 || f.Corrections[0].Value != tt.want {
			t.Errorf("%v as %q reads %+v (%v), want %q", tt.value, tt.format, f, err, tt.want)
		}
	}
	days := true
	path := save(t, export.SheetReview, func(f *excelize.File) {
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &days}); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue(export.SheetReview, "A2", june); err != nil {
			t.Fatal(err)
		}
	}, heads, row(nil))
	if f, err := Read(path); err != nil || f.Corrections[0].Value != "2021-06-15" {
		t.Errorf("counted from 1904: %+v, %v", f, err)
	}
}

func TestReadRich(t *testing.T) {
	path := save(t, export.SheetReview, func(f *excelize.File) {
		if err := f.SetCellRichText(export.SheetReview, "A2", []excelize.RichTextRun{{Text: "济南"}, {Text: "某公司", Font: &excelize.Font{Bold: true}}}); err != nil {
			t.Fatal(err)
		}
	}, heads, row(nil))
	if f, err := Read(path); err != nil || f.Corrections[0].Value != "济南某公司" {
		t.Errorf("read %+v, %v", f, err)
	}
}

// Cells nobody typed a value into are refused, not passed over.
func TestReadFormula(t *testing.T) {
	path := save(t, export.SheetReview, func(f *excelize.File) {
		if err := f.SetCellFormula(export.SheetReview, "A2", "1+1"); err != nil {
			t.Fatal(err)
		}
	}, heads, row(nil), row("x"))
	f, err := Read(path)
	if err != nil || len(f.Corrections) != 2 || !strings.Contains(f.Corrections[0].Refused, "公式") || f.Corrections[1].Refused != "" {
		t.Errorf("read %+v, %v", f, err)
	}
}

func TestReadHidden(t *testing.T) {
	lost := row("x")
	lost[4] = nil
	odd := row("x")
	odd[5] = "三"
	path := save(t, export.SheetReview, nil, heads, lost, odd)
	f, err := Read(path)
	if err != nil || len(f.Corrections) != 2 {
		t.Fatalf("read %+v, %v", f, err)
	}
	for _, c := range f.Corrections {
		if !strings.Contains(c.Refused, "隐藏列") {
			t.Errorf("taken: %+v", c)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	write := func(name string, data []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, err := os.ReadFile(save(t, export.SheetReview, nil, heads, row("x")))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ path, want string }{
		"another sheet":  {save(t, "别的", nil, heads, row("x")), "没有“复核清单”"},
		"no heads":       {save(t, export.SheetReview, nil, row("x")), "找不到列"},
		"an empty sheet": {save(t, export.SheetReview, nil), "找不到列"},
		"a column lost":  {save(t, export.SheetReview, nil, []any{export.HeadCorrection, export.HeadID, export.HeadPath, export.HeadLast}), "找不到列：校验"},
		"one twice":      {save(t, export.SheetReview, nil, append([]any{export.HeadCorrection}, heads...)), "两列“更正”"},
		"no zip":         {write("a.xlsx", []byte("编号,更正")), "XLSX"},
		"cut off":        {write("b.xlsx", good[:len(good)/2]), "XLSX"},
		"a zip of none":  {write("c.xlsx", packed(t, map[string]string{"a.txt": "x"})), "XLSX"},
		"a bomb":         {write("d.xlsx", bomb(t)), "过大"},
		"deep XML":       {write("e.xlsx", packed(t, bookOf(strings.Repeat("<x>", 100_000)))), "过大"},
		"broken XML":     {write("f.xlsx", packed(t, bookOf(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>9</v></c></row>`))), "XLSX"},
		"no shared text": {write("g.xlsx", packed(t, bookOf(`<worksheet><sheetData><row><c t="s"><v>9</v></c></row></sheetData></worksheet>`))), "XLSX"},
	} {
		_, err := Read(tt.path)
		var bad *BadWorkbook
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "nowhere.xlsx")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// bookOf are the parts of a workbook whose review is this XML.
func bookOf(sheet string) map[string]string {
	const rel = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>`
	return map[string]string{
		"_rels/.rels":                fmt.Sprintf(rel, "officeDocument", "xl/workbook.xml"),
		"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="复核清单" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": fmt.Sprintf(rel, "worksheet", "worksheets/sheet1.xml"),
		"xl/worksheets/sheet1.xml":   sheet,
	}
}

func packed(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func bomb(t *testing.T) []byte {
	return packed(t, bookOf("<worksheet><sheetData>"+strings.Repeat(" ", 40<<20)+"</sheetData></worksheet>"))
}

// Rows and cells may lack the numbers that Excel gives them.
func TestReadBare(t *testing.T) {
	var cells strings.Builder
	for _, h := range heads {
		fmt.Fprintf(&cells, `<c t="inlineStr"><is><t>%s</t></is></c>`, h)
	}
	sheet := `<worksheet><sheetData><row>` + cells.String() + `</row><row><c t="str"><v>甲_x000D_乙</v></c><c t="inlineStr"><is><t>aaaaaaaaaaaa</t></is></c>` +
		`<c r="E2" t="inlineStr"><is><r><t>s</t></r><r><t>1</t></r><rPh><t>注音</t></rPh></is></c><c><v>4</v></c><c t="inlineStr"><is><t>contact.phone</t></is></c></row></sheetData></worksheet>`
	path := filepath.Join(t.TempDir(), "bare.xlsx")
	if err := os.WriteFile(path, packed(t, bookOf(sheet)), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Read(path)
	if err != nil || len(f.Corrections) != 1 {
		t.Fatalf("read %+v, %v", f, err)
	}
	if c := f.Corrections[0]; c.Value != "甲\r乙" || c.Seen != "s1" || c.Last != 4 || c.Path != "contact.phone" || c.Refused != "" {
		t.Errorf("read %+v", c)
	}
}

func TestColumnNames(t *testing.T) {
	for name, column := range map[string]int{"A": 0, "Z": 25, "AA": 26, "XFD": 16383} {
		if got, ok := columnOf(name + "12"); !ok || got != column {
			t.Errorf("columnOf(%s) = %d, %v", name, got, ok)
		}
		if got := columnName(column); got != name {
			t.Errorf("columnName(%d) = %s", column, got)
		}
	}
	for _, at := range []string{"", "12", "XFE1", "ZZZZZZZZZZZZ1"} {
		if got, ok := columnOf(at); ok {
			t.Errorf("columnOf(%q) = %d", at, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" s="1" t="n"><v>1</v></c></row></sheetData></worksheet>`))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		if len(sheet) > 1<<16 {
			return
		}
		path := filepath.Join(t.TempDir(), "f.xlsx")
		if err := os.WriteFile(path, packed(t, bookOf(string(sheet))), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		var bad *BadWorkbook
		if err != nil && !errors.As(err, &bad) {
			t.Errorf("the error is not in words: %v", err)
		}
	})
}
