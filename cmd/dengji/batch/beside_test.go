package batch

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dengji/cmd/dengji/store"
	"dengji/normalize"
	"dengji/rules"
)

// productForm is a form of one applicant with a row for each product.
func productForm(company int, text string, products ...string) string {
	head, tail, _ := strings.Cut(formText(company, "13800000000"), "三、产品相关")
	rows := []string{"产品名称|发布时间（以软著上的时间为准或其他相关证明）|细分类别（参照主营业务类别）|应用领域|产品收入占企业主营业务收入比重（%）|市场占有率（%）|产品出口额占产品总收入比重（%）"}
	for _, p := range products {
		rows = append(rows, p+"|2021年6月15日|应用软件|政务|3%|1%|无")
	}
	return head + strings.Join(rows, "\n") + "\n软件产品简述（500字以内，突出软件产品的创新性和竞争力）：" + text + "\n三、产品相关" + tail
}

// decided is a record made anew after a person's word on its contact.
func (b *bench) decided(id string) *rules.Record {
	b.t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(b.out, "dengji.db"))
	if err != nil {
		b.t.Fatal(err)
	}
	word := rules.Decision{Path: "contact.name", Value: "王五", State: normalize.StateValue, By: "钱进"}
	if _, err := st.Decide(ctx, id, word, store.AnyDecision, b.cfg.Now()); err != nil {
		b.t.Fatal(err)
	}
	rec, err := Rebuild(ctx, st, b.cfg, id)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		b.t.Fatal(err)
	}
	return rec
}

// onRecord is a record as it was written.
func (b *bench) onRecord(id string) *rules.Record {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.out, "records", id+".json"))
	if err != nil {
		b.t.Fatal(err)
	}
	rec := new(rules.Record)
	if err := json.Unmarshal(data, rec); err != nil {
		b.t.Fatal(err)
	}
	return rec
}

func outcome(rec *rules.Record, id string) rules.Check {
	i := slices.IndexFunc(rec.Checks, func(c rules.Check) bool { return c.ID == id })
	return rec.Checks[i]
}

// While a file of a submission could not be read nobody is asked for what it
// may be: run.json and the record say so alike, after a decision too, and no
// longer once it was read.
func TestMissingWhileUnread(t *testing.T) {
	b := newBench(t)
	put(t, b.inbox, "co/form.pdf", productForm(1, "好。", "云岭政务协同平台"), "co/软著.pdf", "refuse a", "co/视频.mp4", "refuse b", "other/form.pdf", productForm(2, "不错。", "智慧港口调度系统"))
	report, _ := b.run()
	if len(report.Submissions) != 2 {
		t.Fatalf("%+v", report.Submissions)
	}
	agrees := func(unsure bool) {
		t.Helper()
		for _, s := range report.Submissions {
			rec := b.onRecord(s.ID)
			if len(rec.Missing) == 0 || !slices.Equal(rec.Missing, s.Missing) {
				t.Errorf("%s: record %+v, run.json %+v", s.Key, rec.Missing, s.Missing)
			}
			for _, m := range rec.Missing {
				if named := strings.Contains(m.Note, "软著.pdf"); named != (unsure && s.Key == "co") || named && !m.Unsure || strings.Contains(m.Note, "视频") {
					t.Errorf("%s: %+v", s.Key, m)
				}
			}
			if got, want := outcome(rec, "registered_copyright").Outcome, map[bool]string{true: rules.Unknown, false: rules.Fail}[unsure && s.Key == "co"]; got != want {
				t.Errorf("%s: registered_copyright is %s, want %s", s.Key, got, want)
			}
		}
	}
	agrees(true)
	for _, s := range report.Submissions {
		if rec := b.decided(s.ID); !slices.Equal(rec.Missing, s.Missing) {
			t.Errorf("%s: after a decision %+v, before %+v", s.Key, rec.Missing, s.Missing)
		}
	}
	put(t, b.inbox, "co/软著.pdf", "")
	if err := os.Remove(filepath.Join(b.inbox, "co/软著.pdf")); err != nil {
		t.Fatal(err)
	}
	report, _ = b.run()
	agrees(false)
}

// An applicant's forms are counted together, on each of their records, and
// each names the other.
func TestProductLimitAcrossRecords(t *testing.T) {
	b := newBench(t)
	put(t, b.inbox, "co/a.pdf", productForm(1, "甲产品有自己的简述文字。", "云岭政务协同平台", "云岭档案管理软件"), "co/b.pdf", productForm(1, "乙产品另有一段说明在此。", "智慧港口调度系统"),
		"other/form.pdf", productForm(2, "不错。", "渔业监测平台"))
	report, _ := b.run()
	if len(report.Submissions) != 3 {
		t.Fatalf("%+v", report.Submissions)
	}
	for _, s := range report.Submissions {
		c := outcome(b.onRecord(s.ID), "product_limit")
		if s.Key == "other" {
			if c.Outcome != rules.Pass || len(s.Also) > 0 {
				t.Errorf("%s: %s, also %v", s.Key, c.Message, s.Also)
			}
			continue
		}
		if len(s.Also) != 1 || c.Outcome != rules.Fail || !strings.Contains(c.Message, s.Also[0]) || len(c.Evidence) != 3 {
			t.Errorf("%s: %s %s, also %v, evidence %d", s.Key, c.Outcome, c.Message, s.Also, len(c.Evidence))
		}
	}
	again, _ := b.run()
	if fmt.Sprint(again.Submissions) != fmt.Sprint(report.Submissions) {
		t.Errorf("a second run reports\n%+v\nthe first\n%+v", again.Submissions, report.Submissions)
	}
	if err := os.Remove(filepath.Join(b.inbox, "co/b.pdf")); err != nil {
		t.Fatal(err)
	}
	b.cfg.DropGone = true
	report, _ = b.run()
	for _, s := range report.Submissions {
		if c := outcome(b.onRecord(s.ID), "product_limit"); c.Outcome != rules.Pass || len(s.Also) > 0 {
			t.Errorf("without the other form: %s %s", c.Outcome, c.Message)
		}
	}
}

// A file with the forms of two applicants makes two records, each with its
// pages; what names neither is unassigned with its pages, and nothing is lost.
func TestTwoApplicantsInOneFile(t *testing.T) {
	b := newBench(t)
	certificate := func(company int, software string) string {
		return fmt.Sprintf("\n---\n计算机软件著作权登记证书\n证书号：软著登字第834795%d号\n软件名称：%s\n著作权人：济南第%d号软件有限公司\n权利取得方式：原始取得\n权利范围：全部权利\n登记号：2021SR162533%d", company, software, company, company)
	}
	first, second := productForm(1, "甲产品有自己的简述文字。", "云岭政务协同平台"), productForm(2, "乙产品另有一段说明在此。", "智慧港口调度系统")
	_, second, _ = strings.Cut(second, "\n")
	put(t, b.inbox, "材料/全部.pdf", first+"\n---\n"+second+certificate(1, "云岭政务协同平台")+"\n---\n产品详细介绍\n采用微服务架构"+certificate(2, "智慧港口调度系统"))
	report, _ := b.run()
	pages := func(rec *rules.Record) string {
		var out []string
		for _, d := range rec.Documents {
			out = append(out, fmt.Sprint(d.Kind, d.Pages))
		}
		return strings.Join(out, " ")
	}
	wants := map[string]string{"济南第1号软件有限公司": "form_copy[1] copyright_certificate[3]", "济南第2号软件有限公司": "form_copy[2] copyright_certificate[5]"}
	for range 2 {
		if len(report.Submissions) != 2 || len(report.Unassigned) != 1 || fmt.Sprint(report.Unassigned[0].Pages) != "[4]" || report.Unassigned[0].Guess == "" {
			t.Fatalf("%+v, unassigned %+v", report.Submissions, report.Unassigned)
		}
		for _, s := range report.Submissions {
			if got := pages(b.onRecord(s.ID)); got != wants[s.Enterprise] {
				t.Errorf("%s has %s, want %s", s.Enterprise, got, wants[s.Enterprise])
			}
		}
		for _, s := range report.Submissions {
			if got := pages(b.decided(s.ID)); got != wants[s.Enterprise] {
				t.Errorf("after a decision %s has %s, want %s", s.Enterprise, got, wants[s.Enterprise])
			}
		}
		ids := []string{report.Submissions[0].ID, report.Submissions[1].ID}
		if report, _ = b.run(); !slices.Equal(ids, []string{report.Submissions[0].ID, report.Submissions[1].ID}) {
			t.Errorf("ids %v became %+v", ids, report.Submissions)
		}
	}
	// The file vanishes: both records stay as they were.
	if err := os.Remove(filepath.Join(b.inbox, "材料/全部.pdf")); err != nil {
		t.Fatal(err)
	}
	report, _ = b.run()
	for _, s := range report.Submissions {
		if got := pages(b.onRecord(s.ID)); len(report.Submissions) != 2 || got != wants[s.Enterprise] {
			t.Errorf("vanished: %s has %s, want %s", s.Enterprise, got, wants[s.Enterprise])
		}
	}
}
