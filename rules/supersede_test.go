package rules

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dengji/extract"
)

// met is a document and when it was first seen.
type met struct {
	doc      *extract.Document
	seen     int
	replaced string
	gone     bool
}

func buildMet(t *testing.T, opt Options, docs ...met) *Record {
	t.Helper()
	sub := Submission{Key: "x"}
	for i, m := range docs {
		own := *m.doc
		own.SHA256 = fmt.Sprintf("%064d", i)
		sub.Inputs = append(sub.Inputs, Input{Path: fmt.Sprintf("x/%d-%s", i, own.Name), Doc: &own, Seen: m.seen, Replaced: m.replaced, Gone: m.gone})
	}
	rec, _, err := Build(sub, loadForms(t), opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := Validate(encodeRecord(t, rec)); err != nil {
		t.Error(err)
	}
	return rec
}

// void lists what newer documents took the place of, by index.
func voided(rec *Record) string {
	var out []string
	for _, d := range rec.Documents {
		if d.SupersededBy != "" {
			out = append(out, fmt.Sprintf("%s %c by %c", d.Kind, d.SHA256[63], d.SupersededBy[63]))
		}
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

func TestSupersede(t *testing.T) {
	form := func(scan bool, phone string) *extract.Document {
		p := sample(scan)
		put(t, &p.doc, "13800000000", phone)
		return &p.doc
	}
	cert := func(number string) *extract.Document {
		return &certificatePage("云岭政务协同平台", "V1.0", "济南云岭软件有限公司", "2021年06月15日", "未发表", number).doc
	}
	page1, page2 := newPaper(true), newPaper(true)
	page1.text("优秀软件产品登记表", "一、企业基本信息")
	page1.table(7, top()...)
	page2.text("二、优秀创新产品信息（没有的请填“无”）")
	page2.table(7, append([][]c{header(), product("云岭政务协同平台V1.0", "2021年6月15日", "应用软件", "电子政务", "35.2%", "约12%", "无")}, bottom()...)...)
	tail(page2)
	tests := []struct {
		name  string
		docs  []met
		phone any
		want  string
	}{
		{"a corrected scan", []met{{doc: form(true, "13800000000"), seen: 1}, {doc: form(true, "13900000000"), seen: 2}}, "13900000000", "[form_scan 0 by 1]"},
		{"whatever it is called", []met{{doc: form(true, "13900000000"), seen: 2}, {doc: form(true, "13800000000"), seen: 1}}, "13900000000", "[form_scan 1 by 0]"},
		{"the newest of three", []met{{doc: form(true, "13700000000"), seen: 1}, {doc: form(true, "13900000000"), seen: 3}, {doc: form(true, "13800000000"), seen: 2}},
			"13900000000", "[form_scan 0 by 1 form_scan 2 by 1]"},
		{"what came together", []met{{doc: form(true, "13800000000"), seen: 1}, {doc: form(true, "13800000000"), seen: 1}}, "13800000000", "[]"},
		{"a newer copy is no newer scan", []met{{doc: form(true, "13800000000"), seen: 1}, {doc: form(false, "13900000000"), seen: 2}}, "13800000000", "[]"},
		{"the second page comes later", []met{{doc: &page1.doc, seen: 1}, {doc: &page2.doc, seen: 2}}, "13800000000", "[]"},
		{"two pages for one file", []met{{doc: form(true, "13700000000"), seen: 1}, {doc: &page1.doc, seen: 2}, {doc: &page2.doc, seen: 2}}, "13800000000", "[form_scan 0 by 1]"},
		{"the same certificate again", []met{{doc: form(true, "13800000000"), seen: 1}, {doc: cert("2021SR1625330"), seen: 1}, {doc: cert("2021SR1625330"), seen: 2}},
			"13800000000", "[copyright_certificate 1 by 2]"},
		{"another certificate", []met{{doc: cert("2021SR1625331"), seen: 1}, {doc: form(true, "13800000000"), seen: 1}, {doc: cert("2021SR1625330"), seen: 2}}, "13800000000", "[]"},
		{"a report, now signed", []met{{doc: form(true, "13800000000"), seen: 1}, {doc: &reportPage().doc, seen: 1}, {doc: &reportPage("使用人签字：张三").doc, seen: 2}},
			"13800000000", "[user_report 1 by 2]"},
		{"replaced under its path", []met{{doc: form(true, "13800000000"), seen: 1, replaced: fmt.Sprintf("%064d", 1)}, {doc: form(true, "13900000000"), seen: 2}},
			"13900000000", "[form_scan 0 by 1]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := buildMet(t, Options{}, tt.docs...)
			if got := voided(rec); got != tt.want {
				t.Errorf("superseded are %s, want %s", got, tt.want)
			}
			phone := field1(t, rec, "contact.phone")
			if phone.Value != tt.phone {
				t.Errorf("phone is %v, want %v", phone.Value, tt.phone)
			}
			if len(rec.Documents) < len(tt.docs) {
				t.Errorf("%d documents on record, want all %d", len(rec.Documents), len(tt.docs))
			}
			for _, e := range phone.Evidence {
				for _, d := range rec.Documents {
					if d.SupersededBy != "" && e.Document == "sha256:"+d.SHA256 {
						t.Error("a superseded document is still evidence")
					}
				}
			}
		})
	}
}

// A part that was corrected alone prevails over the whole it is part of.
func TestNewerPagePrevails(t *testing.T) {
	page := newPaper(true)
	page.text("优秀软件产品登记表", "一、企业基本信息")
	page.table(7, top()...)
	put(t, &page.doc, "13800000000", "13900000000")
	weak(t, &page.doc, "13900000000", 0.95)
	old := sample(true)
	rec := buildMet(t, Options{}, met{doc: &old.doc, seen: 1}, met{doc: &page.doc, seen: 2})
	phone := field1(t, rec, "contact.phone")
	if phone.Value != "13900000000" || !phone.Review || !phone.flagged(FlagCopyDiffers) {
		t.Errorf("phone is %v, flags %v", phone.Value, phone.Flags)
	}
}

// Of scans that came together the one that was written much later prevails.
func TestFileTimeBreaksTies(t *testing.T) {
	one, two := sample(true), sample(true)
	put(t, &two.doc, "13800000000", "13900000000")
	weak(t, &two.doc, "13900000000", 0.9)
	for _, tt := range []struct {
		later time.Duration
		want  string
	}{{time.Minute, "13800000000"}, {24 * time.Hour, "13900000000"}} {
		day := time.Date(2022, 9, 1, 8, 0, 0, 0, time.UTC)
		rec, _, err := Build(Submission{Key: "x", Inputs: []Input{{Path: "x/a", Doc: &one.doc, Seen: 1, ModTime: day},
			{Path: "x/b", Doc: &two.doc, Seen: 1, ModTime: day.Add(tt.later)}}}, loadForms(t), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if phone := field1(t, rec, "contact.phone"); phone.Value != tt.want || !phone.flagged(FlagCopyDiffers) {
			t.Errorf("%v later: phone is %v, flags %v", tt.later, phone.Value, phone.Flags)
		}
	}
}

func TestGoneDocumentsStay(t *testing.T) {
	scan := sample(true)
	rec := buildMet(t, Options{}, met{doc: &scan.doc, seen: 1, gone: true})
	if len(rec.Documents) != 1 || !rec.Documents[0].Gone || field1(t, rec, "contact.phone").Value != "13800000000" {
		t.Errorf("documents are %+v", rec.Documents)
	}
}
