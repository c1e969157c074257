package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dengji/extract"
)

func TestPlaceLoose(t *testing.T) {
	at := func(key, enterprise string, files ...string) Submission {
		s := Submission{Key: key, Enterprise: enterprise}
		for _, f := range files {
			s.Inputs = append(s.Inputs, Input{Path: f})
		}
		return s
	}
	folders := []Submission{at("a", "济南云岭软件有限公司", "a/表.docx"), at("b", "青岛海天信息技术有限公司", "b/表.docx", "b/附件/报告.pdf")}
	shared := []Submission{at("x/云岭.pdf", "济南云岭软件有限公司", "x/云岭.pdf"), at("x/海天.pdf", "青岛海天信息技术有限公司", "x/海天.pdf", "x/023-海天.docx")}
	flat := []Submission{at("007-扫描件.pdf", "济南云岭软件有限公司", "007-扫描件.pdf"), at("008-扫描件.pdf", "青岛海天信息技术有限公司", "008-扫描件.pdf")}
	for _, tt := range []struct {
		subs []Submission
		file string
		want string
	}{
		{folders, "a/软著.pdf", "a"},
		{folders, "b/附件/报告/1.pdf", "b"},
		{folders, "c/软著.pdf", ""}, // a folder of somebody unknown
		{folders, "济南云岭/软著.pdf", "a"},
		{folders, "软著.pdf", ""}, // nobody's papers lie in the inbox itself
		{folders, "青岛海天信息-软著.pdf", "b"},
		{shared, "x/济南云岭软件-证书.pdf", "x/云岭.pdf"},
		{shared, "x/IMG_1.jpg", "x/云岭.pdf x/海天.pdf"}, // anyone's of the folder
		{flat, "007-软著.pdf", "007-扫描件.pdf"},
		{flat, "青岛海天软著.pdf", "008-扫描件.pdf"},
		{flat, "IMG_1.jpg", "007-扫描件.pdf 008-扫描件.pdf"},
	} {
		subs := slices.Clone(tt.subs)
		PlaceLoose(subs, []Loose{{Path: tt.file, Why: "读取超时"}})
		var got []string
		for _, s := range subs {
			if len(s.Beside.Loose) > 0 {
				got = append(got, s.Key)
			}
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%s: %q, want %q", tt.file, g, tt.want)
		}
	}
}

// What is missing while a file could not be read is unsure, and fails nothing.
func TestMissingBesideUnread(t *testing.T) {
	forms := loadForms(t)
	timeout := Beside{Loose: []Loose{{Path: "云岭/软著.pdf", Why: "读取超时"}}}
	for _, tt := range []struct {
		name   string
		beside Beside
		note   string
		docs   func() []*extract.Document
	}{
		{"nothing", Beside{}, "", func() []*extract.Document { return []*extract.Document{&sample(true).doc} }},
		{"a file", timeout, "“软著.pdf”（读取超时）", func() []*extract.Document { return []*extract.Document{&sample(true).doc} }},
		{"a page", Beside{}, "“0.pdf”第2页（该页未能读出）", func() []*extract.Document {
			p := sample(true)
			p.page()
			p.doc.Problems = []extract.Problem{{Page: 1, Code: extract.ProblemPageFailed, Message: "坏页"}}
			return []*extract.Document{&p.doc}
		}},
	} {
		sub := Submission{Key: "云岭", Beside: tt.beside}
		for i, d := range tt.docs() {
			sub.Inputs = append(sub.Inputs, Input{Path: fmt.Sprintf("云岭/%d.pdf", i), Doc: d})
		}
		rec, _, err := Build(sub, forms, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(rec.Missing) != 3 { // copy, certificate, report
			t.Fatalf("%s: %+v", tt.name, rec.Missing)
		}
		for _, m := range rec.Missing {
			if m.Unsure != (tt.note != "") || !strings.Contains(m.Note, tt.note) || (m.Note == "") != (tt.note == "") {
				t.Errorf("%s: %+v", tt.name, m)
			}
		}
		for _, id := range []string{"registered_copyright", "in_use"} {
			want := Fail
			if tt.note != "" {
				want = Unknown
			}
			if c := check(rec, id); c.Outcome != want || !strings.Contains(c.Message, tt.note) {
				t.Errorf("%s: %s is %s: %s", tt.name, id, c.Outcome, c.Message)
			}
		}
		if c := check(rec, "sealed"); tt.name == "a page" && c.Outcome != Unknown || tt.name == "a file" && c.Outcome != Fail {
			t.Errorf("%s: sealed is %s: %s", tt.name, c.Outcome, c.Message)
		}
		if err := Validate(encodeRecord(t, rec)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func check(rec *Record, id string) Check {
	for _, c := range rec.Checks {
		if c.ID == id {
			return c
		}
	}
	return Check{}
}

// The limit on products counts what an applicant sends on all its forms.
func TestProductLimitTogether(t *testing.T) {
	forms := loadForms(t)
	page := 1
	other := func(names ...string) Sibling {
		s := Sibling{ID: "d4f1c0a92b7e"}
		for _, n := range names {
			s.Products = append(s.Products, Proof{Document: "sha256:11", Path: "云岭/另一.pdf", Page: &page, Text: n})
			s.Doubtful = s.Doubtful || n == ""
		}
		return s
	}
	for _, tt := range []struct {
		name, second, want string
		also               []Sibling
	}{
		{"one and one", "", Pass, []Sibling{other("智慧港口调度系统")}},
		{"one and two", "", Fail, []Sibling{other("智慧港口调度系统", "渔业监测平台")}},
		{"two and one", "云岭数据中台V2.0", Fail, []Sibling{other("智慧港口调度系统")}},
		{"none written in the second row", "无", Pass, []Sibling{other("智慧港口调度系统")}},
		{"three of one", "", Fail, []Sibling{other("智慧港口调度系统"), other("渔业监测平台")}},
		{"not read", "", Unknown, []Sibling{other("智慧港口调度系统", "")}},
	} {
		p := newPaper(false)
		p.text("附件2：", "优秀软件产品登记表", "一、企业基本信息")
		p.table(7, top()...)
		p.text("二、优秀创新产品信息（没有的请填“无”）")
		second := product(tt.second, "2021年7月1日", "应用软件", "电子政务", "3%", "1%", "无")
		if tt.second == "" || tt.second == "无" {
			second = product(tt.second, tt.second, tt.second, tt.second, tt.second, tt.second, tt.second)
		}
		p.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无"), second}, bottom()...)...)
		rec, _, err := Build(Submission{Key: "云岭", Beside: Beside{Also: tt.also}, Inputs: []Input{{Path: "云岭/表.docx", Doc: &p.doc}}}, forms, Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := check(rec, "product_limit")
		if c.Outcome != tt.want || !strings.Contains(c.Message, "d4f1c0a92b7e") || !strings.Contains(c.Message, "智慧港口调度系统") {
			t.Errorf("%s: %s: %s", tt.name, c.Outcome, c.Message)
		}
		if !slices.ContainsFunc(c.Evidence, func(p Proof) bool { return p.Text == "智慧港口调度系统" && *p.Page == 1 }) || !slices.ContainsFunc(c.Evidence, func(p Proof) bool { return p.Path == "云岭/表.docx" }) {
			t.Errorf("%s: evidence %+v", tt.name, c.Evidence)
		}
		if s := SiblingOf(rec, forms); len(s.Products) != 1 && tt.second != "云岭数据中台V2.0" || s.Products[0].Text != "云岭政务协同平台V1.0" || s.Doubtful {
			t.Errorf("%s: seen from the other record: %+v", tt.name, s)
		}
	}
}
