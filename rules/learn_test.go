package rules

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dengji/extract"
)

// pageOf makes a document of lines; a line that begins with | is a row of a
// table, its cells parted by |, and a cell that is >n spans n columns.
func pageOf(lines ...string) *extract.Document {
	doc := &extract.Document{Format: "docx", SHA256: strings.Repeat("0", 64), Pages: []extract.Page{{Source: extract.SourceText}}}
	add := func(text string) int {
		doc.Lines = append(doc.Lines, extract.Line{Text: text, Score: 1, Reader: extract.ReaderDOCX})
		return len(doc.Lines) - 1
	}
	open := false
	for _, l := range lines {
		row, ok := strings.CutPrefix(l, "|")
		if !ok {
			open = false
			add(l)
			continue
		}
		if !open {
			doc.Tables = append(doc.Tables, extract.Table{Cols: 4})
			open = true
		}
		t := &doc.Tables[len(doc.Tables)-1]
		col := 0
		cells := strings.Split(row, "|")
		for _, text := range cells {
			c := extract.Cell{Row: t.Rows, Col: col, RowSpan: 1, ColSpan: 4 / len(cells)}
			if text != "" {
				c.Lines = []int{add(text)}
			}
			t.Cells = append(t.Cells, c)
			col += c.ColSpan
		}
		t.Rows++
	}
	return doc
}

var blankForm = []string{"附件：", "创新人才推荐书", "一、基本情况", "姓    名：________  出生日期：____年__月__日", "推荐单位：（盖章）",
	"|手机号码||电子邮箱：|", "|学历|□本科  □硕士  □博士", "|获奖情况（限300字）|", "|主要事迹（不超过800字）：",
	"|序号|成果名称|完成时间|到账比例（%）", "|1|||", "|2|||", "填表说明：请用黑色笔填写", "二、推荐意见"}

func TestLearn(t *testing.T) {
	draft, err := Learn(pageOf(blankForm...), "talent")
	if err != nil {
		t.Fatal(err)
	}
	form, err := parseForm("talent.yaml", draft)
	if err != nil {
		t.Fatal(err)
	}
	if form.ID != "talent" || !reflect.DeepEqual(form.Titles, []string{"创新人才推荐书"}) || form.Identity.Applicant != "enterprise.name" {
		t.Errorf("the form is %s, %q, of %s", form.ID, form.Titles, form.Identity.Applicant)
	}
	want := []struct {
		path, label, typ, place string
		runes                   int
	}{
		{"responsible.name", "姓名", "name", "after right", 0}, {"date", "出生日期", "date", "after right", 0}, {"enterprise.name", "推荐单位", "company", "after right", 0},
		{"contact.phone", "手机号码", "phone", "after right", 0}, {"contact.email", "电子邮箱", "email", "after right", 0}, {"choices", "学历", "choices", "block", 0},
		{"field", "获奖情况（限300字）", "text", "after right", 300}, {"field_2", "主要事迹（不超过800字）", "text", "block", 800},
	}
	if len(form.Fields) != len(want) {
		t.Fatalf("%d fields, want %d:\n%s", len(form.Fields), len(want), draft)
	}
	for i, w := range want {
		f := form.Fields[i]
		if f.Path != w.path || f.Label != w.label || f.Type != w.typ || strings.Join(f.Place, " ") != w.place || f.MaxRunes != w.runes {
			t.Errorf("field %d is %+v, want %+v", i, f, w)
		}
	}
	if got := form.Fields[5].Vocabulary; !reflect.DeepEqual(got, []string{"本科", "硕士", "博士"}) {
		t.Errorf("the words are %q", got)
	}
	if len(form.Tables) != 1 || len(form.Tables[0].Columns) != 4 || form.Tables[0].Columns[2].Type != "date" || form.Tables[0].Columns[3].Type != "percent" {
		t.Errorf("the tables are %+v", form.Tables)
	}
	for _, text := range []string{"# ? type and path are guesses", "# ? several may be ticked", "# max_rows: 2", "section: 二、推荐意见", "note: 填表说明：请用黑色笔填写"} {
		if !strings.Contains(string(draft), text) {
			t.Errorf("the draft says nothing of %q:\n%s", text, draft)
		}
	}
}

// The draft reads the form once it is filled in.
func TestLearnFilled(t *testing.T) {
	draft, err := Learn(pageOf(blankForm...), "talent")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "talent.yaml"), draft, 0o644); err != nil {
		t.Fatal(err)
	}
	if mistakes, err := CheckForms(dir); err != nil || len(mistakes) > 0 {
		t.Fatalf("mistakes %v, %v", mistakes, err)
	}
	forms, err := LoadForms(dir)
	if err != nil {
		t.Fatal(err)
	}
	filled := pageOf("附件：", "创新人才推荐书", "一、基本情况", "姓    名：王小明  出生日期：1988年3月5日", "推荐单位：济南某某软件有限公司",
		"|手机号码|13800000000|电子邮箱：|wang@example.com", "|学历|□本科  ☑硕士  □博士", "|获奖情况（限300字）|省科技进步二等奖", "|主要事迹（不超过800字）：长期从事数据库研究。",
		"|序号|成果名称|完成时间|到账比例（%）", "|1|数据库内核|2021年6月|35%", "|2|||", "填表说明：请用黑色笔填写", "二、推荐意见")
	rec, _, err := Build(Submission{Key: "1", Inputs: []Input{{Path: "1/a.docx", Doc: filled}}}, forms, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if rec.Form != "talent" {
		t.Errorf("it was taken for %s", rec.Form)
	}
	for path, want := range map[string]any{"responsible.name": "王小明", "date": "1988-03-05", "enterprise.name": "济南某某软件有限公司", "contact.phone": "13800000000", "contact.email": "wang@example.com",
		"choices": []string{"硕士"}, "field": "省科技进步二等奖", "field_2": "长期从事数据库研究。", "rows[0].column_2": "数据库内核", "rows[0].date": "2021-06", "rows[0].share": 35.0} {
		if got, _ := rec.Data.Get(path); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
}

func TestLearnNothing(t *testing.T) {
	for _, doc := range []*extract.Document{{}, pageOf("通知", "各有关单位：请于月底前报送材料。"), pageOf("|甲|乙|丙|丁")} {
		if draft, err := Learn(doc, "x"); !errors.Is(err, ErrNoLabels) {
			t.Errorf("learned from nothing: %v\n%s", err, draft)
		}
	}
}

func FuzzLearn(f *testing.F) {
	f.Add(strings.Join(blankForm, "\n"))
	f.Add("|甲：|乙\n|□|□：\n表\n：\n（）：\n[a]，{b}：")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		draft, err := Learn(pageOf(strings.Split(text, "\n")...), "x")
		if err != nil && !errors.Is(err, ErrNoLabels) {
			t.Errorf("%v\n%s", err, draft)
		}
	})
}
