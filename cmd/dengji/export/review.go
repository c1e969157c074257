package export

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"dengji/cmd/dengji/export/crop"
	"dengji/cmd/dengji/store"
	"dengji/normalize"
	"dengji/rules"
)

// Heads of the review's columns. Those of the last group are hidden: they say
// what the reviewer saw, and `dengji apply` needs them. It knows those that
// are exported.
const (
	HeadID         = "编号"
	headApplicant  = "申报单位"
	HeadItem       = "项目"
	headValue      = "读到的值"
	headCrop       = "截图"
	HeadCorrection = "更正"
	HeadWhy        = "备注"
	headReason     = "原因"
	headRaw        = "原文"
	headOthers     = "其他材料"
	headFile       = "文件"
	headPage       = "页"
	headConfidence = "把握"

	HeadPath     = "字段"
	headRevision = "修订"
	HeadLast     = "上次决定"
	HeadSeen     = "校验"
)

// ConfirmWords say in the column 更正 that what was read is right. The first
// is the one that lists of choices offer.
var ConfirmWords = []string{"确认", "✓", "√", "✔"}

// WordBlank says there that nothing was filled in on the form.
const WordBlank = "空白"

// spot is where a row's crop is cut out.
type spot struct {
	crop.Spot
	row int
}

var correctionNote = "在此填写正确的内容，写法与登记表上一样；没有填“无”，登记表上空着填“" + WordBlank + "”。\n" +
	"读到的值没有错，填“" + ConfirmWords[0] + "”（或 " + strings.Join(ConfirmWords[1:], " ") + "）。\n" +
	"不填就是不作决定。\n" +
	"可以排序、筛选、移动或增加列，但请保留各列标题和隐藏的列。\n" +
	"填好后：dengji apply OUT 本文件.xlsx --by 姓名"

// review has a row per field that a person should look at, and the places to
// cut out for them.
func (b *Book) review() (*sheet, []spot) {
	s := &sheet{name: SheetReview, frozen: 3, across: 1, cols: []col{
		{head: HeadID, width: 13}, {head: headApplicant, width: 20}, {head: HeadItem, width: 17},
		{head: headValue, width: 20}, {head: headCrop, width: float64(cropWidth+2*cropInset)/7 + 1},
		{head: HeadCorrection, width: 21, note: correctionNote}, {head: HeadWhy, width: 11, note: "可写明依据，例如“电话核实”。与更正一起保存。"},
		{head: headReason, width: 27}, {head: headRaw, width: 20}, {head: headOthers, width: 24}, {head: headFile, width: 22},
		{head: headPage, width: 7}, {head: headConfidence, width: 8, note: "读到的值正确的概率"},
		{head: HeadPath, hidden: true, width: 30}, {head: headRevision, hidden: true, width: 8}, {head: HeadLast, hidden: true, width: 10}, {head: HeadSeen, hidden: true, width: 20}}}
	var spots []spot
	for _, r := range b.Records {
		for i := range r.Fields {
			f := &r.Fields[i]
			if !f.Review {
				continue
			}
			if at, ok := b.spot(f); ok {
				spots = append(spots, spot{at, len(s.rows)})
			}
			b.addReview(s, r, f)
		}
	}
	return s, spots
}

func (b *Book) addReview(s *sheet, r *rules.Record, f *rules.Field) {
	def, _ := b.Forms.Definition(r.Form, f.Path)
	entry := input{row: len(s.rows), def: def}
	value := b.valueCell(r, f)
	switch value.kind { // colours are for other sheets: here all is doubtful
	case doubt:
		value.kind = wrap
	case dayWarn:
		value.kind = day
	}
	if _, ok := value.value.(float64); ok {
		value.kind = left
	}
	if value.value == nil {
		value = cell{map[normalize.State]string{normalize.StateBlank: "（空白）"}[f.State], muted}
	}
	look := cell{"没有找到", muted}
	var file, page any
	if len(f.Evidence) > 0 {
		e := f.Evidence[0]
		file = cell{e.Path, wrap}
		look = cell{"见" + place(&e), muted}
		page = cell{place(&e), wrap}
		if e.Page != nil {
			page = *e.Page
		}
		if _, ok := b.spot(f); ok {
			look = cell{nil, muted} // the picture comes here
		}
	}
	s.add(r.ID, cell{b.applicant(r), wrap}, cell{item(f), wrap}, value, look,
		cell{nil, in}, cell{nil, in}, cell{b.reason(r, f), wrap}, cell{f.Raw, wrap}, cell{others(f), wrap}, file, page,
		cell{f.Confidence, share},
		f.Path, r.Revision, int(b.Last[store.FieldOf{Submission: r.ID, Path: f.Path}]), f.Seen())
	s.inputs = append(s.inputs, entry)
}

// spot is the place of the field's prevailing witness on its page's picture.
func (b *Book) spot(f *rules.Field) (crop.Spot, bool) {
	if b.Pages == nil || len(f.Evidence) == 0 {
		return crop.Spot{}, false
	}
	e := f.Evidence[0]
	if e.Page == nil || e.Box == nil {
		return crop.Spot{}, false
	}
	p, ok := b.Pictures[store.PageOf{SHA256: strings.TrimPrefix(e.Document, "sha256:"), Page: *e.Page}]
	if !ok {
		return crop.Spot{}, false
	}
	return crop.Spot{File: p.File, Width: p.Width, Height: p.Height, Box: [4]float64{e.Box.X0, e.Box.Y0, e.Box.X1, e.Box.Y1}}, true
}

// item is a field's label; that of a row's field begins with the row.
func item(f *rules.Field) string {
	list, i, _ := splitRow(f.Path)
	if list == "" {
		return f.Label
	}
	return fmt.Sprintf("%s%d：%s", rowSheet(list), i+1, f.Label)
}

// reason says why a person should look.
func (b *Book) reason(r *rules.Record, f *rules.Field) string {
	if text := flagMessages(*f); text != "" {
		return text
	}
	threshold := 0.0
	if form := b.lead[r]; form != nil {
		threshold = form.Threshold
	}
	return fmt.Sprintf("把握 %.1f%%，低于 %.0f%%", 100*f.Confidence, 100*threshold)
}

// others lists what the other witnesses say.
func others(f *rules.Field) string {
	var lines []string
	for i := 1; i < len(f.Evidence); i++ {
		e := &f.Evidence[i]
		lines = append(lines, fmt.Sprintf("%s %s：%s", path.Base(e.Path), place(e), e.Raw))
	}
	return strings.Join(lines, "\n")
}

var cellOfTable = regexp.MustCompile(`^table (\d+), row (\d+), column (\d+)$`)

// place is where a piece of evidence stands in its document.
func place(e *rules.Evidence) string {
	if e.Page != nil {
		return fmt.Sprintf("第%d页", *e.Page)
	}
	if m := cellOfTable.FindStringSubmatch(e.Cell); m != nil {
		return fmt.Sprintf("表%s第%s行第%s列", m[1], m[2], m[3])
	}
	if e.Cell == "" {
		return "正文"
	}
	return e.Cell
}
