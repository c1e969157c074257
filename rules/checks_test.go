package rules

import (
	"strings"
	"testing"

	"dengji/extract"
)

func outcome(t *testing.T, rec *Record, id string) Check {
	t.Helper()
	for _, c := range rec.Checks {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no check %s", id)
	return Check{}
}

func reportPage(lines ...string) *paper {
	p := newPaper(true)
	p.doc.Name = "报告.pdf"
	p.text(append([]string{"用户使用报告", "我单位自2021年起使用济南云岭软件有限公司研发的云岭政务协同平台，系统运行稳定。"}, lines...)...)
	return p
}

func seal(text, inside string) []extract.Seal {
	return []extract.Seal{{Page: 0, Shape: "round", Box: extract.Box{X0: 400, Y0: 400, X1: 510, Y1: 510}, Text: text, Inside: inside}}
}

func TestChecks(t *testing.T) {
	dated := func(s *paper, day string) *extract.Document {
		put(t, &s.doc, "2021年6月15日", day)
		return &s.doc
	}
	cert := func(owner, done string) *extract.Document {
		return &certificatePage("云岭政务协同平台", "V1.0", owner, done, "未发表", "2021SR1625330").doc
	}
	own := "济南云岭软件有限公司"
	tests := []struct {
		name    string
		docs    func(scan *paper) []*extract.Document
		id      string
		outcome string
		says    string
	}{
		{"own seal", func(s *paper) []*extract.Document { s.doc.Seals = seal(own, ""); return []*extract.Document{&s.doc} }, "sealed", Pass, ""},
		{"own seal, one character misread", func(s *paper) []*extract.Document {
			s.doc.Seals = seal("济南云岭软仵有限公司", "")
			return []*extract.Document{&s.doc}
		}, "sealed", Pass, ""},
		{"another's seal", func(s *paper) []*extract.Document {
			s.doc.Seals = seal("青岛海天贸易集团", "")
			return []*extract.Document{&s.doc}
		}, "sealed", Fail, "青岛海天贸易集团"},
		{"contract seal", func(s *paper) []*extract.Document {
			s.doc.Seals = seal(own, "合同专用章")
			return []*extract.Document{&s.doc}
		}, "sealed", Fail, "合同专用章"},
		{"unread seal", func(s *paper) []*extract.Document { s.doc.Seals = seal("", ""); return []*extract.Document{&s.doc} }, "sealed", Unknown, "印文未能辨认"},
		{"no seal", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "sealed", Fail, "未见单位公章"},
		{"no seal seen on a grey scan that reads badly", func(s *paper) []*extract.Document {
			s.doc.Pages[0].Grey = true
			for i := range s.doc.Lines {
				s.doc.Lines[i].Score = 0.97
			}
			return []*extract.Document{&s.doc}
		}, "sealed", Unknown, "黑白"},
		{"no seal on a grey scan that reads well", func(s *paper) []*extract.Document { s.doc.Pages[0].Grey = true; return []*extract.Document{&s.doc} }, "sealed", Fail, "彩色扫描件"},
		{"bare report, grey, reads badly", func(s *paper) []*extract.Document {
			r := reportPage("日期：2022年1月1日")
			r.doc.Pages[0].Grey = true
			for i := range r.doc.Lines {
				r.doc.Lines[i].Score = 0.97
			}
			return []*extract.Document{&s.doc, &r.doc}
		}, "user_report_endorsed", Unknown, "黑白"},
		{"bare report, grey, reads well", func(s *paper) []*extract.Document {
			r := reportPage("日期：2022年1月1日")
			r.doc.Pages[0].Grey = true
			return []*extract.Document{&s.doc, &r.doc}
		}, "user_report_endorsed", Fail, "补盖公章"},
		{"a sentence that begins like the label for a signature", func(s *paper) []*extract.Document {
			return []*extract.Document{&s.doc, &reportPage("使用效果良好，予以推荐。", "使用效果很好", "日期：2022年1月1日").doc}
		}, "user_report_endorsed", Fail, "补盖公章"},
		{"frames on a copy", func(*paper) []*extract.Document {
			p := sample(false)
			p.doc.Seals = seal("", "")
			p.doc.Seals[0].Shape = "square"
			return []*extract.Document{&p.doc}
		}, "sealed", Fail, "电子版"},
		{"a seal's picture on a copy", func(*paper) []*extract.Document {
			p := sample(false)
			p.doc.Seals = seal("", "")
			return []*extract.Document{&p.doc}
		}, "sealed", Unknown, "印文未能辨认"},
		{"only a copy", func(*paper) []*extract.Document { return []*extract.Document{&sample(false).doc} }, "sealed", Fail, "扫描件"},
		{"window", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc, cert(own, "2021年01月01日")} }, "release_window", Pass, "2021-01-01"},
		{"before the window", func(s *paper) []*extract.Document {
			return []*extract.Document{dated(s, "2020.12.31"), cert(own, "2020年12月31日")}
		}, "release_window", Fail, "2020-12-31"},
		{"after the window", func(s *paper) []*extract.Document {
			return []*extract.Document{dated(s, "2023年1月"), cert(own, "2023年01月01日")}
		}, "release_window", Fail, "2023-01-01"},
		{"out of the window on the certificate alone", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc, cert(own, "2023年01月01日")} }, "release_window", Unknown, "2023-01-01"},

		{"certificate", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc, cert(own, "2021年06月15日")} }, "registered_copyright", Pass, ""},
		{"no certificate", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "registered_copyright", Fail, "缺少"},
		{"another owner", func(s *paper) []*extract.Document {
			return []*extract.Document{&s.doc, cert("青岛某某有限公司", "2021年06月15日")}
		}, "registered_copyright", Fail, "青岛某某有限公司"},
		{"owner misread", func(s *paper) []*extract.Document {
			return []*extract.Document{&s.doc, cert("济南云岭软仵有限公司", "2021年06月15日")}
		}, "registered_copyright", Unknown, "核对"},
		{"report", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc, &reportPage().doc} }, "in_use", Pass, ""},
		{"no report", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "in_use", Fail, "使用报告"},
		{"report with a seal", func(s *paper) []*extract.Document {
			r := reportPage()
			r.doc.Seals = seal("某局", "")
			return []*extract.Document{&s.doc, &r.doc}
		}, "user_report_endorsed", Pass, ""},
		{"report with a signature", func(s *paper) []*extract.Document {
			return []*extract.Document{&s.doc, &reportPage("使用人签字：张三", "日期：2022年1月1日").doc}
		}, "user_report_endorsed", Pass, ""},
		{"report with neither", func(s *paper) []*extract.Document {
			return []*extract.Document{&s.doc, &reportPage("使用人签字：", "日期：2022年1月1日").doc}
		}, "user_report_endorsed", Fail, "公章或"},
		{"one product", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "product_limit", Pass, "1个"},
		{"empty cell", func(s *paper) []*extract.Document {
			put(t, &s.doc, "电子政务", "")
			clearCells(&s.doc)
			return []*extract.Document{&s.doc}
		}, "declared_none", Fail, "应用领域"},
		{"a cell with ink that nobody read", func(s *paper) []*extract.Document {
			put(t, &s.doc, "电子政务", "")
			return []*extract.Document{&s.doc}
		}, "declared_none", Unknown, "应用领域"},
		{"无 in a cell", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "declared_none", Pass, ""},
		{"word limit", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "word_limit", Pass, ""},
		{"500 characters", func(s *paper) []*extract.Document {
			put(t, &s.doc, summary, strings.Repeat("好", 499)+"。")
			return []*extract.Document{&s.doc}
		}, "word_limit", Pass, ""},
		{"501 characters", func(s *paper) []*extract.Document {
			put(t, &s.doc, summary, strings.Repeat("好", 500)+"。")
			return []*extract.Document{&s.doc}
		}, "word_limit", Fail, "501"},
		{"categories", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "category_listed", Pass, ""},
		{"no box ticked", func(s *paper) []*extract.Document { put(t, &s.doc, "☑", "□"); return []*extract.Document{&s.doc} }, "category_listed", Fail, "主营业务"},
		{"legal person", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "eligible_applicant", Pass, ""},
		{"a branch", func(s *paper) []*extract.Document {
			put(t, &s.doc, own, "济南云岭软件有限公司青岛分公司")
			return []*extract.Document{&s.doc}
		}, "eligible_applicant", Fail, "分公司"},
		{"a branch in another reading", func(s *paper) []*extract.Document {
			for i, l := range s.doc.Lines {
				if strings.Contains(l.Text, own) {
					s.doc.Lines[i].Other = append(l.Other, extract.Reading{Reader: extract.ReaderTesseract, Score: 0.9, Text: strings.Replace(l.Text, own, own+"青岛分公司", 1)})
				}
			}
			return []*extract.Document{&s.doc}
		}, "eligible_applicant", Unknown, "分公司"},
		{"catalogue", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "not_in_previous_catalogue", Unknown, ""},
		{"receipt", func(s *paper) []*extract.Document { return []*extract.Document{&s.doc} }, "received_in_time", Unknown, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec, _ := build(t, tt.docs(sample(true))...)
			c := outcome(t, rec, tt.id)
			if c.Outcome != tt.outcome || !strings.Contains(c.Message, tt.says) || c.Clause == "" || c.Message == "" {
				t.Errorf("%+v, want %s saying %q", c, tt.outcome, tt.says)
			}
			if got := len(rec.Checks); got != 12 {
				t.Errorf("%d checks, want 12", got)
			}
		})
	}
}

func TestThreeProducts(t *testing.T) {
	p := newPaper(false)
	p.text("优秀软件产品登记表")
	p.table(7, top()...)
	row := func(n string) []c { return product(n, "2021.6", "应用软件", "政务", "1", "2", "3") }
	p.table(7, append([][]c{header(), row("甲系统"), row("乙系统"), row("丙系统")}, bottom()...)...)
	rec, _ := build(t, &p.doc)
	if c := outcome(t, rec, "product_limit"); c.Outcome != Fail || len(c.Fields) != 3 {
		t.Errorf("%+v", c)
	}
}

func TestInWindow(t *testing.T) {
	tests := []struct{ day, from, until, want string }{
		{"2021-01-01", "2021-01-01", "2022-12-31", Pass},
		{"2020-12-31", "2021-01-01", "2022-12-31", Fail},
		{"2022-12", "2021-01-01", "2022-12-31", Pass},
		{"2022", "2021-01-01", "2022-12-31", Pass},
		{"2023", "2021-01-01", "2022-12-31", Fail},
		{"2021", "2021-06-01", "2022-12-31", Unknown},
		{"2021-06", "2021-06-15", "", Unknown},
		{"", "2021-06-01", "2022-12-31", Unknown},
		{"2022-10-01", "", "2022-09-30", Fail},
		{"2022-09-30", "", "2022-09-30", Pass},
	}
	for _, tt := range tests {
		if got := inWindow(tt.day, tt.from, tt.until); got != tt.want {
			t.Errorf("%s in %s–%s: %s, want %s", tt.day, tt.from, tt.until, got, tt.want)
		}
	}
}

func TestReceived(t *testing.T) {
	forms := loadForms(t)
	for day, want := range map[string]string{"2022-09-30": Pass, "2022-10-01": Fail, "2022-09-30T23:59:00+08:00": Pass, "": Unknown} {
		rec, _, err := Build(Submission{Key: "k", Inputs: []Input{{Path: "k/a.docx", Doc: &sample(false).doc}}}, forms, Options{Received: day})
		if err != nil {
			t.Fatal(err)
		}
		if c := outcome(t, rec, "received_in_time"); c.Outcome != want {
			t.Errorf("%q: %+v", day, c)
		}
	}
}

// A ring loses characters and has some misread; another firm's name has its
// own two characters side by side.
func TestSealAgainstName(t *testing.T) {
	for text, want := range map[string]string{
		"济南云岭软件有限公司": Pass, "济南云岭软仵有限公司": Pass, "济南云岭软件有限公": Pass, "济南云玲软件有限公司": Pass, "南云岭软件有限公司": Pass,
		"济南海天软件有限公司": Fail, "青岛云岭软件有限公司": Fail, "青岛海天贸易集团": Fail, "云岭": Unknown, "济南": Unknown, "": Unknown,
	} {
		s := sample(true)
		s.doc.Seals = seal(text, "")
		rec, _ := build(t, &s.doc)
		if c := outcome(t, rec, "sealed"); c.Outcome != want {
			t.Errorf("%q: %s (%s), want %s", text, c.Outcome, c.Message, want)
		}
	}
}

// A certificate for another product is told from one whose name was misread.
func TestCertificateOfAnotherName(t *testing.T) {
	for _, tt := range []struct {
		name     string
		misread  bool
		outcome  string
		differs  bool
		reviewed string // field that goes to a person
	}{
		{"云岭政务协同平台", false, Pass, false, ""},
		{"云岭政务协同系统", false, Fail, true, "products[0].name"},
		{"云岭政务协回平台", true, Unknown, false, "certificates[0].software_name"},
		{"云岭财务管理系统", false, Fail, false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cert := certificatePage(tt.name, "V1.0", "济南云岭软件有限公司", "2021年06月15日", "未发表", "2021SR1625330")
			if tt.misread {
				weak(t, &cert.doc, "回", 0.6)
			}
			rec, _ := build(t, &sample(true).doc, &sample(false).doc, &cert.doc)
			c := outcome(t, rec, "registered_copyright")
			if c.Outcome != tt.outcome || len(c.Evidence) == 0 {
				t.Errorf("%+v", c)
			}
			if f := field1(t, rec, "products[0].name"); f.flagged(FlagCertificateDiffers) != tt.differs {
				t.Errorf("%+v", f.Flags)
			}
			if tt.reviewed != "" && !field1(t, rec, tt.reviewed).Review {
				t.Errorf("%s is not for review", tt.reviewed)
			}
		})
	}
}
