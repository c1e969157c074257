package export

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"

	"dengji/rules"
)

// Sheet names.
const (
	sheetSummary = "汇总"
	sheetReview  = "复核清单"
	sheetMissing = "缺件清单"
	sheetChecks  = "检查"
)

// rowSheets names the sheets of lists of rows; one that is not here is named
// after its path.
var rowSheets = map[string]string{"products": "产品", "certificates": "证书"}

// Workbook writes the records as an Excel workbook. Text is written as text
// cells, so that nothing in it can be a formula; numbers are numbers.
func Workbook(b *bytes.Buffer, records []*rules.Record) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	style, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE6F0"}}})
	if err != nil {
		return err
	}
	if err := f.SetSheetName("Sheet1", sheetSummary); err != nil {
		return err
	}
	if err := writeSheet(f, style, sheetSummary, summary(records)); err != nil {
		return err
	}
	for _, list := range lists(records) {
		name := rowSheets[list]
		if name == "" {
			name = list
		}
		if err := writeSheet(f, style, name, rowsOf(records, list)); err != nil {
			return err
		}
	}
	if err := writeSheet(f, style, sheetReview, review(records)); err != nil {
		return err
	}
	if err := writeSheet(f, style, sheetMissing, missing(records)); err != nil {
		return err
	}
	if err := writeSheet(f, style, sheetChecks, checks(records)); err != nil {
		return err
	}
	return f.Write(b)
}

func summary(records []*rules.Record) [][]any {
	cols := columns(records)
	head := []any{"编号", "状态", "修订", "表格", "待复核"}
	for _, c := range cols {
		head = append(head, c.label)
	}
	rows := [][]any{head}
	for _, r := range records {
		fields := fieldsByPath(r)
		pending := 0
		for _, f := range r.Fields {
			if f.Review {
				pending++
			}
		}
		row := []any{r.ID, r.Status, r.Revision, r.Form, pending}
		for _, c := range cols {
			row = append(row, cell(fields[c.path].Value))
		}
		rows = append(rows, row)
	}
	return rows
}

func rowsOf(records []*rules.Record, list string) [][]any {
	cols := rowColumns(records, list)
	head := []any{"编号", "序号"}
	for _, c := range cols {
		head = append(head, c.label)
	}
	rows := [][]any{head}
	for _, r := range records {
		fields := fieldsByPath(r)
		n := 0
		for _, f := range r.Fields {
			if l, i, _ := splitRow(f.Path); l == list {
				n = max(n, i+1)
			}
		}
		for i := range n {
			row := []any{r.ID, i + 1}
			for _, c := range cols {
				row = append(row, cell(fields[fmt.Sprintf("%s[%d].%s", list, i, c.path)].Value))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func review(records []*rules.Record) [][]any {
	rows := [][]any{{"编号", "字段", "名称", "读到的值", "原文", "置信度", "原因", "文件", "页", "更正"}}
	for _, r := range records {
		for _, f := range r.Fields {
			if !f.Review {
				continue
			}
			var file, page any
			if len(f.Evidence) > 0 {
				file = f.Evidence[0].Path
				if p := f.Evidence[0].Page; p != nil {
					page = *p
				}
			}
			rows = append(rows, []any{r.ID, f.Path, f.Label, cell(f.Value), f.Raw, f.Confidence, flagMessages(f), file, page, nil})
		}
	}
	return rows
}

// kindNames are the kinds of papers as people call them.
var kindNames = map[string]string{rules.KindFormScan: "登记表扫描件（盖章）", rules.KindFormCopy: "登记表电子版", rules.KindCertificate: "著作权登记证书", rules.KindReport: "用户使用报告"}

// missing has a row for each paper that a submission lacks, with the sentence
// that asks for it and whom to ask.
func missing(records []*rules.Record) [][]any {
	rows := [][]any{{"编号", "企业名称", "联系人", "联系电话", "邮箱", "缺件", "产品", "请转告", "备注"}}
	for _, r := range records {
		for _, m := range r.Missing {
			kind := kindNames[m.Kind]
			if kind == "" {
				kind = m.Kind
			}
			var product, note any
			if m.For != "" {
				product = value(r, m.For+".name")
			}
			if m.Unsure {
				note = "所附材料中有未能识别的，请先查看"
			}
			rows = append(rows, []any{r.ID, value(r, "enterprise.name"), value(r, "contact.name"), value(r, "contact.phone"), value(r, "contact.email"),
				kind, product, m.Message, note})
		}
	}
	return rows
}

// value is what a record's data has at a path, nil for nothing.
func value(r *rules.Record, path string) any {
	if r.Data == nil {
		return nil
	}
	v, _ := r.Data.Get(path)
	return cell(v)
}

func checks(records []*rules.Record) [][]any {
	rows := [][]any{{"编号", "检查", "条款", "结果", "说明"}}
	for _, r := range records {
		for _, c := range r.Checks {
			rows = append(rows, []any{r.ID, c.ID, c.Clause, c.Outcome, c.Message})
		}
	}
	return rows
}

// writeSheet writes rows, the first of which is the heading: bold, frozen,
// with filters.
func writeSheet(f *excelize.File, style int, name string, rows [][]any) error {
	if index, err := f.GetSheetIndex(name); err != nil {
		return err
	} else if index < 0 {
		if _, err := f.NewSheet(name); err != nil {
			return err
		}
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range widths(rows) {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range rows {
		if i == 0 {
			styled := make([]any, len(row))
			for j, v := range row {
				styled[j] = excelize.Cell{StyleID: style, Value: v}
			}
			row = styled
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, row); err != nil {
			return fmt.Errorf("sheet %s, row %d: %w", name, i+1, err)
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(rows[0]), len(rows))
	if err != nil {
		return err
	}
	return f.AutoFilter(name, "A1:"+last, nil)
}

// widths fits columns to their content, within what a screen can show.
func widths(rows [][]any) []float64 {
	out := make([]float64, len(rows[0]))
	for _, row := range rows {
		for i, v := range row {
			if v != nil {
				out[i] = min(50, max(out[i], float64(runewidth.StringWidth(fmt.Sprint(v))+3)))
			}
		}
	}
	for i := range out {
		out[i] = max(8, out[i])
	}
	return out
}
