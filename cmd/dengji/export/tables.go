package export

import (
	"cmp"
	"fmt"
	"strings"

	"dengji/rules"
)

// summary has a row per submission. The number of fields to look at leads to
// the first of them.
func (b *Book) summary(review *sheet) *sheet {
	s := &sheet{name: sheetSummary, frozen: 2, across: 2, cols: []col{{head: HeadID, width: 14}, {head: headApplicant, most: 30},
		{head: "状态", width: 9}, {head: "待复核", width: 9, note: "待复核的字段数；点击到第一个"}, {head: "未通过", width: 9, note: "未通过的检查数"}, {head: "缺件", width: 8}}}
	cols := b.columns()
	for _, c := range cols {
		s.cols = append(s.cols, col{head: c.label, most: 32})
	}
	s.cols = append(s.cols, col{head: headRevision, width: 8}, col{head: "表格", most: 28})
	first := map[any]int{}
	for i, row := range review.rows {
		if _, ok := first[row[0]]; !ok {
			first[row[0]] = i
		}
	}
	for _, r := range b.Records {
		fields := fieldsByPath(r)
		pending, failed := 0, 0
		for _, f := range r.Fields {
			if f.Review {
				pending++
			}
		}
		for _, c := range r.Checks {
			if c.Outcome == rules.Fail {
				failed++
			}
		}
		row := []any{r.ID, b.applicant(r), status(r.Status), count(pending, linked), count(failed, bad), count(len(r.Missing), warn)}
		if pending > 0 {
			s.links = append(s.links, link{name(3, len(s.rows)), fmt.Sprintf("'%s'!%s", SheetReview, name(review.at(HeadCorrection), first[r.ID]))})
		}
		for _, c := range cols {
			row = append(row, b.optional(r, fields, c.path))
		}
		s.add(append(row, r.Revision, b.formName(r))...)
	}
	return s
}

// columns are the fields that are in no list of rows, but for the applicant,
// who stands at the front.
func (b *Book) columns() []column {
	applicants := map[string]bool{}
	for _, form := range b.lead {
		applicants[form.Identity.Applicant] = true
	}
	var cols []column
	for _, c := range columns(b.Records) {
		if !applicants[c.path] {
			cols = append(cols, c)
		}
	}
	return cols
}

func (b *Book) formName(r *rules.Record) any {
	if form := b.lead[r]; form != nil {
		return form.Name
	}
	return r.Form
}

// optional is the cell of a field that a record may not have.
func (b *Book) optional(r *rules.Record, fields map[string]rules.Field, path string) any {
	f, ok := fields[path]
	if !ok {
		return nil
	}
	return b.valueCell(r, &f)
}

func status(s string) cell {
	if s == rules.StatusReview {
		return cell{"待复核", warn}
	}
	return cell{"无疑点", good}
}

// count is a number that matters where it is not 0.
func count(n int, k kind) cell {
	if n == 0 {
		return cell{0, good}
	}
	return cell{n, k}
}

// rowSheet names the sheet of a list of rows.
func rowSheet(list string) string {
	if name := rowSheets[list]; name != "" {
		return name
	}
	name := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return '_'
		}
		return r
	}, list))
	return string(name[:min(len(name), 31)]) // as many as Excel allows
}

// rowsOf has a row per row of a list.
func (b *Book) rowsOf(list string) *sheet {
	s := &sheet{name: rowSheet(list), frozen: 3, across: 1, cols: []col{{head: HeadID, width: 14}, {head: headApplicant, most: 30}, {head: "序号", width: 8}}}
	cols := rowColumns(b.Records, list)
	for _, c := range cols {
		s.cols = append(s.cols, col{head: c.label, most: 40})
	}
	for _, r := range b.Records {
		fields := fieldsByPath(r)
		for i := range rowCount(r, list) {
			row := []any{r.ID, b.applicant(r), i + 1}
			for _, c := range cols {
				row = append(row, b.optional(r, fields, fmt.Sprintf("%s[%d].%s", list, i, c.path)))
			}
			s.add(row...)
		}
	}
	return s
}

// kindNames are the kinds of papers as people call them.
var kindNames = map[string]string{rules.KindFormScan: "登记表扫描件（盖章）", rules.KindFormCopy: "登记表电子版", rules.KindCertificate: "著作权登记证书", rules.KindReport: "用户使用报告"}

// missing has a row for each paper that a submission lacks, with the sentence
// that asks for it and whom to ask.
func (b *Book) missing() *sheet {
	s := &sheet{name: sheetMissing, frozen: 2, across: 1, cols: []col{{head: HeadID, width: 14}, {head: headApplicant, width: 30}, {head: "联系人", most: 14}, {head: "电话", most: 18},
		{head: "电子邮箱", most: 26}, {head: "缺件", most: 22}, {head: "产品", width: 24}, {head: "请转告", width: 48}, {head: HeadWhy, width: 22}}}
	for _, r := range b.Records {
		who := b.contact(r)
		for _, m := range r.Missing {
			kind := kindNames[m.Kind]
			if kind == "" {
				kind = m.Kind
			}
			var product, note any
			ask := cell{m.Message, wrap}
			if form := b.lead[r]; m.For != "" && form != nil {
				_, _, column := splitRow(strings.Replace(form.Identity.Product, "[]", "[0]", 1))
				product = value(r, m.For+"."+column)
			}
			if m.Unsure { // whoever asks without looking bothers a company for what it sent
				ask, note = cell{"确实没有的：" + m.Message, muted}, cell{cmp.Or(m.Note, "所附材料中有未能识别的，请先查看"), muted}
			}
			s.add(r.ID, cell{b.applicant(r), wrap}, who.name, who.phone, who.email, cell{kind, warn}, cell{product, wrap}, ask, note)
		}
	}
	return s
}

// outcomes are a check's outcomes for people.
var outcomes = map[string]cell{rules.Pass: {"通过", good}, rules.Fail: {"未通过", bad}, rules.Unknown: {"无法判断", warn}}

func (b *Book) checks() *sheet {
	s := &sheet{name: sheetChecks, frozen: 2, across: 1, cols: []col{{head: HeadID, width: 14}, {head: headApplicant, width: 30}, {head: "结果", width: 11}, {head: "条款", width: 26}, {head: "说明", width: 70}, {head: "检查", most: 28}}}
	for _, r := range b.Records {
		for _, c := range r.Checks {
			s.add(r.ID, cell{b.applicant(r), wrap}, outcomes[c.Outcome], cell{c.Clause, wrap}, cell{c.Message, wrap}, cell{c.ID, muted})
		}
	}
	return s
}
